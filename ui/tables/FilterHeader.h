// SPDX-License-Identifier: GPL-3.0-or-later
// The heading of a table with a filter under each title: a field for text, numbers and dates (FilterText.h), a menu of values where there are
// few. What cannot be read is marked, explained, and leaves the filter as it was. Fields follow their columns as those are moved, resized and
// scrolled. Tab goes through them, Enter and Down into the table, Escape empties one. GUI thread.
#pragma once

#include "store/MirrorReader.h"
#include "ui/theme/Theme.h"

#include <QHash>
#include <QHeaderView>
#include <QTimeZone>

class QLineEdit;
class QPushButton;

namespace ch::ui {

class RowsModel;

class FilterHeader final : public QHeaderView {
    Q_OBJECT
public:
    FilterHeader(store::Table table, RowsModel& model, QWidget* parent);

    void setZone(const QTimeZone& zone) { m_zone = zone; }
    [[nodiscard]] std::vector<store::ColumnFilter> filters() const;
    /// Shows filters that came from elsewhere, and no others.
    void setEquals(const std::vector<std::pair<QString, QString>>& equals);
    /// Adds values to choose from as they turn up.
    void offer(const QString& columnKey, const QStringList& values);
    /// The field or button of a column; null: it has none.
    [[nodiscard]] QWidget* editorOf(const QString& columnKey) const { return m_editors.value(columnKey); }

    [[nodiscard]] QSize sizeHint() const override;
    /// Puts each under its title. To be called when the view has scrolled sideways, of which a header hears nothing.
    void place();

Q_SIGNALS:
    void changed();
    /// The keyboard goes on into the rows.
    void left();
    /// The keyboard has come to the filter of this column, which may lie outside of what is in sight.
    void reached(int column);

protected:
    void updateGeometries() override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Chosen {
        QStringList offered;
        QStringList values;
    };
    void makeEditors();
    [[nodiscard]] QLineEdit* makeField(const QString& key, store::CellKind kind);
    [[nodiscard]] QPushButton* makeChoice(const QString& key, const QString& title);
    void onTyped(const QString& key, QLineEdit* field);
    void toggle(const QString& key, const QString& value, bool on);
    void showChoice(const QString& key);
    [[nodiscard]] QString titleOf(const QString& key) const;

    store::Table m_table;
    RowsModel& m_model;
    QTimeZone m_zone = QTimeZone::utc();
    QHash<QString, QWidget*> m_editors;
    QHash<QString, store::ColumnFilter> m_typed;   ///< what can be read
    QHash<QString, Chosen> m_chosen;
};

} // namespace ch::ui
