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
    sync::FeedState feed;
    int orders = 0;
    Engine* q = nullptr;

    /// Runs call(worker) in the engine thread, later.
    template <typename Call>
    void queue(Call call)
    {
        EngineWorker* target = worker;
        QMetaObject::invokeMethod(worker, [target, call = std::move(call)] { call(*target); }, Qt::QueuedConnection);
    }

    /// One order: start makes its job in the engine thread, told hears of its end in this one.
    template <typename T>
    int order(std::function<ResultJob<T>*(Workspace&, QObject* parent)> start, std::function<void(int order, const Result<T>& result)> told)
    {
        const int number = ++orders;
        const auto answer = [engine = q, number, told = std::move(told)](const Result<T>& result) {
            QMetaObject::invokeMethod(engine, [number, told, result] { told(number, result); }, Qt::QueuedConnection);
        };
        queue([start = std::move(start), answer](EngineWorker& engineWorker) {
            engineWorker.order([&](Workspace* workspace, QObject* jobs) {
                if (workspace) {
                    start(*workspace, jobs)->onFinished(jobs, answer);
                } else {
                    answer(fail(nothingOpen()));
                }
            });
        });
        return number;
    }

    /// An order that is answered with its value, or with orderFailed.
    template <typename T>
    int order(std::function<ResultJob<T>*(Workspace&, QObject* parent)> start, void (Engine::*answered)(int, const T&))
    {
        return order<T>(std::move(start), [this, answered](int number, const Result<T>& result) {
            if (result) {
                Q_EMIT (q->*answered)(number, *result);
            } else {
                Q_EMIT q->orderFailed(number, result.error());
            }
        });
    }

    int changeFeed(std::function<Result<bool>(Workspace&)> change)
    {
        return orderNow<FeedSettings>([change = std::move(change)](Workspace& workspace) -> Result<FeedSettings> {
            const Result<bool> changed = change(workspace);
            return changed ? workspace.feedSettings() : Result<FeedSettings>(fail(changed.error()));
        }, &Engine::feedSettingsRead);
    }

    int changeGates(std::function<Result<bool>(Workspace&)> change)
    {
        return orderNow<GatesState>([change = std::move(change)](Workspace& workspace) -> Result<GatesState> {
            const Result<bool> changed = change(workspace);
            return changed ? workspace.gates() : Result<GatesState>(fail(changed.error()));
        }, &Engine::gatesRead);
    }

    /// The same for what takes no time.
    template <typename T>
    int orderNow(std::function<Result<T>(Workspace&)> work, void (Engine::*answered)(int, const T&))
    {
        return order<T>([work = std::move(work)](Workspace& workspace, QObject* parent) -> ResultJob<T>* { return new SimpleJob<T>(parent, work(workspace)); }, answered);
    }
};

Engine::Engine(std::function<std::unique_ptr<access::Vault>(Clock&)> makeVault, QObject* parent) : QObject(parent), d(std::make_unique<Private>())
{
    qRegisterMetaType<Error>();
    qRegisterMetaType<AccountState>();
    qRegisterMetaType<sync::SyncProgress>();
    qRegisterMetaType<sync::SyncSummary>();
    qRegisterMetaType<sync::FeedState>();
    qRegisterMetaType<EventNotice>();

    d->q = this;
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
        d->feed = sync::FeedState{};
    });
    connect(worker, &EngineWorker::feedChanged, this, [this](const sync::FeedState& state) { d->feed = state; });
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
    connect(worker, &EngineWorker::webhooksChanged, this, &Engine::webhooksChanged);
    connect(worker, &EngineWorker::feedChanged, this, &Engine::feedChanged);
    connect(worker, &EngineWorker::repairBegan, this, &Engine::repairBegan);
    connect(worker, &EngineWorker::eventNoticed, this, &Engine::eventNoticed);
    connect(worker, &EngineWorker::leftOpenResumed, this, [this](const std::vector<store::Operation>& operations) { Q_EMIT operationsResumed(0, operations); });
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

void Engine::setLooked(bool on)
{
    d->queue([on](EngineWorker& worker) { worker.setLooked(on); });
}

void Engine::pollSoon()
{
    d->queue([](EngineWorker& worker) {
        worker.order([](Workspace* workspace, QObject*) {
            if (workspace) {
                workspace->pollSoon();
            }
        });
    });
}

sync::FeedState Engine::feed() const
{
    return d->feed;
}

int Engine::readFeedSettings()
{
    return d->orderNow<FeedSettings>([](Workspace& workspace) { return workspace.feedSettings(); }, &Engine::feedSettingsRead);
}

int Engine::setReadsOfAMonth(qint64 reads)
{
    return d->changeFeed([reads](Workspace& workspace) { return workspace.setReadsOfAMonth(reads); });
}

int Engine::setTakesDown(bool on)
{
    return d->changeFeed([on](Workspace& workspace) { return workspace.setTakesDown(on); });
}

int Engine::leaveMarked(const QString& businessId, store::MarkKind kind)
{
    return d->order<bool>([businessId, kind](Workspace& workspace, QObject* parent) -> ResultJob<bool>* { return new SimpleJob<bool>(parent, workspace.leaveMarked(businessId, kind)); },
        [this](int order, const Result<bool>& left) {
            if (left) {
                Q_EMIT marksChanged();
            } else {
                Q_EMIT orderFailed(order, left.error());
            }
        });
}

int Engine::planTakedown(const QString& businessId)
{
    return d->order<business::TakedownPlan>([businessId](Workspace& workspace, QObject* parent) { return workspace.planTakedown(businessId, parent); }, &Engine::planReady);
}

