// SPDX-License-Identifier: GPL-3.0-or-later
// Every subscription of the account, ended ones too; one that is chosen is cancelled by button, context menu or Del. GUI thread.
#pragma once

#include "ui/tables/TablePane.h"

#include <QWidget>

class QPushButton;

namespace ch::ui {

class SubscriptionsPage final : public QWidget {
    Q_OBJECT
public:
    SubscriptionsPage(const Theme& theme, QWidget* parent);
    [[nodiscard]] TablePane& pane() { return *m_pane; }
    /// Empty: allowed. Otherwise why none can be cancelled.
    void setWritesOff(const QString& reason);

Q_SIGNALS:
    void opened(const QString& subscriptionId);
    void syncAsked();
    void cancelAsked(const QString& subscriptionId);

private:
    void askCancel();
    void showCancel();
    void showMenu(const QPoint& point);

    TablePane* m_pane;
    QPushButton* m_cancel;
    QString m_writesOff;
};

} // namespace ch::ui
