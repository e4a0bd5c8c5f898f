// SPDX-License-Identifier: GPL-3.0-or-later
// Messages under the mode strip, never in boxes: tinted, with a side bar, a sign and words; details folded, request id to copy, one
// button where there is something to do. A message of the same topic replaces the earlier one. GUI thread.
#pragma once

#include "ui/text/ErrorText.h"
#include "ui/theme/Shapes.h"
#include "ui/theme/Theme.h"

#include <QFrame>
#include <functional>

class QLabel;
class QPlainTextEdit;
class QVBoxLayout;

namespace ch::ui {

struct Message {
    QString topic;      ///< stable: "sync", "open" ...
    Sign sign = Sign::Info;
    QString title;
    QString text;
    QString details;    ///< empty: none
    QString requestId;  ///< empty: none
    QString actionWords;///< empty: no button
    std::function<void()> action;
};

/// A message that tells of an error.
[[nodiscard]] Message messageOf(const QString& topic, const Error& error);

class MessageView final : public QFrame {
    Q_OBJECT
public:
    MessageView(const Theme& theme, const Message& message, QWidget* parent);
    [[nodiscard]] const Message& message() const { return m_message; }

Q_SIGNALS:
    void closed();

private:
    void addButtons(QWidget* row);
    void addDetails(QVBoxLayout* column);
    Message m_message;
    QPlainTextEdit* m_details = nullptr;
};

class MessageStrip final : public QWidget {
    Q_OBJECT
public:
    MessageStrip(const Theme& theme, QWidget* parent);
    void put(const Message& message);
    void clear(const QString& topic);
    [[nodiscard]] QStringList topics() const;

private:
    const Theme& m_theme;
    QVBoxLayout* m_layout;
    QList<MessageView*> m_views;
};

} // namespace ch::ui
