// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/Roles.h"

#include <QStringList>

namespace ch::ui {

const Roles& rolesOf(Scheme scheme)
{
    static const Roles light{
        .page = "#FFFFFF", .panel = "#F3F5F7", .hover = "#EDF1F5", .selection = "#D6E6FB", .text = "#1B2127", .secondary = "#4A5560",
        .line = "#D5DBE1", .inputBorder = "#7A8691", .accent = "#0B5CAD", .danger = "#B3261E", .warning = "#8A5200", .ok = "#1B6E3C",
        .dangerTint = "#FCE9E7", .warningTint = "#FFF3D6", .okTint = "#E3F4E9", .infoTint = "#E5F0FB", .onAccent = "#FFFFFF"};
    static const Roles dark{
        .page = "#16191D", .panel = "#1E2227", .hover = "#252B32", .selection = "#1F4066", .text = "#E6E9EC", .secondary = "#AAB4BE",
        .line = "#333B44", .inputBorder = "#6F7B87", .accent = "#7AB8FF", .danger = "#FF8A80", .warning = "#F2B84B", .ok = "#6FCF97",
        .dangerTint = "#3B1D1C", .warningTint = "#3A2D10", .okTint = "#16301F", .infoTint = "#15293E", .onAccent = "#0B1A2A"};
    return scheme == Scheme::Light ? light : dark;
}

StripColours stripColours(StripMode mode)
{
    switch (mode) {
    case StripMode::Live: return {QColor("#C62828"), QColor("#FFFFFF")};
    case StripMode::Test: return {QColor("#FFC83D"), QColor("#1B1400")};
    case StripMode::Demo: return {QColor("#CFE3F1"), QColor("#0E2A3D")};
    case StripMode::None: break;
    }
    return {QColor("#4A5560"), QColor("#FFFFFF")};
}

const std::array<QColor, kSeriesCount>& seriesColours(Scheme scheme)
{
    static const std::array<QColor, kSeriesCount> light{QColor("#0B5CAD"), QColor("#AF71FE"), QColor("#565E17"), QColor("#AA7F2C"),
        QColor("#672937"), QColor("#5D9E7E"), QColor("#7A8691")};
    static const std::array<QColor, kSeriesCount> dark{QColor("#7AB8FF"), QColor("#996BD1"), QColor("#B6CC17"), QColor("#B18A4A"),
        QColor("#A35E6A"), QColor("#A8EBC8"), QColor("#87929D")};
    return scheme == Scheme::Light ? light : dark;
}

int seriesOfType(const QString& businessType)
{
    static const QStringList own{"saas", "ecommerce", "content", "api", "tool", "unclassified"};
    const auto index = own.indexOf(businessType);
    return index < 0 ? kSeriesCount - 1 : static_cast<int>(index);
}

QColor movementColour(Scheme scheme, MovementColour movement)
{
    const bool light = scheme == Scheme::Light;
    switch (movement) {
    case MovementColour::New: return QColor(light ? "#0A3F75" : "#CFE6FF");
    case MovementColour::Expansion: return QColor(light ? "#0B5CAD" : "#7AB8FF");
    case MovementColour::Reactivation: return QColor(light ? "#2E7FC9" : "#5B93C9");
    case MovementColour::Contraction: return QColor(light ? "#C77700" : "#E0A23C");
    case MovementColour::Churn: return QColor(light ? "#8A3B00" : "#B9702A");
    case MovementColour::Paused: break;
    }
    return QColor(light ? "#7A8691" : "#87929D");
}

} // namespace ch::ui
