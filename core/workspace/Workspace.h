// SPDX-License-Identifier: GPL-3.0-or-later
// One open account: key, client, mirror, records and figures put together, for the window and the terminal. Opens a profile, a key of the
// environment or the demo account (the sandbox's server on loopback, started here). Everything runs in the thread it was made in:
// the engine thread of the window (see Engine.h), the main thread of the terminal program.
#pragma once

#include "access/Profiles.h"
#include "access/Vault.h"
#include "business/Takedown.h"
#include "revenue/Figures.h"
#include "sync/Backfill.h"

#include <QObject>
#include <QUrl>
#include <memory>

namespace ch::workspace {

struct OpenOptions {
    QString dataDir;
    QString profile;             ///< name; empty with key: the folder "session-MODE-HASH" (hash of account or key) is used
    QUrl apiBase;                ///< empty: the profile's, else https://api.stripe.com
    std::optional<Secret> key;   ///< used instead of the vault's
    bool demo = false;           ///< the demo account in a folder of its own that is emptied at each start
    bool offlineAllowed = false; ///< open the mirror for reading also without a key
};

/// What banner, titles and status bar show. A plain value that crosses threads.
struct AccountState {
    QString profile;
    QString accountId;
    QString accountName;         ///< display name, else the account id, else the masked key
    stripe::Mode mode = stripe::Mode::Live;
    bool modeConfirmed = false;  ///< by livemode of an answer
    bool demo = false;
    QString keyMasked;
    QString host;                ///< of the base URL
    bool writesOff = false;
    QString writesOffReason;     ///< a short code: "mode_mismatch", "no_key"
    bool deleteCustomerOnTakeDown = false;
    QString timezone;            ///< IANA, of the account; empty: UTC
    QString folder;              ///< holds mirror.sqlite and records.sqlite: for readers
    bool mirrorWasRebuilt = false; ///< the mirror's file was damaged and begun anew
    QStringList missingPermissions;///< Stripe's rak_ words
};

class Workspace : public QObject {
    Q_OBJECT
public:
    /// Opens files and key; asks Stripe nothing yet. The job is owned by parent, the workspace by the caller that takes it from the result.
    [[nodiscard]] static ResultJob<std::shared_ptr<Workspace>>* open(const OpenOptions& options, access::Vault& vault, Clock& clock, QObject* parent);
    ~Workspace() override;

    [[nodiscard]] AccountState account() const;
    [[nodiscard]] const store::MirrorReader& reader() const;
    [[nodiscard]] store::RecordsFile& records();
    [[nodiscard]] stripe::StripeClient& client();

    /// Confirms key, mode, name, time zone and permissions with Stripe; accountChanged follows.
    [[nodiscard]] ResultJob<AccountState>* confirmAccount(QObject* parent);
    /// Backfill, values, movements. One at a time: a second call is Busy.
    [[nodiscard]] ResultJob<sync::SyncSummary>* sync(QObject* parent);
    [[nodiscard]] Result<business::TakedownPlan> planTakedown(const QString& businessId) const;
    [[nodiscard]] ResultJob<business::TakedownOutcome>* takeDown(const business::TakedownRequest& request, QObject* parent);
    [[nodiscard]] Result<store::ImportSummary> importRecords(const QByteArray& json);
    [[nodiscard]] Result<QByteArray> exportRecords() const;

Q_SIGNALS:
    void accountChanged(const ch::workspace::AccountState& account);
    void syncProgressed(const ch::sync::SyncProgress& progress);
    void mirrorChanged(qint64 revision);

private:
    Workspace();
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace ch::workspace
