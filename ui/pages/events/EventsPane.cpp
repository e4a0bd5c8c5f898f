// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/events/EventsPane.h"

#include "endpoint/Delivery.h"
#include "ui/pages/detail/FactsPanel.h"
#include "ui/pages/operations/PagedPane.h"
#include "ui/tables/TableView.h"
#include "ui/text/EventText.h"
#include "ui/text/StatusText.h"
#include "ui/text/TimeText.h"
#include "ui/theme/Labels.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSplitter>
#include <QVBoxLayout>

namespace ch::ui {

namespace {

constexpr int kEventsPauseMs = 150;

} // namespace

EventsPane::EventsPane(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_model(new EventsModel(this)), m_pane(new PagedPane(theme, *m_model, tr("Events"), this)), m_detail(new QScrollArea(this)), m_facts(new FactsPanel(theme, tr("Event"), this)),
      m_sentence(plainLabel({}, "secondary", QStringLiteral("eventSentence"), this)), m_open(new QPushButton(tr("Open its business"), this)), m_replay(new QPushButton(tr("Replay"), this)), m_text(new QLineEdit(this)), m_from(new QComboBox(this)), m_deed(new QComboBox(this))
{
    setObjectName(QStringLiteral("eventsPane"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeTools(theme));
    auto* splitter = new QSplitter(Qt::Horizontal, this);
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(1);
    splitter->addWidget(m_pane);
    splitter->addWidget(makeDetail());
    splitter->setStretchFactor(0, 1);
    splitter->setSizes({745, 335});
    column->addWidget(splitter, 1);
    m_pane->setCountWords(tr("1 event"), tr("%1 events"));
    connect(m_pane, &PagedPane::chosen, this, &EventsPane::choose);
    connect(m_pane, &PagedPane::emptyPressed, this, [this] {
        {
            const QSignalBlocker blockers[] = {QSignalBlocker(m_text), QSignalBlocker(m_from), QSignalBlocker(m_deed)};
            m_text->clear();
            m_from->setCurrentIndex(0);
            m_deed->setCurrentIndex(0);
        }
        filter();
    });
    connect(&m_pane->view(), &TableView::opened, this, [this](const QString&) {
        if (!m_objectId.isEmpty()) {
            Q_EMIT objectOpened(m_objectId);
        }
    });
    m_pause.setSingleShot(true);
    m_pause.setInterval(kEventsPauseMs);
    connect(&m_pause, &QTimer::timeout, this, &EventsPane::filter);
    filter();
}

QWidget* EventsPane::makeTools(const Theme& theme)
{
    auto* tools = new QWidget(this);
    auto* row = new QHBoxLayout(tools);
    row->setContentsMargins(24, 0, 24, 12);
    row->setSpacing(8);
    m_text->setObjectName(QStringLiteral("eventsFilter"));
    m_text->setAccessibleName(tr("Search the events"));
    m_text->setPlaceholderText(tr("Type, event, object or customer id"));
    m_text->setClearButtonEnabled(true);
    m_text->addAction(theme.icon(QStringLiteral("find"), Theme::Ink::Secondary), QLineEdit::LeadingPosition);
    m_text->setMinimumWidth(200);
    m_text->setMaximumWidth(320);
    row->addWidget(m_text, 1);
    connect(m_text, &QLineEdit::textChanged, this, [this] { m_pause.start(); });
    m_from->setObjectName(QStringLiteral("eventsFrom"));
    m_from->setAccessibleName(tr("How it came"));
    m_from->addItem(tr("However it came"), -1);
    for (const auto source : {store::EventSource::Webhook, store::EventSource::Poll, store::EventSource::Backfill, store::EventSource::Replay}) {
        m_from->addItem(eventSourceText(source), static_cast<int>(source));
    }
    m_deed->setObjectName(QStringLiteral("eventsDeed"));
    m_deed->setAccessibleName(tr("What it did"));
    m_deed->addItem(tr("Whatever it did"), -1);
    using Deed = store::EventDeed;
    for (const auto deed : {Deed::Applied, Deed::ReadAgain, Deed::Removed, Deed::Older, Deed::Nothing, Deed::Listed, Deed::Waiting, Deed::Failed}) {
        m_deed->addItem(statusLook(eventStatus(deed)).word, static_cast<int>(deed));
    }
    for (QComboBox* box : {m_from, m_deed}) {
        row->addWidget(box);
        connect(box, &QComboBox::currentIndexChanged, this, &EventsPane::filter);
    }
    row->addStretch(1);
    return tools;
}

QWidget* EventsPane::makeDetail()
{
    m_detail->setWidgetResizable(true);
    m_detail->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_detail->setMinimumWidth(260);
    m_detail->setFocusPolicy(Qt::NoFocus);
    auto* held = new QWidget(m_detail);
    auto* column = new QVBoxLayout(held);
    column->setContentsMargins(0, 0, 0, 16);
    column->setSpacing(8);
    m_facts->setObjectName(QStringLiteral("eventFacts"));
    m_facts->setProperty("look", QStringLiteral("plain"));
    column->addWidget(m_facts);
    auto* below = new QVBoxLayout;
    below->setContentsMargins(16, 0, 16, 0);
    below->setSpacing(12);
    below->addWidget(m_sentence);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    m_open->setObjectName(QStringLiteral("eventOpen"));
    m_open->setAccessibleName(m_open->text());
    connect(m_open, &QPushButton::clicked, this, [this] { Q_EMIT objectOpened(m_objectId); });
    m_replay->setObjectName(QStringLiteral("eventReplay"));
    m_replay->setAccessibleName(tr("Replay this event"));
    m_replay->setToolTip(tr("Applies the event to the local copy once more; nothing is sent to Stripe but a question"));
    connect(m_replay, &QPushButton::clicked, this, [this] { Q_EMIT replayAsked(m_eventId); });
    row->addWidget(m_replay);
    row->addWidget(m_open);
    row->addStretch(1);
    below->addLayout(row);
    column->addLayout(below);
    column->addStretch(1);
    m_detail->setWidget(held);
    m_detail->hide();
    return m_detail;
}

void EventsPane::setSource(RecordsSource* source)
{
    m_model->setSource(source);
}

void EventsPane::setZone(const QTimeZone& zone)
{
    m_zone = zone;
    m_model->setZone(zone);
}

void EventsPane::setReplaying(const QSet<QString>& eventIds)
{
    m_replaying = eventIds;
    showReplay();
}

void EventsPane::showReplay()
{
    const bool isBusy = m_replaying.contains(m_eventId);
    m_replay->setEnabled(!isBusy);
    m_replay->setText(isBusy ? tr("Replaying…") : tr("Replay"));
}

void EventsPane::refresh()
{
    m_model->refresh();
}

void EventsPane::filter()
{
    store::EventQuery query;
    query.text = m_text->text().trimmed();
    if (m_from->currentData().toInt() >= 0) {
        query.source = static_cast<store::EventSource>(m_from->currentData().toInt());
    }
    if (m_deed->currentData().toInt() >= 0) {
        query.deed = static_cast<store::EventDeed>(m_deed->currentData().toInt());
    }
    m_detail->hide();
    m_model->setQuery(query);
    if (m_model->isFiltered()) {
        m_pane->setEmptyWords(tr("0 events"), tr("No event fits the search."), tr("Clear the filter"));
    } else {
        m_pane->setEmptyWords(tr("0 events"), tr("What happens at Stripe shows here: by webhook at once, else when Stripe is asked."), {});
    }
}

void EventsPane::choose(const QString& eventId)
{
    const store::EventEntry* entry = m_model->itemAt(m_pane->view().currentIndex().row());
    m_detail->setVisible(entry && entry->id == eventId);
    if (m_detail->isHidden()) {
        return;
    }
    m_eventId = entry->id;
    m_objectId = !entry->customerId.isEmpty() ? entry->customerId : entry->objectId.startsWith(QLatin1String("sub_")) ? entry->objectId : QString();
    const QString came = entry->receivedMs > 0 ? exactTimeText(entry->receivedMs / 1000, m_zone) : QString();
    m_facts->setFacts({{tr("Event"), eventTypeText(entry->type), false, false}, {tr("Id"), entry->id, true, false}, {tr("Object"), entry->objectId, true, false}, {tr("Customer"), entry->customerId, true, false},
                          {tr("At Stripe"), exactTimeText(entry->created, m_zone), false, false}, {tr("Came"), came, false, false}, {tr("From"), eventSourceText(entry->source), false, false},
                          {tr("What it did"), statusLook(eventStatus(entry->deed)).word, false, false}},
        {});
    m_sentence->setText(eventSentence(*entry));
    m_open->setVisible(!m_objectId.isEmpty());
    m_replay->setVisible(entry->type != QLatin1String(endpoint::kTrialType));
    showReplay();
}

void EventsPane::focusTable()
{
    m_pane->view().setFocus(Qt::OtherFocusReason);
}

void EventsPane::focusFilter()
{
    m_text->setFocus(Qt::ShortcutFocusReason);
    m_text->selectAll();
}

void EventsPane::copy(bool withHeaders)
{
    m_pane->copy(withHeaders);
}

} // namespace ch::ui
