// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/ProvisionDesk.h"

#include "ui/dialogs/NewBusinessDialog.h"
#include "ui/dialogs/PricePanel.h"
#include "ui/shell/AccountReader.h"

#include <QDesktopServices>
#include <QUrl>

namespace ch::ui {

ProvisionDesk::ProvisionDesk(const Theme& theme, workspace::Engine& engine, QWidget& parent, MessageStrip& messages)
    : m_theme(theme), m_engine(engine), m_parent(parent), m_messages(messages), m_openLink([](const QString& url) { QDesktopServices::openUrl(QUrl(url)); })
{
    connectEngine();
}

ProvisionDesk::~ProvisionDesk()
{
    leave();
}

NewBusinessDialog* ProvisionDesk::dialog() const
{
    return m_dialog;
}

void ProvisionDesk::connectEngine()
{
    using workspace::Engine;
    connect(&m_engine, &Engine::provisionFinished, this, &ProvisionDesk::finished);
    connect(&m_engine, &Engine::pricesRead, this, [this](int order, const QList<stripe::Price>& prices) {
        const QStringList types = m_priceOrders.take(order);
        if (m_dialog && !types.isEmpty()) {
            m_dialog->price().setPrices(types, prices);
        }
    });
    connect(&m_engine, &Engine::pricesEnsured, this, [this](int order, const QList<business::EnsuredPrice>&) {
        if (m_dialog && order == m_ensureOrder) {
            m_dialog->price().setMaking(false);
            m_priceOrders.insert(m_engine.readPrices(business::businessTypes()), business::businessTypes());
        }
    });
    connect(&m_engine, &Engine::orderFailed, this, [this](int order, const Error& error) {
        const bool ours = m_priceOrders.remove(order) > 0 || order == m_ensureOrder;
        if (m_dialog && ours) {
            m_dialog->price().setError(error);
        }
    });
}

void ProvisionDesk::ask(const StripWords& strip, AccountReader& reader, const QString& businessId)
{
    if (m_dialog) {
        m_dialog->raise();
        return;
    }
    NewBusinessDraft draft = m_draft;
    if (!businessId.isEmpty() && businessId != draft.id) {
        draft = {};
        draft.id = businessId;
    }
    m_dialog = new NewBusinessDialog(m_theme, strip, draft, &m_parent);
    m_dialog->setAttribute(Qt::WA_DeleteOnClose);
    connectDialog(reader);
    m_dialog->open();
    // All five at once: whichever type is chosen, its price stands there.
    m_priceOrders.insert(m_engine.readPrices(business::businessTypes()), business::businessTypes());
}

void ProvisionDesk::connectDialog(AccountReader& reader)
{
    NewBusinessDialog* dialog = m_dialog;
    connect(dialog, &NewBusinessDialog::agreed, this, [this, dialog](const business::ProvisionRequest& request) {
        m_shownOrder = m_engine.provision(request);
        m_running.insert(m_shownOrder, dialog->draft());
    });
    connect(dialog, &NewBusinessDialog::twinsAsked, dialog, [dialog, account = QPointer<AccountReader>(&reader)](const QString& businessId, const QString& email) {
        if (account) {
            account->findTwins(businessId, email, dialog, [dialog, businessId, email](const Twins& twins) {
                const NewBusinessDraft now = dialog->draft();
                if (now.id == businessId && now.email == email) {
                    dialog->setTwins(twins);
                }
            });
        }
    });
    connect(dialog, &NewBusinessDialog::priceAsked, this, [this](const QString& type) {
        if (!business::businessTypes().contains(type) || m_priceOrders.isEmpty()) {
            m_priceOrders.insert(m_engine.readPrices({type}), {type});
        }
    });
    connect(dialog, &NewBusinessDialog::ensureAsked, this, [this](bool tiers) { m_ensureOrder = m_engine.ensurePrices(tiers); });
    connect(dialog, &NewBusinessDialog::operationsAsked, this, &ProvisionDesk::operationsAsked);
    connect(dialog, &NewBusinessDialog::businessOpened, this, &ProvisionDesk::businessOpened);
    connect(dialog, &NewBusinessDialog::linkOpened, this, [this](const QString& url) { m_openLink(url); });
    connect(dialog, &QDialog::finished, this, [this, dialog] {
        m_draft = dialog->unsent();
        m_shownOrder = -1;
        m_dialog = nullptr;
    });
}

void ProvisionDesk::finished(int order, const business::ProvisionOutcome& outcome)
{
    if (!m_running.contains(order)) {
        return;
    }
    const NewBusinessDraft sent = m_running.take(order);
    if (m_dialog && order == m_shownOrder) {
        m_dialog->setOutcome(outcome);
    } else {
        if (outcome.status == QLatin1String("failed") && m_draft.isEmpty()) {
            m_draft = sent; // it can be changed and tried again without typing it anew
        }
        tell(outcome, sent.name);
    }
    Q_EMIT acted();
}

void ProvisionDesk::tell(const business::ProvisionOutcome& outcome, const QString& name)
{
    const OutcomeWords words = provisionWords(outcome, name);
    Message message;
    message.topic = QStringLiteral("provision:") + outcome.businessId;
    message.title = words.headline;
    message.text = words.lines.join(u' ');
    message.details = words.details;
    message.requestId = outcome.error ? outcome.error->requestId : QString();
    switch (words.state) {
    case OutcomeState::Done: message.sign = Sign::Ok; break;
    case OutcomeState::Partly:
    case OutcomeState::Unknown: message.sign = Sign::Warning; break;
    case OutcomeState::Failed: message.sign = Sign::Danger; break;
    }
    if (words.state == OutcomeState::Done) {
        message.actionWords = tr("Open business");
        message.action = [this, id = outcome.businessId, topic = message.topic] {
            m_messages.clear(topic);
            Q_EMIT businessOpened(id);
        };
    } else {
        message.actionWords = tr("Operations");
        message.action = [this] { Q_EMIT operationsAsked(); };
    }
    m_messages.put(message);
}

void ProvisionDesk::leave()
{
    for (const QString& topic : m_messages.topics()) {
        if (topic.startsWith(QLatin1String("provision:"))) {
            m_messages.clear(topic);
        }
    }
    m_running.clear();
    m_priceOrders.clear();
    m_shownOrder = -1;
    m_ensureOrder = -1;
    if (m_dialog) {
        disconnect(m_dialog, nullptr, this, nullptr);
        m_dialog->deleteLater();
        m_dialog = nullptr;
    }
    m_draft = {};
}

} // namespace ch::ui
