// SPDX-License-Identifier: GPL-3.0-or-later
// One command, from its account to its exit code. Commands that only look read the mirror and ask neither Stripe nor the keychain.
// Lives in the main thread; ended fires once.
#pragma once

#include "Arguments.h"
#include "Terminal.h"
#include "revenue/Conversion.h"
#include "store/JournalReader.h"
#include "workspace/Workspace.h"

#include <QJsonObject>
#include <QObject>
#include <QPointer>
#include <functional>

namespace ch::ctl {

class Run : public QObject {
    Q_OBJECT
public:
    Run(const Arguments& arguments, QObject* parent = nullptr);
    ~Run() override;

    void start();
    /// Ctrl+C: the running work stops between two steps, and the command ends as it can.
    void stop();

Q_SIGNALS:
    void ended(int exitCode);

private:
    using Opened = std::function<void()>;

    // Which account, and opening it (Run.cpp)
    [[nodiscard]] bool needsStripe() const;
    /// Leaves an entry in the trail, whose newest hash is kept in the keychain, without asking Stripe.
    [[nodiscard]] bool writesTrail() const;
    [[nodiscard]] Result<workspace::OpenOptions> chooseAccount();
    [[nodiscard]] Result<workspace::OpenOptions> withoutProfile();
    void open();
    void makeProfile(const workspace::OpenOptions& options);
    void openWith(const workspace::OpenOptions& options);
    void opened(const Result<std::shared_ptr<workspace::Workspace>>& result);
    void dispatch();
    void finish(int exitCode);
    void failed(const Error& error);
    void sayAccount();

    // What asks Stripe or changes something (RunActs.cpp)
    void sync(const std::function<void(const sync::SyncSummary&)>& then);
    void synced(const sync::SyncSummary& summary);
    void recordsImport();
    [[nodiscard]] Result<QByteArray> readFile() const;
    void recordsExport();
    void connectKey();
    void connected(const workspace::Connected& connected);

    // Take-downs and cancels (RunTakedown.cpp)
    void takedown();
    [[nodiscard]] business::TakedownRequest takedownRequest() const;
    void takedownPlanned(const Result<business::TakedownPlan>& plan);
    void takedownRefused(const Error& error);
    void takeDown(const business::TakedownRequest& request);
    void showPlan(const business::TakedownPlan& plan, const business::TakedownRequest& request);
    void takenDown(const business::TakedownOutcome& outcome);
    void cancelOne();
    [[nodiscard]] business::CancelRequest cancelRequest() const;
    void cancelPlanned(const Result<business::CancelPlan>& plan);
    void cancelRefused(const Error& error);
    void cancelSubscription(const business::CancelRequest& request);
    void cancelled(const business::CancelOutcome& outcome);
    void sayWaiting(const QString& status, const QString& operationId);

    // Operations and the trail (RunOperations.cpp)
    /// What a killed program left open goes on first, in test mode.
    void resumeFirst(const std::function<void()>& then);
    void provision();
    void provisioned(const business::ProvisionOutcome& outcome);
    void pricesEnsure();
    void operations();
    void operationsResume();
    void tellOperations(const std::vector<store::Operation>& operations);
    void audit();
    void auditExport(const store::JournalReader& reader, const store::TrailQuery& wanted);
    void auditVerify();

    // The gates and what monitoring reads (RunGates.cpp)
    void gates();
    void tellGates();
    void protect(bool on);
    void counters();
    /// A provision that could not even be opened for want of a key: skipped, or queued without it. False: something else stands against it.
    [[nodiscard]] bool goesOnWithoutKey(const Error& error);
    /// --live with a key that is not for live mode.
    [[nodiscard]] bool isLiveMistaken();

    // How fresh the data is (RunStatus.cpp)
    void status();
    [[nodiscard]] Status setFeed();

    // What runs on until it is ended (RunServe.cpp)
    void serve();
    void serving(const workspace::WebhookState& state);
    void stayFresh();
    void readAll();
    void tryAgain(const Error& error);

    // What only reads (RunReports.cpp)
    void profiles();
    void businesses();
    void subscriptions();
    void customer();
    [[nodiscard]] Result<bool> sayIfPartial();

    // The revenue ledger (RunRevenue.cpp)
    struct Asked {
        revenue::Definition definition;
        QTimeZone zone;
        stripe::Seconds at = 0;
        stripe::Seconds now = 0;
        revenue::GroupBy by = revenue::GroupBy::Nothing;
        std::vector<revenue::Filter> filters;
        QHash<QString, QString> countries;
        std::optional<revenue::Definition> before;   ///< until changedAt
        stripe::Seconds changedAt = 0;
    };
    /// A preset's name, or a file; the default where nothing is said.
    [[nodiscard]] Result<revenue::Definition> definitionMeant(const QString& word) const;
    [[nodiscard]] Result<QTimeZone> zoneMeant(const revenue::Definition& definition) const;
    /// What the options of a report ask for.
    [[nodiscard]] Result<Asked> asked(const QString& definition);
    [[nodiscard]] Status askChange(Asked* question) const;
    /// The rates into the currency that is asked for; nothing where none is.
    [[nodiscard]] Result<std::optional<revenue::Rates>> ratesMeant(const Asked& question) const;
    [[nodiscard]] Result<revenue::Ledger> ledger(const Asked& question);
    void sayLeftOut(const std::vector<revenue::LeftOut>& leftOut, stripe::Seconds at);
    void mrr();
    void movements();
    [[nodiscard]] Result<revenue::RollForwardQuestion> rollForwardAsked(const Asked& question) const;
    void tellRollForward(const revenue::RollForward& report, const Asked& question);
    /// Beside a definition: the one before it, and when it changed.
    static void tellChange(const Asked& question, QJsonObject* json);
    void explain();
    void tellExplanation(const QJsonObject& json);
    void bridge();
    void evaluate();

    Arguments m_arguments;
    Terminal m_terminal;
    SystemClock m_clock;
    std::unique_ptr<access::Vault> m_vault;
    std::shared_ptr<workspace::Workspace> m_workspace;
    QPointer<Job> m_active;
    bool m_stopped = false;
    bool m_serves = false;       // it listens: to be stopped is its usual end
    std::optional<workspace::OpenOptions> m_options; // what was opened, or was to be
    bool m_makesProfile = false; // the profile that was named is not there yet
    bool m_feeds = false;        // serve: the event feed has begun
    bool m_ended = false;
};

} // namespace ch::ctl
