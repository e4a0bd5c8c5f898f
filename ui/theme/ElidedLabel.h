// SPDX-License-Identifier: GPL-3.0-or-later
// One line of text that takes the room it is given: cut with an ellipsis where it does not fit, whole on hover, to a screen reader and
// when copied (Ctrl+C goes through the copy buttons beside it). GUI thread.
#pragma once

#include <QLabel>

namespace ch::ui {

class ElidedLabel final : public QLabel {
    Q_OBJECT
public:
    explicit ElidedLabel(QWidget* parent);
    void setWhole(const QString& text);
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace ch::ui
