// SPDX-License-Identifier: GPL-3.0-or-later
// The window's side of a workspace: owns the engine thread and hands orders over and answers back as queued signals. Every order that has
// an answer returns a number; the answer carries it. What has an outcome of its own ends with that in every case, all else with its answer
// or orderFailed; orders while nothing is open fail. An order of an account that is closed meanwhile is not answered. GUI thread.
// A new order stands in two places: its function and its signal here, and one call of Private::order in Engine.cpp.
#pragma once

#include "workspace/Workspace.h"

#include <QObject>
#include <functional>
#include <memory>

namespace ch::workspace {

class Engine : public QObject {
    Q_OBJECT
public:
    /// clock and vault are made in the engine thread by these functions' defaults; tests hand in their own vault.
    explicit Engine(std::function<std::unique_ptr<access::Vault>(Clock&)> makeVault = {}, QObject* parent = nullptr);
    /// Stops work, closes the files, ends the thread. Work that runs ends without a signal; a write on the wire may still be done.
    ~Engine() override;

    [[nodiscard]] bool isOpen() const;
    [[nodiscard]] AccountState account() const;   ///< as last told

    void open(const OpenOptions& options);         ///< closes what is open first; opened or openFailed follows, then accountChanged
    /// Checks the key with Stripe, then keeps it as profile name (in the vault, or for this session only) and opens it. What is open
    /// stays open until the key is accepted, and also where it is refused (openFailed).
    void connectWithKey(const Secret& key, const QString& profileName, bool keepInVault, const QUrl& apiBase, const QString& dataDir);
    void close();                                  ///< closed follows where something was open

    /// Removes the key from the vault, then the profile; an open account of that profile is closed between the two. The folder with
    /// mirror and records stays. profileRemoved or profileNotRemoved; a key that the vault does not give up keeps its profile.
    void removeProfile(const QString& name, const QString& dataDir);

    void sync();                                   ///< syncStarted, syncProgressed..., then syncFinished or syncFailed
    void stopSync();
    [[nodiscard]] bool isSyncing() const;
    /// Somebody looks at what could change: the feed asks Stripe more often.
    void setLooked(bool on);
    void pollSoon();
    [[nodiscard]] sync::FeedState feed() const;    ///< as last told

    int planTakedown(const QString& businessId);   ///< planReady
    int takeDown(const business::TakedownRequest& request); ///< takedownFinished, in every case
    int planCancel(const QString& subscriptionId); ///< cancelPlanReady
    int cancelSubscription(const business::CancelRequest& request); ///< cancelFinished, in every case
    int provision(const business::ProvisionRequest& request); ///< provisionFinished, in every case
    int readPrices(const QStringList& businessTypes); ///< pricesRead: the active ones, by their lookup keys
    int ensurePrices(bool tiers);                  ///< pricesEnsured
    int resumeOperations(const QStringList& operationIds); ///< operationsResumed; a person asks for it
    int readGates();                               ///< gatesRead, and so are these, with how they stand then
    int setPayments(bool on);
    int setRollout(int percent);
    int setProtected(const QString& businessId, bool on);
    int readWebhooks();                            ///< webhooksRead, and so are these, with how they stand then
    int setWebhooks(const WebhookSettings& settings);
    int addWebhookSecret(const Secret& secret);
    int removeWebhookSecret(int place);
    int tryWebhooks();                             ///< webhookTried
    int replayEvent(const QString& eventId);       ///< eventReplayed: it is on its way to the mirror
    int readFeedSettings();                        ///< feedSettingsRead, and so are these
    int setReadsOfAMonth(qint64 reads);
    int setTakesDown(bool on);
    int leaveMarked(const QString& businessId, store::MarkKind kind); ///< marksChanged
    int verifyTrail();                             ///< trailVerified
    int importRecords(const QByteArray& json);     ///< recordsImported
    int exportRecords();                           ///< recordsExported

Q_SIGNALS:
    void opened(const ch::workspace::AccountState& account);
    void openFailed(const ch::Error& error);
    void closed();
    void accountChanged(const ch::workspace::AccountState& account);
    /// The key was accepted but the vault did not take it: it is used for this session only.
    void keyNotKept(const ch::Error& error);
    void profileRemoved(const QString& name);
    void profileNotRemoved(const QString& name, const ch::Error& error);
    void syncStarted();
    void syncProgressed(const ch::sync::SyncProgress& progress);
    void syncFinished(const ch::sync::SyncSummary& summary);
    void syncFailed(const ch::Error& error);
    void mirrorChanged(qint64 revision);
    void feedChanged(const ch::sync::FeedState& state);
    /// A sync begins by itself; reason: see sync/EventFeed.h.
    void repairBegan(const QString& reason);
    void eventNoticed(const ch::workspace::EventNotice& notice);
    void marksChanged();
    void feedSettingsRead(int order, const ch::workspace::FeedSettings& settings);
    void orderFailed(int order, const ch::Error& error);
    void planReady(int order, const ch::business::TakedownPlan& plan);
    void takedownFinished(int order, const ch::business::TakedownOutcome& outcome);
    void cancelPlanReady(int order, const ch::business::CancelPlan& plan);
    void cancelFinished(int order, const ch::business::CancelOutcome& outcome);
    void provisionFinished(int order, const ch::business::ProvisionOutcome& outcome);
    void pricesRead(int order, const QList<ch::stripe::Price>& prices);
    void pricesEnsured(int order, const QList<ch::business::EnsuredPrice>& prices);
    /// Those that were to be gone on with, as they are now. order 0: left open by an earlier run, when the account was opened.
    void operationsResumed(int order, const std::vector<ch::store::Operation>& operations);
    void gatesRead(int order, const ch::workspace::GatesState& state);
    void webhooksRead(int order, const ch::workspace::WebhookState& state);
    void webhookTried(int order, const ch::workspace::WebhookTrial& trial);
    void eventReplayed(int order, const bool& isTaken);
    /// By itself: something was taken or refused, or it was switched.
    void webhooksChanged(const ch::workspace::WebhookState& state);
    void trailVerified(int order, const ch::store::AuditCheck& check);
    void recordsImported(int order, const ch::store::ImportSummary& summary);
    void recordsExported(int order, const QByteArray& json);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace ch::workspace
