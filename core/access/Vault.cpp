// SPDX-License-Identifier: GPL-3.0-or-later
#include "access/Vault.h"

#include "base/Log.h"

#include <QCoreApplication>
#include <QThread>
#include <QUuid>
#include <memory>
#include <qt6keychain/keychain.h>

namespace ch::access {

namespace keychain {

constexpr qint64 kLongestMs = 30'000;
const auto kService = QStringLiteral("countinghouse");

enum class Act { Read, Write, Remove };

struct Outcome {
    QKeychain::Error error = QKeychain::NoError;
    QString text;
    Secret secret;
};

QString sessionOnly()
{
    return QStringLiteral("or use the key for this session only");
}

Error errorFrom(Act act, const Outcome& outcome)
{
    Error error;
    error.kind = ErrorKind::Vault;
    error.detail = log::redacted(outcome.text);
    switch (outcome.error) {
    case QKeychain::EntryNotFound:
        error.code = QStringLiteral("not_found_or_locked");
        error.message = QStringLiteral("The keychain holds no key under this profile, or it is locked. Unlock the keychain and try again, or give the key again.");
        break;
    case QKeychain::AccessDenied:
    case QKeychain::AccessDeniedByUser:
        error.code = QStringLiteral("locked");
        error.message = QStringLiteral("The keychain is locked or refused. Unlock it and try again, %1.").arg(sessionOnly());
        break;
    case QKeychain::NoError:
    case QKeychain::CouldNotDeleteEntry:
    case QKeychain::NoBackendAvailable:
    case QKeychain::NotImplemented:
    case QKeychain::OtherError:
        // Writing where no collection was ever made gives "Object does not exist at path .../login": there is a service, but no keyring.
        error.code = QStringLiteral("no_keychain");
        error.message = act == Act::Remove && outcome.error == QKeychain::CouldNotDeleteEntry
            ? QStringLiteral("The keychain did not remove the key. Remove it with the keychain's own program.")
            : QStringLiteral("No keychain (Secret Service) is ready. Start gnome-keyring or KWallet, %1.").arg(sessionOnly());
        break;
    }
    return error;
}

Error noAnswer()
{
    Error error;
    error.kind = ErrorKind::Vault;
    error.code = QStringLiteral("no_answer");
    error.message = QStringLiteral("The keychain did not answer within 30 seconds. It may be waiting for its password in another window: unlock it and try again, %1.").arg(sessionOnly());
    return error;
}

/// Starts one act in the application's thread; done is called in context's thread, while context lives. A QtKeychain job whose
/// answer is still out must never be deleted (libsecret keeps a pointer to it), so it belongs to nobody and ends by itself.
void start(Act act, const QString& entry, const Secret& secret, QObject* context, std::function<void(const Outcome&)> done)
{
    const auto outcome = std::make_shared<Outcome>();
    QKeychain::Job* job = nullptr;
    switch (act) {
    case Act::Read: job = new QKeychain::ReadPasswordJob(kService); break;
    case Act::Write: {
        auto* write = new QKeychain::WritePasswordJob(kService);
        write->setTextData(QString::fromUtf8(secret.reveal()));
        job = write;
        break;
    }
    case Act::Remove: job = new QKeychain::DeletePasswordJob(kService); break;
    }
    job->setKey(entry);
    job->setInsecureFallback(false);
    job->setAutoDelete(true);
    // First the copy, in the job's own thread, then the news of it in the asker's: in this order, since a signal calls in order.
    QObject::connect(job, &QKeychain::Job::finished, job, [job, outcome, act] {
        outcome->error = job->error();
        outcome->text = job->errorString();
        if (act == Act::Read && outcome->error == QKeychain::NoError) {
            outcome->secret = Secret(static_cast<QKeychain::ReadPasswordJob*>(job)->textData().toUtf8());
        }
    });
    QObject::connect(job, &QKeychain::Job::finished, context, [outcome, done = std::move(done)] { done(*outcome); });
    job->moveToThread(QCoreApplication::instance()->thread());
    job->start();
}

template <typename T>
class KeychainJob : public ResultJob<T> {
public:
    KeychainJob(Clock& clock, QObject* parent) : ResultJob<T>(parent)
    {
        clock.callAfter(kLongestMs, this, [this] { this->settle(fail(noAnswer())); });
    }
};

class ReadJob final : public KeychainJob<Secret> {
public:
    ReadJob(Clock& clock, const QString& entry, QObject* parent) : KeychainJob(clock, parent)
    {
        start(Act::Read, entry, {}, this, [this](const Outcome& outcome) {
            if (outcome.error == QKeychain::NoError && !outcome.secret.isEmpty()) {
                settle(outcome.secret);
                return;
            }
            Outcome seen = outcome;
            if (seen.error == QKeychain::NoError) {
                seen.error = QKeychain::EntryNotFound;
            }
            settle(fail(errorFrom(Act::Read, seen)));
        });
    }
};

class WriteJob final : public KeychainJob<bool> {
public:
    WriteJob(Clock& clock, const QString& entry, const Secret& secret, QObject* parent) : KeychainJob(clock, parent)
    {
        start(Act::Write, entry, secret, this, [this](const Outcome& outcome) {
            if (outcome.error == QKeychain::NoError) {
                settle(true);
            } else {
                settle(fail(errorFrom(Act::Write, outcome)));
            }
        });
    }
};

/// Measured: on a locked keychain reading says "not found" and removing says "done" with nothing removed; only writing is refused.
class RemoveJob final : public KeychainJob<bool> {
public:
    RemoveJob(Clock& clock, const QString& entry, QObject* parent)
        : KeychainJob(clock, parent), m_entry(entry), m_probe(QStringLiteral("probe/") + QUuid::createUuid().toString(QUuid::WithoutBraces))
    {
        start(Act::Read, m_entry, {}, this, [this](const Outcome& before) {
            if (before.error == QKeychain::NoError) {
                removeIt();
            } else if (before.error == QKeychain::EntryNotFound) {
                probe();
            } else {
                settle(fail(errorFrom(Act::Remove, before)));
            }
        });
    }

private:
    void removeIt()
    {
        start(Act::Remove, m_entry, {}, this, [this](const Outcome& removed) {
            if (removed.error != QKeychain::NoError) {
                settle(fail(errorFrom(Act::Remove, removed)));
                return;
            }
            start(Act::Read, m_entry, {}, this, [this](const Outcome& after) {
                if (after.error == QKeychain::EntryNotFound) {
                    settle(true);
                    return;
                }
                Outcome stays = after;
                stays.error = QKeychain::CouldNotDeleteEntry;
                settle(fail(errorFrom(Act::Remove, stays)));
            });
        });
    }

