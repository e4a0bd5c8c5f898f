// SPDX-License-Identifier: GPL-3.0-or-later
// One headline figure that opens what it is made of: caption, amount, a line below, and a mark where the figure is partial. A button, so
// that keyboard and screen reader know it as one. GUI thread.
#pragma once

#include "ui/theme/Theme.h"

#include <QAbstractButton>

namespace ch::ui {

struct CardWords {
    QString caption;
    QString figure;
    QString unit;      ///< the currency, after the figure
    QString line;
    QString change;    ///< "+120.00 this month"
    QString partial;   ///< empty: complete

    bool operator==(const CardWords&) const = default;
};

class FigureCard final : public QAbstractButton {
    Q_OBJECT
public:
    FigureCard(const Theme& theme, const CardWords& words, QWidget* parent);
    [[nodiscard]] const CardWords& words() const { return m_words; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    const Theme& m_theme;
    CardWords m_words;
};

} // namespace ch::ui
