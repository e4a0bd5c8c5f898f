// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/Gates.h"

#include "access/Profiles.h"
#include "business/Takedown.h"
#include "store/BusinessKeys.h"

#include <QCryptographicHash>
#include <QtEndian>
#include <algorithm>

namespace ch::workspace {

namespace gates {

const auto kPaymentsKey = QStringLiteral("payments");
const auto kRolloutKey = QStringLiteral("rollout_percent");
const auto kOn = QStringLiteral("on");
const auto kOff = QStringLiteral("off");
constexpr int kPlaces = 10'000;

Error refusal(const char* code, const QString& message)
{
    Error error;
    error.kind = ErrorKind::Safety;
    error.code = QLatin1String(code);
    error.message = message;
    return error;
}

/// What the environment says of payments; nothing where it says nothing.
std::optional<bool> paymentsByEnvironment()
{
    const QString word = qEnvironmentVariable("ENABLE_PAYMENTS").trimmed().toLower();
    if (word.isEmpty()) {
        return std::nullopt;
    }
    static const QStringList kYes = {QStringLiteral("true"), QStringLiteral("1"), QStringLiteral("on"), QStringLiteral("yes")};
    return kYes.contains(word);
}

} // namespace gates

/// Everything that an act touches, by all the names that it has.
struct Gates::Concerned {
    QStringList businessIds;
    QStringList customerIds;
    QStringList objectIds;
};

int rolloutPlace(const QString& businessId)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(QByteArrayView("countinghouse roll-out:"));
    hash.addData(businessId.trimmed().toUtf8());
    return static_cast<int>(qFromBigEndian<quint64>(hash.result().constData()) % gates::kPlaces);
}

Error liveNotMeant()
{
    return gates::refusal("live_not_meant", QStringLiteral("This account is in LIVE mode: real customers and real money. Nothing was done. Say that live is meant: in the terminal with --live."));
}

Result<int> Gates::rolloutPercent() const
{
    const auto kept = m_records.settings().value(gates::kRolloutKey);
    if (!kept) {
        return fail(kept.error());
    }
    if (kept->isEmpty()) {
        return 100;
    }
    bool isNumber = false;
    const int percent = kept->toInt(&isNumber);
    return isNumber && percent >= 0 && percent <= 100 ? percent : 0; // written by somebody else: nobody is in
}

Result<GatesState> Gates::read() const
{
    const auto payments = m_records.settings().value(gates::kPaymentsKey);
    const auto percent = rolloutPercent();
    auto all = m_records.settings().protections();
    if (!payments || !percent || !all) {
        return fail(!payments ? payments.error() : !percent ? percent.error() : all.error());
    }
    GatesState state;
    const auto environment = gates::paymentsByEnvironment();
    const bool isOffThere = environment && !*environment;
    state.payments = !isOffThere && (payments->isEmpty() || *payments == gates::kOn);
    state.paymentsBy = isOffThere ? QStringLiteral("environment") : !payments->isEmpty() ? QStringLiteral("switch") : environment ? QStringLiteral("environment") : QStringLiteral("default");
    state.rolloutPercent = *percent;
    state.protectedBusinesses = *std::move(all);
    return state;
}

Status Gates::mayWrite() const
{
    const auto environment = gates::paymentsByEnvironment();
    if (environment && !*environment) {
        return fail(gates::refusal(kPaymentsOff, QStringLiteral("Payments are switched off by ENABLE_PAYMENTS in the environment: nothing is written to Stripe. Start the program without it to go on.")));
    }
    const auto payments = m_records.settings().value(gates::kPaymentsKey);
    if (!payments) {
        return fail(payments.error());
    }
    if (!payments->isEmpty() && *payments != gates::kOn) {
        return fail(gates::refusal(kPaymentsOff, QStringLiteral("Payments are switched off for this account: nothing is written to Stripe. Switch them on again to go on (\u201ccountinghousectl gates --payments on\u201d, or in the window).")));
    }
    return {};
}

Result<Gates::Concerned> Gates::concernedBy(const Act& act, const store::MirrorReader& reader) const
{
    Concerned concerned;
    QStringList asked = QStringList{act.businessId} + act.customerIds;
    if (!act.objectId.isEmpty()) {
        concerned.objectIds << act.objectId;
        const auto subscription = reader.subscription(act.objectId);
        const auto intent = reader.paymentIntent(act.objectId);
        if (!subscription || !intent) {
            return fail(!subscription ? subscription.error() : intent.error());
        }
        if (*subscription) {
            asked << (*subscription)->customerId;
            concerned.businessIds << store::businessTags((*subscription)->metadata).id;
        }
        if (*intent) {
            asked << (*intent)->customerId;
        }
    }
    concerned.customerIds = act.customerIds;
    for (const QString& id : std::as_const(asked)) {
        if (id.isEmpty()) {
            continue;
        }
        concerned.businessIds << id;
        const auto business = reader.business(id);
        if (!business) {
            return fail(business.error());
        }
        if (*business) {
            concerned.businessIds << (*business)->businessId;
            concerned.customerIds << (*business)->customerIds;
            concerned.objectIds << (*business)->subscriptionIds;
        }
    }
    const auto named = m_records.businessesOf(asked + concerned.customerIds + concerned.objectIds);
    if (!named) {
        return fail(named.error());
    }
    concerned.businessIds << *named;
    for (QStringList* ids : {&concerned.businessIds, &concerned.customerIds, &concerned.objectIds}) {
        ids->removeAll(QString());
        ids->removeDuplicates();
    }
    return concerned;
}

