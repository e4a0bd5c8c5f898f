// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/connect/ConnectPage.h"

#include "ui/pages/connect/KeyWords.h"
#include "ui/theme/Labels.h"
#include "ui/theme/StyleSheet.h"

#include <QAction>
#include <QCheckBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace ch::ui {

ConnectPage::ConnectPage(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setObjectName(QStringLiteral("connectPage"));
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    outer->addWidget(scroll);
    auto* body = new QWidget(scroll);
    scroll->setWidget(body);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(24, 20, 24, 24);
    column->setSpacing(16);
    m_title = plainLabel({}, "page", QStringLiteral("connectTitle"), body);
    m_lead = plainLabel({}, "secondary", {}, body);
    column->addWidget(m_title);
    column->addWidget(m_lead);
    m_messages = new MessageStrip(theme, body);
    column->addWidget(m_messages);
    auto* columns = new QHBoxLayout;
    columns->setSpacing(16);
    columns->addWidget(makeKeyPanel(), 58, Qt::AlignTop);
    auto* right = new QVBoxLayout;
    right->setSpacing(16);
    m_profilesPanel = makeProfilesPanel();
    right->addWidget(m_profilesPanel);
    right->addWidget(makeDemoPanel());
    right->addStretch(1);
    columns->addLayout(right, 42);
    column->addLayout(columns);
    column->addStretch(1);
    setOffers({}, {}, {}, true);
    setBusy(false);
}

QFrame* ConnectPage::makeKeyPanel()
{
    QVBoxLayout* column = nullptr;
    QFrame* frame = headedPanel(tr("Connect with a key"), &column, this);
    column->addWidget(plainLabel(tr("A restricted key is enough and the better choice. Make one in Stripe's Dashboard: Developers, API keys, "
                                      "Create restricted key."), "secondary", {}, frame));
    column->addSpacing(4);
    column->addWidget(plainLabel(tr("API key"), "strong", {}, frame));
    m_key = new QLineEdit(frame);
    m_key->setObjectName(QStringLiteral("connectKey"));
    m_key->setAccessibleName(tr("API key"));
    m_key->setEchoMode(QLineEdit::Password);
    m_key->setPlaceholderText(tr("rk_… or sk_…"));
    QAction* reveal = m_key->addAction(m_theme.icon(QStringLiteral("show"), Theme::Ink::Secondary), QLineEdit::TrailingPosition);
    reveal->setToolTip(tr("Show or hide the key"));
    connect(reveal, &QAction::triggered, this,
        [this] { m_key->setEchoMode(m_key->echoMode() == QLineEdit::Password ? QLineEdit::Normal : QLineEdit::Password); });
    connect(m_key, &QLineEdit::textChanged, this, &ConnectPage::readKey);
    column->addWidget(m_key);
    m_keyText = plainLabel({}, "secondary", QStringLiteral("connectKeyText"), frame);
    column->addWidget(m_keyText);
    addProfileFields(column, frame);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    m_connect = new QPushButton(tr("Connect"), frame);
    m_connect->setObjectName(QStringLiteral("connectButton"));
    m_connect->setAccessibleName(tr("Connect with this key"));
    m_connect->setProperty("look", QStringLiteral("primary"));
    connect(m_connect, &QPushButton::clicked, this, &ConnectPage::askConnect);
    connect(m_key, &QLineEdit::returnPressed, this, &ConnectPage::askConnect);
    m_environment = new QPushButton(frame);
    m_environment->setObjectName(QStringLiteral("connectEnvironment"));
    connect(m_environment, &QPushButton::clicked, this, [this] {
        if (nameFits()) {
            Q_EMIT environmentAsked(m_name->text().trimmed(), m_keep->isChecked());
        }
    });
    row->addWidget(m_connect);
    row->addWidget(m_environment);
    row->addStretch(1);
    column->addSpacing(4);
    column->addLayout(row);
    m_progress = new QProgressBar(frame);
    m_progress->setAccessibleName(tr("Asking Stripe about the key"));
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    column->addWidget(m_progress);
    addPermissions(column, frame);
    return frame;
}

