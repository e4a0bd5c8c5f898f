// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/PricePanel.h"

#include "ui/dialogs/NewBusinessWords.h"
#include "ui/text/ErrorText.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>

namespace ch::ui {

PricePanel::PricePanel(QWidget* parent)
    : QFrame(parent), m_amount(new QLabel(this)), m_text(new QLabel(this)), m_flat(new QRadioButton(pricesChoiceText(false), this)),
      m_tiers(new QRadioButton(tr("By type"), this)), m_tiersText(new QLabel(pricesChoiceText(true), this)), m_make(new QPushButton(tr("Make the prices"), this)), m_again(new QPushButton(tr("Try again"), this))
{
    setObjectName(QStringLiteral("newPricePanel"));
    setAccessibleName(tr("Price"));
    setProperty("look", QStringLiteral("panel"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 8, 12, 8);
    column->setSpacing(6);
    m_amount->setObjectName(QStringLiteral("newPrice"));
    m_amount->setProperty("kind", QStringLiteral("strong"));
    m_text->setObjectName(QStringLiteral("newPriceText"));
    m_text->setProperty("kind", QStringLiteral("secondary"));
    for (QLabel* label : {m_amount, m_text}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        column->addWidget(label);
    }
    m_flat->setObjectName(QStringLiteral("newPricesFlat"));
    m_tiers->setObjectName(QStringLiteral("newPricesTiers"));
    m_flat->setChecked(true);
    for (QRadioButton* choice : {m_flat, m_tiers}) {
        choice->setAccessibleName(choice == m_tiers ? choice->text() + QStringLiteral(": ") + m_tiersText->text() : choice->text());
        column->addWidget(choice);
    }
    m_tiersText->setObjectName(QStringLiteral("newPricesTiersText"));
    m_tiersText->setProperty("kind", QStringLiteral("caption"));
    m_tiersText->setWordWrap(true);
    m_tiersText->setContentsMargins(24, 0, 0, 0);
    column->addWidget(m_tiersText);
    m_make->setObjectName(QStringLiteral("newPricesMake"));
    m_again->setObjectName(QStringLiteral("newPriceAgain"));
    auto* row = new QHBoxLayout;
    for (QPushButton* button : {m_make, m_again}) {
        button->setAccessibleName(button->text());
        button->setAutoDefault(false);
        row->addWidget(button);
    }
    row->addStretch(1);
    column->addLayout(row);
    connect(m_make, &QPushButton::clicked, this, [this] { Q_EMIT ensureAsked(m_tiers->isChecked()); });
    connect(m_again, &QPushButton::clicked, this, [this] {
        m_error.clear();
        show();
        Q_EMIT asked(m_type);
    });
    show();
}

void PricePanel::setType(const QString& type)
{
    if (type == m_type) {
        return;
    }
    m_type = type;
    m_error.clear();
    show();
    if (!m_type.isEmpty() && !m_known.contains(m_type)) {
        Q_EMIT asked(m_type);
    }
}

void PricePanel::setPrices(const QStringList& types, const QList<stripe::Price>& prices)
{
    for (const QString& type : types) {
        m_known.insert(type, std::nullopt);
        for (const stripe::Price& price : prices) {
            if (price.lookupKey == business::lookupKeyOf(type) && price.active) {
                m_known.insert(type, price);
            }
        }
    }
    m_error.clear();
    show();
}

void PricePanel::setError(const Error& error)
{
    const ErrorWords words = errorWords(error);
    m_error = words.happened + QStringLiteral(". ") + words.means;
    m_making = false;
    show();
}

void PricePanel::setMaking(bool making)
{
    m_making = making;
    show();
}

void PricePanel::setWritesOff(bool off)
{
    m_writesOff = off;
    show();
}

bool PricePanel::isMissing() const
{
    return m_known.contains(m_type) && !m_known.value(m_type);
}

bool PricePanel::canBeMadeHere() const
{
    return business::businessTypes().contains(m_type);
}

QString PricePanel::missingText() const
{
    if (!canBeMadeHere()) {
        return tr("Make one in Stripe's Dashboard with the lookup key %1, or choose one of the five types.").arg(business::lookupKeyOf(m_type));
    }
    return tr("Each business subscribes to a price that is made once for its type. Choose the amounts; the prices of all five types are made, and what is there stays as it is.");
}

void PricePanel::show()
{
    const bool missing = isMissing() && m_error.isEmpty();
    const bool offers = missing && canBeMadeHere() && !m_making;
    QString amount;
    QString text;
    if (m_making) {
        amount = tr("Making the prices…");
    } else if (m_type.isEmpty()) {
        text = tr("The price goes by the type.");
    } else if (!m_error.isEmpty()) {
        amount = tr("The price could not be read");
        text = m_error;
    } else if (missing) {
        amount = tr("There is no price for this type yet");
        text = missingText();
    } else if (const auto price = m_known.value(m_type)) {
        amount = priceText(*price);
        text = price->lookupKey;
    } else {
        text = tr("Looking for the price in Stripe…");
    }
    m_amount->setText(amount);
    m_amount->setVisible(!amount.isEmpty());
    m_text->setText(text);
    m_text->setVisible(!text.isEmpty());
    m_flat->setVisible(offers);
    m_tiers->setVisible(offers);
    m_tiersText->setVisible(offers);
    m_make->setVisible(offers);
    m_make->setEnabled(!m_writesOff);
    m_again->setVisible(!m_error.isEmpty() && !m_making);
    Q_EMIT changed();
}

} // namespace ch::ui
