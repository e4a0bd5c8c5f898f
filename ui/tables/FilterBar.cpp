// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/FilterBar.h"

#include "ui/tables/Columns.h"
#include "ui/text/MoneyText.h"
#include "ui/text/StatusText.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QSignalBlocker>
#include <QToolButton>

namespace ch::ui {

namespace {

constexpr int kPauseMs = 150;
constexpr int kLeastField = 200;

QString choiceText(const QString& key, const QString& value)
{
    if (key == QLatin1String("status")) {
        return statusLook(value).word;
    }
    return key == QLatin1String("currency") ? currencyText(value) : businessTypeText(value);
}

} // namespace

FilterBar::FilterBar(const Theme& theme, store::Table table, QWidget* parent)
    : QWidget(parent), m_table(table), m_row(new QHBoxLayout(this)), m_lead(new QHBoxLayout), m_text(new QLineEdit(this)),
      m_columns(new QToolButton(this)), m_folded(new QToolButton(this))
{
    setObjectName(QStringLiteral("filterBar"));
    m_row->setContentsMargins(0, 0, 0, 0);
    m_row->setSpacing(8);
    m_lead->setSpacing(16);
    m_row->addLayout(m_lead);
    m_row->addStretch(1);
    m_text->setObjectName(QStringLiteral("filterText"));
    m_text->setAccessibleName(tr("Filter"));
    m_text->setPlaceholderText(tr("Name, e-mail, id, metadata"));
    m_text->setToolTip(tr("Filter (Ctrl+F)"));
    m_text->setClearButtonEnabled(true);
    m_text->addAction(theme.icon(QStringLiteral("find"), Theme::Ink::Secondary), QLineEdit::LeadingPosition);
    m_text->setMinimumWidth(kLeastField);
    m_text->setMaximumWidth(320);
    m_row->addWidget(m_text, 40);

    QStringList statuses{"active", "trialing", "past_due", "unpaid", "paused", "canceled", "incomplete", "incomplete_expired"};
    if (table == store::Table::Businesses) {
        statuses << "legacy" << "taken_down";
    }
    if (table != store::Table::Subscriptions) {
        statuses << "none";
    }
    addChoice(QStringLiteral("status"), tr("Any status"), statuses);
    addChoice(QStringLiteral("business_type"), tr("Any type"), {"saas", "ecommerce", "content", "api", "tool", "unclassified"});
    addChoice(QStringLiteral("currency"), tr("Any currency"), {});

    m_folded->setObjectName(QStringLiteral("filtersFolded"));
    m_folded->setProperty("look", QStringLiteral("link"));
    m_folded->setPopupMode(QToolButton::InstantPopup);
    m_folded->setToolTip(tr("Status, type and currency"));
    auto* menu = new QMenu(m_folded);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] { fillFolded(*menu); });
    connect(this, &FilterBar::changed, this, &FilterBar::showFolded);
    m_folded->setMenu(menu);
    m_folded->hide();
    m_row->addWidget(m_folded);
    showFolded();

    m_columns->setObjectName(QStringLiteral("columnsButton"));
    m_columns->setAccessibleName(tr("Choose columns"));
    m_columns->setToolTip(tr("Choose columns"));
    m_columns->setIcon(theme.icon(QStringLiteral("columns")));
    m_columns->setPopupMode(QToolButton::InstantPopup);
    m_row->addWidget(m_columns);

    m_pause.setSingleShot(true);
    m_pause.setInterval(kPauseMs);
    connect(&m_pause, &QTimer::timeout, this, &FilterBar::changed);
    connect(m_text, &QLineEdit::textChanged, this, [this] { m_pause.start(); });
}

void FilterBar::addChoice(const QString& key, const QString& any, const QStringList& values)
{
    auto* box = new QComboBox(this);
    box->setObjectName(QStringLiteral("filter_") + key);
    box->setAccessibleName(any);
    box->addItem(any, QString());
    for (const QString& value : values) {
        box->addItem(choiceText(key, value), value);
    }
    box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    connect(box, &QComboBox::currentIndexChanged, this, [this] {
        m_pause.stop();
        Q_EMIT changed();
    });
    m_choices.insert(key, box);
    m_order << key;
    m_row->addWidget(box);
}

store::TableFilter FilterBar::filter() const
{
    store::TableFilter filter;
    filter.text = m_text->text().trimmed();
    for (auto it = m_choices.cbegin(); it != m_choices.cend(); ++it) {
        const QString value = it.value()->currentData().toString();
        if (!value.isEmpty()) {
            filter.equals.emplace_back(it.key(), value);
        }
    }
    std::sort(filter.equals.begin(), filter.equals.end());
    return filter;
}

void FilterBar::setFilter(const store::TableFilter& filter)
{
    {
        const QSignalBlocker textBlocked(m_text);
        m_text->setText(filter.text);
    }
    for (auto it = m_choices.cbegin(); it != m_choices.cend(); ++it) {
        const QSignalBlocker blocked(it.value());
        int index = 0;
        for (const auto& [key, value] : filter.equals) {
            if (key != it.key()) {
                continue;
            }
            index = it.value()->findData(value);
            if (index < 0) {
                it.value()->addItem(choiceText(key, value), value);
                index = it.value()->count() - 1;
            }
        }
        it.value()->setCurrentIndex(index);
    }
    m_pause.stop();
    Q_EMIT changed();
}

void FilterBar::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fold();
}

void FilterBar::fold()
{
    const int gap = m_row->spacing();
    int needed = m_lead->sizeHint().width() + gap + kLeastField + gap + m_columns->sizeHint().width();
    for (const QString& key : std::as_const(m_order)) {
        needed += gap + m_choices.value(key)->sizeHint().width();
    }
    const bool folded = width() < needed;
    for (const QString& key : std::as_const(m_order)) {
        m_choices.value(key)->setVisible(!folded);
    }
    m_folded->setVisible(folded);
}

void FilterBar::fillFolded(QMenu& menu)
{
    menu.clear();
    for (const QString& key : std::as_const(m_order)) {
        QComboBox* box = m_choices.value(key);
        QMenu* choice = menu.addMenu(box->currentText());
        for (int i = 0; i < box->count(); ++i) {
            QAction* action = choice->addAction(box->itemText(i));
            action->setCheckable(true);
            action->setChecked(i == box->currentIndex());
            connect(action, &QAction::triggered, box, [box, i] { box->setCurrentIndex(i); });
        }
    }
}

void FilterBar::showFolded()
{
    const auto chosen = filter().equals.size();
    m_folded->setText(chosen == 0 ? tr("Filters") : tr("Filters (%1)").arg(chosen));
    m_folded->setAccessibleName(m_folded->text());
}

void FilterBar::clear()
{
    setFilter({});
}

void FilterBar::focusText()
{
    m_text->setFocus(Qt::ShortcutFocusReason);
    m_text->selectAll();
}

void FilterBar::offerCurrencies(const QStringList& currencies)
{
    QComboBox* box = m_choices.value(QStringLiteral("currency"));
    const QSignalBlocker blocked(box);
    for (const QString& currency : currencies) {
        if (box->findData(currency) < 0) {
            box->addItem(currencyText(currency), currency);
        }
    }
}

} // namespace ch::ui
