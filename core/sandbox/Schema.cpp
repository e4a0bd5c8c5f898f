// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Schema.h"

#include "sandbox/Amounts.h"

#include <numeric>

namespace ch::sandbox {

Fault invalid(const QByteArray& message, const QByteArray& param, const QByteArray& code)
{
    Fault fault;
    fault.message = message;
    fault.param = param;
    fault.code = code;
    return fault;
}

Fault missingObject(const QByteArray& what, const QByteArray& id, const QByteArray& param, int status)
{
    const QByteArray words = what == "webhook_endpoint" ? QByteArray("webhook endpoint") : what; // as Stripe writes it
    Fault fault = invalid("No such " + words + ": '" + id + "'", param, "resource_missing");
    fault.status = status;
    return fault;
}

namespace schema_detail {

using MaybeFault = std::optional<Fault>;

int distance(const QByteArray& a, const QByteArray& b)
{
    QList<int> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (qsizetype i = 1; i <= a.size(); ++i) {
        int corner = row[0];
        row[0] = static_cast<int>(i);
        for (qsizetype j = 1; j <= b.size(); ++j) {
            const int above = row[j];
            row[j] = std::min({above + 1, row[j - 1] + 1, corner + (a[i - 1] == b[j - 1] ? 0 : 1)});
            corner = above;
        }
    }
    return row.last();
}

MaybeFault unknown(const Node& node, const QList<Param>& known)
{
    QByteArray message = "Received unknown parameter: " + node.path.left(1000);
    const Param* best = nullptr;
    int nearest = 0;
    for (const Param& param : known) {
        // A longer form of a known word counts as near: product_data and product.
        const bool longer = node.name.startsWith(param.name + '_');
        const qsizetype allowed = std::max<qsizetype>(1, param.name.size() / 3);
        if (!longer && qAbs(node.name.size() - param.name.size()) > allowed)
            continue;
        const int steps = longer ? 0 : distance(node.name, param.name);
        if ((longer || steps <= allowed) && (!best || steps < nearest)) {
            best = &param;
            nearest = steps;
        }
    }
    if (best)
        message += ". Did you mean " + best->name + '?';
    return invalid(message, node.path.left(1000), "parameter_unknown");
}

MaybeFault checkAll(const Node& parent, const QList<Param>& params);

MaybeFault checkText(const Node& node, const Param& param)
{
    if (param.most > 0 && QString::fromUtf8(node.value).size() > param.most)
        return invalid("Invalid string: " + node.value.left(8) + "..." + node.value.right(8) + "; must be at most "
                           + QByteArray::number(param.most) + " characters", node.path);
    return std::nullopt;
}

MaybeFault checkNumber(const Node& node, const Param& param)
{
    const auto value = wholeNumber(node.value);
    if (!value)
        return invalid("Invalid integer: " + node.value, node.path, "parameter_invalid_integer");
    if (param.least == 0 && param.most == 0)
        return std::nullopt;
    if (*value < param.least)
        return invalid("This value must be greater than or equal to " + QByteArray::number(param.least) + '.', node.path,
                       "parameter_invalid_integer");
    if (*value > param.most)
        return invalid("This value must be less than or equal to " + QByteArray::number(param.most) + " (it currently is '" + node.value + "').",
                       node.path, "parameter_invalid_integer");
    return std::nullopt;
}

MaybeFault checkDecimal(const Node& node, const Param& param)
{
    const auto value = parseDecimal(node.value);
    if (!value)
        return invalid("Invalid decimal: " + node.value, node.path);
    if (param.most > 0 && (*value < Wide(param.least) * kScale || *value > Wide(param.most) * kScale))
        return invalid("Invalid decimal: must be between " + QByteArray::number(param.least) + " and " + QByteArray::number(param.most) + '.', node.path);
    return std::nullopt;
}

// Those that Stripe's own refusal lists (docs.stripe.com/currencies), but for those of four letters.
constexpr char kCurrencies[] =
    "usd, aed, afn, all, amd, ang, aoa, ars, aud, awg, azn, bam, bbd, bdt, bgn, bhd, bif, bmd, bnd, bob, brl, bsd, bwp, byn, bzd, cad, cdf, chf, "
    "clp, cny, cop, crc, cve, czk, djf, dkk, dop, dzd, egp, etb, eur, fjd, fkp, gbp, gel, gip, gmd, gnf, gtq, gyd, hkd, hnl, hrk, htg, huf, idr, "
    "ils, inr, isk, jmd, jod, jpy, kes, kgs, khr, kmf, krw, kwd, kyd, kzt, lak, lbp, lkr, lrd, lsl, mad, mdl, mga, mkd, mmk, mnt, mop, mur, mvr, "
    "mwk, mxn, myr, mzn, nad, ngn, nio, nok, npr, nzd, omr, pab, pen, pgk, php, pkr, pln, pyg, qar, ron, rsd, rub, rwf, sar, sbd, scr, sek, sgd, "
    "shp, sle, sos, srd, std, szl, thb, tjs, tnd, top, try, ttd, twd, tzs, uah, ugx, uyu, uzs, vnd, vuv, wst, xaf, xcd, xcg, xof, xpf, yer, zar, "
    "zmw, btn, ghs, eek, lvl, svc, vef, ltl, sll, mro";

MaybeFault checkCurrency(const Node& node)
{
    static const QList<QByteArray> kKnown = QByteArray(kCurrencies).replace(' ', "").split(',');
    if (kKnown.contains(node.value.toLower()))
        return std::nullopt;
    return invalid("Invalid currency: " + node.value.left(20).toLower() + ". Stripe currently supports these currencies: " + kCurrencies, node.path);
}

MaybeFault checkChoice(const Node& node, const Param& param)
{
    if (param.values.contains(node.value))
        return std::nullopt;
    QByteArray list;
    for (qsizetype i = 0; i < param.values.size(); ++i)
        list += (i == 0 ? "" : i + 1 == param.values.size() ? ", or " : ", ") + param.values[i];
    return invalid("Invalid " + node.path + ": must be one of " + list, node.path);
}

MaybeFault checkMetadata(const Node& node)
{
    for (const Node& entry : node.children) {
        if (!entry.leaf)
            return invalid("Metadata values must be strings, but for key '" + entry.name + "' you passed in a value of type 'object'.", node.path);
        if (entry.name.size() > 40)
            return invalid("Metadata keys can be up to 40 characters long.", entry.path);
        if (QString::fromUtf8(entry.value).size() > 500)
            return invalid("Metadata values can have up to 500 characters, but you passed in a value that is "
                               + QByteArray::number(QString::fromUtf8(entry.value).size()) + " characters.", entry.path);
    }
    if (node.children.size() > 50)
        return invalid("You can only have up to 50 metadata keys.", node.path);
    return std::nullopt;
}

MaybeFault checkRange(const Node& node)
{
    if (node.leaf)
        return checkNumber(node, {});
    static const QList<Param> kBounds{{"gt", ParamType::Instant}, {"gte", ParamType::Instant}, {"lt", ParamType::Instant}, {"lte", ParamType::Instant}};
    return checkAll(node, kBounds);
}

MaybeFault checkArray(const Node& node, const Param& param)
{
    for (const Node& entry : node.children) {
        if (!wholeNumber(entry.name))
            return invalid("Invalid array", node.path);
        if (param.type == ParamType::Texts && !entry.leaf)
            return invalid("Invalid string: {}", entry.path);
        if (param.type == ParamType::Texts && !param.values.isEmpty()) {
            if (const MaybeFault fault = checkChoice(entry, param))
                return fault;
        }
        if (param.type == ParamType::Hashes) {
            if (entry.leaf)
                return invalid("Invalid object", entry.path);
            if (const MaybeFault fault = checkAll(entry, param.children))
                return fault;
        }
    }
    return std::nullopt;
}

MaybeFault checkOne(const Node& node, const Param& param)
{
    if (param.type == ParamType::Ignored)
        return std::nullopt;
    if (param.type == ParamType::Refused)
        return invalid("The simulated account does not support the parameter '" + node.path + "'. Stripe does.", node.path,
                       "sandbox_unsupported");
    const bool scalar = param.type < ParamType::Range;
    if (node.leaf && node.value.isEmpty()) {
        if (param.unsets || param.type == ParamType::TextMap)
            return std::nullopt;
        return invalid("You passed an empty string for '" + node.path + "'. We assume empty values are an attempt to unset a parameter; however '"
                           + node.path + "' cannot be unset. You should remove '" + node.path
                           + "' from your request or supply a non-empty value.", node.path, "parameter_invalid_empty");
    }
    if (scalar && !node.leaf)
        return invalid(param.type == ParamType::Integer || param.type == ParamType::Instant ? "Invalid integer: {}" : "Invalid string: {}",
                       node.path, param.type == ParamType::Integer ? "parameter_invalid_integer" : "");
    if (!scalar && node.leaf && param.type != ParamType::Range)
        return invalid(param.type == ParamType::Texts || param.type == ParamType::Hashes ? "Invalid array" : "Invalid object", node.path);
    switch (param.type) {
    case ParamType::Text: return checkText(node, param);
    case ParamType::Currency: return checkCurrency(node);
    case ParamType::Integer:
    case ParamType::Instant: return checkNumber(node, param);
    case ParamType::Boolean:
        return node.value == "true" || node.value == "false" ? std::nullopt : MaybeFault(invalid("Invalid boolean: " + node.value, node.path));
    case ParamType::Decimal:
        return checkDecimal(node, param);
    case ParamType::Choice: return checkChoice(node, param);
    case ParamType::Range: return checkRange(node);
    case ParamType::TextMap: return checkMetadata(node);
    case ParamType::Texts:
    case ParamType::Hashes: return checkArray(node, param);
    case ParamType::Hash: return checkAll(node, param.children);
    case ParamType::Ignored:
    case ParamType::Refused: break;
    }
    return std::nullopt;
}

MaybeFault checkAll(const Node& parent, const QList<Param>& params)
{
    for (const Node& node : parent.children) {
        const auto param = std::find_if(params.begin(), params.end(), [&](const Param& p) { return p.name == node.name; });
        const MaybeFault fault = param == params.end() ? unknown(node, params) : checkOne(node, *param);
        if (fault)
            return fault;
    }
    for (const Param& param : params) {
        if (param.required && !parent.find(param.name.constData())) {
            const QByteArray path = parent.path.isEmpty() ? param.name : parent.path + '[' + param.name + ']';
            return invalid("Missing required param: " + path + '.', path, "parameter_missing");
        }
    }
    return std::nullopt;
}

} // namespace schema_detail

std::optional<Fault> check(const Node& root, const QList<Param>& params)
{
    auto fault = schema_detail::checkAll(root, params);
    if (fault)
        fault->beforeExecution = true;
    return fault;
}

} // namespace ch::sandbox
