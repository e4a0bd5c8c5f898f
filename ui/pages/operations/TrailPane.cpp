// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/operations/TrailPane.h"

#include "ui/pages/detail/FactsPanel.h"
#include "ui/pages/operations/PagedPane.h"
#include "ui/tables/TableView.h"
#include "ui/text/ErrorText.h"
#include "ui/text/MoneyText.h"
#include "ui/text/TimeText.h"
#include "ui/theme/Labels.h"
#include "ui/theme/SignLabel.h"
#include "ui/theme/StyleSheet.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QDateEdit>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMap>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

namespace ch::ui {

namespace {

constexpr int kTrailPauseMs = 250;
enum Span { AnyTime, Today, LastWeek, LastMonth, ThisYear, FromTo };

} // namespace

QString verifiedText(const store::AuditCheck& check)
{
    const auto text = [](const char* words) { return QCoreApplication::translate("ch::ui::Trail", words); };
    const QString read = (check.entries == 1 ? text("Read 1 entry.") : text("Read %1 entries.").arg(countText(check.entries))) + u' ';
    if (check.firstBad) {
        return read + text("Number %1 is not what was written, or is missing: it and what follows cannot be trusted. Compare with a backup of records.sqlite.").arg(countText(*check.firstBad));
    }
    return read + text("Each is as it was written.") + u' '
        + (check.endKnown ? text("None was cut off at the end: the keychain knows the newest.")
                          : text("Whether entries were cut off at the end cannot be known: no newest entry of this account is in the keychain."));
}

TrailPane::TrailPane(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_model(new TrailModel(this)), m_pane(new PagedPane(theme, *m_model, tr("Audit trail"), this)),
      m_entry(new FactsPanel(theme, tr("Entry"), this)), m_entryScroll(new QScrollArea(this)), m_text(new QLineEdit(this)), m_span(new QComboBox(this)), m_from(new QDateEdit(this)), m_until(new QDateEdit(this)),
      m_dash(new QLabel(tr("to"), this)), m_verify(new QPushButton(tr("Verify"), this)), m_export(new QPushButton(tr("Export…"), this)), m_sign(nullptr), m_resultText(nullptr)
{
    setObjectName(QStringLiteral("trailPane"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeTools());
    m_result = makeResult();
    column->addWidget(m_result);
    auto* splitter = new QSplitter(Qt::Horizontal, this);
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(1);
    splitter->addWidget(m_pane);
    m_entry->setObjectName(QStringLiteral("trailEntry"));
    m_entryScroll->setWidgetResizable(true);
    m_entryScroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_entryScroll->setMinimumWidth(240);
    m_entryScroll->setFocusPolicy(Qt::NoFocus);
    auto* held = new QWidget(m_entryScroll);
    auto* heldColumn = new QVBoxLayout(held);
    heldColumn->setContentsMargins(0, 0, 0, 0);
    heldColumn->addWidget(m_entry);
    heldColumn->addStretch(1);
    m_entry->setProperty("look", QStringLiteral("plain"));
    m_entryScroll->setWidget(held);
    m_entryScroll->hide();
    splitter->addWidget(m_entryScroll);
    splitter->setStretchFactor(0, 1);
    splitter->setSizes({790, 290});
    column->addWidget(splitter, 1);
    m_pane->setCountWords(tr("1 entry"), tr("%1 entries"));
    connect(m_pane, &PagedPane::chosen, this, &TrailPane::choose);
    connect(m_pane, &PagedPane::emptyPressed, this, [this] {
        m_text->clear();
        m_span->setCurrentIndex(AnyTime);
        filter();
    });
    m_pause.setSingleShot(true);
    m_pause.setInterval(kTrailPauseMs);
    connect(&m_pause, &QTimer::timeout, this, &TrailPane::filter);
    filter();
}

QWidget* TrailPane::makeTools()
{
    auto* tools = new QWidget(this);
    auto* row = new QHBoxLayout(tools);
    row->setContentsMargins(24, 0, 24, 12);
    row->setSpacing(8);
    m_text->setObjectName(QStringLiteral("trailFilter"));
    m_text->setAccessibleName(tr("Search the trail"));
    m_text->setPlaceholderText(tr("Person, business, id, key"));
    m_text->setClearButtonEnabled(true);
    m_text->addAction(m_theme.icon(QStringLiteral("find"), Theme::Ink::Secondary), QLineEdit::LeadingPosition);
    m_text->setMinimumWidth(120);
    m_text->setMaximumWidth(320);
    row->addWidget(m_text, 1);
    connect(m_text, &QLineEdit::textChanged, this, [this] { m_pause.start(); });
    addSpan(row);
    row->addStretch(1);
    m_verify->setObjectName(QStringLiteral("trailVerify"));
    m_verify->setAccessibleName(tr("Verify the trail"));
    m_verify->setToolTip(tr("Reads every entry and looks whether it is what was written"));
    connect(m_verify, &QPushButton::clicked, this, [this] {
        setVerifying();
        Q_EMIT verifyAsked();
    });
    row->addWidget(m_verify);
    m_export->setObjectName(QStringLiteral("trailExport"));
    m_export->setAccessibleName(tr("Export the trail"));
    auto* forms = new QMenu(m_export);
    forms->addAction(tr("As CSV, for a spreadsheet…"), this, [this] { Q_EMIT exportAsked(m_model->query(), store::TrailForm::Csv); })->setObjectName(QStringLiteral("trailCsv"));
    forms->addAction(tr("As JSON…"), this, [this] { Q_EMIT exportAsked(m_model->query(), store::TrailForm::Json); })->setObjectName(QStringLiteral("trailJson"));
    m_export->setProperty("look", QStringLiteral("menu"));
    m_export->setMenu(forms);
    row->addWidget(m_export);
    return tools;
}

void TrailPane::addSpan(QHBoxLayout* row)
{
    m_span->setObjectName(QStringLiteral("trailSpan"));
    m_span->setAccessibleName(tr("Span of time"));
    m_span->addItems({tr("Any time"), tr("Today"), tr("Last 7 days"), tr("Last 30 days"), tr("This year"), tr("From … to …")});
    row->addWidget(m_span);
    for (QDateEdit* edit : {m_from, m_until}) {
        edit->setDisplayFormat(QStringLiteral("d MMM yyyy"));
        edit->setCalendarPopup(true);
        edit->setDate(QDate::currentDate());
        edit->hide();
        connect(edit, &QDateEdit::dateChanged, this, [this] { m_pause.start(); });
    }
    m_from->setObjectName(QStringLiteral("trailFrom"));
    m_from->setAccessibleName(tr("From"));
    m_until->setObjectName(QStringLiteral("trailUntil"));
    m_until->setAccessibleName(tr("To"));
    m_dash->hide();
    row->addWidget(m_from);
    row->addWidget(m_dash);
    row->addWidget(m_until);
    connect(m_span, &QComboBox::currentIndexChanged, this, &TrailPane::onSpan);
}

QFrame* TrailPane::makeResult()
{
    auto* frame = new QFrame(this);
    frame->setObjectName(QStringLiteral("trailResult"));
    frame->setProperty("look", QStringLiteral("info"));
    auto* row = new QHBoxLayout(frame);
    row->setContentsMargins(21, 8, 12, 8);
    row->setSpacing(12);
    m_sign = new SignLabel(m_theme, Sign::Info, frame);
    row->addWidget(m_sign, 0, Qt::AlignVCenter);
    m_resultText = copyableLabel({}, "plain", QStringLiteral("trailResultText"), frame);
    row->addWidget(m_resultText, 1);
    auto* close = new QToolButton(frame);
    close->setObjectName(QStringLiteral("trailResultClose"));
    close->setAccessibleName(tr("Close this message"));
    close->setIcon(m_theme.icon(QStringLiteral("close")));
    connect(close, &QToolButton::clicked, frame, &QWidget::hide);
    row->addWidget(close, 0, Qt::AlignVCenter);
    frame->hide();
    return frame;
}

void TrailPane::setSource(RecordsSource* source)
{
    m_result->hide();
    m_verify->setEnabled(true); // a verification of the account before is not answered
    m_model->setSource(source);
}

void TrailPane::setZone(const QTimeZone& zone)
{
    m_zone = zone;
    m_model->setZone(zone);
}

void TrailPane::refresh()
{
    const store::TrailQuery now = wanted();
    if (now.fromMs != m_model->query().fromMs || now.untilMs != m_model->query().untilMs) {
        filter(); // another day began, or the zone has changed
    } else {
        m_model->refresh();
    }
}

void TrailPane::onSpan()
{
    const bool own = m_span->currentIndex() == FromTo;
    m_from->setVisible(own);
    m_dash->setVisible(own);
    m_until->setVisible(own);
    filter();
}

store::TrailQuery TrailPane::wanted() const
{
    store::TrailQuery query;
    query.text = m_text->text().trimmed();
    const QDate today = QDateTime::currentDateTimeUtc().toTimeZone(m_zone).date();
    QDate from;
    QDate last = today;
    switch (m_span->currentIndex()) {
    case Today: from = today; break;
    case LastWeek: from = today.addDays(-6); break;
    case LastMonth: from = today.addDays(-29); break;
    case ThisYear: from = QDate(today.year(), 1, 1); break;
    case FromTo:
        from = m_from->date();
        last = m_until->date();
        break;
    default: break;
    }
    if (from.isValid()) {
        query.fromMs = QDateTime(from, QTime(0, 0), m_zone).toMSecsSinceEpoch();
        query.untilMs = QDateTime(last.addDays(1), QTime(0, 0), m_zone).toMSecsSinceEpoch();
    }
    return query;
}

void TrailPane::filter()
{
    m_entryScroll->hide();
    m_model->setQuery(wanted());
    if (m_model->isFiltered()) {
        m_pane->setEmptyWords(tr("0 entries"), tr("No entry fits the search and the span of time."), tr("Clear the filter"));
    } else {
        m_pane->setEmptyWords(tr("0 entries"), tr("Each thing that is done or tried leaves an entry here."), {});
    }
}

void TrailPane::choose(const QString& n)
{
    const store::AuditEntry* entry = m_model->itemAt(m_pane->view().currentIndex().row());
    m_entryScroll->setVisible(entry && QString::number(entry->n) == n);
    if (m_entryScroll->isHidden()) {
        return;
    }
    QList<Fact> facts{{tr("No."), QString::number(entry->n), false, false}, {tr("When"), exactTimeText(entry->atMs / 1000, m_zone), false, false}, {tr("Who"), entry->actor, false, false},
        {tr("Profile"), entry->profile, false, false}, {tr("What"), actionText(entry->action), false, false}, {tr("Business"), entry->businessId, false, false},
        {tr("Detail"), entry->detail, false, false}};
    for (const QString& id : entry->objectIds) {
        facts << Fact{tr("On"), id, true, false};
    }
    for (const QString& id : entry->requestIds) {
        facts << Fact{tr("Request id"), id, true, false};
    }
    for (const QString& key : entry->keys) {
        facts << Fact{tr("Key"), key, true, false};
    }
    for (const QString& input : entry->inputs) {
        facts << Fact{tr("Input, hashed"), input, true, false};
    }
    facts << Fact{tr("Hash"), entry->hash, true, false};
    m_entry->setFacts(facts, {});
}

void TrailPane::say(Sign sign, const QString& words)
{
    static const QMap<Sign, QString> kLooks{{Sign::Info, QStringLiteral("info")}, {Sign::Ok, QStringLiteral("ok")}, {Sign::Warning, QStringLiteral("warning")}, {Sign::Danger, QStringLiteral("danger")}};
    m_sign->setSign(sign);
    setLook(m_result, "look", kLooks.value(sign));
    m_resultText->setText(words);
    m_result->setAccessibleName(words);
    m_result->show();
}

void TrailPane::setVerifying()
{
    m_verify->setEnabled(false);
    say(Sign::Info, tr("Reading every entry…"));
}

void TrailPane::setVerified(const store::AuditCheck& check)
{
    m_verify->setEnabled(true);
    say(check.firstBad ? Sign::Danger : check.endKnown ? Sign::Ok : Sign::Warning, verifiedText(check));
}

void TrailPane::setNotVerified(const Error& error)
{
    m_verify->setEnabled(true);
    const ErrorWords words = errorWords(error);
    say(Sign::Danger, words.happened + QStringLiteral(". ") + words.means + u' ' + words.advice);
}

void TrailPane::focusTable()
{
    m_pane->view().setFocus(Qt::OtherFocusReason);
}

void TrailPane::focusFilter()
{
    m_text->setFocus(Qt::ShortcutFocusReason);
    m_text->selectAll();
}

void TrailPane::copy(bool withHeaders)
{
    m_pane->copy(withHeaders);
}

} // namespace ch::ui
