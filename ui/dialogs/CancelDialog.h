// SPDX-License-Identifier: GPL-3.0-or-later
// Asks before one subscription is cancelled, which leaves business and customer as they are, and shows what came of it (see EndDialog.h). GUI
// thread.
#pragma once

#include "ui/dialogs/EndDialog.h"

namespace ch::ui {

class CancelDialog final : public EndDialog {
    Q_OBJECT
public:
    CancelDialog(const Theme& theme, const StripWords& strip, const QString& subscriptionId, const QTimeZone& zone, QWidget* parent);

    void setPlan(const business::CancelPlan& plan);
    void setOutcome(const business::CancelOutcome& outcome);
    [[nodiscard]] QString subscriptionId() const { return m_subscriptionId; }

Q_SIGNALS:
    void agreed(const ch::business::CancelRequest& request);

private:
    [[nodiscard]] EndWords words(const EndChoices& choices) const override;
    void send(const EndChoices& choices) override;
    [[nodiscard]] QString workingText() const override;

    QString m_subscriptionId;
    business::CancelPlan m_plan;
    business::CancelRequest m_request;
};

} // namespace ch::ui
