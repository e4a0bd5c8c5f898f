// SPDX-License-Identifier: GPL-3.0-or-later
// Above the businesses: how many of them events have marked, and a button that shows these alone. Hidden where there is none. GUI thread.
#pragma once

#include "ui/theme/Theme.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace ch::ui {

class MarkedBar final : public QWidget {
    Q_OBJECT
public:
    MarkedBar(const Theme& theme, QWidget* parent);
    void setWords(const QString& words);
    /// Whether the marked ones alone are shown.
    void setAlone(bool alone);

Q_SIGNALS:
    void aloneAsked(bool alone);

private:
    QLabel* m_words;
    QPushButton* m_show;
    bool m_alone = false;
};

} // namespace ch::ui
