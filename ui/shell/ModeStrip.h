// SPDX-License-Identifier: GPL-3.0-or-later
// The strip across the top of the window and of every writing dialog: which account, which mode, and whether writes are off, in words,
// icon, pattern and colour. It cannot be hidden: hide() and setVisible(false) are refused. GUI thread.
#pragma once

#include "ui/theme/Roles.h"
#include "workspace/Workspace.h"

#include <QWidget>

namespace ch::ui {

/// What the strip says, as plain values.
struct StripWords {
    StripMode mode = StripMode::None;
    QString word;       ///< LIVE, TEST, DEMO, or empty
    QString account;
    QString meaning;    ///< "real money" ...
    QString end;        ///< at the right: "Writes off: ..." or empty
    [[nodiscard]] QString sentence() const;
};

[[nodiscard]] StripWords stripWordsOf(const workspace::AccountState& account);
/// While nothing is connected.
[[nodiscard]] StripWords stripWordsOfNothing();
/// "LIVE · Acme · Countinghouse": window titles begin with the mode word.
[[nodiscard]] QString titleWithMode(const StripWords& words, const QString& title);

class ModeStrip final : public QWidget {
    Q_OBJECT
public:
    explicit ModeStrip(QWidget* parent);
    void say(const StripWords& words);
    [[nodiscard]] const StripWords& words() const { return m_words; }
    void setVisible(bool visible) override;
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void drawIcon(QPainter& painter, const QRectF& rect, const QColor& colour) const;
    StripWords m_words;
};

} // namespace ch::ui
