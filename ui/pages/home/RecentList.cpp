// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/home/RecentList.h"

#include "ui/text/MoneyText.h"
#include "ui/text/MovementText.h"
#include "ui/text/Shorten.h"
#include "ui/text/TimeText.h"
#include "ui/theme/Labels.h"
#include "ui/theme/SignLabel.h"

#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>
#include <tuple>

namespace ch::ui {

namespace {

constexpr int kMostUnvalued = 8;

/// In what a line shows.
bool looksSame(const revenue::Movement& a, const revenue::Movement& b)
{
    const auto shown = [](const revenue::Movement& one) { return std::tie(one.at, one.exact, one.customerId, one.movement, one.deltaMinor, one.currency); };
    return shown(a) == shown(b);
}

bool isSameProblem(const revenue::Unvalued& a, const revenue::Unvalued& b)
{
    return a.subscriptionId == b.subscriptionId && a.problem == b.problem;
}

/// A square of the movement's colour, beside its word.
QWidget* swatch(const QColor& colour, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setFixedSize(8, 8);
    label->setStyleSheet(QStringLiteral("background: %1;").arg(colour.name()));
    return label;
}

} // namespace

RecentList::RecentList(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme), m_grid(new QGridLayout(this))
{
    setObjectName(QStringLiteral("recentMovements"));
    setAccessibleName(tr("Newest changes"));
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(16);
    m_grid->setVerticalSpacing(6);
    m_grid->setColumnStretch(1, 1);
}

void RecentList::addRow(int row, const revenue::Movement& movement, const QString& name, const QTimeZone& zone)
{
    QLabel* date = lineLabel((movement.exact ? QString() : QStringLiteral("~ ")) + dateText(movement.at, zone), "secondary", {}, this);
    date->setToolTip(movement.exact ? exactTimeText(movement.at, zone) : tr("The exact day is not known."));
    m_grid->addWidget(date, row, 0);

    auto* link = new QPushButton(this);
    link->setProperty("look", QStringLiteral("link"));
    link->setCursor(Qt::PointingHandCursor);
    link->setStyleSheet(QStringLiteral("text-align: left;"));
    const QString whole = name.isEmpty() ? movement.customerId : name;
    link->setText(withoutMnemonics(link->fontMetrics().elidedText(name.isEmpty() ? shortenedId(whole, 20) : name, Qt::ElideRight, 420)));
    link->setToolTip(whole);
    link->setAccessibleName(tr("Open %1").arg(whole));
    link->setObjectName(QStringLiteral("recentCustomer"));
    connect(link, &QPushButton::clicked, this, [this, id = movement.customerId] { Q_EMIT customerOpened(id); });
    m_grid->addWidget(link, row, 1);

    m_grid->addWidget(swatch(movementColour(m_theme.scheme(), movementColourOf(movement.movement)), this), row, 2);
    m_grid->addWidget(lineLabel(movementText(movement.movement), "plain", {}, this), row, 3);
    QLabel* amount = lineLabel(changeText(movement.deltaMinor, movement.currency), "plain", {}, this);
    amount->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_grid->addWidget(amount, row, 4);
    m_grid->addWidget(lineLabel(currencyText(movement.currency), "secondary", {}, this), row, 5);
}

void RecentList::setMovements(const std::vector<revenue::Movement>& movements, const QMap<QString, QString>& names, const QTimeZone& zone)
{
    if (zone == m_zone && m_scheme == m_theme.scheme() && names == m_names
        && std::equal(movements.begin(), movements.end(), m_movements.begin(), m_movements.end(), looksSame)) {
        return; // a link that is being pressed stays where it is
    }
    m_movements = movements;
    m_names = names;
    m_zone = zone;
    m_scheme = m_theme.scheme();
    clearLayout(m_grid);
    int row = 0;
    for (const revenue::Movement& movement : movements) {
        addRow(row++, movement, names.value(movement.customerId), zone);
    }
    if (movements.empty()) {
        m_grid->addWidget(lineLabel(tr("Nothing has moved yet."), "secondary", {}, this), 0, 0, 1, 6);
    }
}

UnvaluedList::UnvaluedList(const Theme& theme, QWidget* parent)
    : QFrame(parent), m_title(new QLabel(this)), m_lines(new QVBoxLayout)
{
    setObjectName(QStringLiteral("unvalued"));
    setProperty("look", QStringLiteral("warning"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(13, 8, 12, 8);
    row->setSpacing(12);
    row->addWidget(new SignLabel(theme, Sign::Warning, this), 0, Qt::AlignTop);
    auto* column = new QVBoxLayout;
    column->setSpacing(2);
    m_title->setProperty("kind", QStringLiteral("strong"));
    column->addWidget(m_title);
    column->addLayout(m_lines);
    row->addLayout(column, 1);
    hide();
}

void UnvaluedList::setUnvalued(const std::vector<revenue::Unvalued>& unvalued)
{
    if (std::equal(unvalued.begin(), unvalued.end(), m_unvalued.begin(), m_unvalued.end(), isSameProblem)) {
        return; // a link that is being pressed stays where it is
    }
    m_unvalued = unvalued;
    clearLayout(m_lines);
    setVisible(!unvalued.empty());
    const auto count = static_cast<qint64>(unvalued.size());
    m_title->setText(count == 1 ? tr("1 subscription could not be valued and is in no sum")
                                : tr("%1 subscriptions could not be valued and are in no sum").arg(countText(count)));
    setAccessibleName(m_title->text());
    for (qint64 i = 0; i < qMin<qint64>(count, kMostUnvalued); ++i) {
        const revenue::Unvalued& one = unvalued[static_cast<size_t>(i)];
        auto* row = new QWidget(this);
        auto* line = new QHBoxLayout(row);
        line->setContentsMargins(0, 0, 0, 0);
        auto* link = new QPushButton(shortenedId(one.subscriptionId, 22), row);
        link->setObjectName(QStringLiteral("unvaluedLink"));
        link->setAccessibleName(tr("Open %1").arg(one.subscriptionId));
        link->setProperty("look", QStringLiteral("link"));
        connect(link, &QPushButton::clicked, this, [this, id = one.subscriptionId] { Q_EMIT subscriptionOpened(id); });
        line->addWidget(link);
        line->addWidget(lineLabel(valueProblemText(one.problem), "plain", {}, row), 1);
        m_lines->addWidget(row);
    }
    if (count > kMostUnvalued) {
        m_lines->addWidget(lineLabel(tr("and %1 more").arg(countText(count - kMostUnvalued)), "plain", {}, this));
    }
}

} // namespace ch::ui
