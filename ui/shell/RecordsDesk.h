// SPDX-License-Identifier: GPL-3.0-or-later
// Brings deployment records in from a file and writes them out to one: asks for the file (never blocking), hands the bytes to the engine, and
// says in the message strip what came of it. A written file is whole or not there, and its owner's alone. GUI thread; engine, parent and
// messages outlive it.
#pragma once

#include "ui/shell/MessageStrip.h"
#include "workspace/Engine.h"

#include <QPointer>

class QDialog;

namespace ch::ui {

class RecordsDesk final : public QObject {
    Q_OBJECT
public:
    enum class Way { In, Out };
    using Chosen = std::function<void(const QString& path)>;
    /// Asks a person for a path and calls chosen with it, at most once. Tests hand in their own.
    using Choose = std::function<void(Way way, const QString& suggested, const Chosen& chosen)>;

    RecordsDesk(workspace::Engine& engine, QWidget& parent, MessageStrip& messages);

    void setChoose(Choose choose) { m_choose = std::move(choose); }
    void askImport();
    /// account: for the suggested name of the file.
    void askExport(const QString& account);
    /// The account is left: the file dialog goes, later answers are dropped.
    void leave();

Q_SIGNALS:
    /// Records came in.
    void changed();

private:
    void chooseInDialog(Way way, const QString& suggested, const Chosen& chosen);
    void read(const QString& path);
    void write(const QByteArray& json);
    void tell(Sign sign, const QString& title, const QString& text);

    workspace::Engine& m_engine;
    QWidget& m_parent;
    MessageStrip& m_messages;
    Choose m_choose;
    QPointer<QDialog> m_dialog;
    QString m_target;          ///< where the export that was ordered goes
    int m_importOrder = -1;
    int m_exportOrder = -1;
    quint64 m_visit = 0;       ///< one a stay in an account: a path that is chosen later is dropped
};

} // namespace ch::ui
