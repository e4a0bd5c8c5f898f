// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/TablePane.h"

#include "ui/tables/Columns.h"
#include "ui/tables/FilterBar.h"
#include "ui/tables/FilterHeader.h"
#include "ui/tables/StateView.h"
#include "ui/tables/TableView.h"
#include "ui/text/ErrorText.h"
#include "ui/text/MoneyText.h"
#include "ui/text/MovementText.h"
#include "ui/text/Shorten.h"

#include <QClipboard>
#include <QDataStream>
#include <QFrame>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QScrollBar>
#include <QStackedLayout>
#include <QToolButton>
#include <QVBoxLayout>

namespace ch::ui {

namespace {

constexpr quint32 kLayoutFormat = 0x43685401; // before it there was the header's state alone
constexpr int kSelectionRestMs = 40;

QString sumsText(const std::vector<store::CurrencySum>& sums)
{
    QStringList texts;
    for (const store::CurrencySum& sum : sums) {
        if (!sum.currency.isEmpty()) {
            texts << moneyText({sum.minor, sum.currency});
        }
    }
    return texts.join(QStringLiteral("   ·   "));
}

} // namespace

TablePane::TablePane(const Theme& theme, store::Table table, QWidget* parent)
    : QWidget(parent), m_model(new MirrorTableModel(table, this)), m_header(new FilterHeader(table, *m_model, this)), m_filter(new FilterBar(theme, this)),
      m_view(new TableView(theme, *m_model, this, m_header)), m_state(new StateView(this)), m_skeleton(new SkeletonView(theme, this)),
      m_stack(new QStackedLayout), m_notes(new QVBoxLayout), m_count(new QLabel(this)), m_selected(new QLabel(this)), m_sums(new QLabel(this))
{
    setObjectName(QStringLiteral("tablePane"));
    build();
    listen();
    showState();
}

void TablePane::build()
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* top = new QWidget(this);
    auto* topRow = new QHBoxLayout(top);
    topRow->setContentsMargins(24, 8, 24, 8);
    topRow->addWidget(m_filter);
    column->addWidget(top);
    m_notes->setContentsMargins(24, 0, 24, 0);
    column->addLayout(m_notes);
    m_view->setAccessibleName(rowsText(m_model->table(), 2));
    m_stack->addWidget(m_view);
    m_stack->addWidget(m_skeleton);
    // In place of the rows alone: who typed a filter that leaves none goes on typing.
    m_state->setParent(m_view);
    m_state->hide();
    m_view->viewport()->installEventFilter(this);
    column->addLayout(m_stack, 1);

    auto* foot = new QFrame(this);
    foot->setProperty("look", QStringLiteral("foot"));
    foot->setFixedHeight(32);
    auto* footRow = new QHBoxLayout(foot);
    footRow->setContentsMargins(24, 0, 24, 0);
    footRow->setSpacing(24);
    m_count->setObjectName(QStringLiteral("footCount"));
    m_selected->setObjectName(QStringLiteral("footSelected"));
    m_sums->setObjectName(QStringLiteral("footSums"));
    m_sums->setProperty("kind", QStringLiteral("strong"));
    footRow->addWidget(m_count);
    footRow->addWidget(m_selected);
    footRow->addStretch(1);
    footRow->addWidget(m_sums);
    column->addWidget(foot);

    auto* columnMenu = new QMenu(this);
    connect(columnMenu, &QMenu::aboutToShow, this, [this, columnMenu] {
        columnMenu->clear();
        m_view->fillColumnMenu(*columnMenu);
    });
    m_filter->columnsButton()->setMenu(columnMenu);
    m_selectionRests.setSingleShot(true);
    m_selectionRests.setInterval(kSelectionRestMs);
}

void TablePane::listen()
{
    connect(m_filter, &FilterBar::changed, this, &TablePane::applyFilter);
    connect(m_filter, &FilterBar::left, this, &TablePane::focusTable);
    connect(m_filter, &FilterBar::clearAsked, this, [this] { setFilter({m_filter->text(), {}, {}}); });
    connect(m_header, &FilterHeader::changed, this, &TablePane::applyFilter);
    connect(m_header, &FilterHeader::left, this, &TablePane::focusTable);
    connect(m_header, &FilterHeader::reached, m_view, &TableView::bringIntoSight);
    connect(m_view->horizontalScrollBar(), &QScrollBar::valueChanged, m_header, &FilterHeader::place);
    connect(m_view, &TableView::opened, this, &TablePane::opened);
    connect(m_view, &TableView::copyAsked, this, &TablePane::copy);
    connect(m_view, &TableView::columnMenuFilled, this, &TablePane::addMetadataMenu);
    connect(m_view, &TableView::orderAsked, this,
        [this](const QString& key, bool descending) { m_model->setOrder({key, descending}); });
    connect(m_model, &MirrorTableModel::stateChanged, this, &TablePane::showState);
    connect(m_model, &MirrorTableModel::aboutToReplace, m_view, &TableView::rememberPlace);
    connect(m_model, &MirrorTableModel::replaced, m_view, &TableView::restorePlace);
    connect(m_state, &StateView::pressed, this, &TablePane::onStateButton);
    connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] { m_selectionRests.start(); });
    connect(m_model, &MirrorTableModel::replaced, this, [this] { m_selectionRests.start(); }); // which takes a selection away without a word
    connect(m_model, &QAbstractItemModel::layoutChanged, this, [this] { m_selectionRests.start(); });
    connect(&m_selectionRests, &QTimer::timeout, this, &TablePane::askSelected);
}