void ConnectPage::addProfileFields(QVBoxLayout* column, QWidget* frame)
{
    column->addWidget(plainLabel(tr("Name of the profile"), "strong", {}, frame));
    m_name = new QLineEdit(frame);
    m_name->setObjectName(QStringLiteral("connectName"));
    m_name->setAccessibleName(tr("Name of the profile"));
    m_name->setPlaceholderText(tr("For example: Main account"));
    m_name->setMaxLength(40);
    column->addWidget(m_name);
    m_nameText = plainLabel({}, "danger", QStringLiteral("connectNameText"), frame);
    m_nameText->hide();
    column->addWidget(m_nameText);
    connect(m_name, &QLineEdit::textChanged, m_nameText, &QWidget::hide);
    m_keep = new QCheckBox(tr("Keep the key in the system's keychain"), frame);
    m_keep->setObjectName(QStringLiteral("connectKeep"));
    m_keep->setAccessibleName(tr("Keep the key in the system's keychain"));
    m_keep->setChecked(true);
    column->addWidget(m_keep);
    column->addWidget(plainLabel(tr("Without a keychain, or unticked, the key serves this session only. It is never put into a file."),
        "caption", {}, frame));
}

void ConnectPage::addPermissions(QVBoxLayout* column, QWidget* parent)
{
    column->addSpacing(8);
    column->addWidget(plainLabel(tr("What a restricted key needs"), "strong", {}, parent));
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(2, 1);
    int row = 0;
    for (const NeededPermission& permission : neededPermissions()) {
        QLabel* resource = lineLabel(permission.resource, "plain", {}, parent);
        QLabel* level = lineLabel(permission.level, "plain", {}, parent);
        level->setProperty("kind", QStringLiteral("strong"));
        grid->addWidget(resource, row, 0);
        grid->addWidget(level, row, 1);
        grid->addWidget(plainLabel(permission.why, "secondary", {}, parent), row, 2);
        ++row;
    }
    column->addLayout(grid);
    column->addWidget(plainLabel(tr("With Read instead of Write everything can be looked at and nothing taken down."), "caption", {}, parent));
}

QFrame* ConnectPage::makeDemoPanel()
{
    QVBoxLayout* column = nullptr;
    QFrame* frame = headedPanel(tr("Explore the demo account"), &column, this);
    column->addWidget(plainLabel(tr("A made-up account inside this program: a few hundred businesses over two years. Nothing reaches Stripe, "
                                      "and it begins anew each time."), "secondary", {}, frame));
    m_demo = new QPushButton(tr("Explore the demo"), frame);
    m_demo->setObjectName(QStringLiteral("connectDemo"));
    m_demo->setAccessibleName(tr("Explore the demo account"));
    connect(m_demo, &QPushButton::clicked, this, &ConnectPage::demoAsked);
    column->addSpacing(4);
    column->addWidget(m_demo, 0, Qt::AlignLeft);
    return frame;
}

QFrame* ConnectPage::makeProfilesPanel()
{
    QVBoxLayout* column = nullptr;
    QFrame* frame = headedPanel(tr("Profiles"), &column, this);
    m_profiles = new QVBoxLayout;
    m_profiles->setSpacing(8);
    column->addLayout(m_profiles);
    return frame;
}

