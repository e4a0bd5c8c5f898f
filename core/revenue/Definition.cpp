// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/Definition.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTimeZone>
#include <limits>

namespace ch::revenue {

namespace {

constexpr qint64 kMinute = 60;
constexpr qint64 kDay = 86400;

/// Reads a value, or says in words what it would have to be.
struct Setting {
    QString name;
    QString form;
    bool (*set)(const QJsonValue& value, Definition* definition);
    QJsonValue (*show)(const Definition& definition);
};

QString wideText(Fraction::Wide value)
{
    return QString::number(static_cast<qint64>(value));
}

QJsonValue fractionJson(const Fraction& value)
{
    return wideText(value.numerator()) + (value.isWhole() ? QString() : QLatin1Char('/') + wideText(value.denominator()));
}

/// "365/12", "4.33" or 30.
Fraction fractionIn(const QJsonValue& value)
{
    const auto decimal = [](const QString& text) { return Fraction::fromDecimal(text.toStdString()); };
    if (value.isDouble()) {
        const QByteArray written = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact); // the shortest text: 4.33 is 4.33 again
        return Fraction::fromDecimal(std::string_view(written.constData() + 1, static_cast<size_t>(written.size() - 2)));
    }
    const QStringList parts = value.toString().split(QLatin1Char('/'));
    return parts.size() == 2 ? decimal(parts[0]) / decimal(parts[1]) : parts.size() == 1 ? decimal(parts[0]) : Fraction::invalid();
}

bool setPerMonth(const QJsonValue& value, const Fraction& least, const Fraction& most, Fraction* months)
{
    const Fraction perMonth = fractionIn(value);
    const bool sane = perMonth.isValid() && perMonth >= least && perMonth <= most;
    if (sane) {
        *months = Fraction(1) / perMonth;
    }
    return sane;
}

bool setWord(const QJsonValue& value, const char* yes, const char* no, bool* target)
{
    *target = value.toString() == QLatin1String(yes);
    return *target || value.toString() == QLatin1String(no);
}

/// A whole number of units between 0 (or least) and most.
bool setWhole(const QJsonValue& value, qint64 least, qint64 most, qint64 unit, qint64* target)
{
    const qint64 whole = value.toInteger(std::numeric_limits<qint64>::min());
    *target = whole >= least && whole <= most ? whole * unit : 0;
    return value.isDouble() && whole >= least && whole <= most;
}

QJsonValue word(bool yes, const char* whenYes, const char* whenNo)
{
    return QString::fromLatin1(yes ? whenYes : whenNo);
}

bool setDurations(const QJsonValue& value, Definition* d)
{
    const QJsonArray durations = value.toArray();
    d->subtractForever = durations.contains(QStringLiteral("forever"));
    d->subtractRepeating = durations.contains(QStringLiteral("repeating"));
    d->subtractOnce = durations.contains(QStringLiteral("once"));
    return value.isArray() && durations.size() == int(d->subtractForever) + int(d->subtractRepeating) + int(d->subtractOnce);
}

QJsonValue showDurations(const Definition& d)
{
    QJsonArray durations;
    for (const auto& [chosen, name] : {std::pair(d.subtractForever, "forever"), std::pair(d.subtractRepeating, "repeating"), std::pair(d.subtractOnce, "once")}) {
        if (chosen) {
            durations.append(QString::fromLatin1(name));
        }
    }
    return durations;
}

bool setHorizon(const QJsonValue& value, Definition* d)
{
    d->reactivationSeconds.reset();
    if (value.isNull()) {
        return true;
    }
    qint64 seconds = 0;
    const bool fits = setWhole(value, 1, 3660, kDay, &seconds);
    d->reactivationSeconds = seconds;
    return fits;
}

bool setZone(const QJsonValue& value, Definition* d)
{
    d->zone = value.toString() == QLatin1String("account") ? QString() : value.toString();
    return value.isString() && (value.toString() == QLatin1String("account") || QTimeZone(d->zone.toUtf8()).isValid());
}

const std::vector<Setting>& settings()
{
    using Value = const QJsonValue&;
    using Read = const Definition&;
    static const std::vector<Setting> all = {
        {QStringLiteral("discounts_subtracted"), QStringLiteral("an array of forever, repeating and once, each at most once"), setDurations, showDurations},
        {QStringLiteral("days_in_month"), QStringLiteral("a number from 28 to 31, as in \"365/12\", 30.4375 or 30"),
            [](Value v, Definition* d) { return setPerMonth(v, Fraction(28), Fraction(31), &d->monthsInDay); }, [](Read d) { return fractionJson(Fraction(1) / d.monthsInDay); }},
        {QStringLiteral("weeks_in_month"), QStringLiteral("a number from 4 to 4.5, as in \"52/12\" or 4.33"),
            [](Value v, Definition* d) { return setPerMonth(v, Fraction(4), Fraction::ratio(9, 2), &d->monthsInWeek); }, [](Read d) { return fractionJson(Fraction(1) / d.monthsInWeek); }},
        {QStringLiteral("past_due"), QStringLiteral("\"count\" or \"exclude\""), [](Value v, Definition* d) { return setWord(v, "count", "exclude", &d->countPastDue); },
            [](Read d) { return word(d.countPastDue, "count", "exclude"); }},
        {QStringLiteral("trials"), QStringLiteral("\"count\" or \"exclude\""), [](Value v, Definition* d) { return setWord(v, "count", "exclude", &d->countTrialing); },
            [](Read d) { return word(d.countTrialing, "count", "exclude"); }},
        {QStringLiteral("paused"), QStringLiteral("\"count\" or \"exclude\""), [](Value v, Definition* d) { return setWord(v, "count", "exclude", &d->countPaused); },
            [](Read d) { return word(d.countPaused, "count", "exclude"); }},
        {QStringLiteral("churn_at"), QStringLiteral("\"end\" or \"request\""),
            [](Value v, Definition* d) {
                bool atRequest = false;
                const bool known = setWord(v, "request", "end", &atRequest);
                d->churnAt = atRequest ? ChurnAt::Request : ChurnAt::End;
                return known;
            },
            [](Read d) { return word(d.churnAt == ChurnAt::Request, "request", "end"); }},
        {QStringLiteral("counts_from"), QStringLiteral("\"start\" or \"first_payment\""),
            [](Value v, Definition* d) {
                bool paid = false;
                const bool known = setWord(v, "first_payment", "start", &paid);
                d->countsFrom = paid ? CountsFrom::FirstPayment : CountsFrom::Start;
                return known;
            },
            [](Read d) { return word(d.countsFrom == CountsFrom::FirstPayment, "first_payment", "start"); }},
        {QStringLiteral("grouping_minutes"), QStringLiteral("a whole number from 0 to 1440"), [](Value v, Definition* d) { return setWhole(v, 0, 1440, kMinute, &d->groupingSeconds); },
            [](Read d) { return QJsonValue(d.groupingSeconds / kMinute); }},
        {QStringLiteral("lapse_days"), QStringLiteral("a whole number from 0 to 366"), [](Value v, Definition* d) { return setWhole(v, 0, 366, kDay, &d->lapseSeconds); },
            [](Read d) { return QJsonValue(d.lapseSeconds / kDay); }},
        {QStringLiteral("reactivation_days"), QStringLiteral("a whole number from 1 to 3660, or null for no limit"), setHorizon,
            [](Read d) { return d.reactivationSeconds ? QJsonValue(*d.reactivationSeconds / kDay) : QJsonValue(QJsonValue::Null); }},
        {QStringLiteral("time_zone"), QStringLiteral("\"account\" or the name of a time zone, as in \"Europe/Berlin\""), setZone,
            [](Read d) { return QJsonValue(d.zone.isEmpty() ? QStringLiteral("account") : d.zone); }},
        {QStringLiteral("bucket_edge"), QStringLiteral("\"start\" ([00:00, next 00:00), the usual one) or \"end\""),
            [](Value v, Definition* d) {
                bool atEnd = false;
                const bool known = setWord(v, "end", "start", &atEnd);
                d->edge = atEnd ? BucketEdge::End : BucketEdge::Start;
                return known;
            },
            [](Read d) { return word(d.edge == BucketEdge::End, "end", "start"); }},
    };
    return all;
}

const Setting* findSetting(const QString& name)
{
    const auto found = std::find_if(settings().begin(), settings().end(), [&name](const Setting& setting) { return setting.name == name; });
    return found == settings().end() ? nullptr : &*found;
}

} // namespace

