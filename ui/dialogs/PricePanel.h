// SPDX-License-Identifier: GPL-3.0-or-later
// The price of a type of business in the dialog that makes one: being looked for, found with its amount, missing with the choice and the
// button that makes the prices, or not readable with a button that tries again. Says what it needs as signals. GUI thread.
#pragma once

#include "base/Error.h"
#include "business/Prices.h"

#include <QFrame>
#include <QMap>

class QLabel;
class QPushButton;
class QRadioButton;

namespace ch::ui {

class PricePanel final : public QFrame {
    Q_OBJECT
public:
    explicit PricePanel(QWidget* parent);

    /// Empty: none is chosen yet. Asks for the price where it is not known.
    void setType(const QString& type);
    /// Of these types; one without a price here has none.
    void setPrices(const QStringList& types, const QList<stripe::Price>& prices);
    void setError(const Error& error);
    void setMaking(bool making);
    /// Writes are off: the prices cannot be made now.
    void setWritesOff(bool off);
    /// The type is known to have no price: a business of it cannot be made.
    [[nodiscard]] bool isMissing() const;

Q_SIGNALS:
    void asked(const QString& type);
    void ensureAsked(bool tiers);
    /// Another height is needed.
    void changed();

private:
    void show();
    [[nodiscard]] QString missingText() const;
    [[nodiscard]] bool canBeMadeHere() const;

    QString m_type;
    QMap<QString, std::optional<stripe::Price>> m_known;
    QString m_error;
    bool m_making = false;
    bool m_writesOff = false;
    QLabel* m_amount;
    QLabel* m_text;
    QRadioButton* m_flat;
    QRadioButton* m_tiers;
    QLabel* m_tiersText;
    QPushButton* m_make;
    QPushButton* m_again;
};

} // namespace ch::ui
