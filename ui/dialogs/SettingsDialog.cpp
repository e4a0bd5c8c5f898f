// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/SettingsDialog.h"

#include "ui/dialogs/ServicePanel.h"
#include "ui/theme/Labels.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>

namespace ch::ui {

namespace {

void addBack(QDialog* dialog, QVBoxLayout* column)
{
    auto* row = new QHBoxLayout;
    row->setContentsMargins(24, 8, 24, 16);
    auto* back = new QPushButton(SettingsDialog::tr("Back"), dialog);
    back->setObjectName(QStringLiteral("dialogBack"));
    back->setAccessibleName(SettingsDialog::tr("Back"));
    back->setProperty("look", QStringLiteral("primary"));
    back->setDefault(true);
    QObject::connect(back, &QPushButton::clicked, dialog, &QDialog::accept);
    row->addStretch(1);
    row->addWidget(back);
    column->addLayout(row);
}

} // namespace

SettingsDialog::SettingsDialog(const SettingsValues& values, QWidget* parent) : QDialog(parent)
{
    setObjectName(QStringLiteral("settingsDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowModality(Qt::WindowModal);
    setWindowTitle(tr("Settings"));
    setFixedWidth(480);
    auto* frame = new QVBoxLayout(this);
    frame->setContentsMargins(0, 0, 0, 0);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* inside = new QWidget(scroll);
    auto* column = new QVBoxLayout(inside);
    column->setContentsMargins(24, 20, 24, 8);
    column->setSpacing(8);
    column->addWidget(plainLabel(tr("Settings"), "page", {}, this));
    column->addSpacing(8);
    addTheme(column, values.theme);
    column->addSpacing(16);
    addProfile(column, values);
    column->addSpacing(16);
    addGates(column, values);
    column->addSpacing(16);
    addFeed(column, values);
    column->addSpacing(16);
    addProgram(column, values);
    column->addStretch(1);
    scroll->setWidget(inside);
    frame->addWidget(scroll, 1);
    addBack(this, frame);
    // Lines that wrap are shown whole, and a low screen scrolls.
    constexpr int kTitleBar = 40;
    const int whole = column->heightForWidth(minimumWidth());
    inside->setMinimumHeight(whole);
    resize(width(), qMin(whole + frame->itemAt(1)->sizeHint().height(), screen()->availableGeometry().height() - kTitleBar));
}

void SettingsDialog::addTheme(QVBoxLayout* column, Theme::Choice choice)
{
    column->addWidget(plainLabel(tr("Appearance"), "section", {}, this));
    auto* box = new QComboBox(this);
    box->setObjectName(QStringLiteral("settingsTheme"));
    box->setAccessibleName(tr("Appearance"));
    box->addItem(tr("As the system"), static_cast<int>(Theme::Choice::System));
    box->addItem(tr("Light"), static_cast<int>(Theme::Choice::Light));
    box->addItem(tr("Dark"), static_cast<int>(Theme::Choice::Dark));
    box->setCurrentIndex(box->findData(static_cast<int>(choice)));
    connect(box, &QComboBox::currentIndexChanged, this,
        [this, box] { Q_EMIT themeChosen(static_cast<Theme::Choice>(box->currentData().toInt())); });
    column->addWidget(box);
}

void SettingsDialog::addProfile(QVBoxLayout* column, const SettingsValues& values)
{
    column->addWidget(plainLabel(tr("Take-down"), "section", {}, this));
    auto* box = new QCheckBox(tr("Delete the customer in Stripe too, unless unticked"), this);
    box->setObjectName(QStringLiteral("settingsDelete"));
    box->setAccessibleName(box->text());
    box->setChecked(values.deleteCustomerOnTakeDown);
    box->setEnabled(!values.profile.isEmpty());
    connect(box, &QCheckBox::toggled, this, &SettingsDialog::deleteCustomerChosen);
    column->addWidget(box);
    column->addWidget(plainLabel(values.profile.isEmpty() ? tr("Can be set when a profile is open.")
                                                             : tr("For the profile “%1”. A deleted customer cannot be brought back.").arg(values.profile),
        "caption", {}, this));
}

void SettingsDialog::addGates(QVBoxLayout* column, const SettingsValues& values)
{
    column->addWidget(plainLabel(tr("Safety switches of this account"), "section", {}, this));
    m_payments = new QCheckBox(tr("Payments are on: writing to Stripe is allowed"), this);
    m_payments->setObjectName(QStringLiteral("settingsPayments"));
    m_payments->setAccessibleName(m_payments->text());
    column->addWidget(m_payments);
    m_paymentsText = plainLabel({}, "caption", QStringLiteral("settingsPaymentsText"), this);
    column->addWidget(m_paymentsText);
    auto* row = new QHBoxLayout;
    QLabel* label = lineLabel(tr("New businesses are made for"), "plain", {}, this);
    row->addWidget(label);
    m_rollout = new QComboBox(this);
    m_rollout->setObjectName(QStringLiteral("settingsRollout"));
    m_rollout->setAccessibleName(tr("Roll-out of new businesses"));
    for (const int percent : workspace::kRolloutSteps) {
        m_rollout->addItem(percent == 100 ? tr("every id (100 %)") : percent == 0 ? tr("no id (0 %)") : tr("%1 % of ids").arg(percent), percent);
    }
    row->addWidget(m_rollout, 1);
    column->addLayout(row);
    m_protected = plainLabel({}, "caption", QStringLiteral("settingsProtected"), this);
    column->addWidget(m_protected);
    if (values.gates) {
        setGates(*values.gates);
    } else {
        m_payments->setEnabled(false);
        m_rollout->setEnabled(false);
        m_paymentsText->setText(tr("Can be set when an account is open."));
        m_protected->hide();
    }
    connect(m_payments, &QCheckBox::clicked, this, &SettingsDialog::paymentsChosen);
    connect(m_rollout, &QComboBox::activated, this, [this] { Q_EMIT rolloutChosen(m_rollout->currentData().toInt()); });
}

void SettingsDialog::addFeed(QVBoxLayout* column, const SettingsValues& values)
{
    column->addWidget(plainLabel(tr("What happens in Stripe"), "section", {}, this));
    auto* ended = new QHBoxLayout;
    QLabel* label = lineLabel(tr("When a business's last subscription ends"), "plain", {}, this);
    ended->addWidget(label);
    m_ended = new QComboBox(this);
    m_ended->setObjectName(QStringLiteral("settingsEnded"));
    m_ended->setAccessibleName(label->text());
    m_ended->addItem(tr("ask me"), false);
    m_ended->addItem(tr("take it down"), true);
    ended->addWidget(m_ended, 1);
    column->addLayout(ended);
    column->addWidget(plainLabel(values.feed ? tr("Taking it down closes its record; its customer stays in Stripe.") : tr("Can be set when an account is open."), "caption", {}, this));
    auto* reads = new QHBoxLayout;
    QLabel* readsLabel = lineLabel(tr("Reads a month that Stripe allows"), "plain", {}, this);
    reads->addWidget(readsLabel);
    m_reads = new QSpinBox(this);
    m_reads->setObjectName(QStringLiteral("settingsReads"));
    m_reads->setAccessibleName(readsLabel->text());
    m_reads->setRange(static_cast<int>(sync::BudgetState::kFloor), 1'000'000'000);
    m_reads->setSingleStep(10'000);
    m_reads->setButtonSymbols(QAbstractSpinBox::NoButtons); // typed, or by the arrow keys
    m_reads->setGroupSeparatorShown(true);
    m_reads->setKeyboardTracking(false);
    reads->addWidget(m_reads, 1);
    column->addLayout(reads);
    if (values.feed) {
        column->addWidget(plainLabel(tr("500 for each payment of the last 30 days, at least 10,000. Background work keeps within it."), "caption", {}, this));
    }
    m_ended->setEnabled(values.feed.has_value());
    m_reads->setEnabled(values.feed.has_value());
    if (values.feed) {
        setFeed(*values.feed);
    }
    connect(m_ended, &QComboBox::activated, this, [this] { Q_EMIT takesDownChosen(m_ended->currentData().toBool()); });
    connect(m_reads, &QSpinBox::valueChanged, this, [this](int many) { Q_EMIT readsChosen(many); });
}

void SettingsDialog::addProgram(QVBoxLayout* column, const SettingsValues& values)
{
    column->addWidget(plainLabel(tr("Without the window"), "section", {}, this));
    column->addWidget(new ServicePanel(values.profile, values.isUsualFolder, this));
    if (values.updatesFrom.isEmpty()) {
        return;
    }
    auto* box = new QCheckBox(tr("Ask %1 once a day whether there is a newer version").arg(values.updatesFrom), this);
    box->setObjectName(QStringLiteral("settingsUpdates"));
    box->setAccessibleName(box->text());
    box->setChecked(values.looksForUpdates);
    connect(box, &QCheckBox::toggled, this, &SettingsDialog::updatesChosen);
    column->addWidget(box);
}

void SettingsDialog::setFeed(const workspace::FeedSettings& feed)
{
    m_ended->setCurrentIndex(feed.takesDown ? 1 : 0);
    const QSignalBlocker quiet(m_reads);
    m_reads->setValue(static_cast<int>(feed.readsOfAMonth));
}

void SettingsDialog::setGates(const workspace::GatesState& gates)
{
    const bool byEnvironment = gates.paymentsBy == QLatin1String("environment");
    m_payments->setChecked(gates.payments);
    m_payments->setEnabled(!byEnvironment);
    m_paymentsText->setText(byEnvironment ? tr("ENABLE_PAYMENTS in the environment decides, not this switch.")
                                          : tr("Off: nothing is written to Stripe, from this window or the terminal. Reading goes on. Each change is in the audit trail."));
    m_rollout->setCurrentIndex(qMax(0, m_rollout->findData(gates.rolloutPercent)));
    const auto count = static_cast<int>(gates.protectedBusinesses.size());
    m_protected->setText(count == 0 ? tr("No business is protected. A protected one is refused everywhere; its page switches that.")
            : count == 1            ? tr("1 business is protected: it is refused everywhere. Its page switches that.")
                                    : tr("%1 businesses are protected: they are refused everywhere. Their pages switch that.").arg(count));
}

AboutDialog::AboutDialog(const QString& version, QWidget* parent) : QDialog(parent)
{
    setObjectName(QStringLiteral("aboutDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowModality(Qt::WindowModal);
    setWindowTitle(tr("About Countinghouse"));
    setFixedWidth(480);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 16);
    column->setSpacing(8);
    column->addWidget(plainLabel(tr("Countinghouse %1").arg(version), "page", {}, this));
    column->addWidget(plainLabel(tr("Runs a company's subscription business on Stripe: what comes in a month, who pays it, and taking a "
                                       "business down."), "plain", {}, this));
    column->addSpacing(8);
    column->addWidget(plainLabel(tr("Free software under the GNU General Public License, version 3 or later. It comes without any warranty."),
        "secondary", {}, this));
    column->addWidget(plainLabel(tr("With Qt %1, QtKeychain, SQLite, SQLiteCpp, simdjson, spdlog, fmt, Zstandard, zlib, prometheus-cpp, xxHash, Boost and tl::expected; the "
                                       "font Open Sans (Apache 2.0) and icons of KDE's Breeze (LGPL 3).").arg(QString::fromLatin1(qVersion())),
        "secondary", {}, this));
    column->addStretch(1);
    addBack(this, column);
}

} // namespace ch::ui
