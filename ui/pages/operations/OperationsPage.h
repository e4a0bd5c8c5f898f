// SPDX-License-Identifier: GPL-3.0-or-later
// What was done, is being done and needs a person, and the audit trail. Four views, told apart by a switch with counts. While it is in sight
// the first two are read anew every second, since the terminal works on the same file. GUI thread; the source outlives its use here.
#pragma once

#include "store/JournalReader.h"
#include "ui/theme/Theme.h"

#include <QTimer>
#include <QTimeZone>
#include <QWidget>

class QStackedLayout;

namespace ch::ui {

class MarksPanel;
class OperationsPane;
class RecordsSource;
class TrailPane;
class ViewSwitch;

class OperationsPage final : public QWidget {
    Q_OBJECT
public:
    enum class View { NeedsYou, Running, History, Trail };

    OperationsPage(const Theme& theme, QWidget* parent);

    void setSource(RecordsSource* source);
    void setAccount(bool live, const QTimeZone& zone);
    void setWritesOff(const QString& reason);
    void setCounts(const store::OperationCounts& counts);
    void setMarks(const std::vector<store::Mark>& marks);
    void show(View view);
    [[nodiscard]] View view() const { return m_view; }
    [[nodiscard]] OperationsPane& operations() { return *m_operations; }
    [[nodiscard]] MarksPanel& marks() { return *m_marks; }
    [[nodiscard]] TrailPane& trail() { return *m_trail; }
    /// Something was done: what is in sight is read anew.
    void refresh();
    void focusTable();
    void focusFilter();
    void copy(bool withHeaders);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    QWidget* makeHead();
    void showWords();
    void showMarks();

    ViewSwitch* m_switch;
    QStackedLayout* m_stack;
    MarksPanel* m_marks;
    OperationsPane* m_operations;
    TrailPane* m_trail;
    store::OperationCounts m_counts;
    View m_view = View::NeedsYou;
    QTimeZone m_zone = QTimeZone::utc();
    QTimer m_poll;
};

} // namespace ch::ui
