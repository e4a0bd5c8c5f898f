// SPDX-License-Identifier: GPL-3.0-or-later
// Reports of the revenue ledger: mrr, explain, bridge, evaluate; movements are in RunMovements.cpp.
#include "Figures.h"
#include "RevenueJson.h"
#include "Run.h"
#include "revenue/DefinitionChange.h"
#include "revenue/Evaluate.h"
#include "revenue/Explain.h"
#include "revenue/MirrorFacts.h"

#include <QFile>
#include <QFileInfo>

namespace ch::ctl {

Result<revenue::Definition> Run::definitionMeant(const QString& word) const
{
    if (word.isEmpty() || revenue::presetNames().contains(word)) {
        return word.isEmpty() ? revenue::Definition() : revenue::presetDefinition(word);
    }
    QFile file(word);
    if (!file.open(QIODevice::ReadOnly)) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("\"%1\" is no definition: it is none of %2, and no file that can be read.").arg(word, revenue::presetNames().join(QStringLiteral(", "))));
    }
    return revenue::definitionFromJson(file.readAll(), QFileInfo(word).completeBaseName());
}

/// The zone that is asked for, else the definition's, else the account's, else UTC.
Result<QTimeZone> Run::zoneMeant(const revenue::Definition& definition) const
{
    const QString account = m_workspace->account().timezone;
    const QString name = !m_arguments.zone.isEmpty() ? m_arguments.zone : !definition.zone.isEmpty() ? definition.zone : account.isEmpty() ? QStringLiteral("UTC") : account;
    const QTimeZone zone(name.toUtf8());
    if (!zone.isValid()) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("\"%1\" is no time zone; as in Europe/Berlin or UTC.").arg(name));
    }
    return zone;
}

Status Run::askChange(Asked* question) const
{
    if (m_arguments.beforeDefinition.isEmpty()) {
        return {};
    }
    const auto before = definitionMeant(m_arguments.beforeDefinition);
    const auto changedAt = instantOf(m_arguments.changedAt, question->zone);
    if (!before || !changedAt) {
        return fail(!before ? before.error() : changedAt.error());
    }
    if (*changedAt > question->now) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("The definition cannot have changed in the future (%1).").arg(m_arguments.changedAt));
    }
    question->before = *before;
    question->changedAt = *changedAt;
    return {};
}

Result<Run::Asked> Run::asked(const QString& definition)
{
    Asked question;
    const auto meant = definitionMeant(definition);
    const auto zone = meant ? zoneMeant(*meant) : Result<QTimeZone>(fail(meant.error()));
    const auto filters = revenue::filtersOf(m_arguments.filters);
    if (!zone || !filters) {
        return fail(!meant ? meant.error() : !zone ? zone.error() : filters.error());
    }
    question.definition = *meant;
    question.zone = *zone;
    question.filters = *filters;
    if (!m_arguments.groupBy.isEmpty()) {
        const auto by = revenue::groupByOf(m_arguments.groupBy);
        if (!by) {
            return fail(ErrorKind::InvalidInput, QStringLiteral("--group-by is one of %1.").arg(revenue::groupWords().join(QStringLiteral(", "))));
        }
        question.by = *by;
    }
    const auto now = m_clock.nowMs() / 1000;
    const auto at = m_arguments.at.isEmpty() ? Result<stripe::Seconds>(now) : instantOf(m_arguments.at, question.zone);
    if (!at) {
        return fail(at.error());
    }
    question.now = now;
    question.at = std::min(*at, now);
    if (const Status change = askChange(&question); !change) {
        return fail(change.error());
    }
    const bool countries = question.by == revenue::GroupBy::Country
        || std::any_of(question.filters.begin(), question.filters.end(), [](const revenue::Filter& filter) { return filter.by == revenue::GroupBy::Country; });
    if (countries) {
        const auto known = revenue::countriesOf(m_workspace->reader());
        if (!known) {
            return fail(known.error());
        }
        question.countries = *known;
    }
    if (*at > now) {
        m_terminal.say(QStringLiteral("The future is not known: told as of now."));
    }
    return question;
}

