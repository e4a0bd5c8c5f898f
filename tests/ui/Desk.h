// SPDX-License-Identifier: GPL-3.0-or-later
// One person's window over a simulated account on a real socket.
#pragma once

#include "access/Vault.h"
#include "sandbox/SandboxServer.h"
#include "ui/pages/businesses/BusinessesPage.h"
#include "ui/pages/connect/ConnectPage.h"
#include "ui/shell/WindowController.h"
#include "ui/tables/TableView.h"

#include <QApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

namespace ch::test {

inline constexpr int kLong = 60000; // the first backfill on a busy machine

inline QByteArray testKey()
{
    return QByteArray("sk_") + "test_" + QByteArray(24, 'w');
}

inline QString expiredKey()
{
    return QStringLiteral("sk_") + QStringLiteral("test_") + QString(24, u'x');
}

inline QString textOf(const QWidget& in, const char* name)
{
    return in.findChild<QLabel*>(QLatin1String(name))->text();
}

inline QPushButton* buttonOf(const QWidget& in, const char* name)
{
    return in.findChild<QPushButton*>(QLatin1String(name));
}

/// One person's window, and the account that it works on.
struct Desk {
    SystemClock clock;
    QTemporaryDir dir;
    sandbox::SandboxServer server;
    quint16 port = 0;
    std::unique_ptr<ui::Theme> theme;
    std::unique_ptr<ui::ViewSettings> settings;
    std::unique_ptr<workspace::Engine> engine;
    std::unique_ptr<ui::MainWindow> window;
    std::unique_ptr<ui::WindowController> controller;

    static sandbox::Options account()
    {
        sandbox::Options options;
        options.businesses = 40;
        options.months = 8;
        options.seed = 7;
        options.expiredKeys = QStringList{expiredKey()};
        return options;
    }

    Desk() : server(account(), clock) { port = server.start().value_or(0); }

    void open(bool demo = false)
    {
        ui::StartOptions options;
        options.dataDir = dir.path();
        options.apiBase = QUrl(QStringLiteral("http://127.0.0.1:%1").arg(port));
        options.demo = demo;
        theme = std::make_unique<ui::Theme>(*qApp);
        settings = std::make_unique<ui::ViewSettings>(dir.path());
        engine = std::make_unique<workspace::Engine>([](Clock&) { return std::make_unique<access::SessionVault>(); });
        window = std::make_unique<ui::MainWindow>(*theme);
        controller = std::make_unique<ui::WindowController>(*window, *engine, *theme, *settings, options);
        window->show();
        controller->start();
    }

    void connectWithKey()
    {
        auto& page = window->connectPage();
        page.findChild<QLineEdit*>(QStringLiteral("connectKey"))->setText(QString::fromLatin1(testKey()));
        page.findChild<QLineEdit*>(QStringLiteral("connectName"))->setText(QStringLiteral("Main"));
        page.findChild<QPushButton*>(QStringLiteral("connectButton"))->click();
    }

    /// Connected, synchronised once, and with rows to see; false: it did not come so far.
    [[nodiscard]] bool connectSynced()
    {
        QSignalSpy synced(engine.get(), &workspace::Engine::syncFinished);
        connectWithKey();
        return QTest::qWaitFor([&synced] { return synced.count() == 1; }, kLong) && QTest::qWaitFor([this] { return businesses().rowCount() > 0; });
    }

    /// The same from the closed window.
    [[nodiscard]] bool openSynced()
    {
        open();
        return connectSynced();
    }

    /// From now on the server of the account does so: a rule as stripe-sandbox --fault has them.
    void breaks(const char* rule)
    {
        const auto read = sandbox::FaultRule::parse(QLatin1String(rule));
        QVERIFY2(read.has_value(), read ? "" : qPrintable(read.error().message));
        server.faults().add(*read);
    }

    ~Desk()
    {
        controller.reset();
        window.reset();
        engine.reset();
        settings.reset();
        theme.reset();
    }

    [[nodiscard]] QJsonObject ask(const QByteArray& target)
    {
        sandbox::Request request;
        request.method = "GET";
        request.target = target;
        request.headers = {{"Authorization", "Bearer " + testKey()}, {"Stripe-Version", "2026-10-28.endive"}};
        return QJsonDocument::fromJson(server.engine().handle(request).body).object();
    }

    /// How many customers of the account say this business.
    [[nodiscard]] int customersOf(const QString& businessId)
    {
        int found = 0;
        for (const auto& each : ask("/v1/customers?limit=100")[QStringLiteral("data")].toArray()) {
            found += each.toObject()[QStringLiteral("metadata")].toObject()[QStringLiteral("business_id")].toString() == businessId ? 1 : 0;
        }
        return found;
    }

    [[nodiscard]] ui::MirrorTableModel& businesses() { return window->businesses().businesses().model(); }

    /// The first business of this status among the rows in memory.
    [[nodiscard]] QString firstBusiness(const QString& status)
    {
        ui::MirrorTableModel& model = businesses();
        for (int row = 0; row < model.rowCount(); ++row) {
            bool conflict = false;
            for (int column = 0; column < model.columnCount(); ++column) {
                conflict = conflict || model.index(row, column).data(ui::TableModel::AttentionRole).toBool();
            }
            if (!conflict && model.textAt(row, QStringLiteral("status")) == status) {
                return model.objectIdAt(row);
            }
        }
        return {};
    }
};

} // namespace ch::test