void ConnectPage::addProfile(const access::Profile& profile, bool current)
{
    auto* row = new QWidget(m_profilesPanel);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* words = new QVBoxLayout;
    words->setSpacing(0);
    words->addWidget(plainLabel(profile.name, "strong", {}, row));
    const QString mode = profile.mode == stripe::Mode::Live ? tr("LIVE") : tr("TEST");
    QStringList facts{mode, profile.accountName.isEmpty() ? profile.accountId : profile.accountName};
    facts.removeAll(QString());
    words->addWidget(plainLabel(facts.join(QStringLiteral(" · ")), "caption", {}, row));
    const QString kept = profile.keyInVault ? tr("kept in the keychain") : tr("not kept: give it again to synchronise");
    QLabel* key = plainLabel(profile.keyMasked.isEmpty() ? tr("No key") : tr("Key %1, %2").arg(profile.keyMasked, kept), "caption", QStringLiteral("profileKey"), row);
    words->addWidget(key);
    layout->addLayout(words, 1);
    auto* open = new QPushButton(current ? tr("Open now") : tr("Open"), row);
    open->setObjectName(QStringLiteral("profileOpen"));
    open->setAccessibleName(tr("Open profile %1").arg(profile.name));
    open->setEnabled(!current);
    connect(open, &QPushButton::clicked, this, [this, name = profile.name] { Q_EMIT profileAsked(name); });
    auto* remove = new QPushButton(tr("Remove profile…"), row);
    remove->setObjectName(QStringLiteral("profileRemove"));
    remove->setAccessibleName(tr("Remove profile %1").arg(profile.name));
    remove->setProperty("look", QStringLiteral("link"));
    connect(remove, &QPushButton::clicked, this, [this, name = profile.name] { Q_EMIT removalAsked(name); });
    layout->addWidget(open, 0, Qt::AlignTop);
    layout->addWidget(remove, 0, Qt::AlignTop);
    m_profiles->addWidget(row);
}

void ConnectPage::setOffers(const std::vector<access::Profile>& profiles, const QString& current, const QString& environmentVariable, bool first)
{
    clearLayout(m_profiles);
    for (const access::Profile& profile : profiles) {
        addProfile(profile, profile.name == current);
    }
    m_profilesPanel->setVisible(!profiles.empty());
    m_title->setText(first ? tr("Welcome to Countinghouse") : tr("Accounts and keys"));
    m_lead->setText(first ? tr("Connect a Stripe account to see its businesses and what they bring in a month, or look around in the demo first.")
                          : tr("Each profile is one Stripe account in one mode. Its key stays in the system's keychain."));
    m_environment->setVisible(!environmentVariable.isEmpty());
    m_environment->setText(tr("Use %1 of the environment").arg(environmentVariable));
    m_environment->setAccessibleName(m_environment->text());
}

void ConnectPage::readKey()
{
    const KeyWords words = keyWords(Secret(m_key->text().toUtf8()));
    m_keyText->setText(words.text);
    setLook(m_keyText, "kind", words.text.isEmpty() ? QStringLiteral("secondary") : !words.usable || words.live ? QStringLiteral("danger")
                                                                                                                 : QStringLiteral("ok"));
    m_connect->setEnabled(words.usable);
}

bool ConnectPage::nameFits()
{
    const Status name = access::Profiles::checkName(m_name->text().trimmed());
    m_nameText->setText(name ? QString() : name.error().message);
    m_nameText->setVisible(!name);
    if (!name) {
        m_name->setFocus();
    }
    return name.has_value();
}

void ConnectPage::askConnect()
{
    if (!m_connect->isEnabled() || !nameFits()) {
        return;
    }
    const Secret key(m_key->text().trimmed().toUtf8());
    m_key->clear();
    Q_EMIT connectAsked(key, m_name->text().trimmed(), m_keep->isChecked());
}

void ConnectPage::setBusy(bool busy)
{
    m_progress->setVisible(busy);
    for (QWidget* widget : std::initializer_list<QWidget*>{m_key, m_name, m_keep, m_environment, m_demo, m_profilesPanel}) {
        widget->setEnabled(!busy);
    }
    m_connect->setEnabled(false);
    if (!busy) {
        readKey();
    }
}

void ConnectPage::setError(const Error& error)
{
    m_messages->put(messageOf(QStringLiteral("connect"), error));
}

void ConnectPage::focusKey()
{
    m_key->setFocus(Qt::OtherFocusReason);
}

void ConnectPage::clearError()
{
    m_messages->clear(QStringLiteral("connect"));
}

} // namespace ch::ui
