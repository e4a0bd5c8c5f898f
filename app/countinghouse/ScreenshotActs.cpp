// SPDX-License-Identifier: GPL-3.0-or-later
// The pictures of what writes: a new business from the form to its outcome, the cancel of one subscription, Operations with what needs a person,
// the trail, the event feed. Names in them are long and foreign on purpose.
#include "countinghouse/ScreenshotRun.h"

#include "countinghouse/ScreenshotSamples.h"

#include "ui/dialogs/CancelDialog.h"
#include "ui/dialogs/NewBusinessDialog.h"
#include "ui/dialogs/PricePanel.h"
#include "ui/pages/businesses/BusinessesPage.h"
#include "ui/pages/events/EventsPage.h"
#include "ui/pages/operations/OperationsPage.h"
#include "ui/pages/operations/OperationsPane.h"
#include "ui/pages/operations/TrailPane.h"
#include "ui/pages/subscriptions/SubscriptionsPage.h"
#include "ui/shell/MessageStrip.h"
#include "ui/tables/TableView.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace ch {

void ScreenshotRun::fillNewBusiness(const QString& id, const QString& name, const QString& type, const QString& email)
{
    ui::NewBusinessDialog* dialog = m_controller.provisionDesk().dialog();
    dialog->findChild<QLineEdit*>(QStringLiteral("newId"))->setText(id);
    dialog->findChild<QLineEdit*>(QStringLiteral("newName"))->setText(name);
    dialog->findChild<QComboBox*>(QStringLiteral("newType"))->setCurrentText(type);
    dialog->findChild<QLineEdit*>(QStringLiteral("newEmail"))->setText(email);
}

void ScreenshotRun::addNewBusinesses()
{
    const auto dialog = [this]() -> QWidget* { return m_controller.provisionDesk().dialog(); };
    const auto press = [this](const char* name) { m_controller.provisionDesk().dialog()->findChild<QPushButton*>(QLatin1String(name))->click(); };
    const auto at = [this](ui::NewBusinessDialog::Step step) { return [this, step] { return m_controller.provisionDesk().dialog()->step() == step; }; };
    const auto canBeMade = [this] { return m_controller.provisionDesk().dialog()->findChild<QPushButton*>(QStringLiteral("newBusinessAct"))->isEnabled(); };
    add(QStringLiteral("new-business"), [this] { m_controller.askNewBusiness(); }, [this] { return m_controller.provisionDesk().dialog() != nullptr; }, dialog);
    add(QStringLiteral("new-business-no-price"), [this] { fillNewBusiness(QStringLiteral("shop-1"), sampleLongName(), QStringLiteral("SaaS"), QStringLiteral("jane@example.com")); },
        [this] { return m_controller.provisionDesk().dialog()->price().isMissing(); }, dialog);
    add(QString(), [press] { press("newPricesMake"); }, [this] { return !m_controller.provisionDesk().dialog()->price().isMissing(); });
    add(QStringLiteral("new-business-warnings"), [this] {
        const QString active = m_window.businesses().businesses().model().objectIdAt(0);
        fillNewBusiness(active, sampleForeignName(), QStringLiteral("E-commerce"), QStringLiteral("not an address"));
    }, [this, canBeMade] { return canBeMade() && !m_controller.provisionDesk().dialog()->findChild<QLabel*>(QStringLiteral("newIdNote"))->text().isEmpty(); }, dialog);
    add(QString(), [this] { fillNewBusiness(QStringLiteral("shop-noor"), sampleForeignName(), QStringLiteral("SaaS"), QStringLiteral("noor@example.com")); }, canBeMade);
    add(QStringLiteral("new-business-done"), [press] { press("newBusinessAct"); }, at(ui::NewBusinessDialog::Step::Outcome), dialog);
    add(QStringLiteral("new-business-unknown"), [this] { m_controller.provisionDesk().dialog()->setOutcome(sampleProvision(QStringLiteral("unknown"))); }, {}, dialog);
    add(QStringLiteral("new-business-failed"), [this] { m_controller.provisionDesk().dialog()->setOutcome(sampleProvision(QStringLiteral("failed"))); }, {}, dialog);
    add(QString(), [this] { m_controller.provisionDesk().dialog()->accept(); }, [this] { return !m_controller.provisionDesk().dialog(); });
}

void ScreenshotRun::addCancels()
{
    const auto planned = [this] { return m_controller.cancelDialog() && m_controller.cancelDialog()->step() == ui::EndDialog::Step::Plan; };
    const auto dialog = [this]() -> QWidget* { return m_controller.cancelDialog(); };
    add(QString(), [this] {
        store::TableFilter filter;
        filter.equals = {{QStringLiteral("status"), QStringLiteral("active")}};
        m_window.go(ui::Page::Subscriptions);
        m_window.subscriptions().pane().setFilter(filter);
    }, [this] { return m_window.subscriptions().pane().model().textAt(0, QStringLiteral("status")) == QLatin1String("active"); });
    add(QStringLiteral("subscriptions-selected"), [this] {
        m_window.subscriptions().pane().view().selectRow(0);
        m_window.subscriptions().pane().view().setFocus();
    });
    add(QStringLiteral("cancel-plan"), [this] { m_controller.askCancel(m_window.subscriptions().pane().model().objectIdAt(0)); }, planned, dialog);
    add(QStringLiteral("cancel-unknown"), [this] { m_controller.cancelDialog()->setOutcome(sampleCancel()); }, {}, dialog);
    add(QString(), [this] { m_controller.cancelDialog()->reject(); }, [this] { return !m_controller.cancelDialog(); });
    add(QString(), [this] { m_window.subscriptions().pane().setFilter({}); }, [this] { return rowsThere(); });
}