/// By the definition that is asked for, and until --changed-at by the one before it.
Result<revenue::Ledger> Run::ledger(const Asked& question)
{
    auto made = revenue::factsOf(m_workspace->reader());
    if (!made) {
        return fail(made.error());
    }
    const auto facts = std::make_shared<const revenue::Facts>(std::move(*made));
    auto ledger = revenue::buildLedger(facts, question.definition, question.now);
    if (!ledger || !question.before) {
        return ledger;
    }
    const auto before = revenue::buildLedger(facts, *question.before, question.now);
    return before ? revenue::joined(*before, *ledger, question.changedAt) : before;
}

/// Says beside a sum what is not in it.
void Run::sayLeftOut(const std::vector<revenue::LeftOut>& leftOut, stripe::Seconds at)
{
    const auto count = std::count_if(leftOut.begin(), leftOut.end(), [at](const revenue::LeftOut& one) { return one.from <= at && at < one.to; });
    if (count > 0) {
        m_terminal.say(counted(count, "1 subscription could not be valued and is left out; \"not_valued\" names it.", "%1 subscriptions could not be valued and are left out; \"not_valued\" names them."));
    }
}

void Run::mrr()
{
    const auto partial = sayIfPartial();
    const auto question = asked(m_arguments.definition);
    const auto completeness = m_workspace->reader().completeness();
    auto built = question ? ledger(*question) : Result<revenue::Ledger>(fail(question.error()));
    if (!partial || !completeness || !built) {
        failed(!partial ? partial.error() : !completeness ? completeness.error() : built.error());
        return;
    }
    const auto rates = ratesMeant(*question);
    if (!rates) {
        failed(rates.error());
        return;
    }
    const auto figures = [&](revenue::GroupBy by) {
        const auto lines = revenue::figuresAt(*built, question->at, revenue::Grouping(*built, by, question->filters, question->countries));
        return lines && *rates ? revenue::converted(*lines, **rates, question->at, question->zone) : lines;
    };
    const auto totals = figures(revenue::GroupBy::Nothing);
    const auto types = figures(revenue::GroupBy::BusinessType);
    const auto groups = question->by == revenue::GroupBy::Nothing ? Result<std::vector<revenue::FigureLine>>(std::vector<revenue::FigureLine>()) : figures(question->by);
    if (!totals || !types || !groups) {
        failed(!totals ? totals.error() : !types ? types.error() : groups.error());
        return;
    }
    if (m_terminal.wantsJson()) {
        QJsonObject json = figuresJson(*totals, *types, *groups, m_arguments.groupBy);
        const qint64 asOf = m_arguments.at.isEmpty() ? std::min(completeness->completeAsOfMs / 1000, question->now) : question->at;
        json.insert(QStringLiteral("as_of"), asOf == 0 ? QJsonValue(QJsonValue::Null) : QJsonValue(QDateTime::fromSecsSinceEpoch(asOf, Qt::UTC).toString(Qt::ISODate)));
        json.insert(QStringLiteral("complete"), completeness->complete);
        json.insert(QStringLiteral("at"), zonedText(question->at, question->zone));
        json.insert(QStringLiteral("zone"), QString::fromUtf8(question->zone.id()));
        json.insert(QStringLiteral("definition"), question->definition.name);
        json.insert(QStringLiteral("not_valued"), leftOutJson(*built, question->at));
        if (*rates) {
            json.insert(QStringLiteral("in"), (*rates)->into());
            json.insert(QStringLiteral("rates"), ratesJson(**rates, *built, question->at, question->zone));
            json.insert(QStringLiteral("rounding_minor"), roundingJson(*totals, *types, *groups, m_arguments.groupBy));
        }
        m_terminal.json(QJsonDocument(json));
    } else {
        QList<QStringList> rows;
        for (const auto& [lines, name] : {std::pair(&*totals, QStringLiteral("all")), std::pair(question->by == revenue::GroupBy::Nothing ? &*types : &*groups, QString())}) {
            for (const revenue::FigureLine& line : *lines) {
                const auto money = [&line](qint64 minor) { return moneyText(Money{minor, line.currency}); };
                rows << QStringList{name.isEmpty() ? line.group : name, money(line.amounts.mrr), money(line.amounts.list), money(line.amounts.net), money(line.amounts.atRisk),
                    money(line.amounts.committed), QString::number(line.subscriptions)};
            }
        }
        m_terminal.table({question->by == revenue::GroupBy::Nothing ? QStringLiteral("business type") : m_arguments.groupBy, QStringLiteral("MRR"), QStringLiteral("list"), QStringLiteral("net"),
                             QStringLiteral("at risk"), QStringLiteral("committed"), QStringLiteral("subscriptions")}, rows, {1, 2, 3, 4, 5, 6});
        m_terminal.say(QStringLiteral("As of %1, %2, by the definition \"%3\".").arg(zonedText(question->at, question->zone), QString::fromUtf8(question->zone.id()), question->definition.name));
    }
    sayLeftOut(built->leftOut, question->at);
    finish(Done);
}

