// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/AccountsDesk.h"

#include "ui/dialogs/RemoveProfileDialog.h"
#include "ui/pages/connect/ConnectPage.h"
#include "ui/shell/MessageStrip.h"

namespace ch::ui {

namespace {

const QString kOpenTopic = QStringLiteral("open");
const QString kRemovalTopic = QStringLiteral("removal");
const QString kVaultTopic = QStringLiteral("vault");

} // namespace

AccountsDesk::AccountsDesk(workspace::Engine& engine, MainWindow& window, ViewSettings& settings, const StartOptions& options)
    : m_engine(engine), m_window(window), m_settings(settings), m_options(options)
{
    ConnectPage& page = window.connectPage();
    connect(&page, &ConnectPage::demoAsked, this, &AccountsDesk::openDemo);
    connect(&page, &ConnectPage::profileAsked, this, &AccountsDesk::openProfile);
    connect(&page, &ConnectPage::removalAsked, this, &AccountsDesk::askRemoval);
    connect(&page, &ConnectPage::connectAsked, this, &AccountsDesk::connectWithKey);
    connect(&page, &ConnectPage::environmentAsked, this, &AccountsDesk::connectFromEnvironment);
    connectEngine();
}

void AccountsDesk::connectEngine()
{
    using workspace::Engine;
    connect(&m_engine, &Engine::openFailed, this, &AccountsDesk::onOpenFailed);
    connect(&m_engine, &Engine::profileRemoved, this, &AccountsDesk::onProfileRemoved);
    connect(&m_engine, &Engine::profileNotRemoved, this, &AccountsDesk::onProfileNotRemoved);
    connect(&m_engine, &Engine::keyNotKept, this, [this](const Error& error) {
        Message message = messageOf(kVaultTopic, error);
        message.title = tr("The key is used for this session only");
        m_window.messages().put(message);
    });
}

void AccountsDesk::start()
{
    if (m_options.demo) {
        openDemo();
        return;
    }
    const QString name = m_options.profile.isEmpty() ? m_settings.lastProfile() : m_options.profile;
    const auto profiles = access::Profiles::load(m_options.dataDir);
    if (!profiles) {
        m_window.messages().put(messageOf(kOpenTopic, profiles.error()));
        return;
    }
    if (!name.isEmpty() && profiles->find(name)) {
        openProfile(name);
    } else if (!m_options.profile.isEmpty()) {
        Error error;
        error.kind = ErrorKind::InvalidInput;
        error.message = tr("There is no profile named “%1”.").arg(m_options.profile);
        m_window.messages().put(messageOf(kOpenTopic, error));
    } else if (profiles->all().size() == 1) {
        openProfile(profiles->all().front().name);
    }
}

void AccountsDesk::enter(const workspace::AccountState& account)
{
    m_isOpen = true;
    m_isOpening = false;
    m_profile = account.demo ? QString() : account.profile;
    m_window.connectPage().setBusy(false);
    m_window.messages().clear(kOpenTopic);
    if (!m_profile.isEmpty()) {
        m_settings.setLastProfile(m_profile);
    }
    showOffers();
}

void AccountsDesk::leave()
{
    m_isOpen = false;
    m_profile.clear();
    m_window.messages().clear(kVaultTopic);
}

void AccountsDesk::openDemo()
{
    workspace::OpenOptions options;
    options.dataDir = m_options.dataDir;
    options.demo = true;
    open(options);
}

void AccountsDesk::openProfile(const QString& name)
{
    workspace::OpenOptions options;
    options.dataDir = m_options.dataDir;
    options.profile = name;
    options.apiBase = m_options.apiBase;
    options.offlineAllowed = true;
    open(options);
}

void AccountsDesk::open(const workspace::OpenOptions& options)
{
    Q_EMIT opening();
    m_window.connectPage().clearError();
    m_window.connectPage().setBusy(true);
    m_isOpening = true;
    m_engine.open(options);
}

void AccountsDesk::connectWithKey(const Secret& key, const QString& name, bool keep)
{
    // The account that is open stays so until the key is accepted.
    m_window.connectPage().clearError();
    m_window.connectPage().setBusy(true);
    m_engine.connectWithKey(key, name, keep, m_options.apiBase, m_options.dataDir);
}

void AccountsDesk::connectFromEnvironment(const QString& name, bool keep)
{
    if (const auto key = access::environmentKey()) {
        connectWithKey(key->value, name, keep);
    }
}

void AccountsDesk::askRemoval(const QString& name)
{
    const auto profiles = access::Profiles::load(m_options.dataDir);
    const auto profile = profiles ? profiles->find(name) : std::nullopt;
    if (!profile) {
        showOffers(); // another window removed it
        return;
    }
    const bool isOpen = !m_profile.isEmpty() && m_profile == profile->name;
    auto* dialog = new RemoveProfileDialog(*profile, profiles->folderOf(*profile), isOpen, &m_window);
    connect(dialog, &RemoveProfileDialog::agreed, this, [this](const QString& agreed) { m_engine.removeProfile(agreed, m_options.dataDir); });
    dialog->open();
}

void AccountsDesk::showOffers()
{
    const auto profiles = access::Profiles::load(m_options.dataDir);
    const auto key = access::environmentKey();
    const auto all = profiles ? profiles->all() : std::vector<access::Profile>{};
    m_window.connectPage().setOffers(all, m_profile, key ? key->variable : QString(), all.empty() && !m_isOpen);
}

void AccountsDesk::onOpenFailed(const Error& error)
{
    m_isOpening = false;
    m_window.connectPage().setBusy(false);
    m_window.connectPage().setError(error);
    m_window.go(Page::Accounts);
    Q_EMIT notOpened();
}

void AccountsDesk::onProfileRemoved(const QString& name)
{
    m_window.messages().clear(kRemovalTopic);
    if (m_settings.lastProfile() == name) {
        m_settings.setLastProfile({});
    }
    showOffers();
}

void AccountsDesk::onProfileNotRemoved(const QString& name, const Error& error)
{
    Message message = messageOf(kRemovalTopic, error);
    message.title = tr("The profile “%1” was not removed").arg(name);
    m_window.messages().put(message);
    showOffers();
}

} // namespace ch::ui
