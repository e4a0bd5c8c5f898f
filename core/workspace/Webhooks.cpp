// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/Webhooks.h"

#include "base/Log.h"
#include "business/Takedown.h"
#include "workspace/WebhookTrialJob.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>

namespace ch::workspace {

namespace webhooks {

const auto kSettingsKey = QStringLiteral("webhooks");
const auto kSecretsKey = QStringLiteral("webhook_secrets"); // how many the vault keeps, so that it is not asked for none
constexpr qint64 kTellEveryMs = 250;

QString settingsText(const WebhookSettings& settings)
{
    return QString::fromUtf8(QJsonDocument(QJsonObject{{QStringLiteral("on"), settings.on}, {QStringLiteral("port"), settings.port}, {QStringLiteral("path"), settings.path},
                                               {QStringLiteral("future_seconds"), settings.futureSeconds ? QJsonValue(*settings.futureSeconds) : QJsonValue()}})
                                 .toJson(QJsonDocument::Compact));
}

QString settingsWords(const WebhookSettings& settings)
{
    return QStringLiteral("%1, port %2, path %3, signatures from the future %4").arg(settings.on ? QStringLiteral("on") : QStringLiteral("off")).arg(settings.port).arg(settings.path,
        settings.futureSeconds ? QStringLiteral("up to %1 s").arg(*settings.futureSeconds) : QStringLiteral("taken"));
}

tl::unexpected<Error> wrong(const char* code, const QString& message, ErrorKind kind = ErrorKind::InvalidInput)
{
    Error error;
    error.kind = kind;
    error.code = QLatin1String(code);
    error.message = message;
    return fail(std::move(error));
}

QString masked(const Secret& secret)
{
    constexpr qsizetype kShown = 4;
    constexpr qsizetype kShortest = 16;
    const QByteArray& bytes = secret.reveal();
    return QStringLiteral("whsec_\u2026") + (bytes.size() < kShortest ? QString() : QString::fromLatin1(bytes.right(kShown)));
}

store::AuditEntry entryOf(const Clock& clock, const QString& action, const QString& detail)
{
    store::AuditEntry entry;
    entry.atMs = clock.nowMs();
    entry.actor = business::actorName();
    entry.action = action;
    entry.outcome = QStringLiteral("done");
    entry.detail = detail;
    return entry;
}

QByteArray joined(const std::vector<Secret>& secrets)
{
    QByteArray text;
    for (const Secret& secret : secrets) {
        text += (text.isEmpty() ? QByteArray() : QByteArray("\n")) + secret.reveal();
    }
    return text;
}

} // namespace webhooks

QString forwardLine(quint16 port, const QString& path, bool live)
{
    return QStringLiteral("stripe listen %1--forward-to localhost:%2%3").arg(live ? QStringLiteral("--live ") : QString()).arg(port).arg(path);
}

Result<std::vector<Secret>> parseSecrets(const QByteArray& text)
{
    std::vector<Secret> secrets;
    for (const QByteArray& word : QByteArray(text).replace(',', ' ').simplified().split(' ')) {
        if (word.isEmpty()) {
            continue;
        }
        if (!stripe::isWebhookSecret(word)) {
            return webhooks::wrong("not_a_secret", QStringLiteral("A signing secret begins with whsec_ and goes on in letters and digits. Stripe shows it at the endpoint, \u201cstripe listen\u201d when it starts."));
        }
        secrets.emplace_back(word);
    }
    if (secrets.size() > kMostSecrets) {
        return webhooks::wrong("too_many_secrets", QStringLiteral("At most %1 signing secrets are used at a time.").arg(kMostSecrets));
    }
    return secrets;
}

Webhooks::Webhooks(Around around) : m_around(std::move(around))
{
    qRegisterMetaType<WebhookState>();
    qRegisterMetaType<WebhookTrial>();
}

Webhooks::~Webhooks() = default;

WebhookState Webhooks::state() const
{
    WebhookState state = m_counts;
    state.settings = m_settings;
    state.listeningAt = m_endpoint ? m_endpoint->port() : quint16(0);
    for (const Secret& secret : m_secrets) {
        state.secrets << webhooks::masked(secret);
    }
    state.secretsAreKept = m_secretsAreKept;
    state.secretIsMade = m_secretIsMade;
    state.problem = m_listenProblem ? m_listenProblem : m_secretProblem;
    state.forwardLine = forwardLine(state.listeningAt > 0 ? state.listeningAt : m_settings.port, m_settings.path, m_around.live);
    return state;
}

ResultJob<WebhookState>* Webhooks::answer(QObject* parent) const
{
    return new SimpleJob<WebhookState>(parent, state());
}

/// Ends with the state when the work has called then; the work's own jobs are the answer's.
ResultJob<WebhookState>* Webhooks::answerAfter(QObject* parent, const std::function<void(QObject* context, std::function<void()> then)>& work)
{
    auto* job = new SimpleJob<WebhookState>(parent);
    connect(this, &QObject::destroyed, job, [job] { job->end(fail(ErrorKind::Cancelled, QStringLiteral("Stopped, since the account was closed."))); });
    work(job, [this, job] {
        tell();
        job->end(state());
    });
    return job;
}

ResultJob<WebhookState>* Webhooks::start(QObject* parent)
{
    readSettings();
    return answerAfter(parent, [this](QObject* context, std::function<void()> then) {
        readSecrets(context, [this, then = std::move(then)] {
            listen();
            then();
        });
    });
}

ResultJob<WebhookState>* Webhooks::serve(const WebhookSettings& settings, const std::vector<Secret>& secrets, QObject* parent)
{
    m_settings = settings;
    m_settings.on = true;
    if (!secrets.empty()) {
        m_secrets = secrets;
        m_secretsAreKept = false;
        listen();
        return answer(parent);
    }
    return answerAfter(parent, [this](QObject* context, std::function<void()> then) {
        readSecrets(context, [this, then = std::move(then)] {
            listen();
            then();
        });
    });
}

void Webhooks::readSettings()
{
    const auto kept = m_around.records.settings().value(webhooks::kSettingsKey);
    const QJsonObject object = QJsonDocument::fromJson(kept.value_or(QString()).toUtf8()).object();
    if (object.isEmpty()) {
        return;
    }
    WebhookSettings read;
    read.on = object[QStringLiteral("on")].toBool();
    read.port = static_cast<quint16>(qBound(0, object[QStringLiteral("port")].toInt(endpoint::kUsualPort), 65535));
    read.path = object[QStringLiteral("path")].toString(read.path);
    const QJsonValue future = object[QStringLiteral("future_seconds")];
    read.futureSeconds = future.isNull() ? std::nullopt : std::optional(future.toInteger(300));
    m_settings = read;
}

/// Whether the vault holds secrets that were not read yet.
bool Webhooks::mayHaveUnread() const
{
    const auto count = m_around.records.settings().value(webhooks::kSecretsKey);
    return !m_around.vaultEntry.isEmpty() && !m_vaultIsRead && count && count->toInt() > 0;
}

void Webhooks::readSecrets(QObject* context, std::function<void()> then)
{
    if (!mayHaveUnread()) {
        then();
        return;
    }
    m_around.vault.read(m_around.vaultEntry, context)->onFinished(context, [self = QPointer(this), then = std::move(then)](const Result<Secret>& read) {
        if (!self) {
            return;
        }
        if (self->m_vaultIsRead) { // by another that asked meanwhile
            then();
            return;
        }
        const auto secrets = read ? parseSecrets(read->reveal()) : Result<std::vector<Secret>>(fail(read.error()));
        if (secrets) {
            for (const Secret& kept : *secrets) { // behind those that were given meanwhile
                if (std::none_of(self->m_secrets.begin(), self->m_secrets.end(), [&kept](const Secret& known) { return known.equals(kept); })) {
                    self->m_secrets.push_back(kept);
                }
            }
            self->m_vaultIsRead = true;
            self->m_secretsAreKept = true;
            self->m_secretProblem.reset();
        } else {
            self->m_secretProblem = secrets.error();
            log::warning(QStringLiteral("the signing secrets of webhooks were not read: %1").arg(secrets.error().message));
        }
        then();
    });
}

Status Webhooks::keepSettings(const WebhookSettings& settings)
{
    const auto entry = webhooks::entryOf(m_around.clock, QStringLiteral("webhooks"), webhooks::settingsWords(settings));
    const auto changed = m_around.records.settings().change(webhooks::kSettingsKey, webhooks::settingsText(settings), entry);
    return changed ? Status() : Status(fail(changed.error()));
}

ResultJob<WebhookState>* Webhooks::change(const WebhookSettings& settings, QObject* parent)
{
    const Status path = endpoint::Endpoint::checkPath(settings.path.toLatin1());
    const Status kept = path ? keepSettings(settings) : path;
    if (!kept) {
        return new SimpleJob<WebhookState>(parent, fail(kept.error()));
    }
    const bool moves = settings.on != m_settings.on || settings.port != m_settings.port || settings.path != m_settings.path || (settings.on && !m_endpoint);
    m_settings = settings;
    if (moves) {
        listen();
    } else {
        expect();
    }
    tell();
    return answer(parent);
}

ResultJob<WebhookState>* Webhooks::addSecret(const Secret& secret, QObject* parent)
{
    const auto read = parseSecrets(secret.reveal());
    if (!read || read->size() != 1) {
        return new SimpleJob<WebhookState>(parent, fail(read ? parseSecrets("?").error() : read.error()));
    }
    // What the vault holds comes first: written beside secrets that were not read, this one would take their place.
    auto* job = new SimpleJob<WebhookState>(parent);
    readSecrets(job, [this, job, secret = read->front()] {
        const Status may = mayAdd(secret);
        if (!may) {
            job->end(fail(may.error()));
            return;
        }
        m_secrets.insert(m_secrets.begin(), secret);
        expect();
        keepSecrets("webhook_secret_added", job, [this, job] { job->end(state()); });
    });
    return job;
}

Status Webhooks::mayAdd(const Secret& secret) const
{
    for (const Secret& known : m_secrets) {
        if (known.equals(secret)) {
            return webhooks::wrong("secret_known", QStringLiteral("This signing secret is there already."));
        }
    }
    if (m_secrets.size() >= kMostSecrets) {
        return webhooks::wrong("too_many_secrets", QStringLiteral("At most %1 signing secrets are used at a time. Remove one that is not in use any more.").arg(kMostSecrets));
    }
    return {};
}

ResultJob<WebhookState>* Webhooks::removeSecret(int place, QObject* parent)
{
    if (place < 0 || static_cast<size_t>(place) >= m_secrets.size()) {
        return new SimpleJob<WebhookState>(parent, webhooks::wrong("no_such_secret", QStringLiteral("This signing secret is not there any more."), ErrorKind::NotFound));
    }
    m_secrets.erase(m_secrets.begin() + place);
    expect();
    return answerAfter(parent, [this](QObject* context, std::function<void()> then) { keepSecrets("webhook_secret_removed", context, std::move(then)); });
}

/// Into the vault, where this account has a place there. Where the vault refuses they serve this session, and the state says so.
void Webhooks::keepSecrets(const char* action, QObject* context, std::function<void()> then)
{
    const auto count = static_cast<int>(m_secrets.size());
    // A keychain that says "not found" may be locked: then it refuses to write as well (core/access/Vault.cpp). Any other that was not read is left as it is.
    const bool isUnread = mayHaveUnread() && m_secretProblem && m_secretProblem->code != QLatin1String("not_found_or_locked");
    if (m_around.vaultEntry.isEmpty() || isUnread) {
        m_secretsAreKept = false;
        tellTrail(action, count, false);
        then();
        return;
    }
    auto* job = m_secrets.empty() ? m_around.vault.remove(m_around.vaultEntry, context) : m_around.vault.write(m_around.vaultEntry, Secret(webhooks::joined(m_secrets)), context);
    job->onFinished(context, [self = QPointer(this), action, count, then = std::move(then)](const Result<bool>& kept) {
        if (self) {
            self->m_secretsAreKept = kept && count > 0;
            self->m_vaultIsRead = self->m_vaultIsRead || kept;
            self->m_secretProblem = kept ? std::nullopt : std::optional(kept.error());
            self->tellTrail(action, count, kept.has_value());
            then();
        }
    });
}

/// And how many the vault keeps now.
void Webhooks::tellTrail(const char* action, int count, bool isKept)
{
    const auto entry = webhooks::entryOf(m_around.clock, QLatin1String(action), QStringLiteral("%1 in use now, %2").arg(count).arg(isKept ? QStringLiteral("kept in the keychain") : QStringLiteral("for this session")));
    const auto changed = isKept ? m_around.records.settings().change(webhooks::kSecretsKey, QString::number(count), entry) : Result<bool>(false);
    const Status written = changed && *changed ? Status() : m_around.records.appendAudit(entry);
    if (!written) {
        log::error(QStringLiteral("%1: the trail could not be written: %2").arg(QLatin1String(action), written.error().message));
    }
}

/// Listens as the settings say, or no more.
void Webhooks::listen()
{
    m_listenProblem.reset();
    if (m_around.sendHere && m_secretIsMade) {
        (void)m_around.sendHere({});
        m_secrets.clear();
        m_secretIsMade = false;
    }
    m_endpoint.reset();
    if (!m_settings.on) {
        return;
    }
    m_endpoint = std::make_unique<endpoint::EndpointThread>(m_around.folder, m_around.clock, m_around.metrics());
    connect(m_endpoint.get(), &endpoint::EndpointThread::came, this, &Webhooks::came);
    connect(m_endpoint.get(), &endpoint::EndpointThread::taken, this, [this](const QString&, bool isNew) {
        ++(isNew ? m_counts.taken : m_counts.duplicates);
        m_counts.lastTakenMs = m_around.clock.nowMs();
        tell();
    });
    connect(m_endpoint.get(), &endpoint::EndpointThread::refused, this, [this](const endpoint::Refusal& refusal) {
        ++m_counts.refusals;
        m_counts.lastRefusal = refusal;
        tell();
    });
    const auto port = m_endpoint->open(m_settings.port, m_settings.path.toLatin1());
    if (!port) {
        m_listenProblem = port.error();
        m_endpoint.reset();
        return;
    }
    log::info(QStringLiteral("webhooks are taken on port %1").arg(*port));
    if (m_around.sendHere) {
        const auto secret = m_around.sendHere("http://127.0.0.1:" + QByteArray::number(*port) + m_settings.path.toLatin1());
        m_secretIsMade = secret.has_value();
        if (secret) {
            m_secrets = {*secret};
        } else {
            m_listenProblem = secret.error();
        }
    }
    expect();
}

void Webhooks::expect()
{
    if (!m_endpoint) {
        return;
    }
    endpoint::Expected expected;
    expected.secrets = m_secrets;
    expected.tolerance.futureSeconds = m_settings.futureSeconds;
    expected.live = m_around.live;
    expected.accountId = m_around.accountId();
    m_endpoint->setExpected(expected);
    m_endpoint->setHealth(m_around.health());
}

void Webhooks::refresh()
{
    if (!m_endpoint || m_isRefreshing) {
        return;
    }
    m_isRefreshing = true;
    m_around.clock.callAfter(webhooks::kTellEveryMs, this, [this] {
        m_isRefreshing = false;
        expect();
    });
}

void Webhooks::tell()
{
    if (m_isTelling) {
        return;
    }
    m_isTelling = true;
    m_around.clock.callAfter(webhooks::kTellEveryMs, this, [this] {
        m_isTelling = false;
        Q_EMIT changed(state());
    });
}

ResultJob<WebhookTrial>* Webhooks::tryIt(QObject* parent)
{
    if (!m_endpoint) {
        return new SimpleJob<WebhookTrial>(parent, webhooks::wrong("not_listening", QStringLiteral("The endpoint does not listen: switch it on first.")));
    }
    if (m_secrets.empty()) {
        return new SimpleJob<WebhookTrial>(parent, webhooks::wrong("no_secret", QStringLiteral("No signing secret is set: a delivery could not be verified. Add the one that Stripe or \u201cstripe listen\u201d shows.")));
    }
    expect();
    return new WebhookTrialJob(m_around.clock, {m_endpoint->port(), m_settings.path, m_secrets.front(), m_around.live}, parent);
}

} // namespace ch::workspace
