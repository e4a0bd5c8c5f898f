// SPDX-License-Identifier: GPL-3.0-or-later
#include "Figures.h"
#include "Run.h"

#include <QHash>

namespace ch::ctl {

namespace {

QJsonValue storedJson(const store::MirrorReader& reader, const QString& id)
{
    const auto json = reader.json(id);
    return json && *json ? QJsonValue(QJsonDocument::fromJson(**json).object()) : QJsonValue(QJsonValue::Null);
}

} // namespace

void Run::profiles()
{
    const auto loaded = access::Profiles::load(m_arguments.dataDir);
    if (!loaded) {
        failed(loaded.error());
        return;
    }
    QJsonArray list;
    QList<QStringList> rows;
    for (const access::Profile& profile : loaded->all()) {
        list.append(profileJson(profile));
        rows << QStringList{profile.name, stripe::modeName(profile.mode), profile.accountId, profile.accountName, profile.keyMasked,
            profile.keyInVault ? QStringLiteral("in the keychain") : QStringLiteral("not kept")};
    }
    if (m_terminal.wantsJson()) {
        m_terminal.json(QJsonDocument(list));
    } else if (rows.isEmpty()) {
        m_terminal.say(QStringLiteral("There are no profiles. Make one with \"countinghousectl connect --profile NAME\"."));
    } else {
        m_terminal.table({QStringLiteral("profile"), QStringLiteral("mode"), QStringLiteral("account"), QStringLiteral("name"), QStringLiteral("key"), QString()}, rows);
    }
    finish(Done);
}

/// A figure from a mirror that is not complete is partial, wherever it is shown.
Result<bool> Run::sayIfPartial()
{
    const auto completeness = m_workspace->reader().completeness();
    const auto events = m_workspace->records().eventLog().state();
    if (!completeness || !events) {
        return fail(completeness ? events.error() : completeness.error());
    }
    if (events->isClosing(m_clock.nowMs())) {
        m_terminal.say(QStringLiteral("The account's events were read last on %1. Stripe keeps them for 30 days, and what they say of exact dates is nowhere else: run \"countinghousectl sync\".")
                           .arg(dateText(events->throughMs / 1000)));
    }
    if (completeness->complete) {
        return true;
    }
    if (!completeness->notPermittedLists.isEmpty()) {
        m_terminal.say(QStringLiteral("PARTIAL: the key may not read %1. Give it that permission in Stripe's Dashboard, then run \"countinghousectl sync\".").arg(completeness->notPermittedLists.join(QStringLiteral(", "))));
        return false;
    }
    const bool never = completeness->completeAsOfMs == 0 && !completeness->running;
    m_terminal.say(never ? QStringLiteral("This account was never synced here: run \"countinghousectl sync\" first.")
                         : QStringLiteral("PARTIAL: not every list of the account is in the mirror (%1). Run \"countinghousectl sync\".").arg(completeness->missingLists.join(QStringLiteral(", "))));
    return false;
}

void Run::businesses()
{
    const auto partial = sayIfPartial();
    QJsonArray list;
    QList<QStringList> rows;
    const Status read = m_workspace->reader().forEachBusiness(m_arguments.all, [&](const store::Business& business) {
        if (m_terminal.wantsJson()) {
            list.append(businessJson(business));
        } else {
            rows << QStringList{business.businessId, business.name, business.type, business.isConflict() ? business.status + QStringLiteral(" (conflict)") : business.status,
                moneyText(business.mrr), business.customerIds.join(QLatin1Char(' '))};
        }
    });
    if (!partial || !read) {
        failed(partial ? read.error() : partial.error());
        return;
    }
    if (m_terminal.wantsJson()) {
        m_terminal.json(QJsonDocument(list));
    } else {
        m_terminal.table({QStringLiteral("business"), QStringLiteral("name"), QStringLiteral("type"), QStringLiteral("status"), QStringLiteral("MRR"), QStringLiteral("customer")}, rows, {4});
    }
    finish(Done);
}

void Run::subscriptions()
{
    const auto partial = sayIfPartial();
    QHash<QString, store::MirrorReader::ValuedSubscription> values;
    const Status valued = m_workspace->reader().forEachValue([&values](const auto& value) { values.insert(value.subscriptionId, value); });
    QJsonArray list;
    QList<QStringList> rows;
    const Status read = m_workspace->reader().forEachSubscription([&](const stripe::Subscription& subscription) {
        const auto value = values.value(subscription.id);
        const Money mrr{value.mrrMinor, value.currency.isEmpty() ? subscription.currency : value.currency};
        if (m_terminal.wantsJson()) {
            list.append(subscriptionJson(subscription, mrr, value.problem));
        } else {
            rows << QStringList{subscription.id, subscription.customerId, subscription.status, value.problem.isEmpty() ? moneyText(mrr) : value.problem,
                dateText(subscription.created), dateText(subscription.currentPeriodEnd), dateText(subscription.endedAt.value_or(0))};
        }
    });
    if (!partial || !valued || !read) {
        failed(!partial ? partial.error() : !valued ? valued.error() : read.error());
        return;
    }
    if (m_terminal.wantsJson()) {
        m_terminal.json(QJsonDocument(list));
    } else {
        m_terminal.table({QStringLiteral("subscription"), QStringLiteral("customer"), QStringLiteral("status"), QStringLiteral("MRR"), QStringLiteral("created"), QStringLiteral("period ends"), QStringLiteral("ended")}, rows, {3});
    }
    finish(Done);
}

void Run::customer()
{
    const store::MirrorReader& reader = m_workspace->reader();
    const auto partial = sayIfPartial();
    const auto business = reader.business(m_arguments.target);
    if (!partial || !business) {
        failed(partial ? business.error() : partial.error());
        return;
    }
    if (!*business) {
        Error unknown;
        unknown.kind = ErrorKind::NotFound;
        unknown.message = QStringLiteral("No customer or business \"%1\" is known here. Sync first, or check the id.").arg(m_arguments.target);
        failed(unknown);
        return;
    }
    QJsonArray customers;
    QJsonArray subscriptions;
    QJsonArray invoices;
    QList<QStringList> rows;
    for (const QString& id : business::customersMeant(**business, m_arguments.target)) {
        customers.append(storedJson(reader, id));
        const auto ofCustomer = reader.subscriptionsOfCustomer(id);
        const auto billed = reader.invoicesOfCustomer(id);
        if (!ofCustomer || !billed) {
            failed(ofCustomer ? billed.error() : ofCustomer.error());
            return;
        }
        for (const stripe::Subscription& subscription : *ofCustomer) {
            subscriptions.append(storedJson(reader, subscription.id));
            rows << QStringList{subscription.id, subscription.status, QString(), dateText(subscription.created)};
        }
        for (const stripe::Invoice& invoice : *billed) {
            invoices.append(storedJson(reader, invoice.id));
            rows << QStringList{invoice.id, invoice.status, moneyText(Money{invoice.total, invoice.currency}), dateText(invoice.created)};
        }
    }
    if (m_terminal.wantsJson()) {
        QJsonObject object = businessJson(**business);
        object.insert(QStringLiteral("customers"), customers);
        object.insert(QStringLiteral("subscription_objects"), subscriptions);
        object.insert(QStringLiteral("invoices"), invoices);
        m_terminal.json(QJsonDocument(object));
    } else {
        m_terminal.text(QStringLiteral("%1  %2\ntype %3, status %4, MRR %5\ncustomer %6  %7").arg((*business)->businessId, (*business)->name, (*business)->type, (*business)->status,
            moneyText((*business)->mrr), (*business)->customerIds.join(QLatin1Char(' ')), (*business)->email));
        m_terminal.table({QStringLiteral("object"), QStringLiteral("status"), QStringLiteral("total"), QStringLiteral("created")}, rows, {2});
    }
    finish(Done);
}

} // namespace ch::ctl
