// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/FaultPlan.h"

#include <QHash>
#include <QStringList>
#include <algorithm>
#include <array>

namespace ch::sandbox {

namespace faults {

struct Named {
    const char* name;
    FaultKind kind;
    bool doesWork;
    int status;
    int bytes = 0;
};

constexpr std::array kKinds = {
    Named{"reset", FaultKind::Reset, false, 0},
    Named{"close", FaultKind::Close, false, 0},
    Named{"lost", FaultKind::Close, true, 0},
    Named{"cut", FaultKind::Cut, true, 0},
    Named{"cut-reset", FaultKind::CutReset, true, 0},
    Named{"cut-chunked", FaultKind::CutChunked, true, 0},
    Named{"cut-head", FaultKind::CutHead, true, 0},
    Named{"hang", FaultKind::Hang, false, 0},
    Named{"slow", FaultKind::Slow, true, 0, 64},
    Named{"truncated-json", FaultKind::TruncatedJson, true, 0},
    Named{"html", FaultKind::Html, false, 502},
    Named{"empty", FaultKind::Empty, true, 204},
    Named{"redirect", FaultKind::Redirect, false, 302},
    Named{"short-length", FaultKind::ShortLength, true, 0},
    Named{"not-gzip", FaultKind::NotGzip, true, 0},
    Named{"not-utf8", FaultKind::NotUtf8, true, 0},
    Named{"duplicate-keys", FaultKind::DuplicateKeys, true, 0},
    Named{"long-header", FaultKind::LongHeader, true, 0, 70'000},
    Named{"early-hints", FaultKind::EarlyHints, true, 0},
    Named{"http10", FaultKind::Http10, true, 0},
    Named{"stale", FaultKind::Stale, true, 0},
    Named{"not-http", FaultKind::NotHttp, false, 0},
    Named{"error", FaultKind::ApiError, false, 400},
    Named{"oauth-error", FaultKind::OAuthError, false, 400},
    Named{"500", FaultKind::ServerError, false, 500},
    Named{"429", FaultKind::RateLimited, false, 429},
};

constexpr std::array kReasons = {"global-rate", "global-concurrency", "endpoint-rate", "endpoint-concurrency", "resource-specific", "lock_timeout"};

tl::unexpected<Error> wrong(const QString& text, const QString& why)
{
    return fail(ErrorKind::InvalidInput, QStringLiteral("The fault \"%1\" cannot be used: %2").arg(text, why));
}

std::optional<bool> yesOrNo(const QString& value)
{
    if (value == QStringLiteral("yes")) {
        return true;
    }
    return value == QStringLiteral("no") ? std::optional<bool>(false) : std::nullopt;
}

// Where a whole number goes and what it may be.
template <typename T>
bool setNumber(T* target, const QString& value, qint64 least, qint64 most)
{
    bool ok = false;
    const qint64 number = value.toLongLong(&ok);
    if (!ok || number < least || number > most) {
        return false;
    }
    *target = static_cast<T>(number);
    return true;
}

// Where a free text goes; null for another key.
QByteArray* wordOf(FaultRule* rule, const QString& key)
{
    const std::array<std::pair<const char*, QByteArray*>, 6> words = {{{"type", &rule->type}, {"code", &rule->code}, {"param", &rule->param},
        {"decline-code", &rule->declineCode}, {"message", &rule->message}, {"location", &rule->location}}};
    for (const auto& [name, target] : words) {
        if (key == QLatin1String(name)) {
            return target;
        }
    }
    return nullptr;
}

// Says what is wrong with the pair, or nothing.
QString setOption(FaultRule* rule, const QString& key, const QString& value)
{
    constexpr qint64 kMost = 1'000'000'000;
    const auto number = [&](auto* target, qint64 least, qint64 most) {
        return setNumber(target, value, least, most)
            ? QString()
            : QStringLiteral("%1 must be a whole number from %2 to %3.").arg(key).arg(least).arg(most);
    };
    const auto flag = [&](auto* target) {
        const std::optional<bool> on = yesOrNo(value);
        if (on) {
            *target = *on;
        }
        return on ? QString() : QStringLiteral("%1 must be yes or no.").arg(key);
    };
    if (key == QStringLiteral("path")) {
        rule->pathPrefix = value.toUtf8();
        return value.startsWith(QLatin1Char('/')) ? QString() : QStringLiteral("path must start with a slash.");
    }
    if (key == QStringLiteral("method")) {
        rule->method = value.toUpper().toLatin1();
        return QStringList{QStringLiteral("GET"), QStringLiteral("POST"), QStringLiteral("DELETE")}.contains(value.toUpper())
            ? QString()
            : QStringLiteral("method must be GET, POST or DELETE.");
    }
    if (key == QStringLiteral("rate")) {
        const std::optional<qint64> rate = perMillion(value);
        rule->perMillion = rate.value_or(0);
        return rate ? QString() : QStringLiteral("rate must be from 0 to 1, with at most six digits after the point.");
    }
    if (key == QStringLiteral("reason")) {
        rule->reason = value.toLatin1();
        return std::find(kReasons.begin(), kReasons.end(), value.toStdString()) != kReasons.end()
            ? QString()
            : QStringLiteral("reason must be one of global-rate, global-concurrency, endpoint-rate, endpoint-concurrency, resource-specific, "
                             "lock_timeout.");
    }
    if (key == QStringLiteral("status")) {
        const bool redirects = rule->kind == FaultKind::Redirect;
        return number(&rule->status, redirects ? 300 : rule->kind == FaultKind::Empty ? 200 : 400, redirects ? 399 : 599);
    }
    if (QByteArray* const word = wordOf(rule, key)) {
        *word = QByteArray::fromPercentEncoding(value.toUtf8());
        return {};
    }
    if (key == QStringLiteral("should-retry")) {
        return flag(&rule->shouldRetry);
    }
    if (key == QStringLiteral("work")) {
        return flag(&rule->doesWork);
    }
    if (key == QStringLiteral("retry-after")) {
        return number(&rule->retryAfterSeconds, 0, 86'400);
    }
    if (key == QStringLiteral("bytes")) {
        return number(&rule->bytes, 1, kMost);
    }
    if (key == QStringLiteral("ms")) {
        return number(&rule->everyMs, 0, 3'600'000);
    }
    if (key == QStringLiteral("nth")) {
        return number(&rule->nth, 1, kMost);
    }
    if (key == QStringLiteral("times")) {
        return number(&rule->times, 1, kMost);
    }
    if (key == QStringLiteral("seed")) {
        return number(&rule->seed, 0, std::numeric_limits<qint64>::max());
    }
    return QStringLiteral("\"%1\" is not one of path, method, nth, rate, seed, times, work, status, should-retry, reason, retry-after, "
                          "bytes, ms, type, code, param, decline-code, message, location.").arg(key);
}

// SplitMix64 (Steele, Lea, Flood 2014): one step of state to one number.
quint64 nextRandom(quint64* state)
{
    quint64 z = (*state += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

bool strikesNow(FaultPlan::Standing* standing)
{
    const FaultRule& rule = standing->rule;
    ++standing->seen;
    // Drawn for every request, so that what another rule does does not shift the dice.
    const auto dice = static_cast<qint64>(nextRandom(&standing->random) % 1'000'000);
    return (rule.nth == 0 || standing->seen == rule.nth) && (rule.times == 0 || standing->done < rule.times) && dice < rule.perMillion;
}

} // namespace faults

std::optional<qint64> perMillion(const QString& value)
{
    const QString whole = value.section(QLatin1Char('.'), 0, 0);
    QString digits = value.section(QLatin1Char('.'), 1);
    const auto isDigit = [](QChar c) { return c >= QLatin1Char('0') && c <= QLatin1Char('9'); };
    if ((whole != QStringLiteral("0") && whole != QStringLiteral("1")) || digits.size() > 6
        || !std::all_of(digits.begin(), digits.end(), isDigit)) {
        return std::nullopt;
    }
    const qint64 result = whole.toLongLong() * 1'000'000 + digits.leftJustified(6, QLatin1Char('0')).toLongLong();
    return result <= 1'000'000 ? std::optional<qint64>(result) : std::nullopt;
}

Result<FaultRule> FaultRule::parse(const QString& text)
{
    const QStringList parts = text.trimmed().split(QLatin1Char(','));
    const auto named = std::find_if(faults::kKinds.begin(), faults::kKinds.end(),
        [&parts](const faults::Named& kind) { return parts.first() == QLatin1String(kind.name); });
    if (named == faults::kKinds.end()) {
        QStringList names;
        for (const faults::Named& kind : faults::kKinds) {
            names << QLatin1String(kind.name);
        }
        return faults::wrong(text, QStringLiteral("its kind must be one of %1.").arg(names.join(QStringLiteral(", "))));
    }
    FaultRule rule;
    rule.kind = named->kind;
    rule.doesWork = named->doesWork;
    rule.status = named->status;
    rule.bytes = named->bytes;
    for (const QString& part : parts.sliced(1)) {
        const qsizetype equals = part.indexOf(QLatin1Char('='));
        if (equals <= 0) {
            return faults::wrong(text, QStringLiteral("\"%1\" is not KEY=VALUE.").arg(part));
        }
        const QString problem = faults::setOption(&rule, part.first(equals), part.sliced(equals + 1));
        if (!problem.isEmpty()) {
            return faults::wrong(text, problem);
        }
    }
    return rule;
}

void FaultPlan::add(const FaultRule& rule, const QString& text)
{
    m_rules.append({text, rule, 0, 0, rule.seed});
}

std::optional<FaultRule> FaultPlan::strike(const QByteArray& method, const QByteArray& path)
{
    std::optional<FaultRule> struck;
    for (Standing& standing : m_rules) {
        const FaultRule& rule = standing.rule;
        if ((!rule.method.isEmpty() && rule.method != method) || !path.startsWith(rule.pathPrefix)) {
            continue;
        }
        if (faults::strikesNow(&standing) && !struck) {
            ++standing.done;
            struck = rule;
        }
    }
    return struck;
}

} // namespace ch::sandbox
