// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/FilterHeader.h"

#include "ui/tables/FilterText.h"
#include "ui/tables/RowsModel.h"
#include "ui/text/Shorten.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QSignalBlocker>
#include <QStyle>
#include <QPushButton>

namespace ch::ui {

namespace {

constexpr int kRowHeight = 28;
constexpr int kInset = 3;

void mark(QWidget* editor, const char* state)
{
    if (editor->property("filter").toString() != QLatin1String(state)) {
        editor->setProperty("filter", QString::fromLatin1(state));
        editor->style()->unpolish(editor);
        editor->style()->polish(editor);
    }
}

/// Several values are chosen in one go: a choice does not close it.
class ChoiceMenu final : public QMenu {
public:
    using QMenu::QMenu;

protected:
    void mouseReleaseEvent(QMouseEvent* event) override
    {
        QAction* action = actionAt(event->pos());
        if (action && action->isCheckable()) {
            action->trigger();
        } else {
            QMenu::mouseReleaseEvent(event);
        }
    }
    void keyPressEvent(QKeyEvent* event) override
    {
        if (event->key() == Qt::Key_Space && activeAction() && activeAction()->isCheckable()) {
            activeAction()->trigger();
        } else {
            QMenu::keyPressEvent(event);
        }
    }
};

} // namespace

FilterHeader::FilterHeader(store::Table table, RowsModel& model, QWidget* parent) : QHeaderView(Qt::Horizontal, parent), m_table(table), m_model(model)
{
    makeEditors();
    connect(this, &QHeaderView::sectionResized, this, &FilterHeader::place);
    connect(this, &QHeaderView::sectionMoved, this, &FilterHeader::place);
    connect(this, &QHeaderView::geometriesChanged, this, &FilterHeader::place);
    connect(this, &QHeaderView::sectionCountChanged, this, &FilterHeader::place);
    connect(&m_model, &QAbstractItemModel::columnsInserted, this, &FilterHeader::makeEditors);
    connect(&m_model, &QAbstractItemModel::columnsRemoved, this, &FilterHeader::makeEditors);
}

void FilterHeader::makeEditors()
{
    QStringList present;
    for (int column = 0; column < m_model.columnCount(); ++column) {
        const QString key = m_model.columnKey(column);
        present << key;
        if (m_editors.contains(key)) {
            continue;
        }
        QWidget* editor = isChosen(key) ? static_cast<QWidget*>(makeChoice(key, titleOf(key))) : makeField(key, m_model.kindOf(column));
        editor->setObjectName(QStringLiteral("columnFilter_") + key);
        editor->setAccessibleName(tr("Filter by %1").arg(titleOf(key)));
        editor->installEventFilter(this);
        m_editors.insert(key, editor);
    }
    bool isLess = false;
    for (const QString& key : m_editors.keys()) {
        if (!present.contains(key)) {
            delete m_editors.take(key);
            isLess = m_typed.remove(key) > 0 || isLess;
        }
    }
    place();
    if (isLess) {
        Q_EMIT changed(); // a column that is not there filters nothing
    }
}

QString FilterHeader::titleOf(const QString& key) const
{
    return columnLook(m_table, key).title;
}

QLineEdit* FilterHeader::makeField(const QString& key, store::CellKind kind)
{
    auto* field = new QLineEdit(this);
    field->setProperty("look", QStringLiteral("filter"));
    field->setPlaceholderText(filterHint(kind));
    field->setToolTip(filterHelp(kind));
    connect(field, &QLineEdit::textChanged, this, [this, key, field] { onTyped(key, field); });
    return field;
}

void FilterHeader::onTyped(const QString& key, QLineEdit* field)
{
    store::CellKind kind = store::CellKind::Text;
    for (int column = 0; column < m_model.columnCount(); ++column) {
        kind = m_model.columnKey(column) == key ? m_model.kindOf(column) : kind;
    }
    const auto filter = columnFilterOf(key, kind, field->text(), m_zone);
    mark(field, !filter ? "wrong" : *filter ? "on" : "");
    field->setToolTip(filter ? filterHelp(kind) : tr("Not understood, so not applied. %1").arg(filter.error().message));
    field->setAccessibleDescription(filter ? QString() : field->toolTip());
    if (!filter) {
        return; // the rows stay as they are until it can be read
    }
    const auto before = m_typed.constFind(key);
    const bool isSame = *filter ? before != m_typed.constEnd() && *before == **filter : before == m_typed.constEnd();
    if (*filter) {
        m_typed.insert(key, **filter);
    } else {
        m_typed.remove(key);
    }
    if (!isSame) {
        Q_EMIT changed();
    }
}

QPushButton* FilterHeader::makeChoice(const QString& key, const QString& title)
{
    auto* button = new QPushButton(this);
    button->setProperty("look", QStringLiteral("filter"));
    m_chosen[key].offered = chosenValues(m_table, key);
    auto* menu = new ChoiceMenu(button);
    menu->setObjectName(QStringLiteral("choices_") + key);
    menu->setTitle(title);
    connect(menu, &QMenu::aboutToShow, this, [this, menu, key] {
        menu->clear();
        const Chosen chosen = m_chosen.value(key);
        for (const QString& value : chosen.offered) {
            QAction* action = menu->addAction(withoutMnemonics(choiceText(key, value)));
            action->setCheckable(true);
            action->setChecked(chosen.values.contains(value));
            action->setData(value);
            connect(action, &QAction::toggled, this, [this, key, value](bool on) { toggle(key, value, on); });
        }
        menu->addSeparator();
        connect(menu->addAction(tr("Any")), &QAction::triggered, this, [this, key] {
            m_chosen[key].values.clear();
            showChoice(key);
            Q_EMIT changed();
        });
    });
    button->setMenu(menu);
    m_editors.insert(key, button);
    showChoice(key);
    return button;
}

void FilterHeader::toggle(const QString& key, const QString& value, bool on)
{
    QStringList& values = m_chosen[key].values;
    values.removeAll(value);
    if (on) {
        values << value;
    }
    showChoice(key);
    Q_EMIT changed();
}

void FilterHeader::showChoice(const QString& key)
{
    auto* button = qobject_cast<QPushButton*>(m_editors.value(key));
    if (!button) {
        return;
    }
    const QStringList& values = m_chosen[key].values;
    QStringList words;
    for (const QString& value : values) {
        words << choiceText(key, value);
    }
    const QString text = values.isEmpty() ? tr("Any") : values.size() == 1 ? words.first() : tr("%1 chosen").arg(values.size());
    button->setText(withoutMnemonics(button->fontMetrics().elidedText(text, Qt::ElideRight, qMax(24, button->width() - 26))));
    button->setToolTip(values.isEmpty() ? tr("Choose one value or several") : words.join(QStringLiteral(", ")));
    button->setAccessibleDescription(button->toolTip());
    mark(button, values.isEmpty() ? "" : "on");
}

std::vector<store::ColumnFilter> FilterHeader::filters() const
{
    std::vector<store::ColumnFilter> all(m_typed.cbegin(), m_typed.cend());
    for (auto chosen = m_chosen.cbegin(); chosen != m_chosen.cend(); ++chosen) {
        if (!chosen->values.isEmpty()) {
            all.push_back({chosen.key(), store::ColumnFilter::Kind::OneOf, {}, chosen->values, {}, {}});
        }
    }
    std::sort(all.begin(), all.end(), [](const store::ColumnFilter& a, const store::ColumnFilter& b) { return a.columnKey < b.columnKey; });
    return all;
}

void FilterHeader::setEquals(const std::vector<std::pair<QString, QString>>& equals)
{
    m_typed.clear();
    for (Chosen& chosen : m_chosen) {
        chosen.values.clear();
    }
    QHash<QString, QString> texts;
    for (const auto& [key, value] : equals) {
        if (isChosen(key)) {
            offer(key, {value});
            m_chosen[key].values << value;
        } else {
            texts.insert(key, QLatin1Char('=') + value);
        }
    }
    {
        const QSignalBlocker blocked(this); // the one who set them asks once
        for (auto editor = m_editors.cbegin(); editor != m_editors.cend(); ++editor) {
            if (auto* field = qobject_cast<QLineEdit*>(editor.value())) {
                field->setText(texts.value(editor.key()));
            }
            showChoice(editor.key());
        }
    }
}

void FilterHeader::offer(const QString& columnKey, const QStringList& values)
{
    QStringList& offered = m_chosen[columnKey].offered;
    for (const QString& value : values) {
        if (!offered.contains(value)) {
            offered << value;
        }
    }
}

QSize FilterHeader::sizeHint() const
{
    const QSize titles = QHeaderView::sizeHint();
    return {titles.width(), titles.height() + kRowHeight};
}

void FilterHeader::updateGeometries()
{
    setViewportMargins(0, 0, 0, kRowHeight);
    QHeaderView::updateGeometries();
    place();
}

void FilterHeader::place()
{
    const int top = viewport()->geometry().bottom() + 1; // the size hint is 0 for a moment while columns come and go
    QWidget* last = nullptr;
    for (int visual = 0; visual < count(); ++visual) {
        const int column = logicalIndex(visual);
        QWidget* editor = column < m_model.columnCount() ? m_editors.value(m_model.columnKey(column)) : nullptr;
        if (!editor) {
            continue;
        }
        const int left = sectionViewportPosition(column);
        const QRect room(left + kInset, top, sectionSize(column) - 2 * kInset, kRowHeight - 4);
        if (editor->geometry() != room) {
            editor->setGeometry(room);
            showChoice(m_model.columnKey(column));
        }
        editor->setVisible(!isSectionHidden(column) && sectionSize(column) > 0);
        if (last) {
            setTabOrder(last, editor);
        }
        last = editor;
    }
}

bool FilterHeader::eventFilter(QObject* watched, QEvent* event)
{
    const auto reason = event->type() == QEvent::FocusIn ? static_cast<QFocusEvent*>(event)->reason() : Qt::NoFocusReason;
    if (reason == Qt::TabFocusReason || reason == Qt::BacktabFocusReason) { // not by a click: it would slide away under it
        for (int column = 0; column < m_model.columnCount(); ++column) {
            if (m_editors.value(m_model.columnKey(column)) == watched) {
                Q_EMIT reached(column);
            }
        }
    }
    if (event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride) {
        auto* field = qobject_cast<QLineEdit*>(watched);
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (field && key == Qt::Key_Escape && !field->text().isEmpty()) {
            if (event->type() == QEvent::ShortcutOverride) {
                event->accept(); // else the window takes it as Back
            } else {
                field->clear();
            }
            return true;
        }
        if (event->type() == QEvent::ShortcutOverride) {
            return QHeaderView::eventFilter(watched, event);
        }
        if (field && (key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Down)) {
            Q_EMIT left();
            return true;
        }
    }
    return QHeaderView::eventFilter(watched, event);
}

} // namespace ch::ui
