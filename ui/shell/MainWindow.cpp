// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/MainWindow.h"

#include "ui/pages/businesses/BusinessesPage.h"
#include "ui/pages/connect/ConnectPage.h"
#include "ui/pages/detail/DetailPage.h"
#include "ui/pages/events/EventsPage.h"
#include "ui/pages/home/HomePage.h"
#include "ui/pages/log/LogPage.h"
#include "ui/pages/operations/OperationsPage.h"
#include "ui/pages/subscriptions/SubscriptionsPage.h"
#include "ui/shell/MessageStrip.h"
#include "ui/shell/StatusLine.h"
#include "ui/tables/TableView.h"

#include <QApplication>
#include <QClipboard>
#include <QCloseEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenuBar>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace ch::ui {

namespace {

constexpr int kNarrowBelow = 1000;

} // namespace

MainWindow::MainWindow(const Theme& theme, QWidget* parent)
    : QMainWindow(parent), m_theme(theme), m_strip(new ModeStrip(this)), m_menus(new QMenuBar(this)),
      m_messages(new MessageStrip(theme, this)), m_navigation(new NavigationBar(theme, this)), m_stack(new QStackedWidget(this)),
      m_status(new StatusLine(theme, this))
{
    setObjectName(QStringLiteral("mainWindow"));
    setMinimumSize(720, 520);
    resize(1280, 800);
    auto* centre = new QWidget(this);
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_strip);
    column->addWidget(m_menus);
    column->addWidget(m_messages);
    auto* row = new QHBoxLayout;
    row->setSpacing(0);
    row->addWidget(m_navigation);
    row->addWidget(m_stack, 1);
    column->addLayout(row, 1);
    column->addWidget(m_status);
    setCentralWidget(centre);
    m_menus->setNativeMenuBar(false); // it stands below the strip, which comes first
    makePages();
    makeMenus();
    connect(m_navigation, &NavigationBar::chosen, this, &MainWindow::go);
    connect(m_navigation, &NavigationBar::settingsChosen, this, &MainWindow::settingsAsked);
    connect(m_status, &StatusLine::syncAsked, this, &MainWindow::syncAsked);
    connect(m_status, &StatusLine::stopAsked, this, &MainWindow::stopAsked);
    setMode(stripWordsOfNothing());
    setAccountOpen(false);
    go(Page::Accounts);
}

void MainWindow::makePages()
{
    m_home = new HomePage(m_theme, this);
    m_businesses = new BusinessesPage(m_theme, this);
    m_subscriptions = new SubscriptionsPage(m_theme, this);
    m_operations = new OperationsPage(m_theme, this);
    m_detail = new DetailPage(m_theme, this);
    m_connect = new ConnectPage(m_theme, this);
    m_events = new EventsPage(m_theme, this);
    m_log = new LogPage(m_theme, this);
    // In the order of Page; the log comes last.
    for (QWidget* page : std::initializer_list<QWidget*>{m_home, m_businesses, m_subscriptions, m_operations, m_detail, m_connect, m_events, m_log}) {
        m_stack->addWidget(page);
    }
    connect(m_home, &HomePage::syncAsked, this, &MainWindow::syncAsked);
    connect(m_home, &HomePage::stopAsked, this, &MainWindow::stopAsked);
    connect(m_businesses, &BusinessesPage::syncAsked, this, &MainWindow::syncAsked);
    connect(m_businesses, &BusinessesPage::newAsked, this, &MainWindow::newBusinessAsked);
    connect(m_subscriptions, &SubscriptionsPage::syncAsked, this, &MainWindow::syncAsked);
    connect(m_detail, &DetailPage::backAsked, this, &MainWindow::back);
    connect(m_log, &LogPage::backAsked, this, &MainWindow::back);
}

