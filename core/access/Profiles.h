// SPDX-License-Identifier: GPL-3.0-or-later
// Profiles: one for each account and mode that a person works on, in DATADIR/profiles.json (0600, written whole and renamed into place).
// A profile never holds a key, only its masked form and whether the vault keeps one. Names: 1 to 40 letters, digits, blank, - and _;
// unique without regard to case; each has a folder DATADIR/profiles/SLUG for its mirror and records. One thread an object; several
// processes may save to one file (a lock file arbitrates, and each save starts from what is on disk).
#pragma once

#include "base/Error.h"
#include "stripe/ApiKey.h"

#include <QString>
#include <QUrl>
#include <functional>
#include <optional>
#include <vector>

namespace ch::access {

struct Profile {
    QString name;
    QString id;                         ///< random, made at the first save: two data folders may each have a profile of one name
    QUrl apiBase;                       ///< https://api.stripe.com, or http on loopback
    QString accountId;
    QString accountName;
    stripe::Mode mode = stripe::Mode::Live;
    QString keyMasked;                  ///< for people: "sk_test_…4242"
    bool keyInVault = false;
    bool deleteCustomerOnTakeDown = false; ///< true restores the seed's default
    int attempts = 3;                   ///< 1 to 10

    /// Folder name. Two different names never have the same one.
    [[nodiscard]] QString slug() const;
    /// "profile/NAME/ID/api-key": under what the vault keeps the key.
    [[nodiscard]] QString vaultEntry() const;
    /// "profile/NAME/ID/audit-head": under what the vault keeps how far the trail went.
    [[nodiscard]] QString auditEntry() const;
    /// "profile/NAME/ID/webhook-secrets": under what the vault keeps the signing secrets of webhooks.
    [[nodiscard]] QString webhookEntry() const;

    bool operator==(const Profile&) const = default;
};

class Profiles {
public:
    /// A missing file is an empty list; one that is not readable as profiles is Damaged, one of a newer program NewerVersion; both are
    /// left alone.
    [[nodiscard]] static Result<Profiles> load(const QString& dataDir);
    [[nodiscard]] const std::vector<Profile>& all() const { return m_profiles; }
    [[nodiscard]] std::optional<Profile> find(const QString& name) const;
    /// Adds or replaces by name, and saves. A profile without id keeps the one it has, else gets one. Refuses (InvalidInput) a bad
    /// name, and anything with the form of a key in it.
    [[nodiscard]] Status put(const Profile& profile);
    /// The folder of the profile stays: it holds records. Unknown names are NotFound.
    [[nodiscard]] Status remove(const QString& name);
    [[nodiscard]] QString folderOf(const Profile& profile) const;
    [[nodiscard]] static Status checkName(const QString& name);
    [[nodiscard]] static QString newId();

private:
    [[nodiscard]] Status change(const std::function<Status(std::vector<Profile>&)>& edit);

    QString m_dataDir;
    std::vector<Profile> m_profiles;
};

/// Where data lies unless --data-dir says otherwise: the platform's data folder, "countinghouse".
[[nodiscard]] QString defaultDataDir();

/// Makes dir and what leads to it; dir itself can be entered by its owner alone. Storage when that fails.
[[nodiscard]] Status makePrivateDir(const QString& dir);

/// Whether text holds something with the form of a key: such text is refused, never kept or echoed.
[[nodiscard]] bool holdsKey(const QString& text);

/// A key found in the environment: STRIPE_API_KEY, STRIPE_SECRET_KEY, STRIPE_TEST_KEY, the first that is set. The name is for people.
struct EnvironmentKey {
    QString variable;
    Secret value;
};
[[nodiscard]] std::optional<EnvironmentKey> environmentKey();

} // namespace ch::access
