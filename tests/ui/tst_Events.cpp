// SPDX-License-Identifier: GPL-3.0-or-later
// The page Event feed through the real window: what came, the webhooks, the trial.
#include "ui/Desk.h"
#include "support/TestMain.h"

#include "sandbox/Deliveries.h"
#include "ui/pages/events/EventsPage.h"
#include "ui/text/EventText.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QSignalSpy>
#include <QTest>

using namespace ch;
using namespace ch::ui;
using namespace ch::test;

namespace {

struct Feed : Desk {
    [[nodiscard]] bool openSynced()
    {
        if (!Desk::openSynced()) {
            return false;
        }
        window->go(Page::Events);
        return QTest::qWaitFor([this] { return model().rowCount() > 0; }, kLong);
    }

    [[nodiscard]] EventsPage& page() { return window->events(); }
    [[nodiscard]] EventsModel& model() { return page().events().model(); }
    template <typename T>
    [[nodiscard]] T* find(const char* name) { return page().findChild<T*>(QLatin1String(name)); }
    [[nodiscard]] QString text(const char* name) { return textOf(page(), name); }

    /// On any free port.
    quint16 switchOn()
    {
        page().show(EventsPage::View::Webhooks);
        quint16 free = 0;
        {
            serve::Server probe(clock, {}, {});
            free = probe.listen().value_or(0);
        }
        find<QLineEdit>("webhooksPort")->setText(QString::number(free));
        find<QCheckBox>("webhooksOn")->click();
        (void)QTest::qWaitFor([this] { return !text("webhooksText").startsWith(QLatin1String("Off")); }, kLong);
        return free;
    }
};

Secret pageSecret()
{
    return Secret(QByteArray("whsec") + '_' + QByteArray(20, 'p') + "9876");
}

} // namespace

