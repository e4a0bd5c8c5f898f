// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/NewBusinessWords.h"

#include "business/Prices.h"
#include "ui/tables/Columns.h"
#include "ui/text/Isolate.h"
#include "ui/text/MoneyText.h"
#include "ui/text/StatusText.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace ch::ui {

namespace {

constexpr int kLongestMetadataValue = 500; // docs.stripe.com/api/metadata
constexpr int kLongestEmailAddress = 512;  // docs.stripe.com/api/customers/create
constexpr int kMostTwinsNamed = 3;

QString newTr(const char* text)
{
    return QCoreApplication::translate("ch::ui::NewBusiness", text);
}

QString namedOr(const QString& name, const QString& id)
{
    return isolated(name.isEmpty() ? id : name);
}

bool isEnded(const QString& status)
{
    return status == QLatin1String("canceled") || status == QLatin1String("incomplete_expired") || status == QLatin1String("taken_down")
        || status == QLatin1String("none") || status == QLatin1String("legacy") || status.isEmpty();
}

QString periodText(const stripe::Price& price)
{
    const int n = qMax(1, price.intervalCount);
    const auto of = [n](const QString& one, const QString& many) { return n == 1 ? one : many.arg(n); };
    if (price.interval == QLatin1String("day")) {
        return of(newTr("a day"), newTr("every %1 days"));
    }
    if (price.interval == QLatin1String("week")) {
        return of(newTr("a week"), newTr("every %1 weeks"));
    }
    if (price.interval == QLatin1String("month")) {
        return of(newTr("a month"), newTr("every %1 months"));
    }
    if (price.interval == QLatin1String("year")) {
        return of(newTr("a year"), newTr("every %1 years"));
    }
    return newTr("once");
}

QString statusWords(const business::ProvisionOutcome& outcome)
{
    if (outcome.status == QLatin1String("incomplete")) {
        return outcome.paymentUrl.isEmpty() ? newTr("Its subscription waits for the first payment.")
                                            : newTr("Its subscription waits for the first payment: send the customer the payment link.");
    }
    if (outcome.status == QLatin1String("active")) {
        return newTr("Its subscription is active.");
    }
    if (outcome.status == QLatin1String("trialing")) {
        return newTr("Its subscription is in a trial.");
    }
    return newTr("The status of its subscription: %1.").arg(statusLook(outcome.status).word);
}

QString whatIsDone(const business::ProvisionOutcome& outcome)
{
    if (!outcome.subscriptionId.isEmpty()) {
        return newTr("Customer and subscription are in Stripe; what is left is to read and write them down.");
    }
    return outcome.customerId.isEmpty() ? newTr("Nothing was made in Stripe.") : newTr("The customer is in Stripe, the subscription is not made yet.");
}

QStringList provisionErrorLines(const Error& error)
{
    if (error.code == QLatin1String("price_missing")) {
        return {newTr("Stripe has no active price for this type."), newTr("Go back to the form and make the prices there, or make one in Stripe's Dashboard with the lookup key of the type.")};
    }
    return errorLines(error);
}

} // namespace

Result<Twins> readTwins(const store::MirrorReader& reader, const QString& businessId, const QString& email)
{
    Twins twins;
    if (!businessId.isEmpty()) {
        const auto business = reader.business(businessId);
        if (!business) {
            return fail(business.error());
        }
        twins.sameId = *business;
    }
    if (email.isEmpty()) {
        return twins;
    }
    store::TableFilter filter;
    filter.text = email;
    const auto ids = reader.rowIds(store::Table::Customers, filter, {});
    if (!ids) {
        return fail(ids.error());
    }
    // The filter finds it anywhere and in other fields too; an address is the same when it is the same whole.
    constexpr size_t kMostLookedAt = 200;
    const std::vector<qint64> first(ids->begin(), ids->begin() + static_cast<std::ptrdiff_t>(qMin(ids->size(), kMostLookedAt)));
    const auto rows = reader.rows(store::Table::Customers, first);
    if (!rows) {
        return fail(rows.error());
    }
    const auto cell = [](const store::Row& row, const char* key) {
        const int column = columnIndex(store::Table::Customers, QLatin1String(key));
        const auto* text = column < 0 || static_cast<size_t>(column) >= row.cells.size() ? nullptr : std::get_if<QString>(&row.cells[static_cast<size_t>(column)]);
        return text ? *text : QString();
    };
    for (const store::Row& row : *rows) {
        if (cell(row, "email").compare(email, Qt::CaseInsensitive) == 0) {
            twins.sameEmail.push_back({row.objectId, cell(row, "name")});
        }
    }
    return twins;
}

qsizetype charactersOf(const QString& text)
{
    return text.toUcs4().size();
}

QString cutToCharacters(const QString& text, qsizetype most)
{
    const QList<uint> all = text.toUcs4().mid(0, most);
    return QString::fromUcs4(reinterpret_cast<const char32_t*>(all.constData()), all.size());
}

