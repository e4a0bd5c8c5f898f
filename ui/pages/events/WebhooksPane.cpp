// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/events/WebhooksPane.h"

#include "ui/text/ErrorText.h"
#include "ui/text/MoneyText.h"
#include "ui/text/TimeText.h"
#include "ui/theme/Labels.h"
#include "ui/theme/SignLabel.h"
#include "ui/theme/StyleSheet.h"

#include <QCheckBox>
#include <QClipboard>
#include <QCoreApplication>
#include <QGridLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QIntValidator>
#include <QLabel>
#include <QLineEdit>
#include <QMap>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

namespace ch::ui {

namespace {

constexpr qint64 kStrictSeconds = 300;

/// A tinted strip with a sign and words.
QFrame* webhookStrip(const Theme& theme, SignLabel** sign, QLabel** text, QWidget* parent)
{
    auto* frame = new QFrame(parent);
    auto* row = new QHBoxLayout(frame);
    row->setContentsMargins(13, 8, 12, 8);
    row->setSpacing(12);
    *sign = new SignLabel(theme, Sign::Info, frame);
    row->addWidget(*sign, 0, Qt::AlignTop);
    *text = copyableLabel({}, "plain", {}, frame);
    row->addWidget(*text, 1);
    return frame;
}

void sayInStrip(QFrame* frame, SignLabel* sign, QLabel* text, const WebhookWords& words)
{
    static const QMap<Sign, QString> kLooks{{Sign::Info, QStringLiteral("info")}, {Sign::Ok, QStringLiteral("ok")}, {Sign::Warning, QStringLiteral("warning")}, {Sign::Danger, QStringLiteral("danger")}};
    sign->setSign(words.sign);
    setLook(frame, "look", kLooks.value(words.sign));
    text->setText(words.text);
    frame->setAccessibleName(words.text);
}

QString webhookTr(const char* text)
{
    return QCoreApplication::translate("ch::ui::Webhook", text);
}

} // namespace

WebhookWords webhookWords(const workspace::WebhookState& state)
{
    if (state.problem && state.listeningAt == 0) {
        return {Sign::Danger, webhookTr("Webhooks are not taken. %1").arg(state.problem->message)};
    }
    if (state.listeningAt == 0) {
        return {Sign::Info, webhookTr("Off. Stripe is asked what has happened instead: often while you look, seldom while nobody does.")};
    }
    const QString where = QStringLiteral("http://127.0.0.1:%1%2").arg(state.listeningAt).arg(state.settings.path);
    if (state.problem) {
        return {Sign::Warning, webhookTr("Listening at %1. %2").arg(where, state.problem->message)};
    }
    if (state.secrets.isEmpty()) {
        return {Sign::Warning, webhookTr("Listening at %1, but there is no signing secret yet: every webhook is refused until you add one.").arg(where)};
    }
    return {Sign::Ok, webhookTr("Taking webhooks at %1").arg(where)};
}

QString webhookCounts(const workspace::WebhookState& state, const QTimeZone& zone)
{
    if (state.taken + state.duplicates + state.refusals == 0) {
        return state.listeningAt > 0 ? webhookTr("None came since this account was opened.") : QString();
    }
    QString text = webhookTr("%1 taken, %2 known already, %3 refused since this account was opened.").arg(countText(state.taken), countText(state.duplicates), countText(state.refusals));
    if (state.lastTakenMs > 0) {
        text += u' ' + webhookTr("The newest came %1.").arg(exactTimeText(state.lastTakenMs / 1000, zone));
    }
    return text;
}

WebhookWords trialWords(const workspace::WebhookTrial& trial)
{
    if (trial.isTaken()) {
        return {Sign::Ok, webhookTr("Taken in %1 ms: the endpoint answers, and a delivery signed with the newest secret is verified. It stands among the events, and has changed nothing else.").arg(trial.tookMs)};
    }
    if (trial.status == 0) {
        return {Sign::Danger, webhookTr("There was no answer. %1").arg(trial.message)};
    }
    return {Sign::Danger, webhookTr("It was refused (%1). %2").arg(trial.status).arg(trial.message)};
}

WebhooksPane::WebhooksPane(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setObjectName(QStringLiteral("webhooksPane"));
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    auto* scroll = new QScrollArea(this);
    scroll->setObjectName(QStringLiteral("webhooksScroll"));
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    outer->addWidget(scroll);
    auto* body = new QWidget(scroll);
    scroll->setWidget(body);
    auto* columns = new QHBoxLayout(body);
    columns->setContentsMargins(24, 4, 24, 24);
    columns->setSpacing(16);
    auto* left = new QVBoxLayout;
    left->setSpacing(16);
    left->addWidget(makeSwitch());
    left->addStretch(1);
    auto* right = new QVBoxLayout;
    right->setSpacing(16);
    right->addWidget(makeSecrets());
    right->addWidget(makeForward());
    right->addStretch(1);
    columns->addLayout(left, 1);
    columns->addLayout(right, 1);
    setState({});
}

QFrame* WebhooksPane::makeSwitch()
{
    QVBoxLayout* column = nullptr;
    QFrame* frame = headedPanel(tr("Take webhooks on this computer"), &column, this);
    column->addWidget(plainLabel(tr("A webhook tells of a change at Stripe the moment it happens. This computer has no public address, so somebody forwards them: Stripe's own program, or a relay of yours. "
                                      "Only programs of this computer can reach the endpoint, and only what carries Stripe's signature is taken."), "secondary", {}, frame));
    column->addSpacing(4);
    m_on = new QCheckBox(tr("Take webhooks while this account is open"), frame);
    m_on->setObjectName(QStringLiteral("webhooksOn"));
    m_on->setAccessibleName(m_on->text());
    connect(m_on, &QCheckBox::clicked, this, [this](bool on) { Q_EMIT settingsAsked(settings(on)); });
    column->addWidget(m_on);
    m_strip = webhookStrip(m_theme, &m_sign, &m_text, frame);
    m_strip->setObjectName(QStringLiteral("webhooksStrip"));
    m_text->setObjectName(QStringLiteral("webhooksText"));
    column->addWidget(m_strip);
    m_counts = plainLabel({}, "secondary", QStringLiteral("webhooksCounts"), frame);
    column->addWidget(m_counts);
    m_refusal = plainLabel({}, "warning", QStringLiteral("webhooksRefusal"), frame);
    column->addWidget(m_refusal);
    m_addresses = copyableLabel({}, "secondary", QStringLiteral("webhooksAddresses"), frame);
    column->addWidget(m_addresses);
    column->addSpacing(8);
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(8);
    grid->setColumnStretch(1, 1);
    m_port = new QLineEdit(frame);
    m_port->setObjectName(QStringLiteral("webhooksPort"));
    m_port->setAccessibleName(tr("Port"));
    m_port->setValidator(new QIntValidator(1, 65535, m_port));
    m_port->setMaximumWidth(96);
    m_path = new QLineEdit(frame);
    m_path->setObjectName(QStringLiteral("webhooksPath"));
    m_path->setAccessibleName(tr("Path"));
    grid->addWidget(plainLabel(tr("Port"), "secondary", {}, frame), 0, 0);
    grid->addWidget(m_port, 0, 1, Qt::AlignLeft);
    grid->addWidget(plainLabel(tr("Path"), "secondary", {}, frame), 1, 0);
    grid->addWidget(m_path, 1, 1);
    column->addLayout(grid);
    m_future = new QCheckBox(tr("Refuse signatures of more than 5 minutes ahead"), frame);
    m_future->setObjectName(QStringLiteral("webhooksFuture"));
    m_future->setAccessibleName(m_future->text());
    column->addWidget(m_future);
    column->addWidget(plainLabel(tr("Older than 5 minutes is always refused. Stripe's own packages take what is ahead; untick this if the clock of this computer is slow."), "caption", {}, frame));
    m_apply = new QPushButton(tr("Apply"), frame);
    m_apply->setObjectName(QStringLiteral("webhooksApply"));
    m_apply->setAccessibleName(tr("Apply port, path and strictness"));
    connect(m_apply, &QPushButton::clicked, this, [this] { Q_EMIT settingsAsked(settings(m_state.settings.on)); });
    column->addWidget(m_apply, 0, Qt::AlignLeft);
    for (QLineEdit* edit : {m_port, m_path}) {
        connect(edit, &QLineEdit::textChanged, this, &WebhooksPane::showButtons);
        connect(edit, &QLineEdit::returnPressed, m_apply, &QPushButton::click);
    }
    connect(m_future, &QCheckBox::toggled, this, &WebhooksPane::showButtons);
    return frame;
}

QFrame* WebhooksPane::makeSecrets()
{
    QVBoxLayout* column = nullptr;
    QFrame* frame = headedPanel(tr("Signing secrets"), &column, this);
    m_secretsText = plainLabel({}, "secondary", QStringLiteral("webhookSecretsText"), frame);
    column->addWidget(m_secretsText);
    m_secrets = new QVBoxLayout;
    m_secrets->setSpacing(4);
    column->addLayout(m_secrets);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    m_secret = new QLineEdit(frame);
    m_secret->setObjectName(QStringLiteral("webhookSecret"));
    m_secret->setAccessibleName(tr("Signing secret"));
    m_secret->setEchoMode(QLineEdit::Password);
    m_secret->setPlaceholderText(tr("whsec_…"));
    row->addWidget(m_secret, 1);
    m_add = new QPushButton(tr("Add"), frame);
    m_add->setObjectName(QStringLiteral("webhookSecretAdd"));
    m_add->setAccessibleName(tr("Add this signing secret"));
    row->addWidget(m_add);
    column->addLayout(row);
    m_secretError = plainLabel({}, "danger", QStringLiteral("webhookSecretError"), frame);
    m_secretError->hide();
    column->addWidget(m_secretError);
    connect(m_add, &QPushButton::clicked, this, &WebhooksPane::addSecret);
    connect(m_secret, &QLineEdit::returnPressed, this, &WebhooksPane::addSecret);
    connect(m_secret, &QLineEdit::textChanged, this, [this] {
        m_secretError->hide();
        showButtons();
    });
    return frame;
}

QFrame* WebhooksPane::makeForward()
{
    QVBoxLayout* column = nullptr;
    QFrame* frame = headedPanel(tr("Have Stripe forward here"), &column, this);
    column->addWidget(plainLabel(tr("1. Install Stripe's program (docs.stripe.com/stripe-cli) and sign in with “stripe login”.\n2. Start this, and leave it running:"), "plain", {}, frame));
    auto* code = new QFrame(frame);
    code->setProperty("look", QStringLiteral("info"));
    auto* row = new QHBoxLayout(code);
    row->setContentsMargins(13, 6, 6, 6);
    row->setSpacing(4);
    m_line = plainLabel({}, "plain", QStringLiteral("webhookLine"), code);
    m_line->setAccessibleName(tr("What to start"));
    m_line->setFont(monoFont());
    m_line->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    row->addWidget(m_line, 1);
    auto* copy = new QToolButton(code);
    copy->setObjectName(QStringLiteral("webhookLineCopy"));
    copy->setAccessibleName(tr("Copy the line"));
    copy->setToolTip(tr("Copy the line"));
    copy->setIcon(m_theme.icon(QStringLiteral("copy"), Theme::Ink::Secondary));
    connect(copy, &QToolButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_line->text()); });
    row->addWidget(copy, 0, Qt::AlignTop);
    column->addWidget(code);
    column->addWidget(plainLabel(tr("3. It shows a signing secret (whsec_…): add it above.\n4. Try it:"), "plain", {}, frame));
    m_try = new QPushButton(tr("Send a trial"), frame);
    m_try->setObjectName(QStringLiteral("webhookTry"));
    m_try->setAccessibleName(tr("Send a trial to the endpoint"));
    connect(m_try, &QPushButton::clicked, this, [this] {
        showResult({Sign::Info, tr("Sending…")});
        Q_EMIT trialAsked();
    });
    column->addWidget(m_try, 0, Qt::AlignLeft);
    m_result = webhookStrip(m_theme, &m_resultSign, &m_resultText, frame);
    m_result->setObjectName(QStringLiteral("webhookResult"));
    m_resultText->setObjectName(QStringLiteral("webhookResultText"));
    m_result->hide();
    column->addWidget(m_result);
    column->addWidget(plainLabel(tr("A trial is an event of our own, signed and sent over the network of this computer like any other. It ends in the list of events and changes nothing."), "caption", {}, frame));
    return frame;
}