QAction* MainWindow::addAction(QMenu* menu, const QString& words, const char* name, const QList<QKeySequence>& keys, std::function<void()> act)
{
    QAction* action = menu->addAction(words);
    action->setObjectName(QString::fromLatin1(name));
    action->setShortcuts(keys);
    connect(action, &QAction::triggered, this, std::move(act));
    QMainWindow::addAction(action); // shortcuts work also while the menus are not in sight
    return action;
}

void MainWindow::makeAccountMenu()
{
    QMenu* account = m_menus->addMenu(tr("&Account"));
    account->setToolTipsVisible(true); // they say why an entry is grey
    m_accountActions << addAction(account, tr("&New business…"), "actionNewBusiness", {QKeySequence(tr("Ctrl+N"))},
        [this] { Q_EMIT newBusinessAsked(); });
    m_accountActions << addAction(account, tr("&Synchronise"), "actionSync", {QKeySequence(Qt::Key_F5), QKeySequence(tr("Ctrl+R"))},
        [this] { Q_EMIT syncAsked(); });
    addAction(account, tr("&Accounts and keys"), "actionAccounts", {QKeySequence(tr("Ctrl+5"))}, [this] { go(Page::Accounts); });
    account->addSeparator();
    m_accountActions << addAction(account, tr("&Import records…"), "actionImport", {}, [this] { Q_EMIT importAsked(); })
                     << addAction(account, tr("E&xport records…"), "actionExport", {}, [this] { Q_EMIT exportAsked(); });
    account->addSeparator();
    addAction(account, tr("S&ettings…"), "actionSettings", {QKeySequence(tr("Ctrl+,"))}, [this] { Q_EMIT settingsAsked(); });
    account->addSeparator();
    addAction(account, tr("&Quit"), "actionQuit", {QKeySequence(tr("Ctrl+Q"))}, [this] { close(); });
}

void MainWindow::makeMenus()
{
    makeAccountMenu();
    QMenu* edit = m_menus->addMenu(tr("&Edit"));
    addAction(edit, tr("&Copy"), "actionCopy", {QKeySequence(tr("Ctrl+C"))}, [this] { copyFromPage(false); });
    addAction(edit, tr("Copy with &headers"), "actionCopyHeaders", {QKeySequence(tr("Ctrl+Shift+C"))}, [this] { copyFromPage(true); });
    m_copyLink = addAction(edit, tr("Copy &link"), "actionCopyLink", {QKeySequence(tr("Ctrl+Shift+L"))}, [this] {
        if (const QString link = m_detail->link(); !link.isEmpty()) {
            QGuiApplication::clipboard()->setText(link);
        }
    });
    edit->addSeparator();
    m_accountActions << addAction(edit, tr("&Filter"), "actionFilter", {QKeySequence(tr("Ctrl+F"))}, [this] {
        if (TablePane* pane = currentPane()) {
            pane->focusFilter();
        } else if (m_page == Page::Operations) {
            m_operations->focusFilter();
        } else if (m_page == Page::Events) {
            m_events->focusFilter();
        }
    });
    makeGoMenu();

    QMenu* help = m_menus->addMenu(tr("&Help"));
    addAction(help, tr("&Log"), "actionLog", {QKeySequence(tr("Ctrl+L"))}, [this] { goLog(); });
    addAction(help, tr("&About Countinghouse"), "actionAbout", {}, [this] { Q_EMIT aboutAsked(); });
}

void MainWindow::makeGoMenu()
{
    QMenu* menu = m_menus->addMenu(tr("&Go"));
    m_accountActions << addAction(menu, tr("&Home"), "actionHome", {QKeySequence(tr("Ctrl+1"))}, [this] { go(Page::Home); })
                     << addAction(menu, tr("&Businesses"), "actionBusinesses", {QKeySequence(tr("Ctrl+2"))}, [this] { go(Page::Businesses); })
                     << addAction(menu, tr("&Subscriptions"), "actionSubscriptions", {QKeySequence(tr("Ctrl+3"))},
                            [this] { go(Page::Subscriptions); })
                     << addAction(menu, tr("&Operations"), "actionOperations", {QKeySequence(tr("Ctrl+4"))}, [this] { go(Page::Operations); })
                     << addAction(menu, tr("&Event feed"), "actionEvents", {QKeySequence(tr("Ctrl+6"))}, [this] { go(Page::Events); });
    menu->addSeparator();
    addAction(menu, tr("Bac&k"), "actionBack", {QKeySequence(tr("Alt+Left")), QKeySequence(Qt::Key_Escape)}, [this] { back(); });
}

