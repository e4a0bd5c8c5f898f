// SPDX-License-Identifier: GPL-3.0-or-later
// The webhooks of an open account: settings, secrets, the trial, and the demo's.
#include "support/TestMain.h"
#include "workspace/House.h"

#include "serve/Poster.h"

#include <QSignalSpy>

using namespace ch;
using namespace ch::test;
using workspace::WebhookSettings;
using workspace::WebhookState;

namespace {

Secret webhookSecret(const QByteArray& tail = "A")
{
    return Secret(QByteArray("whsec") + '_' + QByteArray(28, 's') + tail);
}

/// A vault that can be told to refuse.
class FickleVault final : public access::Vault {
public:
    access::SessionVault inner;
    bool refuses = false;
    ResultJob<Secret>* read(const QString& entry, QObject* parent) override { return refuses ? NoVault().read(entry, parent) : inner.read(entry, parent); }
    ResultJob<bool>* write(const QString& entry, const Secret& secret, QObject* parent) override { return refuses ? NoVault().write(entry, secret, parent) : inner.write(entry, secret, parent); }
    ResultJob<bool>* remove(const QString& entry, QObject* parent) override { return refuses ? NoVault().remove(entry, parent) : inner.remove(entry, parent); }
};

struct Opened {
    QTemporaryDir dir;
    Account account;
    FickleVault vault;
    SystemClock clock;
    QObject nest;
    std::shared_ptr<workspace::Workspace> workspace;

    /// As a profile, so that it has a place in the vault.
    void open()
    {
        workspace.reset();
        if (options.profile.isEmpty()) {
            const auto connected = ended(workspace::Workspace::connectKey(madeKey(), QStringLiteral("Main"), true, account.base(), dir.path(), vault, clock, &nest));
            QVERIFY2(connected, connected ? "" : qPrintable(connected.error().message));
            options = connected->options;
        }
        const auto opened = ended(workspace::Workspace::open(options, vault, clock, &nest));
        QVERIFY2(opened, opened ? "" : qPrintable(opened.error().message));
        workspace = *opened;
    }

    workspace::Webhooks& webhooks() { return workspace->webhooks(); }

    /// Taken on any free port. (The trail says 0; what listens is told.)
    WebhookState switchOn()
    {
        WebhookSettings settings;
        settings.on = true;
        settings.port = 0;
        return ended(webhooks().change(settings, &nest)).value_or(WebhookState{});
    }

    int post(const QByteArray& body, const QByteArray& header)
    {
        serve::Poster::Letter letter;
        letter.url = "http://127.0.0.1:" + QByteArray::number(webhooks().state().listeningAt) + "/stripe/webhook";
        letter.body = body;
        letter.headers = {{"Stripe-Signature", header}};
        return ended(static_cast<ResultJob<int>*>(new serve::Poster(clock, letter, &nest))).value_or(0);
    }

    int deliver(const QByteArray& id, const Secret& secret, const QByteArray& type = "made.up")
    {
        const QByteArray body = R"({"id":")" + id + R"(","object":"event","type":")" + type + R"(","created":1793491200,"livemode":false,"data":{"object":{"id":"x_1","object":"x"}}})";
        return post(body, stripe::signatureHeader(body, clock.nowSeconds(), secret));
    }

    [[nodiscard]] std::vector<store::EventEntry> log() { return workspace->records().eventLog().find({}).value_or(store::FoundEvents{}).entries; }
    [[nodiscard]] QStringList trail()
    {
        QStringList actions;
        for (const store::AuditEntry& entry : workspace->records().audit(20).value_or(std::vector<store::AuditEntry>{})) {
            actions << entry.action;
        }
        return actions;
    }

    workspace::OpenOptions options;
};

} // namespace

