// SPDX-License-Identifier: GPL-3.0-or-later
// A sign (triangle, crossed disc, i, check) as a small widget, beside words that say the same. GUI thread.
#pragma once

#include "ui/theme/Shapes.h"
#include "ui/theme/Theme.h"

#include <QWidget>

namespace ch::ui {

class SignLabel final : public QWidget {
    Q_OBJECT
public:
    SignLabel(const Theme& theme, Sign sign, QWidget* parent);
    void setSign(Sign sign);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Theme& m_theme;
    Sign m_sign;
};

} // namespace ch::ui
