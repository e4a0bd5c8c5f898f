// SPDX-License-Identifier: GPL-3.0-or-later
// How long a change at Stripe takes to stand in the window: by webhook within 2 s, by asking within 20 s while the window is looked at. A window
// over a simulated account on a real socket; the account's customers are renamed one after the other, and the table of businesses is watched.
//   ninja -C build/release bench_fresh && build/release/bin/bench_fresh [--webhook 20] [--polls 5]
// Each figure is printed beside its limit as a ratio; below 1 is within. Not part of tests/run.
#include "ui/Desk.h"

#include "Measure.h"

#include "sandbox/Deliveries.h"

#include <QCommandLineParser>
#include <QJsonArray>
#include <QLocale>
#include <QSignalSpy>
#include <QTest>

using namespace ch;
using namespace ch::bench;

namespace {

constexpr int kPatienceMs = 120'000;

bool waitFor(const std::function<bool()>& condition)
{
    return QTest::qWaitFor(condition, kPatienceMs);
}

class Room : public test::Desk {
public:
    void openSynced()
    {
        open();
        QSignalSpy synced(engine.get(), &workspace::Engine::syncFinished);
        connectWithKey();
        if (!waitFor([&synced] { return !synced.isEmpty(); })) {
            giveUp(QStringLiteral("the first sync"));
        }
        window->go(ui::Page::Businesses);
        window->activateWindow();
        if (!waitFor([this] { return businesses().rowCount() > 0 && businesses().rowAt(0) != nullptr; })) {
            giveUp(QStringLiteral("the table of businesses"));
        }
    }

    void takeWebhooks()
    {
        quint16 free = 0;
        {
            serve::Server probe(clock, {}, {});
            free = probe.listen().value_or(0);
        }
        const auto row = server.engine().deliveries().add("http://127.0.0.1:" + QByteArray::number(free) + "/stripe/webhook");
        if (!row) {
            giveUp(row.error().message);
        }
        workspace::WebhookState state;
        QObject::connect(engine.get(), &workspace::Engine::webhooksRead, engine.get(), [&state](int, const workspace::WebhookState& read) { state = read; });
        engine->addWebhookSecret(Secret(server.engine().deliveries().secretOf(*row)));
        workspace::WebhookSettings wanted;
        wanted.on = true;
        wanted.port = free;
        engine->setWebhooks(wanted);
        if (!waitFor([&state] { return state.listeningAt > 0 && !state.secrets.isEmpty(); })) {
            giveUp(QStringLiteral("switching webhooks on"));
        }
    }

    /// Milliseconds from the change to the row.
    double rename(int number)
    {
        const QString name = QStringLiteral("Renamed %1").arg(number);
        const QString id = aBusiness();
        sandbox::Request request;
        request.method = "POST";
        request.target = "/v1/customers/" + id.toLatin1();
        request.headers = {{"Authorization", "Bearer " + test::testKey()}, {"Content-Type", "application/x-www-form-urlencoded"}};
        request.body = "name=" + name.toUtf8().toPercentEncoding() + "&metadata[business_name]=" + name.toUtf8().toPercentEncoding();
        const double before = milliseconds();
        if (server.engine().handle(request).status != 200) {
            giveUp(QStringLiteral("the change itself"));
        }
        server.pump();
        if (!waitFor([this, &name] { return isShown(name); })) {
            giveUp(QStringLiteral("the change never showed"));
        }
        return milliseconds() - before;
    }

private:
    /// The customer of the newest business.
    QString aBusiness()
    {
        for (const QJsonValue& customer : ask("/v1/customers?limit=100")[QStringLiteral("data")].toArray()) {
            if (customer[QStringLiteral("metadata")].toObject().contains(QStringLiteral("business_id"))) {
                return customer[QStringLiteral("id")].toString();
            }
        }
        giveUp(QStringLiteral("there is no business"));
    }

    bool isShown(const QString& name)
    {
        ui::MirrorTableModel& model = businesses();
        for (int row = 0; row < model.rowCount(); ++row) {
            if (model.textAt(row, QStringLiteral("name")) == name) {
                return true;
            }
        }
        return false;
    }
};

void measure(const char* what, int times, double limitMs, const std::function<double(int)>& one)
{
    std::vector<double> took;
    for (int i = 0; i < times; ++i) {
        took.push_back(one(i));
    }
    std::sort(took.begin(), took.end());
    std::printf("  %s: %d changes, median %.0f ms\n", what, times, took[took.size() / 2]);
    tell(what, took.back(), limitMs, "ms");
}

} // namespace

int main(int argc, char** argv)
{
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) {
        qputenv("QT_QPA_PLATFORM", "offscreen");
    }
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    QApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addOptions({{QStringLiteral("webhook"), QString(), QStringLiteral("n"), QStringLiteral("20")}, {QStringLiteral("polls"), QString(), QStringLiteral("n"), QStringLiteral("5")}});
    parser.process(application);
    {
        Room room;
        room.openSynced();
        room.takeWebhooks();
        measure("by webhook, slowest", qMax(1, parser.value(QStringLiteral("webhook")).toInt()), 2'000, [&room](int i) { return room.rename(i); });
    }
    {
        Room room;
        room.openSynced();
        measure("by asking, while looked at, slowest", qMax(1, parser.value(QStringLiteral("polls")).toInt()), 20'000, [&room](int i) { return room.rename(i); });
    }
    return allWithin() ? 0 : 1;
}
