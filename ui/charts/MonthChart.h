// SPDX-License-Identifier: GPL-3.0-or-later
// Stacked bars over months, gains above and losses below zero, which is always shown. Names stand beside the last bar or, where the parts
// differ from month to month, in a line above; a value is shown on hover. At least 260 px high. GUI thread.
#pragma once

#include "ui/charts/MonthValues.h"
#include "ui/theme/Theme.h"

#include <QChartView>

class QBarSet;
class QStackedBarSeries;

namespace ch::ui {

class MonthChart final : public QChartView {
    Q_OBJECT
public:
    enum class Labels { BesideLastBar, Above };

    MonthChart(const Theme& theme, Labels labels, const QString& name, QWidget* parent);
    void setValues(const MonthValues& values);

protected:
    void paintEvent(QPaintEvent* event) override;
    void drawBackground(QPainter* painter, const QRectF& rect) override;

private:
    void rebuild();
    void addSet(QStackedBarSeries* series, const MonthSet& set);
    void showValue(const QString& name, int month, qint64 minor);
    void paintAxes(QPainter& painter) const;
    void paintNamesBeside(QPainter& painter) const;
    void paintNamesAbove(QPainter& painter) const;
    [[nodiscard]] QPointF place(double month, qint64 minor) const;

    const Theme& m_theme;
    Labels m_labels;
    MonthValues m_values;
    AxisTicks m_ticks;
    QStackedBarSeries* m_series = nullptr;
};

} // namespace ch::ui