workspace::WebhookSettings WebhooksPane::settings(bool on) const
{
    workspace::WebhookSettings settings = m_state.settings;
    settings.on = on;
    settings.port = m_port->hasAcceptableInput() ? static_cast<quint16>(m_port->text().toUInt()) : settings.port;
    settings.path = m_path->text().trimmed();
    if (m_future->isChecked() != settings.futureSeconds.has_value()) {
        settings.futureSeconds = m_future->isChecked() ? std::optional(kStrictSeconds) : std::nullopt;
    }
    return settings;
}

void WebhooksPane::setState(const workspace::WebhookState& state)
{
    const bool sameSettings = m_state.settings == state.settings && !m_port->text().isEmpty();
    m_state = state;
    if (!sameSettings) { // what a person is typing stays
        m_port->setText(QString::number(state.settings.port));
        m_path->setText(state.settings.path);
        m_future->setChecked(state.settings.futureSeconds.has_value());
    }
    m_on->setChecked(state.settings.on);
    sayInStrip(m_strip, m_sign, m_text, webhookWords(state));
    m_counts->setText(webhookCounts(state, m_zone));
    m_counts->setVisible(!m_counts->text().isEmpty());
    const QString base = QStringLiteral("http://127.0.0.1:%1").arg(m_state.listeningAt);
    m_addresses->setText(tr("For monitoring on this computer:\n%1\n%2").arg(base + QLatin1String(endpoint::kHealthPath), base + QLatin1String(endpoint::kMetricsPath)));
    m_addresses->setVisible(m_state.listeningAt > 0);
    m_refusal->setVisible(state.lastRefusal.has_value());
    if (state.lastRefusal) {
        m_refusal->setText(tr("Last refused %1: %2").arg(exactTimeText(state.lastRefusal->atMs / 1000, m_zone), state.lastRefusal->message));
    }
    m_line->setText(state.forwardLine);
    showSecrets();
    showButtons();
}

