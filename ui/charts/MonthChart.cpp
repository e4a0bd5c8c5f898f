// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/MonthChart.h"

#include "ui/text/MoneyText.h"
#include "ui/text/TimeText.h"

#include <QBarCategoryAxis>
#include <QBarSet>
#include <QCursor>
#include <QPainter>
#include <QStackedBarSeries>
#include <QToolTip>
#include <QValueAxis>

namespace ch::ui {

namespace {

constexpr int kLeastHeight = 260;
constexpr int kLeft = 48;
constexpr int kBeside = 116;
constexpr int kBelow = 26;
constexpr int kNameLine = 20; ///< names above take up to two lines

} // namespace

MonthChart::MonthChart(const Theme& theme, Labels labels, const QString& name, QWidget* parent)
    : QChartView(parent), m_theme(theme), m_labels(labels)
{
    setAccessibleName(name);
    setMinimumHeight(kLeastHeight);
    setMinimumWidth(280);
    setRenderHint(QPainter::Antialiasing, false); // bars end on whole pixels
    setFrameShape(QFrame::NoFrame);
    chart()->legend()->hide();
    chart()->setBackgroundRoundness(0);
    chart()->setAnimationOptions(QChart::NoAnimation);
    chart()->setPlotAreaBackgroundVisible(false);
    connect(&theme, &Theme::changed, this, &MonthChart::rebuild);
}

void MonthChart::setValues(const MonthValues& values)
{
    if (values == m_values) {
        return; // what is told on hover stays
    }
    m_values = values;
    setAccessibleDescription(chartDescription(values));
    rebuild();
}

void MonthChart::addSet(QStackedBarSeries* series, const MonthSet& set)
{
    auto* bars = new QBarSet(set.name, series);
    bars->setColor(set.colour);
    bars->setPen(QPen(m_theme.roles().page, 1)); // the gap between parts
    for (const qint64 minor : set.minor) {
        bars->append(static_cast<double>(minor)); // a height on screen; every figure shown comes from the whole number
    }
    connect(bars, &QBarSet::hovered, this, [this, name = set.name, minor = set.minor](bool inside, int month) {
        if (inside && month >= 0 && static_cast<size_t>(month) < minor.size()) {
            showValue(name, month, minor[static_cast<size_t>(month)]);
        } else {
            QToolTip::hideText();
        }
    });
    series->append(bars);
}

void MonthChart::rebuild()
{
    QChart* c = chart();
    c->removeAllSeries();
    const auto old = c->axes();
    for (QAbstractAxis* axis : old) {
        c->removeAxis(axis);
        delete axis;
    }
    c->setBackgroundVisible(false);
    setBackgroundBrush(m_theme.roles().page);
    c->setMargins({0, 0, 0, 0});
    m_series = new QStackedBarSeries(c);
    m_series->setBarWidth(0.72);

    qint64 least = 0;
    qint64 most = 0;
    for (size_t m = 0; m < m_values.months.size(); ++m) {
        qint64 above = 0;
        qint64 below = 0;
        for (const MonthSet& set : m_values.sets) {
            (set.minor[m] > 0 ? above : below) += set.minor[m];
        }
        least = qMin(least, below);
        most = qMax(most, above);
    }
    m_ticks = axisTicks(least, most);
    for (const MonthSet& set : m_values.sets) {
        if (set.any) {
            addSet(m_series, set);
        }
    }
    c->addSeries(m_series);
    auto* x = new QBarCategoryAxis(c);
    for (const QDate& month : m_values.months) {
        x->append(month.toString(Qt::ISODate));
    }
    x->setVisible(false);
    auto* y = new QValueAxis(c);
    y->setRange(static_cast<double>(m_ticks.low), static_cast<double>(m_ticks.high));
    y->setVisible(false);
    c->addAxis(x, Qt::AlignBottom);
    c->addAxis(y, Qt::AlignLeft);
    m_series->attachAxis(x);
    m_series->attachAxis(y);
    viewport()->update();
}

void MonthChart::showValue(const QString& name, int month, qint64 minor)
{
    qint64 total = 0;
    for (const MonthSet& set : m_values.sets) {
        total += set.minor[static_cast<size_t>(month)];
    }
    const QString sum = moneyText({total, m_values.currency});
    QToolTip::showText(QCursor::pos(),
        QStringLiteral("%1\n%2: %3\n%4: %5")
            .arg(monthText(m_values.months[static_cast<size_t>(month)]), name, moneyText({minor, m_values.currency}),
                m_labels == Labels::Above ? tr("Net") : tr("Total"), sum),
        this);
}

QPointF MonthChart::place(double month, qint64 minor) const
{
    return chart()->mapToPosition(QPointF(month, static_cast<double>(minor)), m_series);
}

void MonthChart::drawBackground(QPainter* painter, const QRectF& rect)
{
    painter->fillRect(rect, m_theme.roles().page);
    const QRectF plot = chart()->plotArea();
    painter->setPen(m_theme.roles().line);
    for (qint64 tick = m_ticks.low; m_series && tick <= m_ticks.high; tick += m_ticks.step) {
        const double y = place(0, tick).y();
        painter->drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
    }
}

void MonthChart::paintAxes(QPainter& painter) const
{
    const Roles& roles = m_theme.roles();
    const QRectF plot = chart()->plotArea();
    painter.setFont(textFont(TextSize::Caption));
    for (qint64 tick = m_ticks.low; tick <= m_ticks.high; tick += m_ticks.step) {
        const int y = qRound(place(0, tick).y());
        if (tick == 0) {
            painter.setPen(roles.inputBorder);
            painter.drawLine(qRound(plot.left()), y, qRound(plot.right()), y);
        }
        painter.setPen(roles.secondary);
        painter.drawText(QRect(0, y - 10, kLeft - 8, 20), Qt::AlignRight | Qt::AlignVCenter, shortAmountText(tick, m_values.currency));
    }
    const auto count = static_cast<int>(m_values.months.size());
    const double width = plot.width() / qMax(1, count);
    const int label = painter.fontMetrics().horizontalAdvance(QStringLiteral("Nov 2026")) + 8;
    const int every = qMax(1, qCeil(label / qMax(1.0, width)));
    for (int m = count - 1; m >= 0; m -= every) {
        const double x = place(m, 0).x();
        const QRectF room(x - label / 2.0, plot.bottom() + 4, label, 18);
        painter.drawText(room, Qt::AlignCenter, monthText(m_values.months[static_cast<size_t>(m)]));
    }
}

void MonthChart::paintNamesBeside(QPainter& painter) const
{
    const QRectF plot = chart()->plotArea();
    const size_t last = m_values.months.size() - 1;
    struct Name {
        QString words;
        QColor colour;
        double y;
    };
    std::vector<Name> names;
    qint64 base = 0;
    for (const MonthSet& set : m_values.sets) {
        const qint64 minor = set.minor[last];
        if (minor > 0) {
            names.push_back({set.name, set.colour, place(static_cast<double>(last), base + minor / 2).y()});
            base += minor;
        }
    }
    // From the bottom up, each at least a line above the one before; then pushed down again where the top would be left.
    constexpr double kLine = 16;
    double limit = plot.bottom() - 4;
    for (Name& name : names) {
        name.y = qMin(name.y, limit);
        limit = name.y - kLine;
    }
    double top = plot.top() + 4;
    for (auto it = names.rbegin(); it != names.rend(); ++it) {
        it->y = qMax(it->y, top);
        top = it->y + kLine;
    }
    painter.setFont(textFont(TextSize::Caption));
    const double x = plot.right() + 8;
    for (const Name& name : names) {
        painter.fillRect(QRectF(x, name.y - 4, 8, 8), name.colour);
        painter.setPen(m_theme.roles().text);
        painter.drawText(QRectF(x + 14, name.y - 9, kBeside - 22, 18), Qt::AlignLeft | Qt::AlignVCenter, name.words);
    }
}

void MonthChart::paintNamesAbove(QPainter& painter) const
{
    painter.setFont(textFont(TextSize::Caption));
    double x = 0;
    double y = 0;
    for (const MonthSet& set : m_values.sets) {
        if (!set.any) {
            continue;
        }
        const int advance = painter.fontMetrics().horizontalAdvance(set.name);
        if (x + 13 + advance > viewport()->width()) {
            x = 0;
            y += kNameLine;
        }
        painter.fillRect(QRectF(x, y + 6, 8, 8), set.colour);
        painter.setPen(m_theme.roles().text);
        painter.drawText(QRectF(x + 13, y, advance + 2, 20), Qt::AlignLeft | Qt::AlignVCenter, set.name);
        x += 13 + advance + 14;
    }
}

void MonthChart::paintEvent(QPaintEvent* event)
{
    const int above = m_labels == Labels::Above ? 2 * kNameLine + 10 : 12;
    const int beside = m_labels == Labels::BesideLastBar ? kBeside : 28;
    chart()->setPlotArea(QRectF(kLeft, above, qMax(10, viewport()->width() - kLeft - beside), qMax(10, viewport()->height() - above - kBelow)));
    if (m_values.months.empty()) {
        QPainter painter(viewport());
        painter.fillRect(viewport()->rect(), m_theme.roles().page);
        painter.setPen(m_theme.roles().secondary);
        painter.drawText(viewport()->rect(), Qt::AlignCenter, tr("No months yet: figures appear after the first synchronisation."));
        return;
    }
    QChartView::paintEvent(event);
    QPainter painter(viewport());
    paintAxes(painter);
    if (m_labels == Labels::BesideLastBar) {
        paintNamesBeside(painter);
    } else {
        paintNamesAbove(painter);
    }
}

} // namespace ch::ui