    void probe()
    {
        start(Act::Write, m_probe, Secret("probe"), this, [this](const Outcome& written) {
            if (written.error != QKeychain::NoError) {
                settle(fail(errorFrom(Act::Remove, written)));
                return;
            }
            start(Act::Remove, m_probe, {}, this, [this](const Outcome&) { settle(false); });
        });
    }

    QString m_entry;
    QString m_probe;
};

} // namespace keychain

KeychainVault::KeychainVault(Clock& clock) : m_clock(clock) {}

ResultJob<Secret>* KeychainVault::read(const QString& entry, QObject* parent)
{
    return new keychain::ReadJob(m_clock, entry, parent);
}

ResultJob<bool>* KeychainVault::write(const QString& entry, const Secret& secret, QObject* parent)
{
    return new keychain::WriteJob(m_clock, entry, secret, parent);
}

ResultJob<bool>* KeychainVault::remove(const QString& entry, QObject* parent)
{
    return new keychain::RemoveJob(m_clock, entry, parent);
}

ResultJob<Secret>* SessionVault::read(const QString& entry, QObject* parent)
{
    const auto found = m_secrets.find(entry);
    if (found == m_secrets.end()) {
        keychain::Outcome outcome;
        outcome.error = QKeychain::EntryNotFound;
        return new SimpleJob<Secret>(parent, fail(keychain::errorFrom(keychain::Act::Read, outcome)));
    }
    return new SimpleJob<Secret>(parent, found->second);
}

ResultJob<bool>* SessionVault::write(const QString& entry, const Secret& secret, QObject* parent)
{
    m_secrets.insert_or_assign(entry, secret);
    return new SimpleJob<bool>(parent, true);
}

ResultJob<bool>* SessionVault::remove(const QString& entry, QObject* parent)
{
    return new SimpleJob<bool>(parent, m_secrets.erase(entry) > 0);
}

} // namespace ch::access