void Run::explain()
{
    const auto partial = sayIfPartial();
    const auto question = asked(m_arguments.definition);
    const auto from = question && !m_arguments.from.isEmpty() ? instantOf(m_arguments.from, question->zone) : Result<stripe::Seconds>(0);
    const auto to = question && !m_arguments.to.isEmpty() ? instantOf(m_arguments.to, question->zone) : Result<stripe::Seconds>(question ? question->at : 0);
    const auto built = question && from && to ? ledger(*question) : Result<revenue::Ledger>(fail(!question ? question.error() : !from ? from.error() : to.error()));
    if (!partial || !built) {
        failed(partial ? built.error() : partial.error());
        return;
    }
    const QString& customer = m_arguments.customer;
    const std::vector<revenue::Filter> filters = customer.isEmpty() ? question->filters : std::vector<revenue::Filter>{{revenue::GroupBy::Customer, {customer}}};
    const revenue::Grouping taken(*built, revenue::GroupBy::Nothing, filters, question->countries);
    const auto figures = revenue::figuresAt(*built, question->at, taken);
    if (!figures) {
        failed(figures.error());
        return;
    }
    QJsonObject json{{QStringLiteral("at"), zonedText(question->at, question->zone)}, {QStringLiteral("zone"), QString::fromUtf8(question->zone.id())},
        {QStringLiteral("definition"), question->definition.name}, {QStringLiteral("figures"), figuresJson(*figures)}, {QStringLiteral("not_valued"), leftOutJson(*built, question->at)}};
    tellChange(*question, &json);
    if (!m_arguments.from.isEmpty()) {
        json.insert(QStringLiteral("from"), zonedText(*from, question->zone));
        json.insert(QStringLiteral("to"), zonedText(*to, question->zone));
        json.insert(QStringLiteral("changes"), revenue::changesJson(*built, *from, *to, question->zone, taken));
    } else if (customer.isEmpty()) {
        json.insert(QStringLiteral("customers"), revenue::customersJson(*built, question->at, taken));
    } else {
        json.insert(QStringLiteral("customer_id"), customer);
        json.insert(QStringLiteral("holdings"), revenue::holdingsJson(*built, customer, question->at));
        json.insert(QStringLiteral("timeline"), revenue::timelineJson(*built, customer, question->at, question->zone));
    }
    tellExplanation(json);
    if (!m_terminal.wantsJson()) {
        m_terminal.say(QStringLiteral("%1, %2, by the definition \"%3\".").arg(m_arguments.from.isEmpty() ? QStringLiteral("As of ") + zonedText(question->at, question->zone)
            : QStringLiteral("After %1, up to %2").arg(zonedText(*from, question->zone), zonedText(*to, question->zone)), QString::fromUtf8(question->zone.id()), question->definition.name));
    }
    finish(Done);
}

void Run::tellExplanation(const QJsonObject& json)
{
    if (m_terminal.wantsJson()) {
        m_terminal.json(QJsonDocument(json));
        return;
    }
    QList<QStringList> rows;
    const auto money = [](const QJsonObject& one, const char* field) { return moneyText(Money{one.value(QLatin1String(field)).toInteger(), one.value(QStringLiteral("currency")).toString()}); };
    if (json.contains(QStringLiteral("customers"))) {
        for (const QJsonValue& value : json.value(QStringLiteral("customers")).toArray()) {
            rows << QStringList{value[QStringLiteral("customer_id")].toString(), money(value.toObject(), "mrr_minor")};
        }
        m_terminal.table({QStringLiteral("customer"), QStringLiteral("MRR")}, rows, {1});
        return;
    }
    const auto addChange = [&](const QString& customer, const QJsonObject& change) {
        QStringList proofs;
        for (const QJsonValue& proof : change.value(QStringLiteral("evidence")).toArray()) {
            proofs << proof[QStringLiteral("id")].toString();
        }
        rows << QStringList{change.value(QStringLiteral("at")).toString(), customer, change.value(QStringLiteral("class")).toString(), change.value(QStringLiteral("cause")).toString(),
            money(change, "delta_minor"), change.value(QStringLiteral("exact")).toBool() ? QString() : QStringLiteral("after ") + change.value(QStringLiteral("earliest")).toString(), proofs.join(QLatin1Char(' '))};
    };
    for (const QJsonValue& value : json.value(QStringLiteral("changes")).toArray()) {
        for (const QJsonValue& change : value[QStringLiteral("changes")].toArray()) {
            addChange(value[QStringLiteral("customer_id")].toString(), change.toObject());
        }
    }
    for (const QJsonValue& change : json.value(QStringLiteral("timeline")).toArray()) {
        addChange(json.value(QStringLiteral("customer_id")).toString(), change.toObject());
    }
    m_terminal.table({QStringLiteral("at"), QStringLiteral("customer"), QStringLiteral("class"), QStringLiteral("cause"), QStringLiteral("change"), QStringLiteral("window"), QStringLiteral("evidence")}, rows, {4});
}

