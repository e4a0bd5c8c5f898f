// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace/ConnectKey.h"

#include "workspace/WorkspacePrivate.h"

namespace ch::workspace {

ResultJob<Connected>* Workspace::connectKey(const Secret& key, const QString& profileName, bool keepInVault, const QUrl& apiBase, const QString& dataDir,
                                            access::Vault& vault, Clock& clock, QObject* parent)
{
    return new ConnectKey({key, profileName, keepInVault, apiBase.isEmpty() ? defaultApiBase() : apiBase, dataDir}, vault, clock, parent);
}

ConnectKey::ConnectKey(const ConnectWish& wish, access::Vault& vault, Clock& clock, QObject* parent) : ResultJob(parent), m_wish(wish), m_vault(vault), m_clock(clock)
{
    QMetaObject::invokeMethod(this, [this] { begin(); }, Qt::QueuedConnection);
}

void ConnectKey::cancel()
{
    settle(fail(ErrorKind::Cancelled, QStringLiteral("Stopped before it ended.")));
    if (m_active) {
        m_active->cancel();
    }
}

void ConnectKey::begin()
{
    if (isSettled()) {
        return;
    }
    if (const Status named = access::Profiles::checkName(m_wish.profileName); !named) {
        settle(fail(named.error()));
        return;
    }
    auto key = stripe::ApiKey::parse(m_wish.key);
    if (!key) {
        settle(fail(refusedKey(key.error())));
        return;
    }
    m_key = std::move(*key);
    constexpr int kAttempts = 3;
    auto connection = Connection::make(m_key, m_wish.apiBase, kAttempts, m_clock);
    if (!connection) {
        settle(fail(connection.error()));
        return;
    }
    m_connection = std::move(*connection);
    auto* check = stripe::verifyKey(m_connection->client(), this);
    m_active = check;
    check->onFinished(this, [this](const Result<stripe::KeyCheck>& result) {
        if (isSettled()) {
            return;
        }
        if (result) {
            checked(*result);
        } else {
            settle(fail(result.error()));
        }
    });
}

Status ConnectKey::fits(const access::Profile& kept, const stripe::KeyCheck& account) const
{
    // A key that may not say its account passes here when it looks like the one before; the mirror, which knows its hash, decides.
    const bool isOther = !kept.accountId.isEmpty() && (account.account ? kept.accountId != account.account->id : kept.keyMasked != m_key.masked());
    if (!isOther && kept.mode == m_key.mode()) {
        return {};
    }
    Error error;
    error.kind = ErrorKind::Safety;
    error.code = kept.mode == m_key.mode() ? QStringLiteral("account_mismatch") : QStringLiteral("mode_mismatch");
    error.message = QStringLiteral("The profile \u201c%1\u201d belongs to another account or mode (%2, %3 mode). Choose another name for this key.")
                        .arg(kept.name, kept.accountId.isEmpty() ? QStringLiteral("account not known") : kept.accountId, stripe::modeName(kept.mode));
    return fail(error);
}

void ConnectKey::checked(const stripe::KeyCheck& account)
{
    if (account.modeMismatch) {
        Error error;
        error.kind = ErrorKind::Safety;
        error.code = QStringLiteral("mode_mismatch");
        error.message = QStringLiteral("The key looks like one for %1 mode, but Stripe answers in the other mode, so it was not taken in. Check the key in Stripe's Dashboard.").arg(stripe::modeName(m_key.mode()));
        settle(fail(error));
        return;
    }
    const auto profiles = access::Profiles::load(m_wish.dataDir);
    if (!profiles) {
        settle(fail(profiles.error()));
        return;
    }
    if (const auto kept = profiles->find(m_wish.profileName); kept) {
        if (const Status fitting = fits(*kept, account); !fitting) {
            settle(fail(fitting.error()));
            return;
        }
        m_connected.profile = *kept;
        m_keyBefore = kept->keyMasked;
        m_wasInVault = kept->keyInVault;
    }
    access::Profile& profile = m_connected.profile;
    profile.name = profile.name.isEmpty() ? m_wish.profileName : profile.name;
    profile.id = profile.id.isEmpty() ? access::Profiles::newId() : profile.id;
    profile.apiBase = m_wish.apiBase;
    if (account.account) {
        profile.accountId = account.account->id;
        profile.accountName = account.account->displayName;
    }
    profile.mode = m_key.mode();
    profile.keyMasked = m_key.masked();
    profile.keyInVault = false;
    if (const Status saved = save(); !saved) {
        settle(fail(saved.error()));
        return;
    }
    keep();
}

Status ConnectKey::save()
{
    auto profiles = access::Profiles::load(m_wish.dataDir);
    return profiles ? profiles->put(m_connected.profile) : Status(fail(profiles.error()));
}

void ConnectKey::keep()
{
    if (!m_wish.keepInVault && !m_wasInVault) {
        tellTrail(); // whoever wants no keychain is not asked to unlock one
        return;
    }
    if (!m_wish.keepInVault) {
        // The earlier key of this profile would lie there for nobody.
        auto* removal = m_vault.remove(m_connected.profile.vaultEntry(), this);
        m_active = removal;
        removal->onFinished(this, [this](const Result<bool>&) {
            if (!isSettled()) {
                tellTrail();
            }
        });
        return;
    }
    auto* write = m_vault.write(m_connected.profile.vaultEntry(), m_key.secret(), this);
    m_active = write;
    write->onFinished(this, [this](const Result<bool>& written) {
        if (isSettled()) {
            return;
        }
        if (!written) {
            m_connected.notKept = written.error();
        } else {
            m_connected.profile.keyInVault = true;
            if (const Status saved = save(); !saved) {
                settle(fail(saved.error()));
                return;
            }
        }
        tellTrail();
    });
}

/// Who connected what with which key.
void ConnectKey::tellTrail()
{
    const access::Profile& profile = m_connected.profile;
    const QString action = m_keyBefore.isEmpty() ? QStringLiteral("connect") : m_keyBefore == profile.keyMasked ? QStringLiteral("key_given") : QStringLiteral("key_changed");
    const QString detail = QStringLiteral("%1 mode; key %2%3").arg(stripe::modeName(profile.mode), profile.keyMasked, profile.keyInVault ? QStringLiteral("; in the keychain") : QString());
    m_trail = std::make_unique<ProfileTrail>(m_vault, m_wish.dataDir, profile);
    m_trail->add(action, detail, m_clock.nowMs(), profile.keyInVault);
    if (AuditKeeper* const keeping = m_trail->keeping(); keeping != nullptr) {
        connect(keeping, &AuditKeeper::settled, this, &ConnectKey::end);
    } else {
        end();
    }
}

void ConnectKey::end()
{
    m_connected.options.dataDir = m_wish.dataDir;
    m_connected.options.profile = m_connected.profile.name;
    m_connected.options.apiBase = m_wish.apiBase;
    m_connected.options.key = m_key.secret();
    settle(m_connected);
}

} // namespace ch::workspace