void TablePane::applyFilter()
{
    store::TableFilter filter;
    filter.text = m_filter->text();
    filter.columns = m_header->filters();
    QStringList which;
    for (const store::ColumnFilter& one : filter.columns) {
        which << columnLook(m_model->table(), one.columnKey).title;
    }
    if (!m_only.isEmpty()) {
        const auto key = m_model->table() == store::Table::Customers ? QStringLiteral("customer_id") : QStringLiteral("business_id");
        filter.columns.push_back({key, store::ColumnFilter::Kind::OneOf, {}, m_only, {}, {}});
        which << tr("Marked");
    }
    m_filter->showColumnFilters(static_cast<int>(which.size()), which.join(QStringLiteral(", ")));
    m_model->setFilter(filter);
}

void TablePane::addMetadataMenu(QMenu* menu)
{
    RowSource* source = m_model->source();
    if (!source || m_model->table() == store::Table::Invoices) {
        return;
    }
    menu->addSeparator();
    QMenu* keys = menu->addMenu(tr("Metadata"));
    keys->setObjectName(QStringLiteral("metadataMenu"));
    keys->setEnabled(false);
    source->metadataKeys(m_model->table(), keys)->onFinished(keys, [this, keys](const Result<QStringList>& found) {
        for (const QString& key : found.value_or(QStringList())) {
            QAction* action = keys->addAction(withoutMnemonics(key));
            action->setCheckable(true);
            action->setChecked(m_model->extraKeys().contains(key));
            connect(action, &QAction::toggled, this, [this, key](bool shown) { setMetadataKey(key, shown); });
        }
        keys->setEnabled(!keys->isEmpty());
    });
}

void TablePane::setMetadataKey(const QString& key, bool shown)
{
    QStringList keys = m_model->extraKeys();
    keys.removeAll(key);
    if (shown) {
        keys << key;
    } else if (m_model->order().columnKey == store::metadataColumn(key)) {
        m_view->showOrder(-1, false);
        m_model->setOrder({});
    }
    m_model->setMetadataKeys(keys);
}

void TablePane::askSelected()
{
    delete m_addingSelected;
    const auto stretches = m_view->selectedStretches();
    qint64 rows = 0;
    for (const auto& [first, last] : stretches) {
        rows += last - first + 1;
    }
    if (rows < 2 || !m_model->source()) {
        m_selected->clear();
        return;
    }
    const QString chosen = tr("%1 selected").arg(countText(rows));
    m_selected->setText(chosen);
    auto* sums = m_model->source()->sums(m_model->table(), m_model->idsOf(stretches), this);
    m_addingSelected = sums;
    sums->onFinished(this, [this, chosen](const Result<std::vector<store::CurrencySum>>& added) {
        if (added && !added->empty()) {
            m_selected->setText(chosen + QStringLiteral("   ") + sumsText(*added));
        }
    });
}

void TablePane::setLead(QWidget* lead)
{
    m_filter->lead()->insertWidget(0, lead);
}

void TablePane::setFilter(const store::TableFilter& filter)
{
    m_filter->setText(filter.text);
    m_header->setEquals(filter.equals);
    setOnly({});
    applyFilter();
}

void TablePane::setOnly(const QStringList& ids)
{
    if (ids != m_only) {
        m_only = ids;
        applyFilter();
        Q_EMIT onlyChanged(!m_only.isEmpty());
    }
}

void TablePane::setNote(QWidget* note)
{
    note->setParent(this);
    m_notes->addWidget(note);
}

void TablePane::setZone(const QTimeZone& zone)
{
    m_model->setZone(zone);
    m_header->setZone(zone);
}

QByteArray TablePane::layoutState() const
{
    QByteArray state;
    QDataStream out(&state, QIODevice::WriteOnly);
    out << kLayoutFormat << m_model->extraKeys() << m_view->layoutState();
    return state;
}

bool TablePane::restoreLayout(const QByteArray& state)
{
    QDataStream in(state);
    quint32 format = 0;
    QStringList keys;
    QByteArray columns;
    in >> format;
    if (format != kLayoutFormat) {
        return m_view->restoreLayout(state);
    }
    in >> keys >> columns;
    if (in.status() != QDataStream::Ok) {
        return false;
    }
    m_model->setMetadataKeys(keys);
    return m_view->restoreLayout(columns);
}