const QStringList& settingNames()
{
    static const QStringList names = [] {
        QStringList all;
        for (const Setting& setting : settings()) {
            all << setting.name;
        }
        return all;
    }();
    return names;
}

QJsonValue settingOf(const Definition& definition, const QString& setting)
{
    const Setting* found = findSetting(setting);
    return found == nullptr ? QJsonValue(QJsonValue::Undefined) : found->show(definition);
}

Status setSetting(const QString& setting, const QJsonValue& value, Definition* definition)
{
    const Setting* found = findSetting(setting);
    if (found == nullptr) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("There is no setting \"%1\". Settings are %2.").arg(setting, settingNames().join(QStringLiteral(", "))));
    }
    Definition changed = *definition;
    if (!found->set(value, &changed)) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("\"%1\" is %2.").arg(setting, found->form));
    }
    *definition = changed;
    return {};
}

QJsonObject definitionJson(const Definition& definition)
{
    QJsonObject object{{QStringLiteral("name"), definition.name}};
    for (const Setting& setting : settings()) {
        object.insert(setting.name, setting.show(definition));
    }
    return object;
}

QStringList presetNames()
{
    QStringList names;
    for (const PresetChoice& choice : presetChoices()) {
        if (!names.contains(QLatin1String(choice.preset))) {
            names << QString::fromLatin1(choice.preset);
        }
    }
    return names;
}

