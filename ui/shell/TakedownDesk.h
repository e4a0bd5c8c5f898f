// SPDX-License-Identifier: GPL-3.0-or-later
// Carries one take-down, or the cancel of one subscription, from the question to its outcome: opens the dialog, asks the engine for the plan,
// hands over what was agreed, and shows what came of it. One at a time; answers to earlier orders are dropped. GUI thread; engine, theme and
// parent outlive it.
#pragma once

#include "ui/shell/ModeStrip.h"
#include "ui/theme/Theme.h"
#include "workspace/Engine.h"

#include <QPointer>
#include <QTimeZone>

namespace ch::ui {

class CancelDialog;
class EndDialog;
class TakedownDialog;

class TakedownDesk final : public QObject {
    Q_OBJECT
public:
    TakedownDesk(const Theme& theme, workspace::Engine& engine, QWidget& parent);
    ~TakedownDesk() override;

    /// businessId: a business or a customer id. deleteByDefault: the profile's setting as last chosen.
    void ask(const QString& businessId, const StripWords& strip, const QTimeZone& zone, bool deleteByDefault);
    void askCancel(const QString& subscriptionId, const StripWords& strip, const QTimeZone& zone);
    /// The account is left: the dialog goes, later answers are dropped.
    void leave();
    [[nodiscard]] TakedownDialog* dialog() const;
    [[nodiscard]] CancelDialog* cancelDialog() const;

Q_SIGNALS:
    /// Something may have changed in Stripe.
    void acted();
    void operationsAsked();

private:
    void connectEngine();
    void open(EndDialog* dialog);

    const Theme& m_theme;
    workspace::Engine& m_engine;
    QWidget& m_parent;
    QPointer<EndDialog> m_dialog;
    int m_planOrder = -1;
    int m_actOrder = -1;
    bool m_deleteByDefault = false;
};

} // namespace ch::ui
