// SPDX-License-Identifier: GPL-3.0-or-later
// The operating system's keychain, through QtKeychain (Secret Service, KWallet, macOS Keychain, Windows Credential Manager).
// There is no fallback to a file: without a keychain a key is kept for this session only, in memory. Jobs end by themselves after
// 30 s where a keychain's own prompt stays unanswered. "Not found" cannot be told from "locked" on Linux (measured on 0.13.2), so a
// caller that knows a key was stored says so; a removal is checked by reading back. One thread.
#pragma once

#include "base/Clock.h"
#include "base/Job.h"
#include "base/Secret.h"

#include <QObject>

namespace ch::access {

class Vault {
public:
    Vault() = default;
    Vault(const Vault&) = delete;
    Vault& operator=(const Vault&) = delete;
    virtual ~Vault() = default;

    /// entry: "profile/NAME/api-key". Errors are of kind Vault, with a sentence that says what to do.
    virtual ResultJob<Secret>* read(const QString& entry, QObject* parent) = 0;
    virtual ResultJob<bool>* write(const QString& entry, const Secret& secret, QObject* parent) = 0;
    virtual ResultJob<bool>* remove(const QString& entry, QObject* parent) = 0;
};

/// The real one.
class KeychainVault final : public Vault {
public:
    explicit KeychainVault(Clock& clock);
    ResultJob<Secret>* read(const QString& entry, QObject* parent) override;
    ResultJob<bool>* write(const QString& entry, const Secret& secret, QObject* parent) override;
    ResultJob<bool>* remove(const QString& entry, QObject* parent) override;

private:
    Clock& m_clock;
};

} // namespace ch::access
