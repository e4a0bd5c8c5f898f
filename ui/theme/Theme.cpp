// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/Theme.h"

#include "ui/theme/StyleSheet.h"
#include "ui/theme/SvgIconEngine.h"
#include "ui/theme/SystemScheme.h"

#include <QApplication>
#include <QFontDatabase>
#include <QPalette>
#include <QStyleFactory>

namespace ch::ui {

QFont textFont(TextSize size, bool semibold)
{
    QFont font(QStringLiteral("Open Sans"));
    font.setPointSize(static_cast<int>(size));
    font.setWeight(semibold ? QFont::DemiBold : QFont::Normal);
    return font;
}

QFont monoFont(TextSize size)
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setPointSize(static_cast<int>(size));
    return font;
}

Theme::Theme(QApplication& application, QObject* parent)
    : QObject(parent), m_application(application), m_system(new SystemScheme(this))
{
    for (const char* name : {"OpenSans-Regular", "OpenSans-Semibold"}) {
        QFontDatabase::addApplicationFont(QStringLiteral(":/ch/fonts/%1.ttf").arg(QLatin1String(name)));
    }
    m_application.setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    m_application.setFont(textFont(TextSize::Body));
    connect(m_system, &SystemScheme::changed, this, &Theme::follow);
    follow();
}

Theme::~Theme() = default;

void Theme::choose(Choice choice)
{
    m_choice = choice;
    follow();
}

void Theme::follow()
{
    Scheme wanted = m_system->scheme();
    if (m_choice != Choice::System) {
        wanted = m_choice == Choice::Dark ? Scheme::Dark : Scheme::Light;
    }
    if (m_applied && wanted == m_scheme) {
        return;
    }
    m_scheme = wanted;
    apply();
}

void Theme::apply()
{
    const Roles& r = roles();
    QPalette palette(r.text, r.panel);
    palette.setColor(QPalette::Window, r.page);
    palette.setColor(QPalette::WindowText, r.text);
    palette.setColor(QPalette::Base, r.page);
    palette.setColor(QPalette::AlternateBase, r.panel);
    palette.setColor(QPalette::Text, r.text);
    palette.setColor(QPalette::Button, r.panel);
    palette.setColor(QPalette::ButtonText, r.text);
    palette.setColor(QPalette::PlaceholderText, r.secondary);
    palette.setColor(QPalette::Highlight, r.selection);
    palette.setColor(QPalette::HighlightedText, r.text);
    palette.setColor(QPalette::Link, r.accent);
    palette.setColor(QPalette::LinkVisited, r.accent);
    palette.setColor(QPalette::ToolTipBase, r.panel);
    palette.setColor(QPalette::ToolTipText, r.text);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        palette.setColor(QPalette::Disabled, role, r.inputBorder);
    }
    m_application.setPalette(palette);
    m_application.setStyleSheet(styleSheet(r));
    m_applied = true;
    Q_EMIT changed();
}

QColor Theme::inkColour(Ink ink) const
{
    switch (ink) {
    case Ink::Text: return roles().text;
    case Ink::Secondary: return roles().secondary;
    }
    return roles().text;
}

QIcon Theme::icon(const QString& name, Ink ink) const
{
    return QIcon(new SvgIconEngine(*this, name, ink));
}

} // namespace ch::ui
