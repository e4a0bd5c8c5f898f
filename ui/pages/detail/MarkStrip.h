// SPDX-License-Identifier: GPL-3.0-or-later
// What events have marked the business with, on its page, each with the way to take the mark away. Hidden where there is none. GUI thread.
#pragma once

#include "store/Marks.h"
#include "ui/theme/Theme.h"

#include <QFrame>
#include <QTimeZone>

class QVBoxLayout;

namespace ch::ui {

class MarkStrip final : public QFrame {
    Q_OBJECT
public:
    MarkStrip(const Theme& theme, QWidget* parent);
    /// Those of this business alone.
    void setMarks(const std::vector<store::Mark>& marks, const QTimeZone& zone);

Q_SIGNALS:
    /// A person has seen it and leaves the business as it is.
    void left(const QString& businessId, ch::store::MarkKind kind);
    void invoiceAsked(const QString& invoiceId);

private:
    QWidget* makeRow(const store::Mark& mark);

    const Theme& m_theme;
    QVBoxLayout* m_column;
    std::vector<store::Mark> m_marks;
    QTimeZone m_zone = QTimeZone::utc();
};

} // namespace ch::ui
