// SPDX-License-Identifier: GPL-3.0-or-later
// The line above a table: a field for words and a choice each for status, type and currency. Where the field would be left with less than
// 200 px the choices fold into one menu. Changes come after a short pause in typing. GUI thread.
#pragma once

#include "store/MirrorReader.h"
#include "ui/theme/Theme.h"

#include <QHash>
#include <QTimer>
#include <QWidget>

class QComboBox;
class QHBoxLayout;
class QLineEdit;
class QMenu;
class QToolButton;

namespace ch::ui {

class FilterBar final : public QWidget {
    Q_OBJECT
public:
    FilterBar(const Theme& theme, store::Table table, QWidget* parent);

    [[nodiscard]] store::TableFilter filter() const;
    /// Shows a filter that came from elsewhere (a card of Home); changed follows at once.
    void setFilter(const store::TableFilter& filter);
    void clear();
    void focusText();
    /// Adds currencies to the choice as they turn up.
    void offerCurrencies(const QStringList& currencies);
    [[nodiscard]] QToolButton* columnsButton() const { return m_columns; }
    /// Room for a switch or a title before the field.
    [[nodiscard]] QHBoxLayout* lead() const { return m_lead; }

Q_SIGNALS:
    void changed();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void fold();
    void fillFolded(QMenu& menu);
    void showFolded();
    void addChoice(const QString& key, const QString& any, const QStringList& values);
    store::Table m_table;
    QHBoxLayout* m_row;
    QHBoxLayout* m_lead;
    QLineEdit* m_text;
    QToolButton* m_columns;
    QToolButton* m_folded;     ///< stands for the choices where there is no room for them
    QStringList m_order;       ///< keys of the choices from left to right
    QHash<QString, QComboBox*> m_choices;
    QTimer m_pause;
};

} // namespace ch::ui
