// SPDX-License-Identifier: GPL-3.0-or-later
// Labels whose words are shown as they are: names and ids come from outside and are never markup, whatever they look like. Panels with a
// heading, and how what they hold is taken away. GUI thread.
#pragma once

#include <QString>

class QFrame;
class QLabel;
class QLayout;
class QVBoxLayout;
class QWidget;

namespace ch::ui {

/// kind: of the style sheet ("secondary", "section" ...). Wraps. objectName may be empty.
[[nodiscard]] QLabel* plainLabel(const QString& words, const char* kind, const QString& objectName, QWidget* parent);
/// On one line.
[[nodiscard]] QLabel* lineLabel(const QString& words, const char* kind, const QString& objectName, QWidget* parent);
/// Wraps, and is selected with the mouse to be copied.
[[nodiscard]] QLabel* copyableLabel(const QString& words, const char* kind, const QString& objectName, QWidget* parent);

/// A frame with a heading, which is its accessible name too; the content goes into column.
[[nodiscard]] QFrame* headedPanel(const QString& heading, QVBoxLayout** column, QWidget* parent);

/// Takes everything out, layouts within too. Widgets are hidden at once and go later: what is being pressed may be among them.
void clearLayout(QLayout* layout);

} // namespace ch::ui
