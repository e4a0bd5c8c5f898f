// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/OperationsDesk.h"

#include "ui/pages/businesses/BusinessesPage.h"
#include "ui/pages/detail/DetailPage.h"
#include "ui/pages/operations/OperationWords.h"
#include "ui/pages/operations/OperationsPage.h"
#include "ui/pages/operations/MarksPanel.h"
#include "ui/pages/operations/OperationsPane.h"
#include "ui/pages/operations/TrailPane.h"
#include "ui/shell/MessageStrip.h"
#include "ui/text/MoneyText.h"

#include <QDir>
#include <QFileDialog>
#include <QStandardPaths>

namespace ch::ui {

namespace {

constexpr int kCountsMs = 5000;
const QString kOperationsTopic = QStringLiteral("operations");
const QString kTrailTopic = QStringLiteral("trail");
const QString kMarksTopic = QStringLiteral("marks");

} // namespace

OperationsDesk::OperationsDesk(workspace::Engine& engine, MainWindow& window)
    : m_engine(engine), m_window(window), m_choose([this](const QString& suggested, const Chosen& chosen) { chooseInDialog(suggested, chosen); })
{
    m_poll.setInterval(kCountsMs);
    connect(&m_poll, &QTimer::timeout, this, &OperationsDesk::readCounts);
    connectEngine();
    connectPage();
}

OperationsDesk::~OperationsDesk()
{
    leave();
}

void OperationsDesk::connectEngine()
{
    using workspace::Engine;
    connect(&m_engine, &Engine::operationsResumed, this, &OperationsDesk::onResumed);
    connect(&m_engine, &Engine::trailVerified, this, [this](int order, const store::AuditCheck& check) {
        if (order == m_verifyOrder) {
            m_window.operations().trail().setVerified(check);
        }
    });
    connect(&m_engine, &Engine::orderFailed, this, [this](int order, const Error& error) {
        if (order == m_verifyOrder) {
            m_window.operations().trail().setNotVerified(error);
        } else if (m_resuming.remove(order) > 0) {
            m_window.messages().put(messageOf(kOperationsTopic, error));
            showBusy();
            refresh();
        } else if (m_leaving.remove(order)) {
            Message message = messageOf(kMarksTopic, error);
            message.title = tr("The mark was not taken away");
            m_window.messages().put(message);
        }
    });
}

void OperationsDesk::connectPage()
{
    OperationsPage& page = m_window.operations();
    connect(&page.operations(), &OperationsPane::resumeAsked, this, &OperationsDesk::resume);
    connect(&page.operations(), &OperationsPane::againAsked, this, &OperationsDesk::againAsked);
    connect(&page.operations(), &OperationsPane::businessOpened, this, &OperationsDesk::businessOpened);
    connect(&page.marks(), &MarksPanel::takedownAsked, this, &OperationsDesk::takedownAsked);
    connect(&page.marks(), &MarksPanel::businessOpened, this, &OperationsDesk::businessOpened);
    connect(&page.marks(), &MarksPanel::left, this, [this](const QString& id) { leaveMarked(id, store::MarkKind::TakeDown); });
    connect(&m_window.detail(), &DetailPage::markLeft, this, &OperationsDesk::leaveMarked);
    connect(&m_engine, &workspace::Engine::marksChanged, this, &OperationsDesk::refresh);
    connect(&m_engine, &workspace::Engine::eventNoticed, this, &OperationsDesk::refresh);
    connect(&page.trail(), &TrailPane::verifyAsked, this, [this] { m_verifyOrder = m_engine.verifyTrail(); });
    connect(&page.trail(), &TrailPane::exportAsked, this, &OperationsDesk::askExport);
}

void OperationsDesk::enter(const workspace::AccountState& account)
{
    leave();
    m_account = account;
    m_source = std::make_unique<RecordsSource>(account.folder);
    m_window.operations().setSource(m_source.get());
    m_poll.start();
    readCounts();
}

void OperationsDesk::setAccount(const workspace::AccountState& account, const QTimeZone& zone, const QString& writesOff)
{
    m_account = account;
    m_zone = zone;
    m_window.operations().setAccount(account.mode == stripe::Mode::Live && !account.demo, zone);
    m_window.operations().setWritesOff(writesOff);
}

void OperationsDesk::leave()
{
    ++m_visit;
    m_poll.stop();
    m_resuming.clear();
    m_leaving.clear();
    m_verifyOrder = -1;
    m_countsAsked = false;
    m_window.operations().setSource(nullptr);
    m_window.operations().setCounts({});
    showMarks({});
    m_window.setNeedsPerson(0);
    m_source.reset();
    if (m_dialog) {
        m_dialog->deleteLater();
        m_dialog = nullptr;
    }
    m_window.messages().clear(kOperationsTopic);
    m_window.messages().clear(kTrailTopic);
    m_window.messages().clear(kMarksTopic);
}

void OperationsDesk::refresh()
{
    readCounts();
    if (m_window.page() == Page::Operations) {
        m_window.operations().refresh();
    }
}

void OperationsDesk::readCounts()
{
    if (!m_source || m_countsAsked) {
        return;
    }
    m_countsAsked = true;
    readMarks();
    m_source->counts(this)->onFinished(this, [this, visit = m_visit](const Result<store::OperationCounts>& counts) {
        if (visit != m_visit) {
            return;
        }
        m_countsAsked = false;
        if (counts) { // where it cannot be read the page says why; the badge says nothing new
            m_window.operations().setCounts(*counts);
            m_window.setNeedsPerson(counts->needsPerson);
        }
    });
}

void OperationsDesk::readMarks()
{
    m_source->marks(this)->onFinished(this, [this, visit = m_visit](const Result<std::vector<store::Mark>>& marks) {
        if (visit == m_visit && marks) {
            showMarks(*marks);
        }
    });
}

void OperationsDesk::leaveMarked(const QString& businessId, store::MarkKind kind)
{
    m_window.messages().clear(kMarksTopic);
    m_leaving.insert(m_engine.leaveMarked(businessId, kind));
}

void OperationsDesk::showMarks(const std::vector<store::Mark>& marks)
{
    m_window.operations().setMarks(marks);
    m_window.businesses().setMarks(marks, m_zone);
    m_window.detail().setMarks(marks);
}

void OperationsDesk::resume(const QStringList& operationIds)
{
    if (!operationIds.isEmpty()) {
        m_resuming.insert(m_engine.resumeOperations(operationIds), operationIds);
        showBusy();
    }
}

void OperationsDesk::showBusy()
{
    QSet<QString> busy;
    for (const QStringList& ids : std::as_const(m_resuming)) {
        busy.unite(QSet<QString>(ids.cbegin(), ids.cend()));
    }
    m_window.operations().operations().setBusy(busy);
}

void OperationsDesk::onResumed(int order, const std::vector<store::Operation>& operations)
{
    if (m_resuming.remove(order) > 0) {
        showBusy();
        tellEnds(operations);
    } else if (!operations.empty()) {
        tellLeftOpen(operations);
    }
    refresh();
    Q_EMIT acted();
}

/// What a person asked to go on: how it ended.
void OperationsDesk::tellEnds(const std::vector<store::Operation>& operations)
{
    int done = 0;
    const store::Operation* open = nullptr;
    for (const store::Operation& operation : operations) {
        const bool isDone = operation.state == store::OperationState::Done;
        done += isDone ? 1 : 0;
        open = isDone ? open : &operation;
    }
    Message message;
    message.topic = kOperationsTopic;
    if (!open) {
        message.sign = Sign::Ok;
        message.title = done == 1 ? tr("1 operation is done") : tr("%1 operations are done").arg(countText(done));
        message.text = done == 1 ? operationWords(operations.front(), false).headline : QString();
    } else {
        message.sign = open->state == store::OperationState::Failed ? Sign::Danger : Sign::Warning;
        const auto left = static_cast<int>(operations.size()) - done;
        message.title = left == 1 ? tr("1 operation is not done") : tr("%1 operations are not done").arg(countText(left));
        const OperationWords words = operationWords(*open, m_account.mode == stripe::Mode::Live);
        message.text = words.headline + QStringLiteral(": ") + words.sentence + u' ' + words.advice;
    }
    m_window.messages().put(message);
}

/// What an earlier run left open: in test mode it was gone on with, in live mode it waits for a person.
void OperationsDesk::tellLeftOpen(const std::vector<store::Operation>& operations)
{
    const auto open = std::count_if(operations.begin(), operations.end(), [](const store::Operation& operation) { return operation.state != store::OperationState::Done; });
    Message message;
    message.topic = kOperationsTopic;
    message.sign = open > 0 ? Sign::Warning : Sign::Info;
    if (open == 0) {
        message.title = operations.size() == 1 ? tr("1 operation of an earlier run was ended") : tr("%1 operations of an earlier run were ended").arg(countText(static_cast<qint64>(operations.size())));
        message.text = operations.size() == 1 ? tr("It was left open when the program ended, and has been gone on with. Nothing was done twice.")
                                              : tr("They were left open when the program ended, and have been gone on with. Nothing was done twice.");
    } else {
        message.title = open == 1 ? tr("1 operation of an earlier run needs you") : tr("%1 operations of an earlier run need you").arg(countText(open));
        const bool isLive = m_account.mode == stripe::Mode::Live;
        message.text = open == 1 ? (isLive ? tr("In live mode nothing goes on by itself. Look at it, and resume it if it is to be done.") : tr("It was gone on with and did not come to its end."))
                                 : (isLive ? tr("In live mode nothing goes on by itself. Look at them, and resume what is to be done.") : tr("They were gone on with and did not come to their end."));
    }
    message.actionWords = tr("Operations");
    message.action = [this, open] { goOperations(open > 0); };
    m_window.messages().put(message);
}

void OperationsDesk::goOperations(bool needsYou)
{
    m_window.messages().clear(kOperationsTopic);
    m_window.go(Page::Operations);
    m_window.operations().show(needsYou ? OperationsPage::View::NeedsYou : OperationsPage::View::History);
}

void OperationsDesk::askExport(const store::TrailQuery& query, store::TrailForm form)
{
    const QString account = m_account.demo ? QStringLiteral("demo") : m_account.profile;
    const QString name = (account.isEmpty() ? tr("audit trail") : tr("audit trail %1").arg(account)) + (form == store::TrailForm::Csv ? QStringLiteral(".csv") : QStringLiteral(".json"));
    const QDir documents(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
    m_choose(documents.filePath(name), [this, query, form, visit = m_visit](const QString& path) {
        if (visit == m_visit && !path.isEmpty()) {
            exportTo(query, form, path);
        }
    });
}

void OperationsDesk::chooseInDialog(const QString& suggested, const Chosen& chosen)
{
    if (m_dialog) {
        return;
    }
    auto* dialog = new QFileDialog(&m_window, tr("Export the audit trail"));
    dialog->setObjectName(QStringLiteral("trailFile"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDirectory(QFileInfo(suggested).path());
    dialog->setDefaultSuffix(QFileInfo(suggested).suffix());
    dialog->selectFile(QFileInfo(suggested).fileName());
    connect(dialog, &QFileDialog::fileSelected, this, chosen);
    m_dialog = dialog;
    dialog->open();
}

void OperationsDesk::exportTo(const store::TrailQuery& query, store::TrailForm form, const QString& path)
{
    m_source->exportTrail(query, form, path, this)->onFinished(this, [this, path, visit = m_visit](const Result<qint64>& written) {
        if (visit != m_visit) {
            return;
        }
        Message message;
        if (written) {
            message.topic = kTrailTopic;
            message.sign = Sign::Ok;
            message.title = *written == 1 ? tr("1 entry exported") : tr("%1 entries exported").arg(countText(*written));
            message.text = (*written == 1 ? tr("It is in %1, which only you can read.") : tr("They are in %1, which only you can read.")).arg(QDir::toNativeSeparators(path));
        } else {
            message = messageOf(kTrailTopic, written.error());
            message.title = tr("The trail was not exported");
        }
        m_window.messages().put(message);
    });
}

} // namespace ch::ui
