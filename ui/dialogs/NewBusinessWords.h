// SPDX-License-Identifier: GPL-3.0-or-later
// Every sentence of the dialog that makes a business: what is wrong with the fields, what is there already, the price, and what came of it.
// Pure; readTwins runs in the thread of its reader.
#pragma once

#include "business/Provision.h"
#include "store/MirrorReader.h"
#include "ui/dialogs/OutcomePanel.h"
#include "ui/shell/ModeStrip.h"

#include <optional>

namespace ch::ui {

/// What a person has typed: kept when the dialog is left, so that nothing is lost by accident.
struct NewBusinessDraft {
    QString id;
    QString name;
    QString type;
    QString email;
    [[nodiscard]] bool isEmpty() const { return id.isEmpty() && name.isEmpty() && type.isEmpty() && email.isEmpty(); }
    bool operator==(const NewBusinessDraft&) const = default;
};

/// What the mirror and the records hold already with this id or this e-mail address.
struct Twins {
    struct Mail {
        QString customerId;
        QString name;
    };
    std::optional<store::Business> sameId;
    std::vector<Mail> sameEmail;
};
[[nodiscard]] Result<Twins> readTwins(const store::MirrorReader& reader, const QString& businessId, const QString& email);

/// Stripe counts Unicode code points.
[[nodiscard]] qsizetype charactersOf(const QString& text);
[[nodiscard]] QString cutToCharacters(const QString& text, qsizetype most);

/// Why it cannot be made yet, for beside the button; empty: it can. The name's length is told at the field.
[[nodiscard]] QString missingWords(const NewBusinessDraft& draft);
[[nodiscard]] QString idTwinWords(const Twins& twins);
[[nodiscard]] QString emailTwinWords(const Twins& twins);
/// Not refused, since Stripe judges: only "This does not look like an e-mail address".
[[nodiscard]] QString emailFormWords(const QString& email);

/// "5.00 USD a month".
[[nodiscard]] QString priceText(const stripe::Price& price);
/// "SaaS 50.00, E-commerce 30.00, ... USD a month", or "5.00 USD a month for every type".
[[nodiscard]] QString pricesChoiceText(bool tiers);

[[nodiscard]] OutcomeWords provisionWords(const business::ProvisionOutcome& outcome, const QString& name);

} // namespace ch::ui