int Engine::takeDown(const business::TakedownRequest& request)
{
    return d->order<business::TakedownOutcome>([request](Workspace& workspace, QObject* parent) { return workspace.takeDown(request, parent); },
        [this, id = request.businessId](int order, const Result<business::TakedownOutcome>& result) {
            business::TakedownOutcome outcome = result.value_or(business::TakedownOutcome{});
            if (!result) {
                outcome.businessId = id;
                outcome.status = QStringLiteral("failed");
                outcome.stripe = QStringLiteral("error:") + result.error().code;
                outcome.error = result.error();
            }
            Q_EMIT takedownFinished(order, outcome);
        });
}

int Engine::planCancel(const QString& subscriptionId)
{
    return d->order<business::CancelPlan>([subscriptionId](Workspace& workspace, QObject* parent) { return workspace.planCancel(subscriptionId, parent); }, &Engine::cancelPlanReady);
}

int Engine::cancelSubscription(const business::CancelRequest& request)
{
    return d->order<business::CancelOutcome>([request](Workspace& workspace, QObject* parent) { return workspace.cancelSubscription(request, parent); },
        [this, id = request.subscriptionId](int order, const Result<business::CancelOutcome>& result) {
            business::CancelOutcome outcome = result.value_or(business::CancelOutcome{});
            if (!result) {
                outcome.subscriptionId = id;
                outcome.status = QStringLiteral("failed");
                outcome.error = result.error();
            }
            Q_EMIT cancelFinished(order, outcome);
        });
}

int Engine::provision(const business::ProvisionRequest& request)
{
    return d->order<business::ProvisionOutcome>([request](Workspace& workspace, QObject* parent) { return workspace.provision(request, parent); },
        [this, id = request.businessId](int order, const Result<business::ProvisionOutcome>& result) {
            business::ProvisionOutcome outcome = result.value_or(business::ProvisionOutcome{});
            if (!result) {
                outcome.businessId = id;
                outcome.status = QStringLiteral("failed");
                outcome.error = result.error();
            }
            Q_EMIT provisionFinished(order, outcome);
        });
}

int Engine::readPrices(const QStringList& businessTypes)
{
    return d->order<QList<stripe::Price>>([businessTypes](Workspace& workspace, QObject* parent) { return workspace.readPrices(businessTypes, parent); }, &Engine::pricesRead);
}

int Engine::ensurePrices(bool tiers)
{
    return d->order<QList<business::EnsuredPrice>>([tiers](Workspace& workspace, QObject* parent) { return workspace.ensurePrices(tiers, parent); }, &Engine::pricesEnsured);
}

int Engine::resumeOperations(const QStringList& operationIds)
{
    return d->order<std::vector<store::Operation>>([operationIds](Workspace& workspace, QObject* parent) { return workspace.resumeOperations(true, parent, operationIds); }, &Engine::operationsResumed);
}

int Engine::readGates()
{
    return d->orderNow<GatesState>([](Workspace& workspace) { return workspace.gates(); }, &Engine::gatesRead);
}

int Engine::setPayments(bool on)
{
    return d->changeGates([on](Workspace& workspace) { return workspace.setPayments(on); });
}

int Engine::setRollout(int percent)
{
    return d->changeGates([percent](Workspace& workspace) { return workspace.setRollout(percent); });
}

int Engine::setProtected(const QString& businessId, bool on)
{
    return d->changeGates([businessId, on](Workspace& workspace) { return on ? workspace.protect(businessId) : workspace.unprotect(businessId); });
}

int Engine::readWebhooks()
{
    return d->orderNow<WebhookState>([](Workspace& workspace) -> Result<WebhookState> { return workspace.webhooks().state(); }, &Engine::webhooksRead);
}

int Engine::setWebhooks(const WebhookSettings& settings)
{
    return d->order<WebhookState>([settings](Workspace& workspace, QObject* parent) { return workspace.webhooks().change(settings, parent); }, &Engine::webhooksRead);
}

int Engine::addWebhookSecret(const Secret& secret)
{
    return d->order<WebhookState>([secret](Workspace& workspace, QObject* parent) { return workspace.webhooks().addSecret(secret, parent); }, &Engine::webhooksRead);
}

int Engine::removeWebhookSecret(int place)
{
    return d->order<WebhookState>([place](Workspace& workspace, QObject* parent) { return workspace.webhooks().removeSecret(place, parent); }, &Engine::webhooksRead);
}

int Engine::tryWebhooks()
{
    return d->order<WebhookTrial>([](Workspace& workspace, QObject* parent) { return workspace.webhooks().tryIt(parent); }, &Engine::webhookTried);
}

int Engine::replayEvent(const QString& eventId)
{
    return d->order<bool>([eventId](Workspace& workspace, QObject* parent) { return workspace.replayEvent(eventId, parent); }, &Engine::eventReplayed);
}

int Engine::verifyTrail()
{
    return d->order<store::AuditCheck>([](Workspace& workspace, QObject* parent) { return workspace.verifyAudit(parent); }, &Engine::trailVerified);
}

int Engine::importRecords(const QByteArray& json)
{
    return d->orderNow<store::ImportSummary>([json](Workspace& workspace) { return workspace.importRecords(json); }, &Engine::recordsImported);
}

int Engine::exportRecords()
{
    return d->orderNow<QByteArray>([](Workspace& workspace) { return workspace.exportRecords(); }, &Engine::recordsExported);
}

} // namespace ch::workspace
