// SPDX-License-Identifier: GPL-3.0-or-later
// What MRR means: every choice in which the tools differ is a named setting. Presets follow Stripe, ChartMogul, ProfitWell and Paddle, each
// choice with its source beside it (Presets.cpp); own definitions come as JSON on top of a preset. Plain value; pure; any thread.
#pragma once

#include "base/Error.h"
#include "base/Fraction.h"

#include <QByteArray>
#include <QJsonObject>
#include <QStringList>
#include <optional>
#include <vector>

namespace ch::revenue {

enum class ChurnAt { End, Request };              ///< when a cancellation that was asked for counts
enum class CountsFrom { Start, FirstPayment };    ///< when a subscription begins to count
enum class BucketEdge { Start, End };             ///< which of a bucket's two edges belongs to it

/// The defaults are Stripe's.
struct Definition {
    QString name = QStringLiteral("stripe");
    bool subtractForever = true;
    bool subtractRepeating = false;
    bool subtractOnce = false;
    Fraction monthsInDay = Fraction::ratio(12, 365);   ///< a period of n days has n x this many months
    Fraction monthsInWeek = Fraction::ratio(12, 52);
    bool countPastDue = true;
    bool countTrialing = false;
    bool countPaused = false;                          ///< with its collection paused; never one that Stripe itself paused after its trial
    ChurnAt churnAt = ChurnAt::End;
    CountsFrom countsFrom = CountsFrom::Start;
    qint64 groupingSeconds = 0;                        ///< changes of one customer this close together are one movement (W)
    qint64 lapseSeconds = 0;                           ///< a gap this short is a lapse and a return, not churn (G)
    std::optional<qint64> reactivationSeconds;         ///< who comes back later than this is new (H); nothing: never
    QString zone;                                      ///< IANA; empty: the account's
    BucketEdge edge = BucketEdge::Start;               ///< Start: [00:00, next 00:00)

    bool operator==(const Definition&) const = default;
};

[[nodiscard]] QStringList presetNames();

/// One choice of a preset: what is set, to what, and who says so.
struct PresetChoice {
    const char* preset;
    const char* setting;
    const char* value;    ///< as JSON
    const char* source;
};
[[nodiscard]] const std::vector<PresetChoice>& presetChoices();

/// The settings' names, in the order in which a bridge goes through them.
[[nodiscard]] const QStringList& settingNames();
/// One setting as JSON has it: "count", "365/12", 60, null.
[[nodiscard]] QJsonValue settingOf(const Definition& definition, const QString& setting);
/// Sets one. InvalidInput, with a sentence, for a setting that is not known and a value that makes no sense.
[[nodiscard]] Status setSetting(const QString& setting, const QJsonValue& value, Definition* definition);

/// {"name", each setting}
[[nodiscard]] QJsonObject definitionJson(const Definition& definition);

/// InvalidInput when there is no such preset.
[[nodiscard]] Result<Definition> presetDefinition(const QString& name);
/// {"based_on": a preset, "name"?, settings that differ}. InvalidInput says what is wrong in it.
[[nodiscard]] Result<Definition> definitionFromJson(const QByteArray& json, const QString& name);

} // namespace ch::revenue
