// SPDX-License-Identifier: GPL-3.0-or-later
// Webhooks on this computer: on or off, port and path, how strictly times are judged, the signing secrets, the line by which Stripe's own program
// forwards here, and a trial with an event of our own. A secret leaves its field as a Secret and the field is emptied. GUI thread.
#pragma once

#include "ui/theme/Shapes.h"
#include "ui/theme/Theme.h"
#include "workspace/Webhooks.h"

#include <QTimeZone>
#include <QWidget>

class QCheckBox;
class QFrame;
class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace ch::ui {

class SignLabel;

/// How they stand, in a sentence, and with which sign.
struct WebhookWords {
    Sign sign = Sign::Info;
    QString text;
};
[[nodiscard]] WebhookWords webhookWords(const workspace::WebhookState& state);
/// "4 taken, 1 known already, 2 refused since this account was opened. The newest came ..."; empty: none came and none is awaited.
[[nodiscard]] QString webhookCounts(const workspace::WebhookState& state, const QTimeZone& zone);
[[nodiscard]] WebhookWords trialWords(const workspace::WebhookTrial& trial);

class WebhooksPane final : public QWidget {
    Q_OBJECT
public:
    WebhooksPane(const Theme& theme, QWidget* parent);

    void setState(const workspace::WebhookState& state);
    void setZone(const QTimeZone& zone) { m_zone = zone; }
    void setTrial(const workspace::WebhookTrial& trial);
    /// What was asked for did not happen.
    void setError(const Error& error);
    /// Another account: what was typed and tried goes.
    void clear();

Q_SIGNALS:
    void settingsAsked(const ch::workspace::WebhookSettings& settings);
    void secretAdded(const ch::Secret& secret);
    void secretRemoved(int place);
    void trialAsked();

private:
    QFrame* makeSwitch();
    QFrame* makeSecrets();
    QFrame* makeForward();
    void showSecrets();
    void listSecrets();
    void showButtons();
    void showResult(const WebhookWords& words);
    void addSecret();
    [[nodiscard]] workspace::WebhookSettings settings(bool on) const;

    const Theme& m_theme;
    workspace::WebhookState m_state;
    QTimeZone m_zone = QTimeZone::utc();
    QCheckBox* m_on;
    QLineEdit* m_port;
    QLineEdit* m_path;
    QCheckBox* m_future;
    QPushButton* m_apply;
    QFrame* m_strip;
    SignLabel* m_sign;
    QLabel* m_text;
    QLabel* m_counts;
    QLabel* m_addresses;
    QLabel* m_refusal;
    QVBoxLayout* m_secrets;
    QStringList m_shownSecrets;
    QLabel* m_secretsText;
    QLineEdit* m_secret;
    QLabel* m_secretError;
    QPushButton* m_add;
    QLabel* m_line;
    QPushButton* m_try;
    QFrame* m_result;
    SignLabel* m_resultSign;
    QLabel* m_resultText;
};

} // namespace ch::ui
