// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/home/HomePage.h"

#include "ui/charts/MonthChart.h"
#include "ui/pages/home/MonthsModel.h"
#include "ui/pages/home/RecentList.h"
#include "ui/shell/StatusLine.h"
#include "ui/tables/StateView.h"
#include "ui/text/MoneyText.h"
#include "ui/text/MovementText.h"
#include "ui/theme/Labels.h"
#include "ui/theme/SignLabel.h"
#include "ui/theme/ViewSwitch.h"

#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QStackedLayout>
#include <QTableView>

namespace ch::ui {

namespace {

constexpr int kChartMonths = 24;
constexpr int kMovementMonths = 12;
constexpr int kTableMonths = 6;
constexpr int kCardsInRow = 4;

/// A frame with a heading; the content goes into its layout.
QFrame* homePanel(const QString& heading, QWidget* parent)
{
    auto* frame = new QFrame(parent);
    frame->setProperty("look", QStringLiteral("panel"));
    auto* column = new QVBoxLayout(frame);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(8);
    column->addWidget(lineLabel(heading, "section", {}, frame));
    return frame;
}

} // namespace

HomePage::HomePage(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_theme(theme)
{
    setObjectName(QStringLiteral("homePage"));
    setFocusPolicy(Qt::ClickFocus);
    auto* stack = new QStackedLayout(this);
    auto* scroll = new QScrollArea(this);
    scroll->setObjectName(QStringLiteral("homeScroll"));
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(makeBody());
    stack->addWidget(scroll);
    auto* nothing = new StateView(this);
    connect(nothing, &StateView::pressed, this, [this] {
        if (m_syncing) {
            Q_EMIT stopAsked();
        } else {
            Q_EMIT syncAsked();
        }
    });
    stack->addWidget(nothing);
    connect(&theme, &Theme::changed, this, &HomePage::refreshCharts);
    setNothingYet(false);
}

QWidget* HomePage::makeBody()
{
    auto* body = new QWidget(this);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(24, 16, 24, 24);
    column->setSpacing(16);

    auto* head = new QHBoxLayout;
    head->addWidget(lineLabel(tr("Home"), "page", {}, body));
    head->addStretch(1);
    m_freshness = lineLabel({}, "secondary", QStringLiteral("homeFreshness"), body);
    head->addWidget(m_freshness);
    column->addLayout(head);

    auto* partial = new QFrame(body);
    partial->setObjectName(QStringLiteral("partialStrip"));
    partial->setProperty("look", QStringLiteral("warning"));
    auto* partialRow = new QHBoxLayout(partial);
    partialRow->setContentsMargins(13, 8, 12, 8);
    partialRow->setSpacing(12);
    partialRow->addWidget(new SignLabel(m_theme, Sign::Warning, partial));
    m_partialText = plainLabel({}, "plain", {}, partial);
    partialRow->addWidget(m_partialText, 1);
    m_stop = new QPushButton(tr("Stop"), partial);
    m_stop->setObjectName(QStringLiteral("homeStop"));
    m_stop->setAccessibleName(tr("Stop the synchronisation"));
    m_stop->setProperty("look", QStringLiteral("link"));
    connect(m_stop, &QPushButton::clicked, this, &HomePage::stopAsked);
    partialRow->addWidget(m_stop);
    m_partialStrip = partial;
    column->addWidget(partial);

    m_cards = new QGridLayout;
    m_cards->setSpacing(16);
    column->addLayout(m_cards);
    m_unvalued = new UnvaluedList(m_theme, body);
    connect(m_unvalued, &UnvaluedList::subscriptionOpened, this, &HomePage::subscriptionOpened);
    column->addWidget(m_unvalued);
    column->addWidget(makeCurrencies());
    column->addWidget(makeCharts());

    column->addWidget(makeMonths());

    QFrame* recent = homePanel(tr("Newest changes"), body);
    m_recent = new RecentList(m_theme, recent);
    connect(m_recent, &RecentList::customerOpened, this, &HomePage::customerOpened);
    recent->layout()->addWidget(m_recent);
    column->addWidget(recent);
    column->addStretch(1);
    return body;
}

QWidget* HomePage::makeCurrencies()
{
    m_currencyRow = new QWidget(this);
    auto* row = new QHBoxLayout(m_currencyRow);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    row->addWidget(lineLabel(tr("Charts and movements in"), "secondary", {}, m_currencyRow));
    m_currencySwitch = new ViewSwitch(tr("Charts and movements in"), m_currencyRow);
    connect(m_currencySwitch, &ViewSwitch::chosen, this, [this](int place) { showCurrency(m_shownCurrencies.value(place)); });
    row->addWidget(m_currencySwitch);
    row->addStretch(1);
    m_currencyRow->hide();
    return m_currencyRow;
}

QWidget* HomePage::makeMonths()
{
    QFrame* months = homePanel(tr("Movements by month"), this);
    m_months = new MonthsModel(this);
    m_monthsView = new QTableView(months);
    m_monthsView->setObjectName(QStringLiteral("monthsTable"));
    m_monthsView->setAccessibleName(tr("Movements by month"));
    m_monthsView->setProperty("look", QStringLiteral("figures"));
    m_monthsView->setModel(m_months);
    m_monthsView->setShowGrid(false);
    m_monthsView->setFocusPolicy(Qt::TabFocus);
    m_monthsView->setSelectionMode(QAbstractItemView::NoSelection);
    m_monthsView->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_monthsView->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_monthsView->verticalHeader()->hide();
    m_monthsView->verticalHeader()->setDefaultSectionSize(28);
    // Long headings are wider than an equal share: they keep what they need, the others share the rest.
    QHeaderView* const header = m_monthsView->horizontalHeader();
    const int columns = m_months->columnCount();
    int widths = 0;
    for (int i = 0; i < columns; ++i) {
        widths += header->sectionSizeHint(i);
    }
    for (int i = 0; i < columns; ++i) {
        header->setSectionResizeMode(i, i == 0 || header->sectionSizeHint(i) * columns > widths ? QHeaderView::ResizeToContents : QHeaderView::Stretch);
    }
    m_monthsView->horizontalHeader()->setSectionsClickable(false);
    months->layout()->addWidget(m_monthsView);
    return months;
}

QWidget* HomePage::makeCharts()
{
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(16);
    QFrame* left = homePanel(tr("MRR by business type"), row);
    m_mrrChart = new MonthChart(m_theme, MonthChart::Labels::BesideLastBar, tr("MRR by business type over the months"), left);
    m_mrrChart->setObjectName(QStringLiteral("mrrChart"));
    left->layout()->addWidget(m_mrrChart);
    QFrame* right = homePanel(tr("What moved MRR"), row);
    m_movementChart = new MonthChart(m_theme, MonthChart::Labels::Above, tr("Movements of MRR by month"), right);
    m_movementChart->setObjectName(QStringLiteral("movementChart"));
    right->layout()->addWidget(m_movementChart);
    layout->addWidget(left, 11);
    layout->addWidget(right, 10);
    return row;
}

void HomePage::setNothingYet(bool syncing)
{
    m_syncing = syncing;
    static_cast<QStackedLayout*>(layout())->setCurrentIndex(1);
    showProgress();
}

void HomePage::setSyncing(bool syncing)
{
    m_syncing = syncing;
    m_progress.clear();
    showProgress();
}

void HomePage::setProgress(const sync::SyncProgress& progress)
{
    m_progress = progressText(progress);
    showProgress();
}

void HomePage::showProgress()
{
    auto* nothing = static_cast<StateView*>(static_cast<QStackedLayout*>(layout())->widget(1));
    if (m_syncing) {
        const QString why = tr("The first synchronisation is running; figures appear when customers and subscriptions are read.");
        nothing->say(tr("No figures yet"), m_progress.isEmpty() ? why : why + u'\n' + m_progress, tr("Stop"));
    } else {
        nothing->say(tr("No figures yet"), tr("This account has not been synchronised."), tr("Synchronise"));
    }
    m_stop->setVisible(m_syncing);
    const QString partial = tr("The figures are partial. %1").arg(partialText(m_values.completeness));
    m_partialText->setText(m_syncing && !m_progress.isEmpty() ? partial + u'\n' + m_progress : partial);
}

void HomePage::setValues(const HomeValues& values, const QTimeZone& zone)
{
    m_values = values;
    m_zone = zone;
    static_cast<QStackedLayout*>(layout())->setCurrentIndex(0);
    m_freshness->setText(freshnessText(values.completeness, zone));
    m_partialStrip->setVisible(!values.completeness.complete);
    showProgress();
    m_unvalued->setUnvalued(values.now.unvalued);
    fillCards();
    fillCurrencies();
    refreshCharts();
}

CardWords HomePage::cardWords(const revenue::MrrLine& line) const
{
    CardWords words;
    words.caption = tr("MRR today");
    words.figure = amountText(line.minor, line.currency);
    words.unit = currencyText(line.currency);
    const std::optional<qint64> arr = revenue::arrOf(line.minor);
    words.line = (line.subscriptions == 1 ? tr("1 paying subscription") : tr("%1 paying subscriptions").arg(countText(line.subscriptions)))
        + (arr ? QStringLiteral(" · ") + tr("ARR %1").arg(amountText(*arr, line.currency)) : QString());
    const auto months = monthsOf(m_values.history, line.currency, 1);
    if (!months.empty()) {
        words.change = tr("%1 this month").arg(changeText(months.back().closing - months.back().opening, line.currency));
    }
    words.partial = m_values.completeness.complete ? QString() : tr("Partial");
    return words;
}

void HomePage::fillCards()
{
    std::vector<std::pair<CurrencyCode, CardWords>> cards;
    for (const revenue::MrrLine& line : m_values.now.byCurrency) {
        cards.emplace_back(line.currency, cardWords(line));
    }
    if (cards == m_shownCards) {
        return; // a card that is being pressed stays where it is
    }
    m_shownCards = std::move(cards);
    clearLayout(m_cards);
    int place = 0;
    for (const auto& [currency, words] : m_shownCards) {
        auto* card = new FigureCard(m_theme, words, this);
        connect(card, &QAbstractButton::clicked, this, [this, opened = currency] { Q_EMIT currencyOpened(opened); });
        m_cards->addWidget(card, place / kCardsInRow, place % kCardsInRow);
        ++place;
    }
    for (int i = 0; i < kCardsInRow; ++i) {
        m_cards->setColumnStretch(i, i < qMax(1, place) ? 1 : 0);
    }
}

void HomePage::fillCurrencies()
{
    // The order of the cards, so that the largest comes first here too.
    QStringList currencies;
    for (const revenue::MrrLine& line : m_values.now.byCurrency) {
        currencies << line.currency;
    }
    for (const QString& currency : currenciesOf(m_values.history)) {
        if (!currencies.contains(currency)) {
            currencies << currency;
        }
    }
    if (!currencies.contains(m_currency)) {
        m_currency = currencies.value(0);
    }
    if (currencies == m_shownCurrencies) {
        return;
    }
    m_shownCurrencies = currencies;
    m_currencySwitch->clear();
    for (const QString& currency : currencies) {
        m_currencySwitch->add(currencyText(currency), QStringLiteral("currency_") + currency, tr("Show %1").arg(currencyText(currency)));
    }
    if (!currencies.isEmpty()) {
        m_currencySwitch->setCurrent(static_cast<int>(currencies.indexOf(m_currency)));
    }
    m_currencyRow->setVisible(currencies.size() > 1);
}

void HomePage::showCurrency(const QString& currency)
{
    m_currency = currency;
    refreshCharts();
}

void HomePage::refreshCharts()
{
    m_mrrChart->setValues(mrrByType(m_values.history, m_currency, kChartMonths, m_theme.scheme()));
    m_movementChart->setValues(movementsByMonth(m_values.history, m_currency, kMovementMonths, m_theme.scheme()));
    m_recent->setMovements(m_values.history.newest, m_values.customerNames, m_zone);
    m_months->setMonths(monthsOf(m_values.history, m_currency, kTableMonths));
    m_monthsView->setFixedHeight(m_monthsView->horizontalHeader()->sizeHint().height() + 28 * qMax(1, m_months->rowCount()) + 2);
}

} // namespace ch::ui
