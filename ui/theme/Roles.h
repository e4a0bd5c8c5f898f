// SPDX-License-Identifier: GPL-3.0-or-later
// The colours of the window, by what they mean and never by what they look like, for the light and the dark scheme. Every text on every
// surface keeps at least 4.6:1 and input borders 3.4:1 (WCAG 2 contrast; tests/ui/tst_Roles checks). Plain values; any thread.
#pragma once

#include <QColor>
#include <QString>
#include <array>

namespace ch::ui {

enum class Scheme { Light, Dark };

struct Roles {
    QColor page;
    QColor panel;
    QColor hover;
    QColor selection;
    QColor text;
    QColor secondary;
    QColor line;
    QColor inputBorder;
    QColor accent;
    QColor danger;
    QColor warning;
    QColor ok;
    QColor dangerTint;
    QColor warningTint;
    QColor okTint;
    QColor infoTint;
    QColor onAccent; ///< text on a surface of accent
};

[[nodiscard]] const Roles& rolesOf(Scheme scheme);

/// The three modes' strip colours, the same in both schemes: LIVE, TEST, DEMO, and none while nothing is connected.
struct StripColours {
    QColor surface;
    QColor text;
};
enum class StripMode { None, Live, Test, Demo };
[[nodiscard]] StripColours stripColours(StripMode mode);

/// Chart series of business types: six of their own and Other, each the same in every chart.
inline constexpr int kSeriesCount = 7;
[[nodiscard]] const std::array<QColor, kSeriesCount>& seriesColours(Scheme scheme);
/// 0 to 5 for saas, ecommerce, content, api, tool and unclassified; 6 (Other) for any other type.
[[nodiscard]] int seriesOfType(const QString& businessType);

enum class MovementColour { New, Expansion, Reactivation, Contraction, Churn, Paused };
[[nodiscard]] QColor movementColour(Scheme scheme, MovementColour movement);

} // namespace ch::ui
