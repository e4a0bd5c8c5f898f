// SPDX-License-Identifier: GPL-3.0-or-later
#include "countinghouse/ScreenshotRun.h"

#include "countinghouse/ScreenshotSamples.h"
#include "store/RecordsFile.h"

#include "ui/dialogs/RemoveProfileDialog.h"
#include "ui/dialogs/TakedownDialog.h"
#include "ui/pages/businesses/BusinessesPage.h"
#include "ui/pages/connect/ConnectPage.h"
#include "ui/pages/detail/DetailPage.h"
#include "ui/pages/home/HomePage.h"
#include "ui/pages/subscriptions/SubscriptionsPage.h"
#include "ui/shell/MessageStrip.h"
#include "ui/shell/StatusLine.h"
#include "ui/tables/FilterHeader.h"
#include "ui/tables/TableView.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDateTime>
#include <QDialog>
#include <QDir>
#include <QLineEdit>
#include <QProcess>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalBlocker>

namespace ch {

namespace {

constexpr int kPollMs = 40;
constexpr int kLongestStepMs = 120'000;
const QString kChildVariable = QStringLiteral("COUNTINGHOUSE_SCREENSHOT_CHILD");

} // namespace

ScreenshotRun::ScreenshotRun(ui::MainWindow& window, workspace::Engine& engine, ui::WindowController& controller, ui::Theme& theme,
    const QString& folder)
    : m_window(window), m_engine(engine), m_controller(controller), m_theme(theme), m_folder(QDir(folder).absolutePath()),
      m_scale(qEnvironmentVariableIsSet(qPrintable(kChildVariable)) ? QStringLiteral("2x") : QStringLiteral("1x"))
{
    m_poll.setInterval(kPollMs);
    connect(&m_poll, &QTimer::timeout, this, &ScreenshotRun::poll);
    connect(&engine, &workspace::Engine::syncFinished, this, [this] { m_synced = true; });
    connect(&engine, &workspace::Engine::syncFailed, this, [this](const Error& error) {
        std::fprintf(stderr, "countinghouse: the demo account could not be read: %s\n", qUtf8Printable(error.message));
        finish(false);
    });
    connect(&engine, &workspace::Engine::openFailed, this, [this](const Error& error) {
        std::fprintf(stderr, "countinghouse: the demo account could not be opened: %s\n", qUtf8Printable(error.message));
        finish(false);
    });
    connect(&engine, &workspace::Engine::recordsImported, this, [this] { m_imported = true; });
    connect(&engine, &workspace::Engine::takedownFinished, this, [this] { m_takenDown = true; });
    connect(&controller, &ui::WindowController::detailShown, this, [this] { m_detailShown = true; });
}

void ScreenshotRun::start()
{
    m_window.resize(1280, 800);
    m_window.show();
    add(QStringLiteral("connect"), [] {});
    add(QString(), [this] { m_controller.start(); }, [this] { return m_synced && !m_engine.isSyncing() && rowsThere(); });
    add(QString(), [this] { m_engine.importRecords(sampleRecords()); }, [this] { return m_imported; });
    addPages();
    addDetails();
    addDialogs();
    addNewBusinesses();
    addCancels();
    addTakedowns();
    addOperations();
    addEvents();
    addStates();
    next();
}

void ScreenshotRun::add(const QString& name, std::function<void()> act, std::function<bool()> ready, std::function<QWidget*()> what)
{
    m_steps.push_back({name, std::move(act), std::move(ready), std::move(what)});
}

bool ScreenshotRun::rowsThere() const
{
    return m_window.businesses().businesses().model().rowCount() > 0 && m_window.subscriptions().pane().model().rowCount() > 0;
}

void ScreenshotRun::addPages()
{
    const auto scrollHome = [this](bool down) {
        auto* bar = m_window.home().findChild<QScrollArea*>(QStringLiteral("homeScroll"))->verticalScrollBar();
        bar->setValue(down ? bar->maximum() : 0);
    };
    add(QStringLiteral("home"), [this, scrollHome] {
        m_window.go(ui::Page::Home);
        scrollHome(false);
    });
    add(QStringLiteral("home-below"), [scrollHome] { scrollHome(true); });
    add(QStringLiteral("businesses"), [this] { m_window.go(ui::Page::Businesses); });
    add(QStringLiteral("customers"), [this] { m_window.businesses().showCustomers(true); });
    add(QStringLiteral("businesses-selected"), [this] {
        m_window.businesses().showCustomers(false);
        ui::TableView& view = m_window.businesses().businesses().view();
        view.selectRow(4);
        view.setFocus();
    });
    add(QStringLiteral("businesses-marked"), [this] { setMarked(true); }, [this] { return m_window.businesses().businesses().findChild<QWidget*>(QStringLiteral("markedBar"))->isVisible(); });
    add(QString(), [this] { setMarked(false); }, [this] { return !m_window.businesses().businesses().findChild<QWidget*>(QStringLiteral("markedBar"))->isVisible(); });
    add(QStringLiteral("businesses-filtered-empty"), [this] {
        store::TableFilter filter;
        filter.text = QStringLiteral("no such name");
        m_window.businesses().businesses().setFilter(filter);
    }, [this] { return m_window.businesses().businesses().model().rowCount() == 0; });
    add(QString(), [this] { m_window.businesses().businesses().setFilter({}); }, [this] { return rowsThere(); });
    add(QStringLiteral("businesses-filters"), [this] { showFilters(true); }, [this] {
        ui::MirrorTableModel& model = m_window.businesses().businesses().model();
        return model.isCurrent() && model.isCounted() && model.sums() && model.rowCount() > 0 && model.rowAt(0);
    });
    add(QString(), [this] { showFilters(false); }, [this] { return rowsThere() && !m_window.businesses().businesses().model().isFiltered(); });
    add(QStringLiteral("subscriptions"), [this] { m_window.go(ui::Page::Subscriptions); });
    add(QStringLiteral("log"), [this] { m_window.goLog(); });
    add(QStringLiteral("accounts"), [this] {
        m_window.connectPage().setOffers(sampleProfiles(), {}, {}, false);
        m_window.go(ui::Page::Accounts);
    });
    add(QStringLiteral("narrow-subscriptions"), [this] {
        m_window.resize(800, 640);
        m_window.go(ui::Page::Subscriptions);
    });
    add(QStringLiteral("narrow"), [this] {
        m_window.resize(960, 640);
        m_window.go(ui::Page::Businesses);
    });
    add(QString(), [this] { m_window.resize(1280, 800); });
}

/// Two of the businesses in sight, as events would.
void ScreenshotRun::setMarked(bool marked)
{
    ui::MirrorTableModel& model = m_window.businesses().businesses().model();
    const auto records = store::RecordsFile::open(m_controller.account().folder);
    for (const auto& [row, kind] : {std::pair(0, store::MarkKind::AtRisk), std::pair(0, store::MarkKind::TakeDown), std::pair(5, store::MarkKind::AtRisk)}) {
        const QString id = model.textAt(row, QStringLiteral("business_id"));
        if (!records) {
            return;
        }
        (void)(marked ? (*records)->marks().put({id, kind, model.textAt(row, QStringLiteral("customer_id")), QStringLiteral("in_1"), QStringLiteral("evt_1"), QDateTime::currentMSecsSinceEpoch()})
                      : (*records)->marks().remove(id, kind));
    }
}

void ScreenshotRun::showFilters(bool shown)
{
    ui::TablePane& pane = m_window.businesses().businesses();
    pane.model().setMetadataKeys(shown ? QStringList{QStringLiteral("genesis_created")} : QStringList());
    pane.setFilter(shown ? store::TableFilter{{}, {{QStringLiteral("status"), QStringLiteral("active")}}, {}} : store::TableFilter());
    if (auto* amount = qobject_cast<QLineEdit*>(pane.filterHeader().editorOf(QStringLiteral("mrr"))); amount && shown) {
        amount->setText(QStringLiteral("50..150"));
    }
    if (auto* date = qobject_cast<QLineEdit*>(pane.filterHeader().editorOf(QStringLiteral("created")))) {
        date->setText(shown ? QStringLiteral("spring") : QString());
    }
    pane.view().selectionModel()->select(QItemSelection(pane.model().index(1, 0), pane.model().index(3, 0)), QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
}

void ScreenshotRun::openFirstOf(const QString& status)
{
    m_detailShown = false;
    ui::MirrorTableModel& model = m_window.businesses().businesses().model();
    for (int row = 0; row < model.rowCount(); ++row) {
        const bool conflict = status == QLatin1String("conflict");
        bool fits = !conflict && model.textAt(row, QStringLiteral("status")) == status;
        for (int column = 0; conflict && column < model.columnCount(); ++column) {
            fits = fits || model.index(row, column).data(ui::TableModel::AttentionRole).toBool();
        }
        if (fits) {
            m_controller.openObject(model.objectIdAt(row));
            return;
        }
    }
    m_detailShown = true; // the demo has none: the page before stays
}

void ScreenshotRun::addDetails()
{
    add(QStringLiteral("detail"), [this] { openFirstOf(QStringLiteral("active")); }, [this] { return m_detailShown; });
    add(QString(), [this] { setMarked(true); }, [this] { return m_window.detail().findChild<QFrame*>(QStringLiteral("markStrip"))->isVisible(); });
    add(QStringLiteral("detail-marked"), [] {});
    add(QString(), [this] { setMarked(false); }, [this] { return !m_window.detail().findChild<QFrame*>(QStringLiteral("markStrip"))->isVisible(); });
    for (const char* status : {"past_due", "legacy"}) {
        const QString word = QString::fromLatin1(status);
        add(QString(), [this, word] {
            store::TableFilter filter;
            filter.equals = {{QStringLiteral("status"), word}};
            m_window.businesses().businesses().setFilter(filter);
        }, [this, word] {
            ui::MirrorTableModel& model = m_window.businesses().businesses().model();
            return model.rowCount() == 0 || model.textAt(0, QStringLiteral("status")) == word;
        });
        add(QStringLiteral("detail-") + word, [this, word] { openFirstOf(word); }, [this] { return m_detailShown; });
    }
    add(QString(), [this] { m_window.businesses().businesses().setFilter({}); }, [this] { return rowsThere(); });
    add(QString(), [this] { m_window.businesses().businesses().model().setOrder({QStringLiteral("conflict"), true}); },
        [this] { return m_window.businesses().businesses().model().state() == ui::MirrorTableModel::State::Ready; });
    add(QStringLiteral("detail-conflict"), [this] { openFirstOf(QStringLiteral("conflict")); }, [this] { return m_detailShown; });
    add(QString(), [this] { m_window.businesses().businesses().model().setOrder({}); }, [this] { return rowsThere(); });
}

QWidget* ScreenshotRun::openDialog() const
{
    for (QDialog* dialog : m_window.findChildren<QDialog*>()) {
        if (dialog->isVisible()) {
            return dialog;
        }
    }
    return nullptr;
}

void ScreenshotRun::closeDialog()
{
    if (QWidget* dialog = openDialog()) {
        dialog->close();
    }
}

void ScreenshotRun::addDialogs()
{
    const auto shown = [this] { return openDialog() != nullptr; };
    const auto dialog = [this] { return openDialog(); };
    add(QStringLiteral("settings"), [this] { Q_EMIT m_window.settingsAsked(); }, shown, dialog);
    add(QString(), [this] { closeDialog(); }, [this] { return !openDialog(); });
    add(QStringLiteral("remove-profile"), [this] {
        (new ui::RemoveProfileDialog(sampleProfiles().front(), QStringLiteral("~/.local/share/countinghouse/profiles/northwind"), true, &m_window))->open();
    }, shown, dialog);
    add(QString(), [this] { closeDialog(); }, [this] { return !openDialog(); });
    add(QStringLiteral("about"), [this] { Q_EMIT m_window.aboutAsked(); }, shown, dialog);
    add(QString(), [this] { closeDialog(); }, [this] { return !openDialog(); });
    add(QString(), [this] { openFirstOf(QStringLiteral("active")); }, [this] { return m_detailShown; });
    add(QStringLiteral("json"), [this] { Q_EMIT m_window.detail().jsonAsked(m_window.detail().values().business.customerIds.value(0)); }, shown, dialog);
    add(QString(), [this] { closeDialog(); }, [this] { return !openDialog(); });
}

void ScreenshotRun::addTakedowns()
{
    const auto dialog = [this]() -> QWidget* { return m_controller.takedownDialog(); };
    const auto id = [this] { return m_window.detail().values().business.businessId; };
    add(QStringLiteral("takedown-plan"), [this, id] { m_controller.askTakedown(id()); },
        [this] { return m_controller.takedownDialog() && m_controller.takedownDialog()->step() == ui::TakedownDialog::Step::Plan; }, dialog);
    add(QStringLiteral("takedown-failed"), [this, id] { m_controller.takedownDialog()->setOutcome(sampleFailure(id())); }, {}, dialog);
    add(QStringLiteral("takedown-unknown"), [this, id] { m_controller.takedownDialog()->setOutcome(sampleUnknown(id())); }, {}, dialog);
    add(QStringLiteral("takedown-partly"), [this, id] {
        // Agreed with the deletion, without an order to the engine: the outcome is a sample.
        ui::TakedownDialog* takedown = m_controller.takedownDialog();
        auto* box = takedown->findChild<QCheckBox*>(QStringLiteral("takedownDelete"));
        const QSignalBlocker unheard(takedown);
        box->setChecked(true);
        takedown->findChild<QLineEdit*>(QStringLiteral("takedownTyped"))->setText(id());
        takedown->findChild<QPushButton*>(QStringLiteral("takedownAct"))->click();
        box->setChecked(false);
        m_controller.takedownDialog()->setOutcome(samplePartly(id()));
    }, {}, dialog);
    add(QStringLiteral("takedown-done"), [this] { m_controller.takedownDialog()->findChild<QPushButton*>(QStringLiteral("takedownAct"))->click(); },
        [this] { return m_takenDown && m_controller.takedownDialog()->step() == ui::TakedownDialog::Step::Outcome; }, dialog);
    add(QString(), [this] { m_controller.takedownDialog()->reject(); }, [this] { return !m_controller.takedownDialog(); });
    add(QStringLiteral("detail-taken-down"), [this, id] {
        m_detailShown = false;
        m_controller.openObject(id());
    }, [this] { return m_detailShown; });
    for (const auto mode : {stripe::Mode::Live, stripe::Mode::Test}) {
        const QString name = mode == stripe::Mode::Live ? QStringLiteral("takedown-live") : QStringLiteral("takedown-test");
        add(name, [this, mode] {
            auto* sample = new ui::TakedownDialog(m_theme, ui::stripWordsOf(sampleAccount(mode)), QStringLiteral("biz"), QTimeZone::utc(), &m_window);
            sample->setAttribute(Qt::WA_DeleteOnClose);
            sample->open();
            sample->setPlan(samplePlan());
        }, [this] { return openDialog() != nullptr; }, [this] { return openDialog(); });
        add(QString(), [this] { closeDialog(); }, [this] { return !openDialog(); });
    }
}

void ScreenshotRun::addStates()
{
    add(QStringLiteral("error-strip"), [this] {
        ui::Message message = ui::messageOf(QStringLiteral("sync"), sampleError());
        message.actionWords = tr("Synchronise");
        m_window.messages().put(message);
        m_window.go(ui::Page::Subscriptions);
    });
    add(QStringLiteral("partial"), [this] {
        m_window.messages().clear(QStringLiteral("sync"));
        ui::HomeValues values = m_window.home().values();
        values.completeness = samplePartial(values.completeness);
        m_window.home().setValues(values, QTimeZone::utc());
        m_window.statusLine().setFreshness(values.completeness, QTimeZone::utc());
        m_window.statusLine().setSyncing(true);
        m_window.statusLine().setProgress(sampleProgress());
        m_window.home().setSyncing(true);
        m_window.home().setProgress(sampleProgress());
        m_window.home().findChild<QScrollArea*>(QStringLiteral("homeScroll"))->verticalScrollBar()->setValue(0);
        m_window.go(ui::Page::Home);
    });
    add(QStringLiteral("live-writes-off"), [this] {
        workspace::AccountState account = sampleAccount(stripe::Mode::Live);
        account.writesOff = true;
        account.writesOffReason = QStringLiteral("mode_mismatch");
        m_window.statusLine().setSyncing(false);
        m_window.home().setSyncing(false);
        m_window.setMode(ui::stripWordsOf(account));
        m_window.detail().setWritesOff(ui::stripWordsOf(account).end);
        m_window.go(ui::Page::Businesses);
    });
}

void ScreenshotRun::next()
{
    if (m_steps.empty() && !m_ended) {
        if (m_scale == QLatin1String("1x")) {
            runAtTwiceTheScale();
        } else {
            finish(true);
        }
        return;
    }
    if (m_ended) {
        return;
    }
    m_step = std::move(m_steps.front());
    m_steps.pop_front();
    m_waited.start();
    m_step.act();
    m_poll.start();
}

void ScreenshotRun::poll()
{
    if (m_step.ready && !m_step.ready()) {
        if (m_waited.elapsed() > kLongestStepMs) {
            std::fprintf(stderr, "countinghouse: the step before %s never ended\n", qUtf8Printable(m_step.name));
            finish(false);
        }
        return;
    }
    m_poll.stop();
    // One turn more, so that layouts settle and rows asked for by painting arrive.
    QTimer::singleShot(2 * kPollMs, this, [this] {
        if (m_step.name.isEmpty()) {
            next();
        } else {
            takePictures();
        }
    });
}

void ScreenshotRun::takePictures()
{
    showChoice(ui::Theme::Choice::Light);
    takePicture(ui::Theme::Choice::Light);
    showChoice(ui::Theme::Choice::Dark);
    m_theme.choose(ui::Theme::Choice::Dark);
    QTimer::singleShot(2 * kPollMs, this, [this] {
        takePicture(ui::Theme::Choice::Dark);
        m_theme.choose(ui::Theme::Choice::Light);
        next();
    });
}

/// The settings, where they are in sight, tell of the theme that the picture has.
void ScreenshotRun::showChoice(ui::Theme::Choice choice)
{
    if (auto* box = m_window.findChild<QComboBox*>(QStringLiteral("settingsTheme"))) {
        const QSignalBlocker blocked(box);
        box->setCurrentIndex(box->findData(static_cast<int>(choice)));
    }
}

void ScreenshotRun::takePicture(ui::Theme::Choice choice)
{
    QWidget* widget = m_step.what ? m_step.what() : &m_window;
    if (widget) {
        const QString theme = choice == ui::Theme::Choice::Light ? QStringLiteral("light") : QStringLiteral("dark");
        picture(widget, QStringLiteral("%1-%2-%3").arg(m_step.name, theme, m_scale));
    }
}

void ScreenshotRun::picture(QWidget* widget, const QString& name)
{
    widget->ensurePolished();
    if (!widget->grab().save(QDir(m_folder).filePath(name + QStringLiteral(".png")))) {
        std::fprintf(stderr, "countinghouse: %s.png cannot be written\n", qUtf8Printable(name));
        finish(false);
        return;
    }
    ++m_made;
}

void ScreenshotRun::runAtTwiceTheScale()
{
    auto* child = new QProcess(this);
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("QT_SCALE_FACTOR"), QStringLiteral("2"));
    environment.insert(kChildVariable, QStringLiteral("1"));
    child->setProcessEnvironment(environment);
    child->setProcessChannelMode(QProcess::ForwardedChannels);
    connect(child, &QProcess::finished, this, [this](int code) { finish(code == 0); });
    connect(child, &QProcess::errorOccurred, this, [this] { finish(false); });
    child->start(QCoreApplication::applicationFilePath(), {QStringLiteral("--screenshots"), m_folder});
}

void ScreenshotRun::finish(bool well)
{
    m_poll.stop();
    m_steps.clear();
    m_ended = true;
    if (well) {
        std::fprintf(stderr, "countinghouse: %d pictures at %s in %s\n", m_made, qUtf8Printable(m_scale), qUtf8Printable(m_folder));
    }
    QCoreApplication::exit(well ? 0 : 1);
}

} // namespace ch
