// SPDX-License-Identifier: GPL-3.0-or-later
// A simulated account with its own server, its webhooks sent over sockets to an open workspace, on a fast clock: lives on, is acted on out of a
// seed, and its program can be ended and begun anew. For TstWebhookHour.
#pragma once

#include "sandbox/Deliveries.h"
#include "store/JournalReader.h"
#include "sync/Dump.h"
#include "workspace/FastClock.h"
#include "workspace/House.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>

namespace ch::test {

inline constexpr qint64 kMinuteMs = 60'000;
inline constexpr qint64 kHourMs = 60 * kMinuteMs;

class LivingAccount {
public:
    explicit LivingAccount(quint32 seed, int businesses) : m_dice(seed)
    {
        sandbox::Options options;
        options.businesses = businesses;
        options.months = 3;
        options.seed = seed;
        m_server = std::make_unique<sandbox::SandboxServer>(options, clock);
        m_base = QUrl(QStringLiteral("http://127.0.0.1:%1").arg(m_server->start().value_or(0)));
    }
    ~LivingAccount() { end(); }

    /// The program: opens the account, keeps it fresh and listens; what was there before is taken up.
    [[nodiscard]] bool begin(const Secret& secret, quint16 port)
    {
        workspace::OpenOptions options;
        options.dataDir = dir.path();
        options.apiBase = m_base;
        options.key = madeKey();
        const auto opened = ended(workspace::Workspace::open(options, vault, clock, &nest));
        if (!opened) {
            return false;
        }
        program = *opened;
        if (program->reader().completeness()->completeAsOfMs == 0 && !(ended(program->sync(&nest)) && *program->setReadsOfAMonth(50'000'000))) {
            return false;
        }
        program->startFeed();
        program->setLooked(true);
        if (!ended(program->webhooks().addSecret(secret, &nest))) {
            return false;
        }
        workspace::WebhookSettings settings;
        settings.on = true;
        settings.port = port;
        const auto listens = ended(program->webhooks().change(settings, &nest));
        return listens && listens->listeningAt > 0;
    }
    void end() { program.reset(); }

    QJsonObject ask(const QByteArray& method, const QByteArray& target, const QByteArray& body = {})
    {
        const sandbox::Reply reply = engine().handle({method, target, {{"Authorization", QByteArray("Bearer ") + madeKey().reveal()}}, body});
        return QJsonDocument::fromJson(reply.body).object();
    }
    sandbox::Engine& engine() { return m_server->engine(); }
    sandbox::FaultPlan& faults() { return m_server->faults(); }
    [[nodiscard]] qint64 requests() const { return m_server->requestCount(); }

    /// What waits to be posted, without what failed and is to be tried later.
    [[nodiscard]] qint64 onTheWay()
    {
        const QJsonObject to = endpoint();
        return to.value("waiting").toInteger() - to.value("retrying").toInteger();
    }
    [[nodiscard]] QJsonObject endpoint() { return QJsonDocument::fromJson(engine().deliveries().report()).object().value("endpoints").toArray().at(0).toObject(); }

    /// Posts what is due by now.
    void pump() { m_server->pump(); }
    /// Everything that was sent has come and is applied.
    [[nodiscard]] bool settles()
    {
        pump();
        return QTest::qWaitFor([this] { return onTheWay() == 0 && isApplied(); }, kLongestMs);
    }
    [[nodiscard]] bool isApplied() const { return program->feed().behind == 0 && program->records().eventLog().waiting()->empty(); }

    /// What people do in the Dashboard, and what another program does.
    void act(int number);

    QTemporaryDir dir;
    FastClock clock;
    access::SessionVault vault;
    QObject nest;
    std::shared_ptr<workspace::Workspace> program;

private:
    QByteArray pick(const QByteArray& list)
    {
        const QJsonArray shown = ask("GET", "/v1/" + list + (list.contains('?') ? "&" : "?") + "limit=100").value("data").toArray();
        return shown.isEmpty() ? QByteArray("none") : shown.at(m_dice.bounded(static_cast<int>(shown.size()))).toObject().value("id").toString().toLatin1();
    }

    QRandomGenerator m_dice;
    std::unique_ptr<sandbox::SandboxServer> m_server;
    QUrl m_base;
};

inline void LivingAccount::act(int number)
{
    const QByteArray n = QByteArray::number(number);
    const QByteArray customer = pick("customers");
    const QByteArray subscription = pick("subscriptions");
    switch (m_dice.bounded(11)) {
    case 0: (void)ask("POST", "/v1/customers/" + customer, "name=Name" + n); break;
    case 1: (void)ask("DELETE", "/v1/subscriptions/" + subscription); break;
    case 2: (void)ask("POST", "/v1/subscriptions/" + subscription, "cancel_at_period_end=true"); break;
    case 3: (void)ask("DELETE", "/v1/customers/" + customer); break;
    case 4: (void)ask("POST", "/v1/customers", "name=New" + n + "&metadata[business_id]=new-" + n); break;
    case 5: (void)ask("POST", "/v1/subscriptions", "customer=" + customer + "&items[0][price]=" + pick("prices?active=true&type=recurring") + "&collection_method=send_invoice&days_until_due=7"); break;
    case 6: (void)ask("POST", "/v1/subscriptions/" + subscription, "metadata[n]=" + n); break;
    case 7: (void)ask("POST", "/v1/products/" + pick("products"), "description=Product" + n); break;
    case 8: (void)ask("POST", "/v1/refunds", "charge=" + pick("charges") + "&amount=1"); break;
    case 9: (void)ask("POST", "/v1/subscriptions/" + subscription, "items[0][id]=" +
                ask("GET", "/v1/subscriptions/" + subscription).value("items").toObject().value("data").toArray().at(0).toObject().value("id").toString().toLatin1() + "&items[0][quantity]=" + QByteArray::number(1 + number % 5)); break;
    default: { // the next renewal fails
        const QByteArray card = ask("POST", "/v1/payment_methods/pm_card_chargeCustomerFail/attach", "customer=" + customer).value("id").toString().toLatin1();
        (void)ask("POST", "/v1/customers/" + customer, "invoice_settings[default_payment_method]=" + card);
        break;
    }
    }
}

} // namespace ch::test