Result<Definition> presetDefinition(const QString& name)
{
    if (!presetNames().contains(name)) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("There is no definition \"%1\". There are %2, and files of one's own.").arg(name, presetNames().join(QStringLiteral(", "))));
    }
    Definition definition;
    definition.name = name;
    for (const PresetChoice& choice : presetChoices()) {
        if (name != QLatin1String(choice.preset)) {
            continue;
        }
        const QJsonValue value = QJsonDocument::fromJson(QByteArray("[") + choice.value + "]").array().at(0);
        if (const Status set = setSetting(QString::fromLatin1(choice.setting), value, &definition); !set) {
            return fail(ErrorKind::Internal, QStringLiteral("The preset %1 is wrong: %2").arg(name, set.error().message));
        }
    }
    return definition;
}

Result<Definition> definitionFromJson(const QByteArray& json, const QString& name)
{
    QJsonParseError parsing;
    const QJsonDocument document = QJsonDocument::fromJson(json, &parsing);
    if (!document.isObject()) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("The definition is no JSON object {\"based_on\", settings}%1.")
                .arg(parsing.error == QJsonParseError::NoError ? QString() : QStringLiteral(": %1 at byte %2").arg(parsing.errorString()).arg(parsing.offset)));
    }
    const QJsonObject given = document.object();
    const QJsonValue base = given.value(QStringLiteral("based_on"));
    if (!base.isString()) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("\"based_on\" is missing: one of %1.").arg(presetNames().join(QStringLiteral(", "))));
    }
    Result<Definition> definition = presetDefinition(base.toString());
    if (!definition) {
        return definition;
    }
    definition->name = given.value(QStringLiteral("name")).toString(name);
    for (auto entry = given.begin(); entry != given.end(); ++entry) {
        if (entry.key() == QLatin1String("based_on") || entry.key() == QLatin1String("name")) {
            continue;
        }
        if (const Status set = setSetting(entry.key(), entry.value(), &*definition); !set) {
            return fail(set.error());
        }
    }
    return definition;
}

} // namespace ch::revenue
