// SPDX-License-Identifier: GPL-3.0-or-later
// Puts the look on the program: font, palette, style sheet and icons from the colour roles, for the scheme that a person chose or the
// system shows. One object, made by app before any widget and outliving them all; widgets are handed it. GUI thread.
#pragma once

#include "ui/theme/Roles.h"

#include <QIcon>
#include <QObject>

class QApplication;

namespace ch::ui {

class SystemScheme;

class Theme : public QObject {
    Q_OBJECT
public:
    enum class Choice { System, Light, Dark };
    enum class Ink { Text, Secondary };

    explicit Theme(QApplication& application, QObject* parent = nullptr);
    ~Theme() override;

    void choose(Choice choice);
    [[nodiscard]] Choice choice() const { return m_choice; }
    [[nodiscard]] Scheme scheme() const { return m_scheme; }
    [[nodiscard]] const Roles& roles() const { return rolesOf(m_scheme); }

    /// A Breeze icon of resources/icons drawn in the ink's colour of whatever scheme is in force when it is painted.
    [[nodiscard]] QIcon icon(const QString& name, Ink ink = Ink::Text) const;
    [[nodiscard]] QColor inkColour(Ink ink) const;

Q_SIGNALS:
    /// After palette and style sheet were exchanged.
    void changed();

private:
    void follow();
    void apply();

    QApplication& m_application;
    SystemScheme* m_system;
    Choice m_choice = Choice::System;
    Scheme m_scheme = Scheme::Light;
    bool m_applied = false;
};

/// Fonts of the five sizes; weight 600 is Semibold.
enum class TextSize { Caption = 9, Body = 10, Section = 12, Page = 15, Headline = 21 };
[[nodiscard]] QFont textFont(TextSize size, bool semibold = false);
/// For ids and JSON.
[[nodiscard]] QFont monoFont(TextSize size = TextSize::Caption);

} // namespace ch::ui
