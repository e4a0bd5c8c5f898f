// SPDX-License-Identifier: GPL-3.0-or-later
// A status as shape and word on its tint. GUI thread.
#pragma once

#include "ui/theme/Shapes.h"
#include "ui/theme/Theme.h"

#include <QWidget>

namespace ch::ui {

class StatusTag final : public QWidget {
    Q_OBJECT
public:
    StatusTag(const Theme& theme, QWidget* parent);
    void setStatus(const QString& status);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Theme& m_theme;
    StatusLook m_look;
};

} // namespace ch::ui
