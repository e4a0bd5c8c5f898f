// SPDX-License-Identifier: GPL-3.0-or-later
// What is done in a run: by people, by a third party, by time and by bad luck.
#include "simulation/World.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace ch::sim {

namespace {

constexpr qint64 kMinuteMs = 60'000;

} // namespace

void World::act()
{
    switch (m_dice.weighed({28, 16, 9, 20, 5, 16, 5, 14, 7})) {
    case 0: actProvision(); break;
    case 1: actThirdParty(); break;
    case 2: actTime(); break;
    case 3: actDoom(); break;
    case 4: actDisk(); break;
    case 5:
        actTakeDown();
        break;
    case 6: actCancel(); break;
    case 7: {
        Program& program = *m_programs[static_cast<size_t>(m_dice.below(static_cast<int>(m_programs.size())))].program;
        const int what = m_dice.weighed({8, 4, 3});
        if (program.isUp()) {
            what == 0 ? program.resume() : what == 1 ? program.sync() : program.stop();
        }
        break;
    }
    default:
        m_network.weather = m_dice.chance(250) ? Weather::calm() : Weather::rough(m_dice);
        say("the weather changes");
        break;
    }
}

business::ProvisionRequest World::requestOf(int business)
{
    static const QStringList kNames = {QStringLiteral("Jane Roe's Caf\u00e9"), QString::fromUtf8("\xc3\xa9").repeated(256), QString(300, QLatin1Char('x')),
        QStringLiteral("\u682a\u5f0f\u4f1a\u793e \u30c6\u30b9\u30c8 & S\u00f6hne = 100 % + \"quoted\""), QStringLiteral("0"), QString::fromUtf8("\xf0\x9f\x8f\xa0 House \xd7\xa2\xd7\x91\xd7\xa8")};
    static const QStringList kTypes = {QStringLiteral("saas"), QStringLiteral("ecommerce"), QStringLiteral("content"), QStringLiteral("api"), QStringLiteral("tool"), QStringLiteral("unpriced")};
    business::ProvisionRequest request;
    request.businessId = m_businesses[business];
    request.name = kNames[m_dice.weighed({10, 2, 2, 3, 1, 2})];
    request.type = kTypes[m_dice.weighed({10, 3, 2, 2, 2, 1})];
    request.email = m_dice.chance(800) ? QStringLiteral("jane.roe.%1@example.com").arg(business) : QString();
    request.cutName = m_dice.chance(500);
    return request;
}

void World::actProvision()
{
    const int business = m_dice.below(static_cast<int>(m_businesses.size()));
    // Often at once in both programs, or twice in one: what two people do.
    const int times = m_dice.chance(300) ? 2 : 1;
    for (int time = 0; time < times; ++time) {
        Program& program = *m_programs[static_cast<size_t>(m_dice.below(static_cast<int>(m_programs.size())))].program;
        if (program.isUp()) {
            program.provision(requestOf(business));
        }
        if (m_dice.chance(300)) {
            turns(m_dice.below(12));
        }
    }
}

QString World::knownBusiness()
{
    QStringList there;
    for (const QString& businessId : std::as_const(m_businesses)) {
        if (!m_account.customers(businessId).isEmpty()) {
            there << businessId;
        }
    }
    const QStringList& among = there.isEmpty() ? m_businesses : there;
    return among[m_dice.below(static_cast<int>(among.size()))];
}

void World::actTakeDown()
{
    business::TakedownRequest request;
    request.businessId = knownBusiness();
    request.reason = QStringLiteral("asked for by jane.roe@example.com");
    request.deleteCustomer = m_dice.chance(500);
    request.atPeriodEnd = m_dice.chance(150);
    request.invoiceNow = m_dice.chance(150);
    request.prorate = m_dice.chance(150);
    if (m_dice.chance(600)) {
        using business::RemainderChoice;
        using business::RemainderKind;
        request.choicesByKind[RemainderKind::OpenInvoice] = m_dice.chance(500) ? RemainderChoice::Void : RemainderChoice::MarkUncollectible;
        request.choicesByKind[RemainderKind::DraftInvoice] = RemainderChoice::Delete;
        request.choicesByKind[RemainderKind::PendingItem] = RemainderChoice::Delete;
        if (m_dice.chance(700)) {
            request.choicesByKind[RemainderKind::UnusedTime] = RemainderChoice::Refund;
        }
    }
    for (int times = m_dice.chance(200) ? 2 : 1; times > 0; --times) {
        Program& program = *m_programs[static_cast<size_t>(m_dice.below(static_cast<int>(m_programs.size())))].program;
        if (program.isUp()) {
            program.takeDown(request);
        }
    }
}

void World::actCancel()
{
    const auto living = m_account.subscriptions(knownBusiness(), true);
    Program& program = *m_programs[static_cast<size_t>(m_dice.below(static_cast<int>(m_programs.size())))].program;
    if (living.isEmpty() || !program.isUp()) {
        return;
    }
    business::CancelRequest request{living.first().value(QStringLiteral("id")).toString()};
    request.atPeriodEnd = m_dice.chance(300);
    request.invoiceNow = m_dice.chance(200);
    request.prorate = m_dice.chance(200);
    program.cancel(request);
}

