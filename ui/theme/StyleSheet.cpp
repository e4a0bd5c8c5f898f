// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/StyleSheet.h"

#include <QFile>
#include <QStyle>
#include <QWidget>

namespace ch::ui {

QString styleSheet(const Roles& roles)
{
    QFile file(QStringLiteral(":/ch/style/window.qss"));
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    QString text = QString::fromUtf8(file.readAll());
    // Longer names before their beginnings: @dangerTint before @danger.
    const std::pair<const char*, QColor> names[] = {
        {"@dangerTint", roles.dangerTint}, {"@warningTint", roles.warningTint}, {"@okTint", roles.okTint}, {"@infoTint", roles.infoTint},
        {"@inputBorder", roles.inputBorder}, {"@onAccent", roles.onAccent}, {"@selection", roles.selection},
        {"@secondary", roles.secondary}, {"@warning", roles.warning}, {"@accent", roles.accent}, {"@danger", roles.danger},
        {"@panel", roles.panel}, {"@hover", roles.hover}, {"@page", roles.page}, {"@text", roles.text}, {"@line", roles.line},
        {"@ok", roles.ok}};
    for (const auto& [name, colour] : names) {
        text.replace(QLatin1String(name), colour.name());
    }
    text.replace(QLatin1String("@scheme"), roles.page.lightness() < 128 ? QLatin1String("dark") : QLatin1String("light"));
    return text;
}

void setLook(QWidget* widget, const char* property, const QString& value)
{
    widget->setProperty(property, value);
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
    widget->update();
}

} // namespace ch::ui
