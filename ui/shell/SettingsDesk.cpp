// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/SettingsDesk.h"

#include "access/Profiles.h"
#include "ui/dialogs/SettingsDialog.h"
#include "ui/shell/MessageStrip.h"

namespace ch::ui {

namespace {

const QString kSettingsTopic = QStringLiteral("settings");

} // namespace

SettingsDesk::SettingsDesk(const Around& around) : m_around(around)
{
    connect(&around.window, &MainWindow::settingsAsked, this, &SettingsDesk::open);
}

void SettingsDesk::enter(const workspace::AccountState& account)
{
    m_isOpen = true;
    m_profile = account.demo ? QString() : account.profile;
    m_deleteDefault = account.deleteCustomerOnTakeDown;
}

void SettingsDesk::leave()
{
    m_isOpen = false;
    m_profile.clear();
    if (m_dialog) {
        m_dialog->close(); // what it shows is of that account
    }
}

void SettingsDesk::open()
{
    if (m_dialog && m_dialog->isVisible()) {
        return;
    }
    SettingsValues values;
    values.theme = m_around.theme.choice();
    values.profile = m_profile;
    values.deleteCustomerOnTakeDown = m_deleteDefault;
    values.gates = m_around.gates.state();
    values.feed = m_isOpen ? m_around.feed.settings() : std::nullopt;
    values.isUsualFolder = m_around.options.dataDir == access::defaultDataDir();
    values.updatesFrom = m_around.options.updateAddress.host();
    values.looksForUpdates = m_around.settings.looksForUpdates();
    auto* dialog = new SettingsDialog(values, &m_around.window);
    m_dialog = dialog;
    connect(dialog, &SettingsDialog::paymentsChosen, &m_around.gates, &GatesDesk::setPayments);
    connect(dialog, &SettingsDialog::rolloutChosen, &m_around.gates, &GatesDesk::setRollout);
    connect(&m_around.gates, &GatesDesk::changed, dialog, &SettingsDialog::setGates);
    connect(dialog, &SettingsDialog::readsChosen, &m_around.feed, &FeedDesk::setReads);
    connect(dialog, &SettingsDialog::takesDownChosen, &m_around.feed, &FeedDesk::setTakesDown);
    connect(&m_around.feed, &FeedDesk::settingsChanged, dialog, &SettingsDialog::setFeed);
    connect(dialog, &SettingsDialog::themeChosen, this, [this](Theme::Choice choice) {
        m_around.settings.setTheme(choice);
        m_around.theme.choose(choice);
    });
    connect(dialog, &SettingsDialog::updatesChosen, this, [this](bool on) { m_around.settings.setLooksForUpdates(on); });
    connect(dialog, &SettingsDialog::deleteCustomerChosen, this, &SettingsDesk::keepDeleteDefault);
    dialog->open();
}

void SettingsDesk::keepDeleteDefault(bool on)
{
    auto profiles = access::Profiles::load(m_around.options.dataDir);
    if (!profiles) {
        m_around.window.messages().put(messageOf(kSettingsTopic, profiles.error()));
        return;
    }
    auto profile = profiles->find(m_profile);
    if (!profile) {
        return;
    }
    profile->deleteCustomerOnTakeDown = on;
    const Status kept = profiles->put(*profile);
    if (!kept) {
        m_around.window.messages().put(messageOf(kSettingsTopic, kept.error()));
        return;
    }
    m_deleteDefault = on;
}

} // namespace ch::ui
