// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/WindowController.h"

#include "ui/dialogs/SettingsDialog.h"
#include "ui/pages/businesses/BusinessesPage.h"
#include "ui/pages/detail/DetailPage.h"
#include "ui/pages/home/HomePage.h"
#include "ui/pages/subscriptions/SubscriptionsPage.h"
#include "ui/shell/EventsNotice.h"
#include "ui/shell/MessageStrip.h"
#include "ui/shell/StatusLine.h"
#include "ui/tables/TableView.h"
#include "ui/text/TimeText.h"

namespace ch::ui {

namespace {

constexpr int kRefreshPauseMs = 250;

struct PageName {
    Page page;
    const char* name;
};
constexpr PageName kRememberedPages[] = {{Page::Home, "home"}, {Page::Businesses, "businesses"}, {Page::Subscriptions, "subscriptions"}, {Page::Operations, "operations"}, {Page::Events, "events"}};

} // namespace

WindowController::WindowController(MainWindow& window, workspace::Engine& engine, Theme& theme, ViewSettings& settings, const StartOptions& options)
    : m_window(window), m_engine(engine), m_theme(theme), m_settings(settings), m_options(options), m_takedowns(theme, engine, window),
      m_provisions(theme, engine, window, window.messages()), m_operations(engine, window), m_gates(engine, window), m_feed(engine, window), m_records(engine, window, window.messages()), m_events(engine, window),
      m_accounts(engine, window, settings, m_options), m_settingsDesk({window, theme, settings, m_gates, m_feed, m_options})
{
    m_refresh.setSingleShot(true);
    m_refresh.setInterval(kRefreshPauseMs);
    connect(&m_refresh, &QTimer::timeout, this, &WindowController::refreshAll);
    connectDesks();
    connectWindow();
    connectEngine();
    m_theme.choose(m_settings.theme());
    if (!m_settings.geometry().isEmpty()) {
        m_window.restoreGeometry(m_settings.geometry());
    }
    m_accounts.showOffers();
}

WindowController::~WindowController()
{
    leaveAccount();
}

void WindowController::connectDesks()
{
    connect(&m_accounts, &AccountsDesk::opening, this, &WindowController::leaveAccount);
    connect(&m_accounts, &AccountsDesk::notOpened, this, &WindowController::accountNotOpened);
    connect(&m_takedowns, &TakedownDesk::acted, this, [this] { m_refresh.start(); });
    connect(&m_takedowns, &TakedownDesk::operationsAsked, this, [this] { m_window.go(Page::Operations); });
    connect(&m_provisions, &ProvisionDesk::acted, this, [this] { m_refresh.start(); });
    connect(&m_provisions, &ProvisionDesk::operationsAsked, this, [this] { m_window.go(Page::Operations); });
    connect(&m_operations, &OperationsDesk::acted, this, [this] { m_refresh.start(); });
    connect(&m_operations, &OperationsDesk::businessOpened, this, &WindowController::openObject);
    connect(&m_operations, &OperationsDesk::takedownAsked, this, &WindowController::askTakedown);
    connect(&m_feed, &FeedDesk::businessOpened, this, &WindowController::openObject);
    connect(&m_feed, &FeedDesk::takedownAsked, this, &WindowController::askTakedown);
    connect(&m_operations, &OperationsDesk::againAsked, this, [this](const store::Operation& operation) {
        if (operation.subject.kind == store::OperationKind::Provision) {
            askNewBusiness(operation.subject.businessId);
        } else if (operation.subject.kind == store::OperationKind::Cancel) {
            askCancel(operation.subject.objectId);
        } else {
            askTakedown(operation.subject.businessId);
        }
    });
    connect(&m_provisions, &ProvisionDesk::businessOpened, this, &WindowController::openObject);
    connect(&m_events, &EventsDesk::objectOpened, this, &WindowController::openObject);
    connect(&m_records, &RecordsDesk::changed, this, [this] { m_refresh.start(); });
}

void WindowController::start()
{
    m_accounts.start();
}

void WindowController::warnOfEvents(qint64 throughMs, qint64 nowMs)
{
    std::optional<Message> notice = m_account.demo || m_engine.isSyncing() ? std::nullopt : eventsNotice(throughMs, nowMs, m_zone);
    if (!notice) {
        m_eventsWarned = 0;
        m_window.messages().clear(QStringLiteral("events"));
        return;
    }
    if (m_eventsWarned == throughMs) {
        return; // it stands there, or was closed
    }
    m_eventsWarned = throughMs;
    notice->action = [this] { Q_EMIT m_window.syncAsked(); };
    m_window.messages().put(*notice);
}

void WindowController::connectWindow()
{
    connect(&m_window, &MainWindow::syncAsked, this, [this] {
        if (m_open && !m_engine.isSyncing()) {
            m_window.messages().clear(QStringLiteral("sync"));
            m_engine.sync();
        }
    });
    connect(&m_window, &MainWindow::stopAsked, this, [this] { m_engine.stopSync(); });
    connect(&m_window, &MainWindow::newBusinessAsked, this, [this] { askNewBusiness(); });
    connect(&m_window, &MainWindow::importAsked, this, [this] { m_records.askImport(); });
    connect(&m_window, &MainWindow::exportAsked, this, [this] { m_records.askExport(viewKey()); });
    connect(&m_window, &MainWindow::aboutAsked, this, [this] { (new AboutDialog(m_options.version, &m_window))->open(); });
    connect(&m_window, &MainWindow::pageChanged, this, &WindowController::onPageChanged);
    connect(&m_window, &MainWindow::closing, this, [this] {
        saveColumns();
        m_settings.setGeometry(m_window.saveGeometry());
    });
    HomePage& home = m_window.home();
    connect(&home, &HomePage::currencyOpened, this, [this](const QString& currency) {
        store::TableFilter filter;
        filter.equals = {{QStringLiteral("currency"), currency}};
        m_window.subscriptions().pane().setFilter(filter);
        m_window.go(Page::Subscriptions);
    });
    connect(&home, &HomePage::customerOpened, this, &WindowController::openObject);
    connect(&home, &HomePage::subscriptionOpened, this, &WindowController::openObject);
    connect(&m_window.businesses(), &BusinessesPage::opened, this, &WindowController::openObject);
    connect(&m_window.subscriptions(), &SubscriptionsPage::opened, this, &WindowController::openObject);
    DetailPage& detail = m_window.detail();
    connect(&detail, &DetailPage::customerOpened, this, &WindowController::openObject);
    connect(&detail, &DetailPage::jsonAsked, this, [this](const QString& id) {
        if (m_reader) {
            m_reader->showJson(id);
        }
    });
    connect(&detail, &DetailPage::takedownAsked, this, &WindowController::askTakedown);
    connect(&detail, &DetailPage::cancelAsked, this, &WindowController::askCancel);
    connect(&m_window.subscriptions(), &SubscriptionsPage::cancelAsked, this, &WindowController::askCancel);
}

void WindowController::connectEngine()
{
    using workspace::Engine;
    connect(&m_engine, &Engine::opened, this, &WindowController::onOpened);
    connect(&m_engine, &Engine::accountChanged, this, &WindowController::onAccountChanged);
    connect(&m_engine, &Engine::closed, this, &WindowController::onClosed);
    connect(&m_engine, &Engine::syncStarted, this, [this] { setSyncing(true); });
    connect(&m_engine, &Engine::syncProgressed, this, [this](const sync::SyncProgress& progress) {
        m_window.statusLine().setProgress(progress);
        m_window.home().setProgress(progress);
    });
    connect(&m_engine, &Engine::syncFinished, this, &WindowController::onSyncFinished);
    connect(&m_engine, &Engine::syncFailed, this, [this](const Error& error) {
        setSyncing(false);
        Message message = messageOf(QStringLiteral("sync"), error);
        message.actionWords = tr("Synchronise");
        message.action = [this] { Q_EMIT m_window.syncAsked(); };
        m_window.messages().put(message);
        m_refresh.start();
    });
    connect(&m_engine, &Engine::mirrorChanged, this, [this] {
        if (!m_refresh.isActive()) {
            m_refresh.start();
        }
    });
}

void WindowController::onOpened(const workspace::AccountState& account)
{
    leaveAccount();
    m_account = account;
    m_zone = zoneOf(account.timezone);
    m_open = true;
    m_reader = std::make_unique<AccountReader>(m_window, account.folder, m_zone);
    connect(m_reader.get(), &AccountReader::homeShown, this, &WindowController::homeShown);
    connect(m_reader.get(), &AccountReader::detailShown, this, &WindowController::detailShown);
    connect(m_reader.get(), &AccountReader::eventsTold, this, &WindowController::warnOfEvents);
    m_window.setAccountOpen(true);
    m_settingsDesk.enter(account);
    m_operations.enter(account);
    m_gates.enter();
    m_events.enter(account, m_zone);
    m_feed.enter(m_zone);
    onAccountChanged(account);
    restoreColumns();
    for (const auto& [name, pane] : panes()) {
        pane->setFilter({});
        pane->model().setSource(&m_reader->rows());
    }
    Page page = Page::Home;
    for (const PageName& known : kRememberedPages) {
        if (m_settings.lastPage(viewKey()) == QLatin1String(known.name)) {
            page = known.page;
        }
    }
    m_window.home().setNothingYet(m_engine.isSyncing());
    m_window.go(page);
    m_accounts.enter(account);
    refreshAll();
    Q_EMIT accountOpened();
}

void WindowController::onAccountChanged(const workspace::AccountState& account)
{
    if (!m_open) {
        return;
    }
    const bool zoneChanged = m_account.timezone != account.timezone;
    m_account = account;
    m_zone = zoneOf(account.timezone);
    m_reader->setZone(m_zone);
    m_feed.setZone(m_zone);
    const StripWords words = stripWordsOf(account);
    m_window.setMode(words);
    m_window.detail().setWritesOff(account.writesOff ? words.end : QString());
    m_operations.setAccount(account, m_zone, account.writesOff ? words.end : QString());
    m_gates.refresh();
    m_events.setZone(m_zone);
    m_window.subscriptions().setWritesOff(account.writesOff ? words.end : QString());
    m_window.businesses().setWritesOff(account.writesOff ? words.end : QString());
    for (const auto& [name, pane] : panes()) {
        pane->setZone(m_zone);
    }
    if (account.mirrorWasRebuilt) {
        Message message;
        message.topic = QStringLiteral("rebuilt");
        message.sign = Sign::Warning;
        message.title = tr("The local copy was damaged and is read anew");
        message.text = tr("The damaged file was set aside, nothing of yours is lost. Figures are partial until the synchronisation has ended.");
        m_window.messages().put(message);
    }
    if (!account.missingPermissions.isEmpty()) {
        Message message;
        message.topic = QStringLiteral("permissions");
        message.sign = Sign::Warning;
        message.title = tr("The key lacks permissions");
        message.text = tr("In Stripe's words: %1. They are set in Stripe's Dashboard, Developers, API keys, at this key.")
                           .arg(account.missingPermissions.join(QStringLiteral(", ")));
        m_window.messages().put(message);
    }
    if (zoneChanged) {
        m_refresh.start();
    }
}

void WindowController::onClosed()
{
    leaveAccount();
    m_window.setMode(stripWordsOfNothing());
    m_window.setAccountOpen(false);
    m_accounts.showOffers();
}

void WindowController::leaveAccount()
{
    if (m_open) {
        saveColumns();
    }
    m_open = false;
    m_refresh.stop();
    setSyncing(false);
    for (const auto& [name, pane] : panes()) {
        pane->model().setSource(nullptr);
    }
    m_takedowns.leave();
    m_provisions.leave();
    m_operations.leave();
    m_gates.leave();
    m_feed.leave();
    m_records.leave();
    m_events.leave();
    m_settingsDesk.leave();
    m_accounts.leave();
    m_reader.reset();
    for (const char* topic : {"sync", "rebuilt", "permissions"}) {
        m_window.messages().clear(QLatin1String(topic));
    }
}

void WindowController::onSyncFinished(const sync::SyncSummary& summary)
{
    setSyncing(false);
    m_window.messages().clear(QStringLiteral("repair"));
    if (summary.complete) {
        m_window.messages().clear(QStringLiteral("sync"));
        m_window.messages().clear(QStringLiteral("rebuilt"));
    }
    refreshAll();
}

void WindowController::setSyncing(bool syncing)
{
    m_window.statusLine().setSyncing(syncing);
    m_window.home().setSyncing(syncing);
    if (m_reader) {
        m_reader->setSyncing(syncing);
    }
    for (const auto& [name, pane] : panes()) {
        pane->setSyncing(syncing);
    }
}

void WindowController::refreshAll()
{
    if (!m_open) {
        return;
    }
    for (const auto& [name, pane] : panes()) {
        pane->model().refresh();
    }
    m_reader->readHome();
    m_operations.refresh();
    m_gates.refresh();
    if (m_window.page() == Page::Detail) {
        m_reader->readDetail();
    }
}

void WindowController::openObject(const QString& objectId)
{
    if (m_reader) {
        m_reader->openDetail(objectId);
    }
}

void WindowController::askTakedown(const QString& businessId)
{
    if (m_open) {
        m_takedowns.ask(businessId, stripWordsOf(m_account), m_zone, m_settingsDesk.deletesCustomer());
    }
}

void WindowController::askCancel(const QString& subscriptionId)
{
    if (m_open) {
        m_takedowns.askCancel(subscriptionId, stripWordsOf(m_account), m_zone);
    }
}

void WindowController::askNewBusiness(const QString& businessId)
{
    if (m_open && m_reader) {
        m_provisions.ask(stripWordsOf(m_account), *m_reader, businessId);
    }
}

QString WindowController::viewKey() const
{
    return m_account.demo ? QStringLiteral("demo") : m_account.profile;
}

std::vector<std::pair<QString, TablePane*>> WindowController::panes()
{
    return {{QStringLiteral("businesses"), &m_window.businesses().businesses()}, {QStringLiteral("customers"), &m_window.businesses().customers()},
        {QStringLiteral("subscriptions"), &m_window.subscriptions().pane()}};
}

void WindowController::restoreColumns()
{
    for (const auto& [name, pane] : panes()) {
        pane->restoreLayout(m_settings.columns(viewKey(), name));
    }
}

void WindowController::saveColumns()
{
    for (const auto& [name, pane] : panes()) {
        m_settings.setColumns(viewKey(), name, pane->layoutState());
    }
}

void WindowController::onPageChanged(Page page)
{
    for (const PageName& known : kRememberedPages) {
        if (known.page == page && m_open) {
            m_settings.setLastPage(viewKey(), QLatin1String(known.name));
        }
    }
}

} // namespace ch::ui
