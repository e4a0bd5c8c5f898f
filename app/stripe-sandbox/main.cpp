// SPDX-License-Identifier: GPL-3.0-or-later
// stripe-sandbox: the simulated Stripe account as a program. Exit codes: 0 ended by SIGTERM or SIGINT, 1 it could not listen, read or save, 2 usage
// or a file to load that is no saved account.
#include "Arguments.h"
#include "StopSignals.h"
#include "sandbox/Deliveries.h"
#include "sandbox/Endpoints.h"
#include "sandbox/SandboxServer.h"
#include "sandbox/SpedClock.h"

#include <QCoreApplication>
#include <cstdio>

static void say(std::FILE* stream, const QString& text)
{
    const QByteArray bytes = text.toUtf8();
    std::fwrite(bytes.constData(), 1, static_cast<std::size_t>(bytes.size()), stream);
    std::fflush(stream);
}

static QString greeting(const ch::sandbox::Arguments& arguments, const ch::sandbox::Engine::Counts& counts, quint16 port)
{
    QString line = QStringLiteral("stripe-sandbox listening on http://127.0.0.1:%1 (%2 mode, seed %3, %4 months: %5 customers, %6 subscriptions")
                       .arg(port)
                       .arg(arguments.account.live ? QStringLiteral("live") : QStringLiteral("test"))
                       .arg(arguments.account.seed)
                       .arg(arguments.account.months)
                       .arg(counts.customers)
                       .arg(counts.subscriptions);
    if (!arguments.faults.isEmpty()) {
        line += QStringLiteral("; %1 fault rule(s)").arg(arguments.faults.size());
    }
    return line + QStringLiteral(")\n");
}

static void openWebhooks(ch::sandbox::Deliveries& deliveries, const ch::sandbox::Arguments& arguments)
{
    deliveries.setPlan(arguments.webhookPlan);
    for (const auto& [url, secret] : arguments.webhooks) {
        const ch::Result<ch::sandbox::Index> row = deliveries.add(url, secret);
        if (row && secret.isEmpty()) {
            say(stdout, QStringLiteral("webhook %1 is signed with %2\n").arg(QString::fromUtf8(url), QString::fromLatin1(deliveries.secretOf(*row))));
        }
    }
}

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    const ch::Result<ch::sandbox::Arguments> parsed = ch::sandbox::Arguments::parse(QCoreApplication::arguments());
    if (!parsed) {
        say(stderr, QStringLiteral("stripe-sandbox: %1\nTry stripe-sandbox --help.\n").arg(parsed.error().message));
        return 2;
    }
    ch::sandbox::Arguments arguments = *parsed;
    switch (arguments.wish) {
    case ch::sandbox::Arguments::Wish::Help: say(stdout, ch::sandbox::usage()); return 0;
    case ch::sandbox::Arguments::Wish::Version: say(stdout, QStringLiteral("stripe-sandbox " CH_VERSION "\n")); return 0;
    case ch::sandbox::Arguments::Wish::Endpoints: say(stdout, QString::fromUtf8(ch::sandbox::endpointsJson()) + QLatin1Char('\n')); return 0;
    case ch::sandbox::Arguments::Wish::Serve: break;
    }

    ch::SystemClock system;
    ch::sandbox::SpedClock clock(system, arguments.speed);
    ch::sandbox::SandboxServer server(arguments.account, clock);
    server.setLatencyMs(arguments.latencyMs);
    server.setSpeed(arguments.speed);
    server.loadFrom(arguments.loadFile);
    server.saveTo(arguments.saveFile);
    for (const auto& [text, rule] : arguments.faults) {
        server.faults().add(rule, text);
    }
    const ch::sandbox::StopSignals stop([] { QCoreApplication::quit(); });
    const ch::Result<quint16> port = server.start(arguments.port);
    if (!port) {
        say(stderr, QStringLiteral("stripe-sandbox: %1\n").arg(port.error().message));
        return port.error().kind == ch::ErrorKind::InvalidInput ? 2 : 1;
    }
    say(stdout, greeting(arguments, server.engine().counts(), *port));
    openWebhooks(server.engine().deliveries(), arguments);
    server.pump();
    const int ended = QCoreApplication::exec();
    if (arguments.saveFile.isEmpty()) {
        return ended;
    }
    if (const ch::Status saved = server.save(); !saved) {
        say(stderr, QStringLiteral("stripe-sandbox: %1\n").arg(saved.error().message));
        return 1;
    }
    return ended;
}