void MainWindow::copyFromPage(bool withHeaders)
{
    if (auto* label = qobject_cast<QLabel*>(QApplication::focusWidget()); label && label->hasSelectedText()) {
        QGuiApplication::clipboard()->setText(label->selectedText());
    } else if (auto* view = qobject_cast<TableView*>(QApplication::focusWidget())) {
        Q_EMIT view->copyAsked(withHeaders);
    } else if (TablePane* pane = currentPane()) {
        pane->copy(withHeaders);
    } else if (m_page == Page::Operations && !isLogShown()) {
        m_operations->copy(withHeaders);
    } else if (m_page == Page::Events && !isLogShown()) {
        m_events->copy(withHeaders);
    }
}

TablePane* MainWindow::currentPane()
{
    if (isLogShown()) {
        return nullptr;
    }
    if (m_page == Page::Businesses) {
        return &m_businesses->current();
    }
    return m_page == Page::Subscriptions ? &m_subscriptions->pane() : nullptr;
}

bool MainWindow::isLogShown() const
{
    return m_stack->currentWidget() == m_log;
}

void MainWindow::setMode(const StripWords& words)
{
    m_strip->say(words);
    showTitle();
}

void MainWindow::showTitle()
{
    const StripWords& words = m_strip->words();
    const QString account = words.word.isEmpty() ? QString() : words.account + QStringLiteral(" · ");
    setWindowTitle(titleWithMode(words, account + tr("Countinghouse")));
}

void MainWindow::setAccountOpen(bool open)
{
    m_open = open;
    m_navigation->setAccountOpen(open);
    m_status->setOpen(open);
    for (QAction* action : std::as_const(m_accountActions)) {
        action->setEnabled(open);
        action->setToolTip(open ? QString() : tr("No account is open. Connect one, or explore the demo."));
    }
    if (!open) {
        go(Page::Accounts);
    }
}

void MainWindow::setNeedsPerson(int count)
{
    m_navigation->setNeedsPerson(count);
}

void MainWindow::go(Page page)
{
    if (!m_open && page != Page::Accounts) {
        return;
    }
    if (page == Page::Detail && m_page != Page::Detail) {
        m_before = m_page;
    }
    m_page = page;
    m_stack->setCurrentIndex(static_cast<int>(page));
    m_navigation->setCurrent(page == Page::Detail ? m_before : page);
    m_copyLink->setEnabled(page == Page::Detail);
    focusPage();
    Q_EMIT pageChanged(page);
}

void MainWindow::focusPage()
{
    if (TablePane* pane = currentPane()) {
        pane->focusTable();
    } else if (m_page == Page::Operations) {
        m_operations->focusTable();
    } else if (m_page == Page::Events) {
        m_events->focusTable();
    } else if (m_page == Page::Accounts) {
        m_connect->focusKey();
    } else {
        m_stack->currentWidget()->setFocus(Qt::OtherFocusReason);
    }
}

void MainWindow::goLog()
{
    m_stack->setCurrentWidget(m_log);
    m_navigation->clearCurrent();
}

void MainWindow::back()
{
    if (isLogShown()) {
        go(m_page);
    } else if (m_page == Page::Detail) {
        go(m_before);
    }
}

void MainWindow::resizeEvent(QResizeEvent* event)
{
    QMainWindow::resizeEvent(event);
    m_navigation->setNarrow(width() < kNarrowBelow);
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    Q_EMIT closing();
    event->accept();
}

} // namespace ch::ui
