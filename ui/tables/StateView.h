// SPDX-License-Identifier: GPL-3.0-or-later
// What stands in a table's place when it has no rows: one line what is absent, one line why, one button. And skeleton rows while the first
// answer is on its way. GUI thread.
#pragma once

#include "ui/theme/Theme.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace ch::ui {

class StateView final : public QWidget {
    Q_OBJECT
public:
    explicit StateView(QWidget* parent);
    void say(const QString& what, const QString& why, const QString& button);
    [[nodiscard]] QString what() const;

Q_SIGNALS:
    void pressed();

private:
    QLabel* m_what;
    QLabel* m_why;
    QPushButton* m_button;
};

class SkeletonView final : public QWidget {
    Q_OBJECT
public:
    SkeletonView(const Theme& theme, QWidget* parent);

protected:
    void paintEvent(QPaintEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    const Theme& m_theme;
    bool m_shown = false;
};

} // namespace ch::ui
