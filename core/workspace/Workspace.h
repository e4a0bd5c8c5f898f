// SPDX-License-Identifier: GPL-3.0-or-later
// One open account: key, client, mirror, records and figures put together, for the window and the terminal. Opens a profile, a key of the
// environment or the demo account (the sandbox's server on loopback, started here). Everything runs in the thread it was made in:
// the engine thread of the window (see Engine.h), the main thread of the terminal program.
//
// A mirror never mixes two accounts: before the first sync or take-down of a session the key is asked whose it is, and a mirror that
// was filled from another account is refused (Safety). Where a key may not say its account, the key itself stands for it (by a hash).
#pragma once

#include "access/Profiles.h"
#include "access/Vault.h"
#include "business/Cancel.h"
#include "business/Prices.h"
#include "business/Provision.h"
#include "business/Takedown.h"
#include "revenue/Figures.h"
#include "sync/Backfill.h"
#include "sync/EventFeed.h"
#include "workspace/Gates.h"
#include "workspace/Metrics.h"
#include "workspace/Webhooks.h"

#include <QObject>
#include <QUrl>
#include <memory>

namespace ch::workspace {

struct OpenOptions {
    QString dataDir;
    QString profile;             ///< name; empty with key: the folder DATADIR/sessions/MODE-HASH (hash of the key) is used
    QUrl apiBase;                ///< empty: the profile's, else https://api.stripe.com
    std::optional<Secret> key;   ///< used instead of the vault's
    bool demo = false;           ///< the demo account in a folder of its own (DATADIR/demo) that is emptied at each start
    bool offlineAllowed = false; ///< open the mirror for reading also without a key
    bool keyless = false;        ///< with offlineAllowed: the vault is not asked for the profile's key at all
    int demoBusinesses = 300;
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
    QString host;                ///< of the base URL, with its port where that is not the usual one
    bool writesOff = false;
    QString writesOffReason;     ///< a short code: "mode_mismatch", "account_mismatch", "no_key", "payments_off"
    bool deleteCustomerOnTakeDown = false;
    QString timezone;            ///< IANA, of the account; empty: UTC
    QString folder;              ///< holds mirror.sqlite and records.sqlite: for readers
    bool mirrorWasRebuilt = false; ///< the mirror's file was damaged and begun anew
    QStringList missingPermissions;///< Stripe's rak_ words

    bool operator==(const AccountState&) const = default;
};

/// How a key was taken in: what opens it from now on, and why the vault did not take it, where it did not.
struct Connected {
    OpenOptions options;
    access::Profile profile;
    std::optional<Error> notKept;
};

/// What is set for the event feed.
struct FeedSettings {
    qint64 readsOfAMonth = sync::BudgetState::kFloor; ///< the read budget
    bool takesDown = false;      ///< a business whose last subscription has ended is taken down without asking
    bool operator==(const FeedSettings&) const = default;
};

/// Something that an event told of a business and a person is to know. A plain value that crosses threads.
struct EventNotice {
    store::Mark mark;
    QString name;                ///< of the business, for people; may be empty
    bool takenDown = false;      ///< it was taken down by the setting
};

class Workspace : public QObject {
    Q_OBJECT
public:
    /// Opens files and key; asks Stripe nothing yet. The job is owned by parent, the workspace by the caller that takes it from the result.
    /// NotFound: no such profile. Authentication, code no_key: there is no key for it here. Vault: the keychain did not give it.
    /// InvalidInput: key or base URL is refused. Safety: the folder belongs to another account or mode.
    [[nodiscard]] static ResultJob<std::shared_ptr<Workspace>>* open(const OpenOptions& options, access::Vault& vault, Clock& clock, QObject* parent);

    /// Checks a key with Stripe, saves profile name, and gives the key to the vault where keepInVault (else, or when the vault refuses,
    /// it stands in the result's options for this session). An existing profile of that name is given the key when it is of the same
    /// account and mode, else it is refused with Safety. vault and clock outlive the job.
    [[nodiscard]] static ResultJob<Connected>* connectKey(const Secret& key, const QString& profileName, bool keepInVault, const QUrl& apiBase, const QString& dataDir,
                                                          access::Vault& vault, Clock& clock, QObject* parent);

    ~Workspace() override;

    [[nodiscard]] AccountState account() const;
    [[nodiscard]] const store::MirrorReader& reader() const;
    [[nodiscard]] store::RecordsFile& records();
    [[nodiscard]] bool hasKey() const;
    /// The one way in for events, for who receives them (webhooks, a replay).
    [[nodiscard]] sync::EventIntake& intake();

    /// Keeps the mirror fresh by events from now on (sync/EventFeed.h), as soon as the account is confirmed. Nothing without a key.
    void startFeed();
    /// Somebody looks at what could change.
    void setLooked(bool on);
    void pollSoon();
    [[nodiscard]] sync::FeedState feed() const;
    [[nodiscard]] Result<sync::BudgetState> budget();
    [[nodiscard]] Result<FeedSettings> feedSettings() const;
    /// Both leave an entry in the trail where they changed something, and say whether they did.
    [[nodiscard]] Result<bool> setReadsOfAMonth(qint64 reads);
    [[nodiscard]] Result<bool> setTakesDown(bool on);
    /// A person has looked at what is marked and leaves it. Whether it was marked.
    [[nodiscard]] Result<bool> leaveMarked(const QString& businessId, store::MarkKind kind);