void ScreenshotRun::addOperations()
{
    ui::OperationsPage& page = m_window.operations();
    const auto rows = [&page](int least) { return [&page, least] { return page.operations().model().state() == ui::PagedModel::State::Ready && page.operations().model().rowCount() >= least; }; };
    add(QStringLiteral("operations-empty"), [this] { m_window.go(ui::Page::Operations); }, rows(0));
    add(QString(), [this] { m_terminal = sampleOperations(m_controller.account()); }, rows(3));
    add(QStringLiteral("operations-needs-you"), [this] {
        m_window.operations().operations().findChild<ui::TableView*>(QStringLiteral("table"))->selectRow(1);
        m_controller.operationsDesk().refresh();
    }, rows(3));
    add(QStringLiteral("operations-failed"), [this] { m_window.operations().operations().findChild<ui::TableView*>(QStringLiteral("table"))->selectRow(0); }, rows(3));
    add(QStringLiteral("operations-running"), [this] { m_window.operations().show(ui::OperationsPage::View::Running); }, rows(1));
    add(QStringLiteral("operations-history"), [this] { m_window.operations().show(ui::OperationsPage::View::History); }, rows(4));
    add(QStringLiteral("operations-trail"), [this] { m_window.operations().show(ui::OperationsPage::View::Trail); }, [this] { return m_window.operations().trail().model().rowCount() > 2; });
    add(QStringLiteral("operations-trail-verified"), [this] { m_window.operations().trail().findChild<QPushButton*>(QStringLiteral("trailVerify"))->click(); },
        [this] { return m_window.operations().trail().findChild<QPushButton*>(QStringLiteral("trailVerify"))->isEnabled(); });
    add(QStringLiteral("operations-narrow"), [this] {
        m_window.resize(800, 640);
        m_window.operations().show(ui::OperationsPage::View::NeedsYou);
    }, rows(3));
    add(QStringLiteral("operations-trail-narrow"), [this] { m_window.operations().show(ui::OperationsPage::View::Trail); });
    add(QString(), [this] {
        m_window.resize(1280, 800);
        m_window.operations().show(ui::OperationsPage::View::NeedsYou);
    });
    add(QStringLiteral("payments-off"), [this] { m_controller.gatesDesk().setPayments(false); },
        [this] { return m_window.messages().topics().contains(QStringLiteral("payments")) && !m_window.modeStrip().words().end.isEmpty(); });
    add(QString(), [this] { m_controller.gatesDesk().setPayments(true); }, [this] { return m_window.modeStrip().words().end.isEmpty(); });
}

void ScreenshotRun::addEvents()
{
    ui::EventsPage& page = m_window.events();
    const auto text = [&page](const char* name) { return page.findChild<QLabel*>(QLatin1String(name))->text(); };
    const auto rows = [&page] { return page.events().model().rowCount() > 0; };
    add(QStringLiteral("events"), [this] { m_window.go(ui::Page::Events); }, rows);
    add(QStringLiteral("webhooks-off"), [&page] { page.show(ui::EventsPage::View::Webhooks); });
    add(QString(), [this, &page] {
        workspace::WebhookSettings settings;
        settings.on = true;
        settings.port = m_scale == QLatin1String("1x") ? settings.port : quint16(settings.port + 1); // both run at once
        Q_EMIT page.webhooks().settingsAsked(settings);
    }, [text] { return !text("webhooksText").startsWith(QLatin1String("Off")); });
    add(QStringLiteral("webhooks"), [&page] { page.findChild<QPushButton*>(QStringLiteral("webhookTry"))->click(); }, [text] { return text("webhookResultText").startsWith(QLatin1String("Taken")); });
    add(QStringLiteral("webhooks-secrets"), [&page] { page.setWebhooks(sampleWebhooks()); });
    add(QStringLiteral("events-webhook"), [this, &page] {
        m_engine.ensurePrices(true); // the demo tells of it by webhook
        page.show(ui::EventsPage::View::Events);
    }, [&page] { return page.events().model().itemAt(0) && page.events().model().itemAt(0)->source == store::EventSource::Webhook; });
    add(QStringLiteral("events-narrow"), [this] { m_window.resize(800, 640); });
    add(QStringLiteral("webhooks-narrow"), [&page] { page.show(ui::EventsPage::View::Webhooks); });
    add(QString(), [this] { m_window.resize(1280, 800); });
}

} // namespace ch
