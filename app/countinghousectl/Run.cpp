// SPDX-License-Identifier: GPL-3.0-or-later
#include "Run.h"

#include "base/Log.h"

namespace ch::ctl {

namespace {

/// no_account: there is none. which_account: there are several.
Error askedForKey(const char* code, const QString& message)
{
    Error error;
    error.kind = ErrorKind::InvalidInput;
    error.code = QLatin1String(code);
    error.message = message;
    return error;
}

} // namespace

Run::Run(const Arguments& arguments, QObject* parent)
    : QObject(parent), m_arguments(arguments), m_terminal(arguments.json || (!arguments.text && !Terminal::isOutputATerminal())), m_vault(std::make_unique<access::KeychainVault>(m_clock))
{
}

Run::~Run() = default;

void Run::start()
{
    switch (m_arguments.command) {
    case Command::Profiles:
        profiles();
        return;
    case Command::Connect:
        connectKey();
        return;
    case Command::Evaluate:
        evaluate();
        return;
    case Command::Help:
    case Command::Version:
    case Command::Completion:
    case Command::Sync:
    case Command::Businesses:
    case Command::Subscriptions:
    case Command::Customer:
    case Command::Mrr:
    case Command::Movements:
    case Command::Explain:
    case Command::Bridge:
    case Command::Cancel:
    case Command::Takedown:
    case Command::RecordsImport:
    case Command::RecordsExport:
    case Command::Provision:
    case Command::PricesEnsure:
    case Command::Operations:
    case Command::OperationsResume:
    case Command::Audit:
    case Command::AuditVerify:
    case Command::Gates:
    case Command::Protect:
    case Command::Unprotect:
    case Command::Counters:
    case Command::Serve:
    case Command::Status:
        open();
        return;
    }
}

void Run::stop()
{
    m_stopped = true;
    if (m_active) {
        m_active->cancel();
    } else if (m_serves) {
        m_terminal.say(QStringLiteral("Stopped."));
        finish(Done);
    } else {
        m_terminal.say(QStringLiteral("Stopped."));
        finish(Failed);
    }
}

void Run::finish(int exitCode)
{
    if (m_ended) {
        return;
    }
    m_ended = true;
    m_terminal.endProgress();
    if (!m_terminal.wasWritten() && exitCode == Done) {
        m_terminal.say(QStringLiteral("The result could not be written to standard output."));
        exitCode = Failed;
    }
    if (!m_workspace) {
        Q_EMIT ended(exitCode);
        return;
    }
    // The head of the trail is on its way to the keychain.
    m_workspace->trailKept(this)->onFinished(this, [this, exitCode](const Result<bool>&) { Q_EMIT ended(exitCode); });
}

void Run::failed(const Error& error)
{
    m_terminal.tell(error);
    finish(error.code == QLatin1String("no_account") || error.code == QLatin1String("which_account") ? Usage : exitCodeOf(error));
}

bool Run::needsStripe() const
{
    switch (m_arguments.command) {
    case Command::Sync:
    case Command::Cancel:
    case Command::Takedown:
    case Command::Provision:
    case Command::PricesEnsure:
    case Command::OperationsResume:
    case Command::Serve:
        return true;
    case Command::Help:
    case Command::Version:
    case Command::Completion:
    case Command::Businesses:
    case Command::Subscriptions:
    case Command::Customer:
    case Command::Mrr:
    case Command::Movements:
    case Command::Explain:
    case Command::Bridge:
    case Command::Evaluate:
    case Command::RecordsImport:
    case Command::RecordsExport:
    case Command::Profiles:
    case Command::Connect:
    case Command::Operations:
    case Command::Audit:
    case Command::AuditVerify:
    case Command::Gates:
    case Command::Protect:
    case Command::Unprotect:
    case Command::Counters:
    case Command::Status:
        return m_arguments.demo;
    }
    return true;
}

bool Run::writesTrail() const
{
    const bool isSwitched = m_arguments.command == Command::Gates && !(m_arguments.payments.isEmpty() && m_arguments.rollout.isEmpty());
    const bool isSet = m_arguments.command == Command::Status && !(m_arguments.reads.isEmpty() && m_arguments.whenEnded.isEmpty());
    return isSwitched || isSet || m_arguments.command == Command::Protect || m_arguments.command == Command::Unprotect || m_arguments.command == Command::RecordsImport;
}

Result<workspace::OpenOptions> Run::chooseAccount()
{
    workspace::OpenOptions options;
    options.dataDir = m_arguments.dataDir;
    options.apiBase = m_arguments.apiBase;
    options.demo = m_arguments.demo;
    options.offlineAllowed = !needsStripe();
    options.keyless = !needsStripe();
    if (m_arguments.demo) {
        return options;
    }
    if (m_arguments.profile.isEmpty()) {
        return withoutProfile();
    }
    options.profile = m_arguments.profile;
    if (!needsStripe()) {
        return options;
    }
    const auto profiles = access::Profiles::load(m_arguments.dataDir);
    if (!profiles) {
        return fail(profiles.error());
    }
    const auto profile = profiles->find(m_arguments.profile);
    const auto environment = access::environmentKey();
    if (profile && environment && profile->keyInVault) {
        m_terminal.say(QStringLiteral("The profile \"%1\" is used with its own key; %2 in the environment is not.").arg(profile->name, environment->variable));
    } else if (profile && environment) {
        m_terminal.say(QStringLiteral("The keychain holds no key for the profile \"%1\": the key of %2 is used.").arg(profile->name, environment->variable));
        options.key = environment->value;
    } else if (environment) {
        m_terminal.say(QStringLiteral("There is no profile \"%1\" yet: it is made for the account of %2. The key itself is not kept.").arg(m_arguments.profile, environment->variable));
        options.key = environment->value;
        m_makesProfile = true;
    }
    return options;
}

Result<workspace::OpenOptions> Run::withoutProfile()
{
    workspace::OpenOptions options;
    options.dataDir = m_arguments.dataDir;
    options.apiBase = m_arguments.apiBase;
    options.offlineAllowed = !needsStripe();
    options.keyless = !needsStripe();
    if (const auto environment = access::environmentKey(); environment) {
        options.key = environment->value;
        return options;
    }
    const auto profiles = access::Profiles::load(m_arguments.dataDir);
    if (!profiles) {
        return fail(profiles.error());
    }
    if (profiles->all().size() == 1) {
        options.profile = profiles->all().front().name;
        m_terminal.say(QStringLiteral("The profile \"%1\" is used, the only one there is.").arg(options.profile));
        return options;
    }
    QStringList names;
    for (const access::Profile& profile : profiles->all()) {
        names << profile.name;
    }
    return fail(askedForKey(names.isEmpty() ? "no_account" : "which_account", names.isEmpty()
            ? QStringLiteral("There is no account here yet. Set STRIPE_API_KEY, run \"countinghousectl connect --profile NAME\", or try --demo.")
            : QStringLiteral("Say which account with --profile: %1.").arg(names.join(QStringLiteral(", ")))));
}

void Run::open()
{
    auto options = chooseAccount();
    if (!options) {
        if (!goesOnWithoutKey(options.error())) {
            failed(options.error());
        }
        return;
    }
    m_options = *options;
    // Looking at the mirror needs no key: nothing is asked of a keychain that might open a prompt.
    if (!needsStripe() && !writesTrail() && m_arguments.command != Command::AuditVerify) {
        m_vault = std::make_unique<access::SessionVault>();
    }
    if (m_makesProfile) {
        makeProfile(*options);
    } else {
        openWith(*options);
    }
}

void Run::makeProfile(const workspace::OpenOptions& options)
{
    auto* job = workspace::Workspace::connectKey(*options.key, options.profile, false, options.apiBase, options.dataDir, *m_vault, m_clock, this);
    m_active = job;
    job->onFinished(this, [this, options](const Result<workspace::Connected>& result) {
        m_active.clear();
        if (result) {
            openWith(options);
        } else {
            failed(result.error());
        }
    });
}

void Run::openWith(const workspace::OpenOptions& options)
{
    auto* job = workspace::Workspace::open(options, *m_vault, m_clock, this);
    m_active = job;
    job->onFinished(this, [this](const auto& result) { opened(result); });
}

void Run::opened(const Result<std::shared_ptr<workspace::Workspace>>& result)
{
    m_active.clear();
    if (!result) {
        if (!goesOnWithoutKey(result.error())) {
            failed(result.error());
        }
        return;
    }
    m_workspace = *result;
    if (isLiveMistaken()) {
        return;
    }
    if (m_workspace->account().mirrorWasRebuilt) {
        m_terminal.say(QStringLiteral("The mirror's file was damaged. It was set aside (mirror.damaged-*.sqlite in %1) and a new one begun: sync to fill it again.").arg(m_workspace->account().folder));
    }
    const bool isDemoToRead = m_arguments.demo && m_arguments.command != Command::Sync && m_arguments.command != Command::Serve;
    if (!isDemoToRead) {
        dispatch();
        return;
    }
    m_terminal.say(QStringLiteral("The demo account is made anew and read first."));
    sync([this](const sync::SyncSummary&) { dispatch(); });
}

void Run::dispatch()
{
    switch (m_arguments.command) {
    case Command::Sync: resumeFirst([this] { sync([this](const sync::SyncSummary& summary) { synced(summary); }); }); return;
    case Command::Businesses: businesses(); return;
    case Command::Subscriptions: subscriptions(); return;
    case Command::Customer: customer(); return;
    case Command::Mrr: mrr(); return;
    case Command::Movements: movements(); return;
    case Command::Explain: explain(); return;
    case Command::Bridge: bridge(); return;
    case Command::Takedown: m_arguments.yes ? resumeFirst([this] { takedown(); }) : takedown(); return;
    case Command::Cancel: m_arguments.yes ? resumeFirst([this] { cancelOne(); }) : cancelOne(); return;
    case Command::RecordsImport: recordsImport(); return;
    case Command::RecordsExport: recordsExport(); return;
    case Command::Provision: resumeFirst([this] { provision(); }); return;
    case Command::PricesEnsure: pricesEnsure(); return;
    case Command::Operations: operations(); return;
    case Command::OperationsResume: operationsResume(); return;
    case Command::Audit: audit(); return;
    case Command::AuditVerify: auditVerify(); return;
    case Command::Gates: gates(); return;
    case Command::Protect: protect(true); return;
    case Command::Unprotect: protect(false); return;
    case Command::Counters: counters(); return;
    case Command::Serve: serve(); return;
    case Command::Status: status(); return;
    case Command::Help:
    case Command::Version:
    case Command::Completion:
    case Command::Profiles:
    case Command::Evaluate:
    case Command::Connect: finish(Done); return;
    }
}

/// Which account and mode: at once where the name is known from before, else when Stripe has said it, which is before anything else
/// is asked.
void Run::sayAccount()
{
    const workspace::AccountState account = m_workspace->account();
    if (account.accountId.isEmpty() && !account.modeConfirmed) {
        connect(m_workspace.get(), &workspace::Workspace::accountChanged, this, &Run::sayAccount, Qt::SingleShotConnection);
        return;
    }
    const QString mode = account.demo ? QStringLiteral("DEMO") : account.mode == stripe::Mode::Live ? QStringLiteral("LIVE MODE") : QStringLiteral("test mode");
    m_terminal.say(QStringLiteral("%1: %2 at %3").arg(mode, account.accountName, account.host));
}

} // namespace ch::ctl