/// Somebody in the Dashboard, or another program of the company's.
void World::actThirdParty()
{
    const QString businessId = knownBusiness();
    const auto customers = m_account.customers(businessId);
    if (customers.isEmpty()) {
        return;
    }
    const QByteArray customer = customers.first().value(QStringLiteral("id")).toString().toLatin1();
    const auto living = m_account.subscriptions(businessId, true);
    const QByteArray subscription = living.isEmpty() ? QByteArray() : living.first().value(QStringLiteral("id")).toString().toLatin1();
    static const QByteArrayList kWords = {"cancels", "deletes the customer of", "renames", "moves to a dearer price", "pays", "cancels at period end", "takes more of", "adds a pending item to"};
    const int what = m_dice.weighed({3, 2, 1, 1, 8, 1, 1, 2});
    if (what != 1 && what != 2 && subscription.isEmpty()) {
        return;
    }
    say("a third party " + kWords[what] + ' ' + businessId.toUtf8());
    m_trace.count("third party " + kWords[what]);
    switch (what) {
    case 0: (void)m_account.ask("DELETE", "/v1/subscriptions/" + subscription); break;
    case 1: (void)m_account.ask("DELETE", "/v1/customers/" + customer); break;
    case 2: (void)m_account.ask("POST", "/v1/customers/" + customer, "name=Renamed"); break;
    case 3: {
        const QByteArray item = living.first().value(QStringLiteral("items")).toObject().value(QStringLiteral("data")).toArray().first().toObject().value(QStringLiteral("id")).toString().toLatin1();
        const auto dearer = m_account.all("/v1/prices?lookup_keys[0]=dearer");
        (void)m_account.ask("POST", "/v1/subscriptions/" + subscription, "items[0][id]=" + item + "&items[0][price]=" + dearer.first().value(QStringLiteral("id")).toString().toLatin1());
        break;
    }
    case 4: {
        const auto card = QJsonDocument::fromJson(m_account.ask("POST", "/v1/payment_methods/pm_card_visa/attach", "customer=" + customer).body).object();
        const auto invoice = living.first().value(QStringLiteral("latest_invoice")).toString().toLatin1();
        const auto paid = m_account.ask("POST", "/v1/invoices/" + invoice + "/pay", "payment_method=" + card.value(QStringLiteral("id")).toString().toLatin1());
        say("  " + QByteArray::number(paid.status));
        break;
    }
    case 5: (void)m_account.ask("POST", "/v1/subscriptions/" + subscription, "cancel_at_period_end=true"); break;
    case 7: (void)m_account.ask("POST", "/v1/invoiceitems", "customer=" + customer + "&subscription=" + subscription + "&amount=700&currency=usd"); break;
    default: {
        const QByteArray item = living.first().value(QStringLiteral("items")).toObject().value(QStringLiteral("data")).toArray().first().toObject().value(QStringLiteral("id")).toString().toLatin1();
        (void)m_account.ask("POST", "/v1/subscriptions/" + subscription, "items[0][id]=" + item + "&items[0][quantity]=3");
        break;
    }
    }
}

void World::actTime()
{
    const qint64 ms = std::array<qint64, 7>{5'000, kMinuteMs, 20 * kMinuteMs, 300 * kMinuteMs, 23 * 60 * kMinuteMs + 30 * kMinuteMs, 25 * 60 * kMinuteMs, 80 * 60 * kMinuteMs}[static_cast<size_t>(m_dice.weighed({3, 3, 2, 2, 1, 2, 1}))];
    say("time goes on by " + QByteArray::number(ms / 1000) + " s");
    const qint64 limit = m_clock.monotonicMs() + ms;
    constexpr int kMostTurns = 3000;
    for (int count = 0; count < kMostTurns && m_broken.isEmpty() && turn(limit); ++count) {
    }
    m_clock.moveTo(limit);
}

void World::actDoom()
{
    Watched& watched = m_programs[static_cast<size_t>(m_dice.below(static_cast<int>(m_programs.size())))];
    if (!watched.program->isUp()) {
        return;
    }
    switch (m_dice.weighed({3, 3, 2, 2})) {
    case 0: watched.doom = {Moment::Event, m_dice.from(1, 60)}; break;
    case 1: watched.doom = {Moment::Write, m_dice.from(1, 30)}; break;
    case 2: watched.doom = {Moment::BeforeSending, m_dice.from(1, 8)}; break;
    default: watched.doom = {Moment::AfterSending, m_dice.from(1, 8)}; break;
    }
    watched.doom.takesAll = m_dice.chance(300);
}

void World::actDisk()
{
    m_diskFails = m_dice.from(1, 30);
    m_diskFailsFor = m_dice.chance(700) ? 1 : m_dice.from(2, 20);
    say("the disk is about to be full");
}

} // namespace ch::sim
