// SPDX-License-Identifier: GPL-3.0-or-later
// A table that is read a page at a time, with what stands in its place while it loads, where it is empty and where it could not be read, and
// the count at its foot. The first row is chosen where none is. GUI thread.
#pragma once

#include "ui/tables/PagedModel.h"
#include "ui/theme/Theme.h"

#include <QWidget>

class QLabel;
class QStackedLayout;

namespace ch::ui {

class SkeletonView;
class StateView;
class TableView;

class PagedPane final : public QWidget {
    Q_OBJECT
public:
    /// name: for people, what the rows are: "Operations".
    PagedPane(const Theme& theme, PagedModel& model, const QString& name, QWidget* parent);

    [[nodiscard]] TableView& view() { return *m_view; }
    /// Said where there are no rows; button may be empty.
    void setEmptyWords(const QString& what, const QString& why, const QString& button);
    /// "1 operation", "%1 operations": of the foot.
    void setCountWords(const QString& one, const QString& many);
    void copy(bool withHeaders);

Q_SIGNALS:
    /// Empty: no row is chosen. Also told when what the row holds may have changed.
    void chosen(const QString& objectId);
    void emptyPressed();

private:
    void showState();
    void tellChosen();

    PagedModel& m_model;
    TableView* m_view;
    StateView* m_state;
    SkeletonView* m_skeleton;
    QStackedLayout* m_stack;
    QLabel* m_count;
    QString m_emptyWhat;
    QString m_emptyWhy;
    QString m_emptyButton;
    QString m_one;
    QString m_many;
};

} // namespace ch::ui
