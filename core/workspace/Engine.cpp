// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/Engine.h"

#include "workspace/EngineWorker.h"

#include <QThread>

namespace ch::workspace {

class Engine::Private {
public:
    QThread thread;
    EngineWorker* worker = nullptr; ///< lives in thread; deleted there
    AccountState account;
    bool open = false;
    bool syncing = false;
    int orders = 0;

    /// Runs call(worker) in the engine thread, later.
    template <typename Call>
    void queue(Call call)
    {
        EngineWorker* target = worker;
        QMetaObject::invokeMethod(worker, [target, call = std::move(call)] { call(*target); }, Qt::QueuedConnection);
    }
};

Engine::Engine(std::function<std::unique_ptr<access::Vault>(Clock&)> makeVault, QObject* parent) : QObject(parent), d(std::make_unique<Private>())
{
    qRegisterMetaType<Error>();
    qRegisterMetaType<AccountState>();
    qRegisterMetaType<sync::SyncProgress>();
    qRegisterMetaType<sync::SyncSummary>();
    qRegisterMetaType<business::TakedownPlan>();
    qRegisterMetaType<business::TakedownOutcome>();
    qRegisterMetaType<store::ImportSummary>();

    d->worker = new EngineWorker(std::move(makeVault));
    EngineWorker* worker = d->worker;
    worker->moveToThread(&d->thread);
    // Deleted by its own thread, after its event loop: sockets and databases die where they lived.
    connect(&d->thread, &QThread::finished, worker, &QObject::deleteLater);

    // What this side answers by itself is brought up to date before anybody else hears of the change.
    connect(worker, &EngineWorker::opened, this, [this](const AccountState& account) {
        d->open = true;
        d->account = account;
    });
    connect(worker, &EngineWorker::accountChanged, this, [this](const AccountState& account) { d->account = account; });
    connect(worker, &EngineWorker::closed, this, [this] {
        d->open = false;
        d->syncing = false;
        d->account = AccountState{};
    });
    connect(worker, &EngineWorker::syncStarted, this, [this] { d->syncing = true; });
    connect(worker, &EngineWorker::syncFinished, this, [this] { d->syncing = false; });
    connect(worker, &EngineWorker::syncFailed, this, [this](const Error& error) { d->syncing = d->syncing && error.kind == ErrorKind::Busy; });

    connect(worker, &EngineWorker::opened, this, &Engine::opened);
    connect(worker, &EngineWorker::openFailed, this, &Engine::openFailed);
    connect(worker, &EngineWorker::closed, this, &Engine::closed);
    connect(worker, &EngineWorker::accountChanged, this, &Engine::accountChanged);
    connect(worker, &EngineWorker::keyNotKept, this, &Engine::keyNotKept);
    connect(worker, &EngineWorker::profileRemoved, this, &Engine::profileRemoved);
    connect(worker, &EngineWorker::profileNotRemoved, this, &Engine::profileNotRemoved);
    connect(worker, &EngineWorker::syncStarted, this, &Engine::syncStarted);
    connect(worker, &EngineWorker::syncProgressed, this, &Engine::syncProgressed);
    connect(worker, &EngineWorker::syncFinished, this, &Engine::syncFinished);
    connect(worker, &EngineWorker::syncFailed, this, &Engine::syncFailed);
    connect(worker, &EngineWorker::mirrorChanged, this, &Engine::mirrorChanged);
    connect(worker, &EngineWorker::planReady, this, &Engine::planReady);
    connect(worker, &EngineWorker::planFailed, this, &Engine::planFailed);
    connect(worker, &EngineWorker::takedownFinished, this, &Engine::takedownFinished);
    connect(worker, &EngineWorker::recordsImported, this, &Engine::recordsImported);
    connect(worker, &EngineWorker::recordsExported, this, &Engine::recordsExported);
    connect(worker, &EngineWorker::recordsFailed, this, &Engine::recordsFailed);
    d->thread.setObjectName(QStringLiteral("engine"));
    d->thread.start();
}

Engine::~Engine()
{
    disconnect(d->worker, nullptr, this, nullptr);
    // The worker goes with its thread, and all it holds with it, in the engine thread; nothing there waits for this one.
    d->thread.quit();
    d->thread.wait();
}

bool Engine::isOpen() const
{
    return d->open;
}

AccountState Engine::account() const
{
    return d->account;
}

bool Engine::isSyncing() const
{
    return d->syncing;
}

void Engine::open(const OpenOptions& options)
{
    d->queue([options](EngineWorker& worker) { worker.open(options); });
}

void Engine::connectWithKey(const Secret& key, const QString& profileName, bool keepInVault, const QUrl& apiBase, const QString& dataDir)
{
    d->queue([=](EngineWorker& worker) { worker.connectWithKey(key, profileName, keepInVault, apiBase, dataDir); });
}

void Engine::close()
{
    d->queue([](EngineWorker& worker) { worker.close(); });
}

void Engine::removeProfile(const QString& name, const QString& dataDir)
{
    d->queue([name, dataDir](EngineWorker& worker) { worker.removeProfile(name, dataDir); });
}

void Engine::sync()
{
    d->queue([](EngineWorker& worker) { worker.sync(); });
}

void Engine::stopSync()
{
    d->queue([](EngineWorker& worker) { worker.stopSync(); });
}

int Engine::planTakedown(const QString& businessId)
{
    const int order = ++d->orders;
    d->queue([order, businessId](EngineWorker& worker) { worker.planTakedown(order, businessId); });
    return order;
}

int Engine::takeDown(const business::TakedownRequest& request)
{
    const int order = ++d->orders;
    d->queue([order, request](EngineWorker& worker) { worker.takeDown(order, request); });
    return order;
}

int Engine::importRecords(const QByteArray& json)
{
    const int order = ++d->orders;
    d->queue([order, json](EngineWorker& worker) { worker.importRecords(order, json); });
    return order;
}

int Engine::exportRecords()
{
    const int order = ++d->orders;
    d->queue([order](EngineWorker& worker) { worker.exportRecords(order); });
    return order;
}

} // namespace ch::workspace
