// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/Opening.h"

#include "base/Log.h"

#include <QDir>

namespace ch::workspace {

namespace opening {

QString hostOf(const QUrl& base)
{
    return base.port() < 0 ? base.host() : QStringLiteral("%1:%2").arg(base.host()).arg(base.port());
}

Error wrongMode(const QString& profile, bool profileIsLive)
{
    Error error;
    error.kind = ErrorKind::Safety;
    error.code = QStringLiteral("mode_mismatch");
    error.message = QStringLiteral("The profile \u201c%1\u201d is for %2 mode, but this key is for %3 mode. Connect the key under a name of its own.")
                        .arg(profile, profileIsLive ? QStringLiteral("live") : QStringLiteral("test"), profileIsLive ? QStringLiteral("test") : QStringLiteral("live"));
    return error;
}

} // namespace opening

ResultJob<std::shared_ptr<Workspace>>* Workspace::open(const OpenOptions& options, access::Vault& vault, Clock& clock, QObject* parent)
{
    return new Opening(options, vault, clock, parent);
}

Opening::Opening(const OpenOptions& options, access::Vault& vault, Clock& clock, QObject* parent)
    : ResultJob(parent), m_options(options), m_vault(vault), m_clock(clock)
{
    QMetaObject::invokeMethod(this, [this] { begin(); }, Qt::QueuedConnection);
}

void Opening::cancel()
{
    if (m_active) {
        m_active->cancel();
    }
    settle(fail(ErrorKind::Cancelled, QStringLiteral("Stopped before it ended.")));
}

void Opening::begin()
{
    if (isSettled()) {
        return;
    }
    if (const Status made = access::makePrivateDir(m_options.dataDir); !made) {
        settle(fail(made.error()));
        return;
    }
    if (const Status logging = log::startFile(QDir(m_options.dataDir).filePath(QStringLiteral("log"))); !logging) {
        log::warning(logging.error().message);
    }
    m_made.reset(new Workspace);
    m_made->d = std::make_unique<Workspace::Private>(*m_made, m_clock);
    m_made->d->dataDir = m_options.dataDir;
    if (m_options.demo) {
        beginDemo();
    } else if (!m_options.profile.isEmpty()) {
        beginProfile();
    } else if (m_options.key) {
        withKey(m_options.key);
    } else {
        settle(fail(ErrorKind::InvalidInput, QStringLiteral("Say which account: a profile, a key, or the demo.")));
    }
}

void Opening::beginDemo()
{
    auto demo = DemoAccount::start(m_options.dataDir, m_options.demoBusinesses);
    if (!demo) {
        settle(fail(demo.error()));
        return;
    }
    m_made->d->demo = std::move(*demo);
    m_made->d->state.demo = true;
    m_options.apiBase = m_made->d->demo->base();
    withKey(m_made->d->demo->key());
}

void Opening::beginProfile()
{
    const auto profiles = access::Profiles::load(m_options.dataDir);
    if (!profiles) {
        settle(fail(profiles.error()));
        return;
    }
    m_made->d->profile = profiles->find(m_options.profile);
    if (!m_made->d->profile) {
        settle(fail(ErrorKind::NotFound, QStringLiteral("There is no profile named \u201c%1\u201d in %2.").arg(m_options.profile.left(40), m_options.dataDir)));
        return;
    }
    if (m_options.key) {
        withKey(m_options.key);
        return;
    }
    if (m_options.keyless && m_options.offlineAllowed) {
        withKey(std::nullopt);
        return;
    }
    // A kept key goes where it was given for, and nowhere else.
    const QUrl own = m_made->d->profile->apiBase.isEmpty() ? defaultApiBase() : m_made->d->profile->apiBase;
    if (!m_options.apiBase.isEmpty() && m_options.apiBase.adjusted(QUrl::StripTrailingSlash) != own.adjusted(QUrl::StripTrailingSlash)) {
        settle(fail(ErrorKind::Safety, QStringLiteral("The profile \u201c%1\u201d belongs to %2: its key is not sent to %3. Leave the address away, or make a profile for it.")
                                           .arg(m_made->d->profile->name, own.toDisplayString(), m_options.apiBase.toDisplayString())));
        return;
    }
    if (!m_made->d->profile->keyInVault) {
        withKey(std::nullopt);
        return;
    }
    auto* read = m_vault.read(m_made->d->profile->vaultEntry(), this);
    m_active = read;
    read->onFinished(this, [this](const Result<Secret>& key) {
        if (isSettled()) {
            return;
        }
        if (key) {
            withKey(*key);
        } else if (m_options.offlineAllowed) {
            log::warning(key.error().message);
            withKey(std::nullopt);
        } else {
            settle(fail(key.error()));
        }
    });
}

QUrl Opening::base() const
{
    if (!m_options.apiBase.isEmpty()) {
        return m_options.apiBase;
    }
    const auto& profile = m_made->d->profile;
    return profile && !profile->apiBase.isEmpty() ? profile->apiBase : defaultApiBase();
}

void Opening::withKey(const std::optional<Secret>& key)
{
    Workspace::Private& d = *m_made->d;
    std::optional<stripe::ApiKey> parsed;
    if (key) {
        auto read = stripe::ApiKey::parse(*key);
        if (!read) {
            settle(fail(refusedKey(read.error())));
            return;
        }
        parsed = std::move(*read);
        if (d.profile && d.profile->mode != parsed->mode()) {
            settle(fail(opening::wrongMode(d.profile->name, d.profile->mode == stripe::Mode::Live)));
            return;
        }
        d.fingerprint = keyFingerprint(parsed->secret());
        auto connection = Connection::make(*parsed, base(), d.profile ? d.profile->attempts : 3, m_clock);
        if (!connection) {
            settle(fail(connection.error()));
            return;
        }
        d.connection = std::move(*connection);
    } else if (!m_options.offlineAllowed) {
        settle(fail(noKey()));
        return;
    }
    QString folder;
    if (d.demo) {
        folder = d.demo->folder();
    } else if (d.profile) {
        folder = QDir(m_options.dataDir).filePath(QStringLiteral("profiles/") + d.profile->slug());
    } else {
        folder = QDir(m_options.dataDir).filePath(QStringLiteral("sessions/%1-%2").arg(stripe::modeName(parsed->mode()), d.fingerprint));
    }
    if (const Status prepared = prepareFolder(folder, parsed); !prepared) {
        settle(fail(prepared.error()));
        return;
    }
    settle(std::exchange(m_made, nullptr));
}

Status Opening::prepareFolder(const QString& folder, const std::optional<stripe::ApiKey>& key)
{
    Workspace& made = *m_made;
    Workspace::Private& d = *made.d;
    AccountState& state = d.state;
    state.folder = folder;
    state.mode = key ? key->mode() : d.profile ? d.profile->mode : stripe::Mode::Live;
    if (const Status ready = access::makePrivateDir(folder); !ready) {
        return ready;
    }
    // The records first: the mirror's reader finds them beside it.
    auto records = store::RecordsFile::open(folder);
    if (!records) {
        return fail(records.error());
    }
    d.records = std::move(*records);
    d.gates = std::make_unique<Gates>(*d.records, m_clock);
    d.records->setAuditProfile(d.demo ? QStringLiteral("demo") : d.profile ? d.profile->name : QString());
    if (d.profile && d.profile->keyInVault) {
        d.keeper = std::make_unique<AuditKeeper>(m_vault, d.profile->auditEntry(), *d.records);
    }
    d.records->setAuditKeeper([keeper = d.keeper.get(), trail = d.trailWatch](const store::AuditHead& head) {
        trail->know(head);
        if (keeper) {
            keeper->keep(head);
        }
    });
    auto mirror = store::Mirror::open(folder, {d.profile ? d.profile->accountId : QString(), state.mode == stripe::Mode::Live});
    if (!mirror) {
        return fail(mirror.error());
    }
    d.mirror = std::move(*mirror);
    if (d.mirror->wasRebuilt()) {
        state.mirrorWasRebuilt = true;
        log::warning(QStringLiteral("the mirror was damaged; it was set aside and a new one begun"));
    }
    Clock& clock = m_clock;
    d.applier = std::make_unique<sync::Applier>(*d.mirror, [&clock](const stripe::Subscription& subscription, const store::MirrorReader& reader) {
        return revenue::valueForMirror(subscription, reader, revenue::Definition{}, clock.nowMs());
    });
    d.intake = std::make_unique<sync::EventIntake>(d.records->eventLog(), state.mode);
    d.applier->setEventSink([intake = d.intake.get(), &clock](const auto& events) -> Status {
        const auto taken = intake->take(events, store::EventSource::Backfill, clock.nowMs());
        return taken ? Status() : Status(fail(taken.error()));
    });
    QObject::connect(d.applier.get(), &sync::Applier::changed, &made, &Workspace::mirrorChanged);
    // Discounts and trials have ended while the program was not open.
    if (const Status valued = d.applier->valueNow(clock.nowMs()); !valued) {
        log::warning(QStringLiteral("the figures could not be brought up to date: %1").arg(valued.error().message));
    }

    state.profile = d.profile ? d.profile->name : QString();
    state.accountId = d.profile ? d.profile->accountId : d.mirror->meta(QStringLiteral("bound_account")).value_or(QString());
    state.keyMasked = key ? key->masked() : d.profile ? d.profile->keyMasked : QString();
    state.host = opening::hostOf(base());
    state.deleteCustomerOnTakeDown = d.profile && d.profile->deleteCustomerOnTakeDown;
    state.timezone = d.mirror->meta(QStringLiteral("timezone")).value_or(QString());
    const QString name = d.mirror->meta(QStringLiteral("account_name")).value_or(QString());
    const QString kept = name.isEmpty() && d.profile ? d.profile->accountName : name;
    state.accountName = !kept.isEmpty() ? kept : !state.accountId.isEmpty() ? state.accountId : state.keyMasked;
    d.stopReason = key ? QString() : QStringLiteral("no_key");
    d.refreshWrites();
    prepareWebhooks();
    if (!key) {
        return {};
    }
    d.makeFeed();
    Workspace::Private* inside = &d;
    // Asked before each attempt of each write: what was switched off meanwhile stops a retry too.
    d.connection->http().setWriteGate([inside]() -> Status {
        if (!inside->stopReason.isEmpty()) {
            return fail(ErrorKind::Safety, QStringLiteral("Writes to this account are off (%1), so nothing was sent.").arg(inside->stopReason));
        }
        return inside->gates->mayWrite();
    });
    QObject::connect(&d.connection->client(), &stripe::StripeClient::modeMismatch, &made, [inside](bool answeredLive) {
        inside->state.mode = stripe::Mode::Live;
        (void)inside->stopWrites("mode_mismatch", answeredLive ? QStringLiteral("live") : QStringLiteral("test"));
    });
    return {};
}

void Opening::prepareWebhooks()
{
    Workspace::Private& d = *m_made->d;
    Workspace::Private* inside = &d;
    Webhooks::Around around{*d.records, m_vault, d.profile ? d.profile->webhookEntry() : QString(), d.state.folder, m_clock, d.state.mode == stripe::Mode::Live, [inside] { return inside->state.accountId; },
        [inside] { return inside->health(); }, [inside] { return inside->watched(); }, {}};
    if (d.demo) {
        around.sendHere = [demo = d.demo.get()](const QByteArray& url) { return demo->sendWebhooks(url); };
    }
    d.webhooks = std::make_unique<Webhooks>(std::move(around));
    QObject::connect(d.webhooks.get(), &Webhooks::came, m_made.get(), [inside](const endpoint::Came& came) { inside->takeWebhooks(came); });
    QObject::connect(m_made.get(), &Workspace::accountChanged, d.webhooks.get(), &Webhooks::refresh);
    QObject::connect(m_made.get(), &Workspace::mirrorChanged, d.webhooks.get(), &Webhooks::refresh);
    QObject::connect(m_made.get(), &Workspace::feedChanged, d.webhooks.get(), &Webhooks::refresh);
}

} // namespace ch::workspace
