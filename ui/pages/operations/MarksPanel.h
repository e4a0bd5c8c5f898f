// SPDX-License-Identifier: GPL-3.0-or-later
// Businesses that events have marked for take-down, above the operations that need a person: what happened, and a button for each way on. The
// page decides when it is seen. GUI thread.
#pragma once

#include "store/Marks.h"
#include "ui/theme/Theme.h"

#include <QFrame>
#include <QTimeZone>

class QVBoxLayout;

namespace ch::ui {

class MarksPanel final : public QFrame {
    Q_OBJECT
public:
    /// More are counted, not shown: each that is settled makes room for the next.
    static constexpr int kShownAtMost = 5;

    MarksPanel(const Theme& theme, QWidget* parent);
    /// Those marked for take-down; others are left out.
    void setMarks(const std::vector<store::Mark>& marks, const QTimeZone& zone);
    void setWritesOff(const QString& reason);
    [[nodiscard]] int count() const { return static_cast<int>(m_marks.size()); }

Q_SIGNALS:
    void takedownAsked(const QString& businessId);
    /// A person leaves it as it is.
    void left(const QString& businessId);
    void businessOpened(const QString& businessId);

private:
    void showRows();
    QWidget* makeRow(const store::Mark& mark);

    const Theme& m_theme;
    QVBoxLayout* m_column;
    std::vector<store::Mark> m_marks;
    QTimeZone m_zone = QTimeZone::utc();
    QString m_writesOff;
};

} // namespace ch::ui
