// SPDX-License-Identifier: GPL-3.0-or-later
// The program's log to read: its newest lines as they stand in the file (already redacted), filtered by words, to copy. Refreshes while it
// is in sight. GUI thread.
#pragma once

#include "ui/theme/Theme.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QLineEdit;
class QPlainTextEdit;

namespace ch::ui {

class LogPage final : public QWidget {
    Q_OBJECT
public:
    LogPage(const Theme& theme, QWidget* parent);
    void setLines(const QStringList& lines, const QString& file);

Q_SIGNALS:
    void backAsked();

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void read();
    void fill();
    QStringList m_lines;
    QLabel* m_file;
    QLineEdit* m_filter;
    QPlainTextEdit* m_text;
    QTimer m_timer;
};

} // namespace ch::ui
