// SPDX-License-Identifier: GPL-3.0-or-later
// Carries the making of businesses from the form to the outcome: opens the dialog, finds prices and what exists already, hands orders to the
// engine, and tells in the message strip how an order ended whose dialog was left. Keeps what was typed until it is made or cleared. GUI
// thread; engine, theme, window and messages outlive it.
#pragma once

#include "ui/dialogs/NewBusinessWords.h"
#include "ui/shell/MessageStrip.h"
#include "workspace/Engine.h"

#include <QHash>
#include <QPointer>

namespace ch::ui {

class AccountReader;
class NewBusinessDialog;

class ProvisionDesk final : public QObject {
    Q_OBJECT
public:
    ProvisionDesk(const Theme& theme, workspace::Engine& engine, QWidget& parent, MessageStrip& messages);
    ~ProvisionDesk() override;

    /// Opens the dialog, or brings the one that is open to the front. reader: of the open account; outlives the dialog's stay.
    void ask(const StripWords& strip, AccountReader& reader, const QString& businessId = {});
    /// The account is left: the dialog goes, what was typed for it too, later answers are dropped.
    void leave();
    [[nodiscard]] NewBusinessDialog* dialog() const;
    /// Opens a link; the desktop's browser unless a test hands in its own.
    void setOpenLink(std::function<void(const QString&)> open) { m_openLink = std::move(open); }

Q_SIGNALS:
    /// Something may have changed in Stripe.
    void acted();
    void businessOpened(const QString& businessId);
    void operationsAsked();

private:
    void connectEngine();
    void connectDialog(AccountReader& reader);
    void finished(int order, const business::ProvisionOutcome& outcome);
    void tell(const business::ProvisionOutcome& outcome, const QString& name);

    const Theme& m_theme;
    workspace::Engine& m_engine;
    QWidget& m_parent;
    MessageStrip& m_messages;
    std::function<void(const QString&)> m_openLink;
    QPointer<NewBusinessDialog> m_dialog;
    NewBusinessDraft m_draft;
    QHash<int, NewBusinessDraft> m_running; ///< by order: what was sent
    int m_shownOrder = -1;                  ///< the one whose end the dialog shows
    QHash<int, QStringList> m_priceOrders;  ///< by order: the types that were asked for
    int m_ensureOrder = -1;
};

} // namespace ch::ui
