// SPDX-License-Identifier: GPL-3.0-or-later
#include "Figures.h"
#include "Run.h"
#include "revenue/Evaluate.h"

#include <QFile>
#include <QFileInfo>
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

void Run::mrr()
{
    const auto partial = sayIfPartial();
    const auto now = revenue::mrrNow(m_workspace->reader(), m_clock.nowMs());
    if (!partial || !now) {
        failed(partial ? now.error() : partial.error());
        return;
    }
    if (m_terminal.wantsJson()) {
        m_terminal.json(QJsonDocument(mrrJson(*now)));
    } else {
        QList<QStringList> rows;
        for (const revenue::MrrLine& line : now->byCurrency) {
            rows << QStringList{QStringLiteral("all"), moneyText(Money{line.minor, line.currency}), QString::number(line.subscriptions)};
        }
        for (const revenue::MrrLine& line : now->byBusinessType) {
            rows << QStringList{line.businessType, moneyText(Money{line.minor, line.currency}), QString::number(line.subscriptions)};
        }
        m_terminal.table({QStringLiteral("business type"), QStringLiteral("MRR"), QStringLiteral("subscriptions")}, rows, {1, 2});
    }
    if (!now->unvalued.empty()) {
        m_terminal.say(QStringLiteral("%1 subscriptions could not be valued and are left out; \"subscriptions\" says why.").arg(now->unvalued.size()));
    }
    finish(Done);
}

Result<revenue::Definition> Run::definitionMeant(const QString& word) const
{
    if (word.isEmpty() || revenue::presetNames().contains(word)) {
        return word.isEmpty() ? revenue::Definition() : revenue::presetDefinition(word);
    }
    QFile file(word);
    if (!file.open(QIODevice::ReadOnly)) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("\"%1\" is no definition: it is none of %2, and no file that can be read.").arg(word, revenue::presetNames().join(QStringLiteral(", "))));
    }
    return revenue::definitionFromJson(file.readAll(), QFileInfo(word).completeBaseName());
}

void Run::evaluate()
{
    const auto file = readFile();
    const auto definition = definitionMeant(m_arguments.definition);
    const auto values = !file ? Result<QJsonArray>(fail(file.error()))
        : !definition         ? Result<QJsonArray>(fail(definition.error()))
                              : revenue::evaluate(*file, *definition, m_clock.nowMs() / 1000);
    if (!values) {
        failed(values.error());
        return;
    }
    QList<QStringList> rows;
    int problems = 0;
    for (const QJsonValue& value : *values) {
        const QJsonObject one = value.toObject();
        const QString problem = one.value(QStringLiteral("problem")).toString();
        const QString currency = one.value(QStringLiteral("currency")).toString();
        problems += problem.isEmpty() ? 0 : 1;
        QStringList row{one.value(QStringLiteral("id")).toVariant().toString()};
        for (const char* figure : {"list_minor", "contracted_minor", "net_minor", "mrr_minor"}) {
            row << (problem.isEmpty() ? moneyText(Money{one.value(QLatin1String(figure)).toInteger(), currency}) : problem);
        }
        rows << row;
    }
    if (m_terminal.wantsJson()) {
        m_terminal.json(QJsonDocument(*values));
    } else {
        m_terminal.table({QStringLiteral("id"), QStringLiteral("list"), QStringLiteral("contracted"), QStringLiteral("net"), QStringLiteral("MRR")}, rows, {1, 2, 3, 4});
    }
    if (problems > 0) {
        m_terminal.say(QStringLiteral("%1 of %2 could not be valued.").arg(problems).arg(rows.size()));
    }
    finish(Done);
}

} // namespace ch::ctl
