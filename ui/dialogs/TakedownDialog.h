// SPDX-License-Identifier: GPL-3.0-or-later
// Asks before a business is taken down and shows what came of it (see EndDialog.h). GUI thread.
#pragma once

#include "ui/dialogs/EndDialog.h"

namespace ch::ui {

class TakedownDialog final : public EndDialog {
    Q_OBJECT
public:
    /// target: a business id or a customer id.
    TakedownDialog(const Theme& theme, const StripWords& strip, const QString& target, const QTimeZone& zone, QWidget* parent);

    void setPlan(const business::TakedownPlan& plan);
    void setOutcome(const business::TakedownOutcome& outcome);
    [[nodiscard]] QString target() const { return m_target; }

Q_SIGNALS:
    void agreed(const ch::business::TakedownRequest& request);

private:
    [[nodiscard]] EndWords words(const EndChoices& choices) const override;
    void send(const EndChoices& choices) override;
    [[nodiscard]] QString workingText() const override;

    QString m_target;
    business::TakedownPlan m_plan;
    business::TakedownRequest m_request;
};

} // namespace ch::ui
