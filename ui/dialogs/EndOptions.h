// SPDX-License-Identifier: GPL-3.0-or-later
// The choices of a dialog that ends something: when, a final invoice, proration, deletion, what is to be done with each thing that stays open,
// the reason, and the id that is typed to confirm. What cannot be chosen is off, with the reason beside it. GUI thread.
#pragma once

#include "ui/dialogs/EndWords.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QRadioButton;
class QVBoxLayout;

namespace ch::ui {

class EndOptions final : public QWidget {
    Q_OBJECT
public:
    /// name: beginning of the object names: "takedown" gives takedownDelete.
    EndOptions(const QString& name, QWidget* parent);

    void show(const EndWords& words);
    [[nodiscard]] EndChoices choices() const;
    void setDeleteCustomer(bool on);
    /// The typed id is one of those that are asked for, or none is.
    [[nodiscard]] bool isConfirmed() const;

Q_SIGNALS:
    /// Another choice: the words are to be made anew.
    void changed();
    void typed();

private:
    struct Option {
        QCheckBox* box;
        QLabel* whyNot;
    };
    Option addOption(const QString& suffix);
    void makeWhen();
    void makeReason();
    void makeTyped();
    static void showOption(const Option& option, const OptionWords& words);
    void showRemainders(const std::vector<RemainderWords>& remainders);
    QLabel* addLabel(const QString& suffix, const char* kind);

    QString m_name;
    QVBoxLayout* m_column;
    QWidget* m_when;
    QRadioButton* m_now;
    QRadioButton* m_periodEnd;
    QLabel* m_periodEndWhyNot;
    Option m_invoiceNow{};
    Option m_prorate{};
    Option m_delete{};
    QLabel* m_remaindersTitle;
    QWidget* m_remainders;
    QGridLayout* m_grid;
    QStringList m_shownRemainders;       ///< ids and choices in sight: the boxes are made anew only when these change
    business::RemainderChoices m_chosen;
    QLineEdit* m_reason;
    QLabel* m_reasonLabel;
    QLineEdit* m_typed;
    QLabel* m_typedLabel;
    QStringList m_typedIds;
    bool m_showing = false;
};

} // namespace ch::ui