void TablePane::focusFilter()
{
    m_filter->focusText();
}

void TablePane::focusTable()
{
    m_view->setFocus(Qt::OtherFocusReason);
}

void TablePane::setSyncing(bool syncing)
{
    m_syncing = syncing;
    showState();
}

void TablePane::setEmptyAct(const QString& words)
{
    m_emptyAct = words;
    showState();
}

void TablePane::copy(bool withHeaders)
{
    const std::vector<int> rows = m_view->selectedRows();
    auto* job = rows.empty() ? nullptr : m_model->rowsOf(rows, this);
    if (!job) {
        return;
    }
    const std::vector<int> columns = m_view->shownColumns();
    job->onFinished(this, [this, columns, withHeaders](const Result<std::vector<store::Row>>& loaded) {
        if (loaded) {
            QGuiApplication::clipboard()->setText(tabSeparated(m_model->table(), *loaded, columns, withHeaders, m_model->zone(), m_model->extraKeys()));
            Q_EMIT copied(static_cast<int>(loaded->size()));
        }
    });
}

void TablePane::showState()
{
    showFoot();
    const MirrorTableModel::State state = m_model->state();
    const bool isLoading = state == MirrorTableModel::State::Empty || state == MirrorTableModel::State::Loading;
    const bool isFailed = state == MirrorTableModel::State::Failed;
    if (isFailed) {
        const ErrorWords words = errorWords(m_model->error().value_or(Error{}));
        m_state->say(words.happened, words.means + u' ' + words.advice, tr("Try again"));
    } else if (!isLoading && m_model->rowCount() == 0) {
        showEmpty();
    }
    m_state->setVisible(isFailed || (!isLoading && m_model->rowCount() == 0));
    m_state->setGeometry(m_view->viewport()->geometry());
    QWidget* shown = isLoading ? static_cast<QWidget*>(m_skeleton) : m_view;
    if (m_stack->currentWidget() != shown) {
        m_stack->setCurrentWidget(shown);
    }
}

bool TablePane::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Resize) {
        m_state->setGeometry(m_view->viewport()->geometry());
    }
    return QWidget::eventFilter(watched, event);
}

void TablePane::showEmpty()
{
    const QString none = rowsText(m_model->table(), 0);
    if (m_model->isFiltered()) {
        m_state->say(none, tr("No row fits the filter."), tr("Clear the filter"));
    } else if (m_syncing) {
        m_state->say(none, tr("The synchronisation is running; rows appear as they arrive."), {});
    } else if (m_model->completeness().completeAsOfMs == 0) {
        m_state->say(none, tr("This account has not been synchronised yet."), tr("Synchronise"));
    } else if (!m_model->completeness().complete && !m_model->completeness().notPermittedLists.isEmpty()) {
        m_state->say(none, partialText(m_model->completeness()), {});
    } else {
        m_state->say(none, tr("The account has none."), m_emptyAct);
    }
}

void TablePane::onStateButton()
{
    if (m_model->state() == MirrorTableModel::State::Failed) {
        m_model->refresh();
    } else if (m_model->isFiltered()) {
        setFilter({});
    } else if (m_model->completeness().completeAsOfMs > 0) {
        Q_EMIT emptyActAsked();
    } else {
        Q_EMIT syncAsked();
    }
}

void TablePane::showFoot()
{
    if (m_model->state() == MirrorTableModel::State::Empty) {
        m_count->clear();
        m_selected->clear();
        m_sums->clear();
        return;
    }
    const std::vector<store::CurrencySum> sums = m_model->sums().value_or(std::vector<store::CurrencySum>());
    QStringList currencies;
    for (const store::CurrencySum& sum : sums) {
        currencies << sum.currency;
    }
    currencies.removeAll(QString());
    m_header->offer(QStringLiteral("currency"), currencies);
    QString count = m_model->isCounted() ? rowsText(m_model->table(), m_model->rowCount()) : tr("Counting…");
    if (m_model->isFiltered()) {
        count += QStringLiteral(" · ") + tr("filtered");
    }
    m_count->setText(count);
    QString text = sumsText(sums);
    if (!text.isEmpty()) {
        text = (m_model->table() == store::Table::Invoices ? tr("Total") : tr("MRR")) + QStringLiteral("   ") + text;
        if (!m_model->completeness().complete) {
            text += QStringLiteral("   ·   ") + tr("partial");
        }
    }
    m_sums->setText(text);
    m_sums->setToolTip(partialText(m_model->completeness()));
}

QString TablePane::footText() const
{
    return m_count->text() + QStringLiteral(" | ") + m_sums->text();
}

} // namespace ch::ui
