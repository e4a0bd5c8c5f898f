// SPDX-License-Identifier: GPL-3.0-or-later
// Every subscription of the account, ended ones too. GUI thread.
#pragma once

#include "ui/tables/TablePane.h"

#include <QWidget>

namespace ch::ui {

class SubscriptionsPage final : public QWidget {
    Q_OBJECT
public:
    SubscriptionsPage(const Theme& theme, QWidget* parent);
    [[nodiscard]] TablePane& pane() { return *m_pane; }

Q_SIGNALS:
    void opened(const QString& subscriptionId);
    void syncAsked();

private:
    TablePane* m_pane;
};

} // namespace ch::ui
