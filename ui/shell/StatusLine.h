// SPDX-License-Identifier: GPL-3.0-or-later
// The line at the foot of the window: how fresh and how complete the data is and how that is known, what is left of the read budget, the running
// synchronisation with its Stop, else the button that starts one. GUI thread.
#pragma once

#include "store/MirrorReader.h"
#include "sync/Backfill.h"
#include "ui/text/FeedText.h"
#include "ui/theme/Theme.h"

#include <QFrame>
#include <QTimeZone>

class QLabel;
class QProgressBar;
class QPushButton;

namespace ch::ui {

class ElidedLabel;
class SignLabel;

/// "Reading customers: 1,200 objects, 2 of 8 lists".
[[nodiscard]] QString progressText(const sync::SyncProgress& progress);

class StatusLine final : public QFrame {
    Q_OBJECT
public:
    StatusLine(const Theme& theme, QWidget* parent);
    void setOpen(bool open);
    void setFreshness(const store::Completeness& completeness, const QTimeZone& zone);
    /// Off, as it is made: no feed, no budget.
    void setFeed(const sync::FeedState& state, const QTimeZone& zone);
    void setSyncing(bool syncing);
    void setProgress(const sync::SyncProgress& progress);

Q_SIGNALS:
    void syncAsked();
    void stopAsked();

private:
    SignLabel* m_sign;
    QLabel* m_freshness;
    ElidedLabel* m_feed;
    QLabel* m_budget;
    QLabel* m_progressText;
    QProgressBar* m_progress;
    QPushButton* m_button;
    bool m_syncing = false;
    bool m_isCounted = false;
};

} // namespace ch::ui
