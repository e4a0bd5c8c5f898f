// SPDX-License-Identifier: GPL-3.0-or-later
// The fields of a new business with what is to be said at each: counter and cut of the name, what exists already, the price. Refuses
// nothing itself but what cannot be sent; asks for what it does not know as signals. GUI thread.
#pragma once

#include "ui/dialogs/NewBusinessWords.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QPushButton;

namespace ch::ui {

class PricePanel;

class NewBusinessForm final : public QWidget {
    Q_OBJECT
public:
    explicit NewBusinessForm(QWidget* parent);

    void setDraft(const NewBusinessDraft& draft);
    /// As it would be sent: without blanks at the ends.
    [[nodiscard]] NewBusinessDraft draft() const;
    void setTwins(const Twins& twins);
    [[nodiscard]] PricePanel& price() { return *m_price; }
    /// Why it cannot be made yet; empty: it can.
    [[nodiscard]] QString missing() const;
    void focusFirst();

Q_SIGNALS:
    void changed();
    /// After a pause in typing.
    void twinsAsked(const QString& businessId, const QString& email);

private:
    QLineEdit* addField(const QString& suffix, const QString& words, QLabel** side, QLabel** note);
    void addType();
    void onTyped();
    void showName();
    void setNote(QLabel* note, const QString& words, const QString& kind);

    QGridLayout* m_grid;
    QLineEdit* m_id;
    QLineEdit* m_name;
    QComboBox* m_type;
    QLineEdit* m_email;
    QLabel* m_nameCount = nullptr;
    QLabel* m_idNote = nullptr;
    QLabel* m_nameNote = nullptr;
    QLabel* m_emailNote = nullptr;
    QPushButton* m_cut;
    PricePanel* m_price;
    QTimer m_pause;
    NewBusinessDraft m_twinsFor;   ///< what the notes at id and e-mail tell of
};

} // namespace ch::ui
