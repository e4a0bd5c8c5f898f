// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/EndOptions.h"

#include "ui/theme/Labels.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QRadioButton>
#include <QScopedValueRollback>
#include <QVBoxLayout>

namespace ch::ui {

namespace {

constexpr int kLongestReason = 500; // Stripe's limit for a comment

} // namespace

EndOptions::EndOptions(const QString& name, QWidget* parent) : QWidget(parent), m_name(name), m_column(new QVBoxLayout(this))
{
    setObjectName(name + QStringLiteral("Options"));
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(8);
    makeWhen();
    m_invoiceNow = addOption(QStringLiteral("InvoiceNow"));
    m_prorate = addOption(QStringLiteral("Prorate"));
    m_delete = addOption(QStringLiteral("Delete"));
    m_remaindersTitle = addLabel(QStringLiteral("RemaindersTitle"), "strong");
    m_remaindersTitle->setText(tr("What stays open"));
    m_remainders = new QWidget(this);
    m_grid = new QGridLayout(m_remainders);
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(12);
    m_grid->setVerticalSpacing(4);
    m_grid->setColumnStretch(0, 1);
    m_column->addWidget(m_remaindersTitle);
    m_column->addWidget(m_remainders);
    makeReason();
    makeTyped();
}

QLabel* EndOptions::addLabel(const QString& suffix, const char* kind)
{
    return copyableLabel({}, kind, m_name + suffix, this);
}

void EndOptions::makeWhen()
{
    m_when = new QWidget(this);
    auto* column = new QVBoxLayout(m_when);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    m_now = new QRadioButton(tr("Now"), m_when);
    m_now->setObjectName(m_name + QStringLiteral("Now"));
    m_now->setAccessibleName(m_now->text());
    m_now->setChecked(true);
    m_periodEnd = new QRadioButton(m_when);
    m_periodEnd->setObjectName(m_name + QStringLiteral("PeriodEnd"));
    m_periodEndWhyNot = addLabel(QStringLiteral("PeriodEndWhyNot"), "caption");
    m_periodEndWhyNot->setContentsMargins(24, 0, 0, 0);
    for (QWidget* each : std::initializer_list<QWidget*>{m_now, m_periodEnd, m_periodEndWhyNot}) {
        column->addWidget(each);
    }
    connect(m_periodEnd, &QRadioButton::toggled, this, &EndOptions::changed);
    m_column->addWidget(m_when);
}

EndOptions::Option EndOptions::addOption(const QString& suffix)
{
    auto* cell = new QWidget(this);
    auto* column = new QVBoxLayout(cell);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    const Option option{new QCheckBox(cell), addLabel(suffix + QStringLiteral("WhyNot"), "caption")};
    option.box->setObjectName(m_name + suffix);
    option.whyNot->setContentsMargins(24, 0, 0, 0);
    column->addWidget(option.box);
    column->addWidget(option.whyNot);
    connect(option.box, &QCheckBox::toggled, this, &EndOptions::changed);
    m_column->addWidget(cell);
    return option;
}

void EndOptions::makeReason()
{
    auto* column = new QVBoxLayout;
    column->setSpacing(4);
    m_reasonLabel = addLabel(QStringLiteral("ReasonLabel"), "secondary");
    m_reasonLabel->setText(tr("Reason (kept in the trail and sent to Stripe as a comment)"));
    m_reason = new QLineEdit(this);
    m_reason->setObjectName(m_name + QStringLiteral("Reason"));
    m_reason->setAccessibleName(tr("Reason"));
    m_reason->setMaxLength(kLongestReason);
    column->addWidget(m_reasonLabel);
    column->addWidget(m_reason);
    m_column->addLayout(column);
}

void EndOptions::makeTyped()
{
    auto* column = new QVBoxLayout;
    column->setSpacing(4);
    m_typedLabel = addLabel(QStringLiteral("TypedLabel"), "strong");
    m_typed = new QLineEdit(this);
    m_typed->setObjectName(m_name + QStringLiteral("Typed"));
    m_typed->setAccessibleName(tr("The id, typed to confirm"));
    column->addWidget(m_typedLabel);
    column->addWidget(m_typed);
    m_column->addLayout(column);
    connect(m_typed, &QLineEdit::textChanged, this, &EndOptions::typed);
}

EndChoices EndOptions::choices() const
{
    const auto isOn = [](const Option& option) { return option.box->isChecked() && option.box->isEnabled() && !option.box->isHidden(); };
    EndChoices choices;
    choices.atPeriodEnd = m_periodEnd->isChecked();
    choices.invoiceNow = isOn(m_invoiceNow);
    choices.prorate = isOn(m_prorate);
    choices.deleteCustomer = isOn(m_delete);
    choices.remainders = m_chosen;
    choices.reason = m_reason->text().trimmed();
    choices.typedId = m_typed->text().trimmed();
    return choices;
}

void EndOptions::setDeleteCustomer(bool on)
{
    m_delete.box->setChecked(on);
}

bool EndOptions::isConfirmed() const
{
    return m_typedIds.isEmpty() || m_typedIds.contains(m_typed->text().trimmed());
}

void EndOptions::showOption(const Option& option, const OptionWords& words)
{
    option.box->setText(words.text);
    option.box->setAccessibleName(words.whyNot.isEmpty() ? words.text : words.text + QStringLiteral(". ") + words.whyNot);
    option.box->setEnabled(words.whyNot.isEmpty());
    option.box->parentWidget()->setVisible(!words.text.isEmpty());
    option.box->setVisible(!words.text.isEmpty());
    option.whyNot->setText(words.whyNot);
    option.whyNot->setVisible(!words.whyNot.isEmpty());
}

void EndOptions::show(const EndWords& words)
{
    if (m_showing) {
        return;
    }
    const QScopedValueRollback<bool> showing(m_showing, true);
    m_when->setVisible(words.possible && !words.periodEnd.text.isEmpty());
    m_periodEnd->setText(words.periodEnd.text);
    m_periodEnd->setAccessibleName(words.periodEnd.text);
    m_periodEnd->setEnabled(words.periodEnd.whyNot.isEmpty());
    m_periodEndWhyNot->setText(words.periodEnd.whyNot);
    m_periodEndWhyNot->setVisible(!words.periodEnd.whyNot.isEmpty());
    showOption(m_invoiceNow, words.invoiceNow);
    showOption(m_prorate, words.prorate);
    showOption(m_delete, words.deleteCustomer);
    showRemainders(words.remainders);
    m_reason->setVisible(words.possible);
    m_reasonLabel->setVisible(words.possible);
    m_typedIds = words.typedIds;
    m_typed->setVisible(!m_typedIds.isEmpty());
    m_typedLabel->setVisible(!m_typedIds.isEmpty());
    m_typedLabel->setText(tr("To confirm, type %1").arg(m_typedIds.join(tr(" or "))));
}

void EndOptions::showRemainders(const std::vector<RemainderWords>& remainders)
{
    m_remaindersTitle->setVisible(!remainders.empty());
    m_remainders->setVisible(!remainders.empty());
    QStringList shown;
    for (const RemainderWords& words : remainders) {
        shown << words.objectId;
        for (const auto choice : words.choices) {
            shown << QString::number(static_cast<int>(choice));
        }
    }
    if (shown == m_shownRemainders) {
        return;
    }
    m_shownRemainders = shown;
    clearLayout(m_grid);
    int row = 0;
    for (const RemainderWords& words : remainders) {
        if (!words.choices.contains(m_chosen.value(words.objectId, business::RemainderChoice::Leave))) {
            m_chosen.remove(words.objectId);
        }
        QLabel* text = plainLabel(words.text, "plain", {}, m_remainders);
        QLabel* amount = lineLabel(words.amount, "plain", {}, m_remainders);
        amount->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        m_grid->addWidget(text, row, 0);
        m_grid->addWidget(amount, row, 1);
        if (words.choices.size() == 1) {
            m_grid->addWidget(lineLabel(tr("stays"), "secondary", {}, m_remainders), row++, 2);
            continue;
        }
        auto* box = new QComboBox(m_remainders);
        box->setObjectName(m_name + QStringLiteral("Remainder_") + words.objectId);
        box->setAccessibleName(tr("%1, %2: what to do with it").arg(words.text, words.amount));
        for (const auto choice : words.choices) {
            box->addItem(choiceText(choice), static_cast<int>(choice));
        }
        box->setCurrentIndex(qMax(0, box->findData(static_cast<int>(m_chosen.value(words.objectId, business::RemainderChoice::Leave)))));
        connect(box, &QComboBox::currentIndexChanged, this, [this, box, id = words.objectId] {
            m_chosen.insert(id, static_cast<business::RemainderChoice>(box->currentData().toInt()));
            Q_EMIT changed();
        });
        m_grid->addWidget(box, row++, 2);
    }
}

} // namespace ch::ui