class TstWebhooks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void areOffAtFirst()
    {
        Opened house;
        house.open();
        const auto state = ended(house.webhooks().start(&house.nest));
        QVERIFY(state);
        QVERIFY(!state->settings.on);
        QCOMPARE(state->listeningAt, 0);
        QCOMPARE(state->forwardLine, "stripe listen --forward-to localhost:4242/stripe/webhook");
        const auto trial = ended(house.webhooks().tryIt(&house.nest));
        QVERIFY(!trial);
        QCOMPARE(trial.error().code, "not_listening");
    }

    void settingsAndSecretsComeBack()
    {
        Opened house;
        house.open();
        WebhookSettings settings;
        settings.on = true;
        settings.port = 0;
        settings.path = QStringLiteral("/hooks");
        settings.futureSeconds.reset();
        QVERIFY(ended(house.webhooks().change(settings, &house.nest))->listeningAt > 0);
        QVERIFY(ended(house.webhooks().addSecret(webhookSecret("1234"), &house.nest))->secretsAreKept);
        const auto second = ended(house.webhooks().addSecret(webhookSecret("5678"), &house.nest));
        QCOMPARE(second->secrets, QStringList({QStringLiteral("whsec_\u20265678"), QStringLiteral("whsec_\u20261234")}));
        QVERIFY(house.trail().contains(QStringLiteral("webhooks")));
        QVERIFY(house.trail().contains(QStringLiteral("webhook_secret_added")));
        QVERIFY(filesWith(house.dir.path(), QByteArray(28, 's')).isEmpty()); // no secret in any file

        house.open();
        QCOMPARE(house.webhooks().state().listeningAt, 0); // nothing listens before it is asked to
        const auto back = ended(house.webhooks().start(&house.nest));
        QVERIFY(back->listeningAt > 0);
        QVERIFY(back->settings == settings);
        QCOMPARE(back->secrets, second->secrets);
        QVERIFY(back->secretsAreKept);

        QCOMPARE(ended(house.webhooks().removeSecret(0, &house.nest))->secrets.size(), 1);
        QVERIFY(ended(house.webhooks().removeSecret(0, &house.nest))->secrets.isEmpty());
        QCOMPARE(ended(house.webhooks().removeSecret(0, &house.nest)).error().code, "no_such_secret");
        house.open();
        QVERIFY(ended(house.webhooks().start(&house.nest))->secrets.isEmpty());
    }

    void aSecretIsLookedAtBeforeItIsTaken()
    {
        Opened house;
        house.open();
        for (const QByteArray& bad : {QByteArray(), QByteArray("hello"), madeKey().reveal(), webhookSecret().reveal() + ',' + webhookSecret("B").reveal()}) {
            const auto refused = ended(house.webhooks().addSecret(Secret(bad), &house.nest));
            QVERIFY(!refused);
            QVERIFY(!refused.error().message.contains(QString::fromLatin1(bad)) || bad.isEmpty());
        }
        for (const char* tail : {"A", "B", "C", "D"}) {
            QVERIFY(ended(house.webhooks().addSecret(webhookSecret(tail), &house.nest)));
        }
        QCOMPARE(ended(house.webhooks().addSecret(webhookSecret("B"), &house.nest)).error().code, "secret_known");
        QCOMPARE(ended(house.webhooks().addSecret(webhookSecret("E"), &house.nest)).error().code, "too_many_secrets");
    }

    void aSecretThatIsAddedTakesNoOthersPlace()
    {
        Opened house;
        house.open();
        QVERIFY(ended(house.webhooks().addSecret(webhookSecret("1234"), &house.nest))->secretsAreKept);
        house.open();
        // The keychain is locked: the one in it was not read, and must not be written over.
        house.vault.refuses = true;
        QVERIFY(ended(house.webhooks().start(&house.nest))->secrets.isEmpty());
        const auto forNow = ended(house.webhooks().addSecret(webhookSecret("5678"), &house.nest));
        QVERIFY(forNow && !forNow->secretsAreKept);
        QCOMPARE(forNow->secrets, QStringList(QStringLiteral("whsec_\u20265678")));
        house.vault.refuses = false;
        const auto all = ended(house.webhooks().addSecret(webhookSecret("9abc"), &house.nest));
        QVERIFY(all->secretsAreKept);
        QCOMPARE(all->secrets, QStringList({QStringLiteral("whsec_\u20269abc"), QStringLiteral("whsec_\u20265678"), QStringLiteral("whsec_\u20261234")}));
        // While the keychain is still being asked at opening, one is added.
        house.open();
        auto* const starting = house.webhooks().start(&house.nest);
        auto* const adding = house.webhooks().addSecret(webhookSecret("def0"), &house.nest);
        std::optional<Result<WebhookState>> started;
        starting->onFinished(&house.nest, [&started](const auto& state) { started = state; });
        QVERIFY(ended(adding));
        QVERIFY(QTest::qWaitFor([&started] { return started.has_value(); }, kLongestMs));
        QCOMPARE(house.webhooks().state().secrets.size(), 4);
        house.open();
        QCOMPARE(ended(house.webhooks().start(&house.nest))->secrets.size(), 4);
    }

    void aVaultThatRefusesLeavesThemForThisSession()
    {
        Opened house;
        house.open();
        house.vault.refuses = true;
        const auto state = ended(house.webhooks().addSecret(webhookSecret(), &house.nest));
        QVERIFY(state);
        QVERIFY(!state->secretsAreKept);
        QVERIFY(state->problem);
        QCOMPARE(state->secrets.size(), 1);
        house.switchOn();
        QCOMPARE(house.deliver("evt_1", webhookSecret()), 200);
    }

    void aTrialGoesTheWholeWayAndChangesNothing()
    {
        Opened house;
        house.open();
        QVERIFY(ended(house.workspace->sync(&house.nest)));
        house.switchOn();
        QCOMPARE(ended(house.webhooks().tryIt(&house.nest)).error().code, "no_secret");
        QVERIFY(ended(house.webhooks().addSecret(webhookSecret(), &house.nest)));
        const qint64 revision = house.workspace->reader().revision().value_or(-1);
        const auto trial = ended(house.webhooks().tryIt(&house.nest));
        QVERIFY(trial);
        QVERIFY2(trial->isTaken(), qPrintable(trial->message));
        QCOMPARE(house.log().front().id, trial->eventId);
        QCOMPARE(house.log().front().source, store::EventSource::Webhook);
        QTRY_COMPARE(house.log().front().deed, store::EventDeed::Nothing);
        QTRY_COMPARE(house.webhooks().state().taken, 1);
        QCOMPARE(house.workspace->reader().revision().value_or(-2), revision);
        QVERIFY(ended(house.webhooks().tryIt(&house.nest))->isTaken()); // each time with an event of its own
        QCOMPARE(house.webhooks().state().duplicates, 0);
    }

    void whatIsRefusedIsToldAndLeavesNoTrace()
    {
        Opened house;
        house.open();
        house.switchOn();
        QVERIFY(ended(house.webhooks().addSecret(webhookSecret(), &house.nest)));
        QSignalSpy changed(&house.webhooks(), &workspace::Webhooks::changed);
        QCOMPARE(house.deliver("evt_1", webhookSecret("B")), 400);
        QTRY_COMPARE(house.webhooks().state().refusals, 1);
        QCOMPARE(house.webhooks().state().lastRefusal->code, "signature_wrong");
        QTRY_VERIFY(!changed.isEmpty());
        QVERIFY(house.log().empty());
        QCOMPARE(house.deliver("evt_1", webhookSecret()), 200);
        QCOMPARE(house.deliver("evt_1", webhookSecret()), 200);
        QTRY_COMPARE(house.webhooks().state().duplicates, 1);
        QCOMPARE(house.log().size(), 1U);
    }

    void aPortThatIsTakenIsToldAndCanBeChanged()
    {
        Opened house;
        house.open();
        Opened other;
        other.open();
        const quint16 taken = house.switchOn().listeningAt;
        WebhookSettings settings;
        settings.on = true;
        settings.port = taken;
        const auto state = ended(other.webhooks().change(settings, &other.nest));
        QVERIFY(state);
        QCOMPARE(state->listeningAt, 0);
        QCOMPARE(state->problem->kind, ErrorKind::Busy);
        QVERIFY(other.switchOn().listeningAt > 0);
        QVERIFY(!other.webhooks().state().problem);
        settings.path = QStringLiteral("/health");
        QCOMPARE(ended(other.webhooks().change(settings, &other.nest)).error().kind, ErrorKind::InvalidInput);
    }

    void offMeansOff()
    {
        Opened house;
        house.open();
        const quint16 port = house.switchOn().listeningAt;
        QVERIFY(ended(house.webhooks().addSecret(webhookSecret(), &house.nest)));
        QCOMPARE(ended(house.webhooks().change({}, &house.nest))->listeningAt, 0);
        serve::Poster::Letter letter;
        letter.url = "http://127.0.0.1:" + QByteArray::number(port) + "/health";
        QVERIFY(!ended(static_cast<ResultJob<int>*>(new serve::Poster(house.clock, letter, &house.nest))));
    }

    void theDemoSendsItsWebhooksHere()
    {
        QTemporaryDir dir;
        SystemClock clock;
        access::SessionVault vault;
        QObject nest;
        workspace::OpenOptions options;
        options.dataDir = dir.path();
        options.demo = true;
        options.demoBusinesses = 5;
        const auto opened = ended(workspace::Workspace::open(options, vault, clock, &nest));
        QVERIFY(opened);
        workspace::Workspace& demo = **opened;
        WebhookSettings settings;
        settings.on = true;
        settings.port = 0;
        const auto state = ended(demo.webhooks().change(settings, &nest));
        QVERIFY(state && state->listeningAt > 0);
        QVERIFY(state->secretIsMade);
        QCOMPARE(state->secrets.size(), 1);
        QVERIFY(ended(demo.webhooks().tryIt(&nest))->isTaken());
        QVERIFY(ended(demo.ensurePrices(true, &nest)));
        QTRY_VERIFY_WITH_TIMEOUT(demo.webhooks().state().taken >= 3, kLongestMs); // the trial, a product, a price
        QVERIFY(ended(demo.webhooks().change({}, &nest))->secrets.isEmpty());
        QVERIFY(ended(demo.webhooks().change(settings, &nest))->secretIsMade);
    }

    void anEventIsReplayed()
    {
        Opened house;
        house.open();
        QVERIFY(ended(house.workspace->sync(&house.nest)));
        QVERIFY(!house.log().empty());
        const QString id = house.log().front().id;
        QCOMPARE(house.log().front().deed, store::EventDeed::Listed);
        QVERIFY(ended(house.workspace->replayEvent(id, &house.nest)));
        QTRY_VERIFY(house.workspace->records().eventLog().find({id, {}, {}, 0, 1})->entries.front().deed != store::EventDeed::Listed);
        const auto unknown = ended(house.workspace->replayEvent(QStringLiteral("evt_nowhere"), &house.nest));
        QVERIFY(!unknown);
        QCOMPARE(unknown.error().kind, ErrorKind::NotFound);
        QVERIFY2(unknown.error().message.contains(QLatin1String("30 days")), qPrintable(unknown.error().message));
    }

    void secretsAreReadFromOneText()
    {
        const QByteArray one = webhookSecret("1").reveal();
        const QByteArray two = webhookSecret("2").reveal();
        QCOMPARE(workspace::parseSecrets({})->size(), 0U);
        QCOMPARE(workspace::parseSecrets(one)->size(), 1U);
        QCOMPARE(workspace::parseSecrets(one + ", " + two + "\n")->size(), 2U);
        QVERIFY(workspace::parseSecrets(one + '\n' + two)->back().equals(webhookSecret("2")));
        QVERIFY(!workspace::parseSecrets(one + ",hello"));
        QVERIFY(!workspace::parseSecrets((one + ',').repeated(5)));
        QCOMPARE(workspace::forwardLine(4242, QStringLiteral("/stripe/webhook"), true), "stripe listen --live --forward-to localhost:4242/stripe/webhook");
    }
};

CH_TEST(TstWebhooks)
#include "tst_Webhooks.moc"