void WebhooksPane::showSecrets()
{
    QStringList shown = m_state.secrets;
    shown << (m_state.secretIsMade ? QStringLiteral("made") : QStringLiteral("given"));
    if (shown != m_shownSecrets) { // else a button that is being pressed stays where it is
        m_shownSecrets = shown;
        listSecrets();
    }
    m_secretsText->setText(m_state.secretIsMade ? tr("The demo account signs its webhooks with a secret of its own, made when they were switched on.")
            : m_state.secretsAreKept            ? tr("They are kept in the system's keychain. While you roll one at Stripe, keep both here: the old one stays good for up to a day.")
            : m_state.secrets.isEmpty()         ? tr("What webhooks are signed with. Stripe shows it at the endpoint, its program when it starts.")
                                                : tr("They are used until this account is closed: the keychain does not keep them."));
}

void WebhooksPane::listSecrets()
{
    clearLayout(m_secrets);
    for (int place = 0; place < m_state.secrets.size(); ++place) {
        auto* line = new QWidget(this);
        auto* row = new QHBoxLayout(line);
        row->setContentsMargins(0, 0, 0, 0);
        QLabel* name = lineLabel(m_state.secrets[place], "plain", QStringLiteral("webhookSecretName"), line);
        name->setFont(monoFont());
        row->addWidget(name);
        QLabel* age = plainLabel(place == 0 ? tr("newest") : tr("older, while it is rolled"), "caption", {}, line);
        row->addWidget(age, 1);
        auto* remove = new QPushButton(tr("Remove"), line);
        remove->setObjectName(QStringLiteral("webhookSecretRemove"));
        remove->setAccessibleName(tr("Remove the secret %1").arg(m_state.secrets[place]));
        remove->setProperty("look", QStringLiteral("link"));
        remove->setVisible(!m_state.secretIsMade);
        connect(remove, &QPushButton::clicked, this, [this, place] { Q_EMIT secretRemoved(place); });
        row->addWidget(remove);
        m_secrets->addWidget(line);
    }
}