void Run::bridge()
{
    const auto partial = sayIfPartial();
    const auto question = asked(m_arguments.fromDefinition);
    const auto to = definitionMeant(m_arguments.toDefinition);
    auto facts = revenue::factsOf(m_workspace->reader());
    if (!partial || !question || !to || !facts) {
        failed(!partial ? partial.error() : !question ? question.error() : !to ? to.error() : facts.error());
        return;
    }
    const auto sides = revenue::bridge(std::make_shared<const revenue::Facts>(std::move(*facts)), question->definition, *to, question->at, question->now);
    if (!sides) {
        failed(sides.error());
        return;
    }
    if (m_terminal.wantsJson()) {
        QJsonObject json = bridgeJson(*sides);
        json.insert(QStringLiteral("at"), zonedText(question->at, question->zone));
        json.insert(QStringLiteral("from_definition"), question->definition.name);
        json.insert(QStringLiteral("to_definition"), to->name);
        m_terminal.json(QJsonDocument(json));
    } else {
        QList<QStringList> rows;
        for (const revenue::BridgeSide& side : *sides) {
            if (!rows.isEmpty()) {
                rows << QStringList(); // an empty line
            }
            rows << QStringList{question->definition.name, QString(), moneyText(Money{side.from, side.currency})};
            for (const revenue::BridgeLine& line : side.lines) {
                rows << QStringList{line.setting, counted(static_cast<qint64>(line.customers.size()), "1 customer", "%1 customers"), moneyText(Money{line.delta, side.currency})};
            }
            rows << QStringList{to->name, QString(), moneyText(Money{side.to, side.currency})};
        }
        m_terminal.table({QStringLiteral("setting"), QStringLiteral("concerns"), QStringLiteral("MRR")}, rows, {2});
    }
    finish(Done);
}

void Run::evaluate()
{
    const auto file = readFile();
    const auto definition = definitionMeant(m_arguments.definition);
    const auto values = !file ? Result<QJsonArray>(fail(file.error()))
        : !definition         ? Result<QJsonArray>(fail(definition.error()))
                              : revenue::evaluate(*file, *definition, m_clock.nowMs() / 1000);
    if (!values) {
        failed(values.error());
        return;
    }
    QList<QStringList> rows;
    int problems = 0;
    for (const QJsonValue& value : *values) {
        const QJsonObject one = value.toObject();
        const QString problem = one.value(QStringLiteral("problem")).toString();
        const QString currency = one.value(QStringLiteral("currency")).toString();
        problems += problem.isEmpty() ? 0 : 1;
        QStringList row{one.value(QStringLiteral("id")).toVariant().toString()};
        for (const char* figure : {"list_minor", "contracted_minor", "net_minor", "mrr_minor"}) {
            row << (problem.isEmpty() ? moneyText(Money{one.value(QLatin1String(figure)).toInteger(), currency}) : problem);
        }
        rows << row;
    }
    if (m_terminal.wantsJson()) {
        m_terminal.json(QJsonDocument(*values));
    } else {
        m_terminal.table({QStringLiteral("id"), QStringLiteral("list"), QStringLiteral("contracted"), QStringLiteral("net"), QStringLiteral("MRR")}, rows, {1, 2, 3, 4});
    }
    if (problems > 0) {
        m_terminal.say(QStringLiteral("%1 of %2 could not be valued.").arg(problems).arg(rows.size()));
    }
    finish(Done);
}

} // namespace ch::ctl
