// SPDX-License-Identifier: GPL-3.0-or-later
// Profiles: one for each account and mode that a person works on, in DATADIR/profiles.json (0600, written whole and renamed into place).
// A profile never holds a key, only its masked form and whether the vault keeps one. Names: 1 to 40 letters, digits, blank, - and _;
// unique without regard to case; each has a folder DATADIR/profiles/SLUG for its mirror and records. Any thread; plain values.
#pragma once

#include "base/Error.h"
#include "stripe/ApiKey.h"

#include <QString>
#include <QUrl>
#include <optional>
#include <vector>

namespace ch::access {

struct Profile {
    QString name;
    QUrl apiBase;                       ///< https://api.stripe.com, or http on loopback
    QString accountId;
    QString accountName;
    stripe::Mode mode = stripe::Mode::Live;
    QString keyMasked;                  ///< for people: "sk_test_…4242"
    bool keyInVault = false;
    bool deleteCustomerOnTakeDown = false; ///< true restores the seed's default
    int attempts = 3;

    [[nodiscard]] QString slug() const;
    [[nodiscard]] QString vaultEntry() const;
};

class Profiles {
public:
    /// A missing file is an empty list; one that is not readable as profiles is Damaged and is left alone.
    [[nodiscard]] static Result<Profiles> load(const QString& dataDir);
    [[nodiscard]] const std::vector<Profile>& all() const { return m_profiles; }
    [[nodiscard]] std::optional<Profile> find(const QString& name) const;
    /// Adds or replaces by name, and saves.
    [[nodiscard]] Status put(const Profile& profile);
    [[nodiscard]] Status remove(const QString& name);
    [[nodiscard]] QString folderOf(const Profile& profile) const;
    [[nodiscard]] static Status checkName(const QString& name);

private:
    QString m_dataDir;
    std::vector<Profile> m_profiles;
};

/// Where data lies unless --data-dir says otherwise: the platform's application data folder, "countinghouse".
[[nodiscard]] QString defaultDataDir();

/// A key found in the environment: STRIPE_API_KEY, STRIPE_SECRET_KEY, STRIPE_TEST_KEY, the first that is set. The name is for people.
struct EnvironmentKey {
    QString variable;
    Secret value;
};
[[nodiscard]] std::optional<EnvironmentKey> environmentKey();

} // namespace ch::access