void WebhooksPane::showButtons()
{
    m_apply->setEnabled(m_port->hasAcceptableInput() && settings(m_state.settings.on) != m_state.settings);
    m_secret->setVisible(!m_state.secretIsMade);
    m_add->setVisible(!m_state.secretIsMade);
    m_add->setEnabled(!m_secret->text().trimmed().isEmpty());
    m_try->setEnabled(m_state.listeningAt > 0 && !m_state.secrets.isEmpty());
    m_try->setToolTip(m_try->isEnabled() ? QString() : m_state.listeningAt == 0 ? tr("Switch webhooks on first.") : tr("Add a signing secret first."));
}

void WebhooksPane::addSecret()
{
    const Secret secret(m_secret->text().trimmed().toUtf8());
    if (secret.isEmpty()) {
        return;
    }
    m_secret->clear();
    Q_EMIT secretAdded(secret);
}

void WebhooksPane::showResult(const WebhookWords& words)
{
    sayInStrip(m_result, m_resultSign, m_resultText, words);
    m_result->show();
}

void WebhooksPane::setTrial(const workspace::WebhookTrial& trial)
{
    showResult(trialWords(trial));
}

void WebhooksPane::setError(const Error& error)
{
    const bool isSecret = error.code.endsWith(QLatin1String("secret")) || error.code.endsWith(QLatin1String("secrets")) || error.code == QLatin1String("secret_known");
    if (isSecret) {
        m_secretError->setText(error.message);
        m_secretError->show();
    } else if (m_result->isVisible() && error.code == QLatin1String("not_listening")) {
        showResult({Sign::Danger, error.message});
    } else {
        sayInStrip(m_strip, m_sign, m_text, {Sign::Danger, error.message});
    }
    m_on->setChecked(m_state.settings.on); // the switch goes back
}

void WebhooksPane::clear()
{
    m_secret->clear();
    m_secretError->hide();
    m_result->hide();
    m_port->clear();
    setState({});
}

} // namespace ch::ui