Status Gates::isTyped(const Act& act, const Concerned& concerned) const
{
    const QString typed = act.typedId.trimmed();
    const bool isSubscription = act.kind == ActKind::Cancel && !act.objectId.isEmpty();
    if (!typed.isEmpty() && (concerned.businessIds.contains(typed) || concerned.customerIds.contains(typed) || (isSubscription && typed == act.objectId))) {
        return {};
    }
    const QString wanted = isSubscription ? act.objectId : act.businessId;
    return fail(gates::refusal("type_the_id", typed.isEmpty()
            ? QStringLiteral("This cannot be undone, so nothing was done yet. Type the id to confirm it: %1.").arg(wanted)
            : QStringLiteral("What was typed is not the id of what this is about, so nothing was done. Type it exactly: %1.").arg(wanted)));
}

Status Gates::mayAct(const Act& act, const store::MirrorReader& reader, bool isLive, bool asksAsLive) const
{
    const Status on = mayWrite();
    return on ? mayActOncePaymentsAreOn(act, reader, isLive, asksAsLive) : on;
}

Status Gates::mayActOncePaymentsAreOn(const Act& act, const store::MirrorReader& reader, bool isLive, bool asksAsLive) const
{
    const auto concerned = concernedBy(act, reader);
    if (!concerned) {
        return fail(concerned.error());
    }
    const auto protectedId = m_records.settings().firstProtected(concerned->businessIds + concerned->customerIds);
    if (!protectedId) {
        return fail(protectedId.error());
    }
    if (!protectedId->isEmpty()) {
        return fail(gates::refusal("protected", QStringLiteral("The business \u201c%1\u201d is protected, so nothing was done. Take the protection off first, if that is what you want (\u201ccountinghousectl unprotect %1\u201d, or in the window).").arg(*protectedId)));
    }
    if (act.kind == ActKind::Provision && !act.isBegun) {
        const auto percent = rolloutPercent();
        if (!percent) {
            return fail(percent.error());
        }
        if (!isInRollout(act.businessId, *percent)) {
            return fail(gates::refusal("not_in_rollout", QStringLiteral("The business \u201c%1\u201d is not in the roll-out yet (%2 % of the businesses are), so nothing was done. Raise the roll-out to take it in.").arg(act.businessId).arg(*percent)));
        }
    }
    if (act.isIrreversible && asksAsLive) {
        return isTyped(act, *concerned);
    }
    if (isLive && !act.liveIsMeant && act.typedId.trimmed().isEmpty()) {
        return fail(liveNotMeant());
    }
    return {};
}

store::AuditEntry Gates::entryOf(const QString& action, const QString& businessId, const QString& detail) const
{
    store::AuditEntry entry;
    entry.atMs = m_clock.nowMs();
    entry.actor = business::actorName();
    entry.action = action;
    entry.businessId = businessId;
    entry.outcome = QStringLiteral("done");
    entry.detail = detail;
    return entry;
}

Result<bool> Gates::setPayments(bool on)
{
    const QString word = on ? gates::kOn : gates::kOff;
    return m_records.settings().change(gates::kPaymentsKey, word, entryOf(QStringLiteral("gates"), {}, QStringLiteral("payments ") + word));
}

Result<bool> Gates::setRollout(int percent)
{
    if (std::find(std::begin(kRolloutSteps), std::end(kRolloutSteps), percent) == std::end(kRolloutSteps)) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("The roll-out goes in steps of 0, 10, 25, 50 and 100 percent."));
    }
    return m_records.settings().change(gates::kRolloutKey, QString::number(percent), entryOf(QStringLiteral("gates"), {}, QStringLiteral("rollout %1 percent").arg(percent)));
}

Result<bool> Gates::protect(const QString& id, const store::MirrorReader& reader, QString* protectedId)
{
    const QString asked = id.trimmed();
    if (asked.isEmpty() || access::holdsKey(asked)) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("Say which business: its id, or its customer's."));
    }
    const auto business = reader.business(asked);
    if (!business) {
        return fail(business.error());
    }
    const QString own = *business ? (*business)->businessId : asked;
    if (protectedId != nullptr) {
        *protectedId = own;
    }
    return m_records.settings().protect({own, m_clock.nowMs(), business::actorName()}, entryOf(QStringLiteral("protect"), own, {}));
}

Result<bool> Gates::unprotect(const QString& id, const store::MirrorReader& reader, QString* protectedId)
{
    const QString asked = id.trimmed();
    const auto business = reader.business(asked);
    if (!business) {
        return fail(business.error());
    }
    // Under whichever of its names it was protected.
    QStringList names{asked};
    if (*business) {
        names << (*business)->businessId << (*business)->customerIds;
    }
    bool isAnyOff = false;
    for (const QString& name : std::as_const(names)) {
        const auto off = m_records.settings().unprotect(name, entryOf(QStringLiteral("unprotect"), name, {}));
        if (!off) {
            return off;
        }
        isAnyOff = isAnyOff || *off;
    }
    if (protectedId != nullptr) {
        *protectedId = *business ? (*business)->businessId : asked;
    }
    return isAnyOff;
}

} // namespace ch::workspace