QString missingWords(const NewBusinessDraft& draft)
{
    QStringList missing;
    if (draft.id.isEmpty()) {
        missing << newTr("an id");
    }
    if (draft.name.isEmpty()) {
        missing << newTr("a name");
    }
    if (draft.type.isEmpty()) {
        missing << newTr("a type");
    }
    if (missing.size() == 1) {
        return newTr("Still needed: %1.").arg(missing.first());
    }
    if (!missing.isEmpty()) {
        const QString last = missing.takeLast();
        return newTr("Still needed: %1 and %2.").arg(missing.join(QStringLiteral(", ")), last);
    }
    if (charactersOf(draft.name) > business::kLongestName) {
        return newTr("The name is too long.");
    }
    if (charactersOf(draft.id) > kLongestMetadataValue || charactersOf(draft.type) > kLongestMetadataValue) {
        return newTr("Id and type may have %1 characters each.").arg(kLongestMetadataValue);
    }
    return charactersOf(draft.email) > kLongestEmailAddress ? newTr("The e-mail address may have %1 characters.").arg(kLongestEmailAddress) : QString();
}

QString idTwinWords(const Twins& twins)
{
    if (!twins.sameId) {
        return {};
    }
    const store::Business& there = *twins.sameId;
    const QString name = namedOr(there.name, there.businessId);
    if (there.isConflict()) {
        return newTr("%1 customers carry this business id already, and which one is meant cannot be guessed. Correct the metadata in Stripe, or choose another id.")
            .arg(countText(there.customerIds.size()));
    }
    if (!isEnded(there.status)) {
        return newTr("“%1” has this id and a subscription already (%2). It is given no second one: you will be shown the one it has.").arg(name, statusLook(there.status).word);
    }
    if (there.customerIds.isEmpty()) {
        return newTr("“%1” has this id in our records. It is given a customer and a subscription, and the record is kept.").arg(name);
    }
    return newTr("“%1” has this id already (%2). Its customer in Stripe is used again and is given a new subscription.").arg(name, statusLook(there.status).word);
}

QString emailTwinWords(const Twins& twins)
{
    if (twins.sameEmail.empty()) {
        return {};
    }
    QStringList names;
    for (const Twins::Mail& mail : twins.sameEmail) {
        if (names.size() < kMostTwinsNamed) {
            names << QStringLiteral("“%1”").arg(namedOr(mail.name, mail.customerId));
        }
    }
    const auto more = static_cast<qint64>(twins.sameEmail.size()) - names.size();
    const QString all = more > 0 ? newTr("%1 and %2 more").arg(names.join(QStringLiteral(", ")), countText(more)) : names.join(QStringLiteral(", "));
    return newTr("This address is in use already: %1. A new customer is made all the same.").arg(all);
}

QString emailFormWords(const QString& email)
{
    static const QRegularExpression kForm(QStringLiteral("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$"));
    return email.isEmpty() || kForm.match(email).hasMatch() ? QString() : newTr("This does not look like an e-mail address. Stripe may refuse it.");
}

QString priceText(const stripe::Price& price)
{
    bool isWhole = false;
    const qint64 minor = price.unitAmountDecimal.toLongLong(&isWhole);
    if (isWhole) {
        return newTr("%1 %2").arg(moneyText({minor, price.currency}), periodText(price));
    }
    return price.unitAmountDecimal.isEmpty() ? newTr("in tiers, in %1, %2").arg(currencyText(price.currency), periodText(price))
                                             : newTr("%1 minor units of %2 %3").arg(price.unitAmountDecimal, currencyText(price.currency), periodText(price));
}

QString pricesChoiceText(bool tiers)
{
    const QString usd = QStringLiteral("usd");
    if (!tiers) {
        return newTr("%1 a month for every type").arg(moneyText({business::monthlyCents(business::businessTypes().first(), false), usd}));
    }
    QStringList parts;
    for (const QString& type : business::businessTypes()) {
        parts << businessTypeText(type) + QChar(0x00A0) + amountText(business::monthlyCents(type, true), usd);
    }
    return newTr("%1 %2 a month").arg(parts.join(QStringLiteral(", ")), currencyText(usd));
}

OutcomeWords provisionWords(const business::ProvisionOutcome& outcome, const QString& plainName)
{
    const QString name = isolated(plainName);
    OutcomeWords words;
    words.requestIds = outcome.requestIds;
    if (!outcome.error) {
        words.headline = outcome.replayed ? newTr("“%1” was there already").arg(name) : newTr("“%1” was made").arg(name);
        words.lines << (outcome.replayed ? newTr("Its subscription is shown here; nothing was made twice.") : QString()) << statusWords(outcome) << outcome.note;
    } else if (outcome.status == QLatin1String("unknown")) {
        words.state = OutcomeState::Unknown;
        words.headline = newTr("It is not known whether “%1” was made").arg(name);
        words.lines << newTr("A request was sent to Stripe and no answer came back. It may or may not have been done.")
                    << newTr("Nothing is lost: the operation is kept under Operations. Looking again is safe, since Stripe makes nothing twice of it.");
        words.again = newTr("Look again");
    } else if (outcome.status == QLatin1String("waiting")) {
        words.state = OutcomeState::Partly;
        words.headline = newTr("“%1” is made in part").arg(name);
        words.lines << whatIsDone(outcome) << provisionErrorLines(*outcome.error) << newTr("It waits under Operations and goes on where it stopped.");
        words.again = newTr("Go on");
    } else {
        words.state = OutcomeState::Failed;
        words.headline = newTr("“%1” was not made").arg(name);
        words.lines << whatIsDone(outcome) << provisionErrorLines(*outcome.error);
    }
    if (outcome.error) {
        addError(words, *outcome.error);
    }
    words.lines.removeAll(QString());
    return words;
}

} // namespace ch::ui