class TstEvents : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatCameIsShownAndSearched()
    {
        Feed desk;
        QVERIFY(desk.openSynced());
        QVERIFY(desk.model().itemAt(0));
        QTRY_VERIFY(!desk.text("eventSentence").isEmpty());
        QCOMPARE(desk.model().itemAt(0)->source, store::EventSource::Backfill);
        desk.find<QLineEdit>("eventsFilter")->setText(QStringLiteral("invoice.paid"));
        QTRY_VERIFY(desk.model().state() == PagedModel::State::Ready && desk.model().isFiltered() && desk.model().itemAt(0) && desk.model().itemAt(0)->type == QLatin1String("invoice.paid"));
        auto* from = desk.find<QComboBox>("eventsFrom");
        from->setCurrentIndex(from->findData(static_cast<int>(store::EventSource::Webhook)));
        QTRY_COMPARE(desk.model().rowCount(), 0);
        QTRY_COMPARE(desk.model().state(), PagedModel::State::Ready);
    }

    void webhooksAreSwitchedOnTriedAndOff()
    {
        Feed desk;
        QVERIFY(desk.openSynced());
        QCOMPARE(desk.text("eventsWebhooks"), "Webhooks are off");
        const quint16 port = desk.switchOn();
        QVERIFY2(desk.text("webhooksText").contains("no signing secret yet"), qPrintable(desk.text("webhooksText")));
        QVERIFY(!desk.find<QPushButton>("webhookTry")->isEnabled());
        QCOMPARE(desk.text("webhookLine"), QStringLiteral("stripe listen --forward-to localhost:%1/stripe/webhook").arg(port));

        auto* secret = desk.find<QLineEdit>("webhookSecret");
        secret->setText(QStringLiteral("not a secret"));
        desk.find<QPushButton>("webhookSecretAdd")->click();
        QVERIFY(secret->text().isEmpty());
        QTRY_VERIFY(!desk.find<QLabel>("webhookSecretError")->isHidden());
        QVERIFY(!desk.text("webhookSecretError").contains("not a secret"));
        secret->setText(QString::fromLatin1(pageSecret().reveal()));
        desk.find<QPushButton>("webhookSecretAdd")->click();
        QTRY_VERIFY_WITH_TIMEOUT(desk.text("webhooksText").startsWith("Taking webhooks at http://127.0.0.1:"), kLong);
        QCOMPARE(desk.text("webhookSecretName"), QStringLiteral("whsec_\u20269876"));
        QCOMPARE(desk.text("webhooksAddresses"), QStringLiteral("For monitoring on this computer:\nhttp://127.0.0.1:%1/health\nhttp://127.0.0.1:%1/metrics").arg(port));
        QCOMPARE(desk.text("eventsWebhooks"), QStringLiteral("Webhooks are taken on port %1").arg(port));
        QVERIFY(desk.text("webhookSecretsText").contains("keychain"));

        desk.find<QPushButton>("webhookTry")->click();
        QTRY_VERIFY_WITH_TIMEOUT(desk.text("webhookResultText").startsWith("Taken in"), kLong);
        QTRY_VERIFY(desk.text("webhooksCounts").startsWith("1 taken"));
        desk.page().show(EventsPage::View::Events);
        QTRY_VERIFY_WITH_TIMEOUT(desk.model().index(0, 1).data().toString() == QLatin1String("Trial of the endpoint"), kLong);
        QTRY_COMPARE(desk.model().index(0, 2).data(RowsModel::StatusRole).toString(), "event_nothing");
        QCOMPARE(desk.model().index(0, 3).data().toString(), "Webhook");
        // What was chosen stays chosen, alone, when something comes above it.
        QTRY_COMPARE(desk.page().events().findChild<TableView*>()->selectionModel()->selectedRows().size(), 1);
        QVERIFY(desk.page().events().findChild<TableView*>()->selectionModel()->currentIndex().row() > 0);
        QVERIFY(!desk.find<QPushButton>("eventReplay")->isHidden());
        desk.page().events().findChild<TableView*>()->selectRow(0);
        QVERIFY(desk.find<QPushButton>("eventReplay")->isHidden()); // there is nothing to replay in a trial

        desk.page().show(EventsPage::View::Webhooks);
        desk.find<QPushButton>("webhookSecretRemove")->click();
        QTRY_VERIFY(desk.text("webhooksText").contains("no signing secret yet"));
        desk.find<QCheckBox>("webhooksOn")->click();
        QTRY_VERIFY_WITH_TIMEOUT(desk.text("webhooksText").startsWith("Off"), kLong);
        QVERIFY(desk.find<QLabel>("webhooksAddresses")->isHidden());
    }

    void whatCannotBeSaysWhy()
    {
        Feed desk;
        QVERIFY(desk.openSynced());
        desk.page().show(EventsPage::View::Webhooks);
        desk.find<QLineEdit>("webhooksPath")->setText(QStringLiteral("/health"));
        QVERIFY(desk.find<QPushButton>("webhooksApply")->isEnabled());
        desk.find<QPushButton>("webhooksApply")->click();
        QTRY_VERIFY_WITH_TIMEOUT(desk.text("webhooksText").contains("/health is taken"), kLong);
        desk.find<QLineEdit>("webhooksPath")->setText(QStringLiteral("/stripe/webhook"));
        desk.find<QLineEdit>("webhooksPort")->setText(QString::number(desk.port)); // the simulated account's
        desk.find<QCheckBox>("webhooksOn")->click();
        QTRY_VERIFY_WITH_TIMEOUT(desk.text("webhooksText").contains("is in use by another program"), kLong);
        QCOMPARE(desk.text("eventsWebhooks"), "Webhooks: not listening");
    }

    void anotherAccountBeginsAfresh()
    {
        Feed desk;
        QVERIFY(desk.openSynced());
        desk.switchOn();
        desk.find<QLineEdit>("webhookSecret")->setText(QStringLiteral("half"));
        desk.engine->close();
        QTRY_VERIFY(desk.window->page() == Page::Accounts);
        QVERIFY(desk.find<QLineEdit>("webhookSecret")->text().isEmpty());
        QCOMPARE(desk.text("eventsWebhooks"), "Webhooks are off");
        QCOMPARE(desk.model().rowCount(), 0);
    }

    void everyDeedHasAWordAndAMeaning()
    {
        using Deed = store::EventDeed;
        for (const auto deed : {Deed::Waiting, Deed::Listed, Deed::Applied, Deed::ReadAgain, Deed::Removed, Deed::Older, Deed::Nothing, Deed::Failed}) {
            const StatusLook look = statusLook(eventStatus(deed));
            QVERIFY2(!look.meaning.isEmpty(), qPrintable(look.word));
            QVERIFY(look.word != eventStatus(deed));
        }
        store::EventEntry entry;
        entry.deed = Deed::Applied;
        entry.effect = store::EventEffect::MarkedForTakedown;
        for (const char* code : {"same_time", "interrupted", "api_version", "shape", "items_cut", "lines_cut", "discounts", "payment_method", "tiers", "applies_to"}) {
            entry.why = QLatin1String(code);
            QVERIFY2(!eventSentence(entry).contains(QLatin1Char('_')) && eventSentence(entry).endsWith(QLatin1Char('.')), code); // a code ends with none
        }
        entry.why = QStringLiteral("Because.");
        QVERIFY(eventSentence(entry).endsWith(QLatin1String("marked for take-down. Because.")));
    }
};

CH_TEST(TstEvents)
#include "tst_Events.moc"