    /// Confirms key, mode, name, time zone and permissions with Stripe; accountChanged follows. Safety: another account's key.
    [[nodiscard]] ResultJob<AccountState>* confirmAccount(QObject* parent);
    /// Confirms the account where that is still to be done, then backfill, values, movements. One at a time: a second call is Busy.
    [[nodiscard]] ResultJob<sync::SyncSummary>* sync(QObject* parent);
    [[nodiscard]] bool isSyncing() const;
    /// With a key from Stripe (after confirming the account where that is still to be done), which changes nothing there; without one from
    /// the mirror.
    [[nodiscard]] ResultJob<business::TakedownPlan>* planTakedown(const QString& businessId, QObject* parent);
    [[nodiscard]] ResultJob<business::CancelPlan>* planCancel(const QString& subscriptionId, QObject* parent);
    /// Confirms the account where that is still to be done, then takes down. Ends with an outcome in every case (see Takedown.h).
    [[nodiscard]] ResultJob<business::TakedownOutcome>* takeDown(const business::TakedownRequest& request, QObject* parent);
    /// Likewise, of one subscription (see Cancel.h).
    [[nodiscard]] ResultJob<business::CancelOutcome>* cancelSubscription(const business::CancelRequest& request, QObject* parent);
    /// Likewise. Refuses text with the form of a key (Safety, code key_in_input), and what the gates refuse (Gates.h). Payments off or no key:
    /// refused, skipped or queued, as request.whenOff says.
    [[nodiscard]] ResultJob<business::ProvisionOutcome>* provision(const business::ProvisionRequest& request, QObject* parent);
    [[nodiscard]] ResultJob<QList<business::EnsuredPrice>>* ensurePrices(bool tiers, QObject* parent);
    /// The active prices of these types of business, as Stripe has them now.
    [[nodiscard]] ResultJob<QList<stripe::Price>>* readPrices(const QStringList& businessTypes, QObject* parent);
    /// Goes on with every open operation that no living program works on, one after the other, and ends with all of them as they are
    /// then. In live mode only where a person asks for it; else they are set to wait. Ends at once where there are none. only: with these
    /// ids; empty: with all.
    [[nodiscard]] ResultJob<std::vector<store::Operation>>* resumeOperations(bool byPerson, QObject* parent, const QStringList& only = {});
    /// How the gates stand now. What changes leaves an entry in the trail; true where it was another before.
    [[nodiscard]] Result<GatesState> gates();
    [[nodiscard]] Result<bool> setPayments(bool on);
    [[nodiscard]] Result<bool> setRollout(int percent);
    /// id: a business's or a customer's. *protectedId: what it is protected under.
    [[nodiscard]] Result<bool> protect(const QString& id, QString* protectedId = nullptr);
    [[nodiscard]] Result<bool> unprotect(const QString& id, QString* protectedId = nullptr);
    /// The webhooks of this account; they live as long as this. Nothing listens before Webhooks::start or serve is called.
    [[nodiscard]] Webhooks& webhooks();
    /// Applies an event of the log once more, as the mirror keeps it or else as Stripe tells it. NotFound where neither does (Stripe keeps events
    /// for 30 days).
    [[nodiscard]] ResultJob<bool>* replayEvent(const QString& eventId, QObject* parent);
    /// What monitoring reads, as it stands now (Metrics.h).
    [[nodiscard]] Result<Metrics> metrics();
    [[nodiscard]] Result<store::ImportSummary> importRecords(const QByteArray& json);
    [[nodiscard]] Result<QByteArray> exportRecords() const;
    /// Reads the whole trail against its chain, and against the head in the vault where there is one. The vault outlives the job.
    [[nodiscard]] ResultJob<store::AuditCheck>* verifyAudit(QObject* parent);
    /// Ends when the newest head of the trail is in the vault, or the vault has refused it: to be waited for before a program ends.
    [[nodiscard]] ResultJob<bool>* trailKept(QObject* parent);

Q_SIGNALS:
    void accountChanged(const ch::workspace::AccountState& account);
    void syncProgressed(const ch::sync::SyncProgress& progress);
    void mirrorChanged(qint64 revision);
    void feedChanged(const ch::sync::FeedState& state);
    /// The mirror is to be read anew by a sync (see EventFeed).
    void repairNeeded(const QString& reason);
    void eventNoticed(const ch::workspace::EventNotice& notice);

private:
    friend class Opening;
    friend class ConfirmJob;
    friend class SyncJob;
    friend class ResumeJob;
    template <typename T>
    friend class ActJob;
    Workspace();
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace ch::workspace

Q_DECLARE_METATYPE(ch::workspace::AccountState)
Q_DECLARE_METATYPE(ch::workspace::EventNotice)
