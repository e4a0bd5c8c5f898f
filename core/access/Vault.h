// SPDX-License-Identifier: GPL-3.0-or-later
// The operating system's keychain, through QtKeychain (Secret Service, KWallet, macOS Keychain, Windows Credential Manager).
// There is no fallback to a file: without a keychain a key is kept for this session only, in memory. Jobs end by themselves after
// 30 s where a keychain's own prompt stays unanswered. "Not found" cannot be told from "locked" on Linux (measured on 0.13.2), so a
// caller that knows a key was stored says so; a removal is checked by reading back, and where nothing was found by a probe that a
// locked keychain refuses. Any thread; a job lives in the thread that asked, while QtKeychain itself always works in the
// application's thread (its queue of jobs is one object that must not die with a thread).
#pragma once

#include "base/Clock.h"
#include "base/Job.h"
#include "base/Secret.h"

#include <QObject>
#include <map>

namespace ch::access {

class Vault {
public:
    Vault() = default;
    Vault(const Vault&) = delete;
    Vault& operator=(const Vault&) = delete;
    virtual ~Vault() = default;

    /// entry: Profile::vaultEntry(). Errors are of kind Vault, with a sentence that says what to do and one of the codes
    /// no_keychain, locked, not_found_or_locked, refused, no_answer.
    virtual ResultJob<Secret>* read(const QString& entry, QObject* parent) = 0;
    virtual ResultJob<bool>* write(const QString& entry, const Secret& secret, QObject* parent) = 0;
    /// True: it was there and is gone. False: the keychain answers and holds no such entry.
    virtual ResultJob<bool>* remove(const QString& entry, QObject* parent) = 0;
};

/// The real one. The clock is used, not owned.
class KeychainVault final : public Vault {
public:
    explicit KeychainVault(Clock& clock);
    ResultJob<Secret>* read(const QString& entry, QObject* parent) override;
    ResultJob<bool>* write(const QString& entry, const Secret& secret, QObject* parent) override;
    ResultJob<bool>* remove(const QString& entry, QObject* parent) override;

private:
    Clock& m_clock;
};

/// Keeps secrets in memory for as long as it lives: "this session only", and the demo. One thread.
class SessionVault final : public Vault {
public:
    ResultJob<Secret>* read(const QString& entry, QObject* parent) override;
    ResultJob<bool>* write(const QString& entry, const Secret& secret, QObject* parent) override;
    ResultJob<bool>* remove(const QString& entry, QObject* parent) override;

private:
    std::map<QString, Secret> m_secrets;
};

} // namespace ch::access
