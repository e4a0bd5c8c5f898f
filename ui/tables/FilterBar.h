// SPDX-License-Identifier: GPL-3.0-or-later
// The line above a table: one field for words that are found anywhere, a button that takes all filters back, and the choice of columns. What
// is typed counts at once: who types on stops the question before. GUI thread.
#pragma once

#include "ui/theme/Theme.h"

#include <QWidget>

class QHBoxLayout;
class QLineEdit;
class QToolButton;

namespace ch::ui {

class FilterBar final : public QWidget {
    Q_OBJECT
public:
    FilterBar(const Theme& theme, QWidget* parent);

    [[nodiscard]] QString text() const;
    /// changed does not follow.
    void setText(const QString& text);
    void focusText();
    /// How many filters of columns are set, in words; none: 0.
    void showColumnFilters(int count, const QString& which);
    [[nodiscard]] QToolButton* columnsButton() const { return m_columns; }
    /// Room for a switch or a title before the field.
    [[nodiscard]] QHBoxLayout* lead() const { return m_lead; }

Q_SIGNALS:
    void changed();
    void clearAsked();
    /// The keyboard goes on into the rows.
    void left();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QHBoxLayout* m_lead;
    QLineEdit* m_text;
    QToolButton* m_clear;
    QToolButton* m_columns;
};

} // namespace ch::ui
