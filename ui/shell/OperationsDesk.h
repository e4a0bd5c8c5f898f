// SPDX-License-Identifier: GPL-3.0-or-later
// Feeds the Operations page and the badge in the navigation, and carries what is asked there to the engine: going on with operations,
// verifying the trail, writing it out. Tells in the message strip what came of it. GUI thread; engine, window and messages outlive it.
#pragma once

#include "ui/pages/operations/RecordsSource.h"
#include "ui/shell/MainWindow.h"
#include "workspace/Engine.h"

#include <QHash>
#include <QSet>
#include <QTimer>

class QDialog;

namespace ch::ui {

class OperationsDesk final : public QObject {
    Q_OBJECT
public:
    using Chosen = std::function<void(const QString& path)>;
    /// Asks a person where the export goes and calls chosen, at most once. Tests hand in their own.
    using Choose = std::function<void(const QString& suggested, const Chosen& chosen)>;

    OperationsDesk(workspace::Engine& engine, MainWindow& window);
    ~OperationsDesk() override;

    void setChoose(Choose choose) { m_choose = std::move(choose); }
    void enter(const workspace::AccountState& account);
    void setAccount(const workspace::AccountState& account, const QTimeZone& zone, const QString& writesOff);
    void leave();
    /// Something was begun or has ended.
    void refresh();

Q_SIGNALS:
    void businessOpened(const QString& businessId);
    /// A failed one is to be begun anew.
    void againAsked(const ch::store::Operation& operation);
    /// A business that is marked is to be taken down.
    void takedownAsked(const QString& businessId);
    /// Something may have changed in Stripe.
    void acted();

private:
    void connectEngine();
    void connectPage();
    void resume(const QStringList& operationIds);
    void onResumed(int order, const std::vector<store::Operation>& operations);
    void tellEnds(const std::vector<store::Operation>& operations);
    void tellLeftOpen(const std::vector<store::Operation>& operations);
    void readCounts();
    void readMarks();
    void leaveMarked(const QString& businessId, store::MarkKind kind);
    void showMarks(const std::vector<store::Mark>& marks);
    void showBusy();
    void askExport(const store::TrailQuery& query, store::TrailForm form);
    void chooseInDialog(const QString& suggested, const Chosen& chosen);
    void exportTo(const store::TrailQuery& query, store::TrailForm form, const QString& path);
    void goOperations(bool needsYou);

    workspace::Engine& m_engine;
    MainWindow& m_window;
    Choose m_choose;
    std::unique_ptr<RecordsSource> m_source;   ///< while an account is open
    QPointer<QDialog> m_dialog;
    workspace::AccountState m_account;
    QTimeZone m_zone = QTimeZone::utc();
    QTimer m_poll;
    QHash<int, QStringList> m_resuming;        ///< by order
    QSet<int> m_leaving;                       ///< orders that take a mark away
    int m_verifyOrder = -1;
    quint64 m_visit = 0;                       ///< one a stay in an account
    bool m_countsAsked = false;
};

} // namespace ch::ui
