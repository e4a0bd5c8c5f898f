// SPDX-License-Identifier: GPL-3.0-or-later
#include "CommandForms.h"

namespace ch::ctl {

namespace {

constexpr CommandForm kForms[] = {
    {"sync", Command::Sync, nullptr, ""},
    {"businesses", Command::Businesses, nullptr, "all"},
    {"subscriptions", Command::Subscriptions, nullptr, ""},
    {"customer", Command::Customer, "the id of a customer or a business", ""},
    {"mrr", Command::Mrr, nullptr, "definition at zone group-by filter in rates"},
    {"movements", Command::Movements, nullptr, "definition before-definition changed-at zone group-by filter from to bucket view in rates constant-rate without-takedowns"},
    {"explain", Command::Explain, nullptr, "definition before-definition changed-at at zone filter from to customer"},
    {"bridge", Command::Bridge, nullptr, "at zone from-definition to-definition"},
    {"evaluate", Command::Evaluate, "the name of a file (- for standard input)", "definition"},
    {"takedown", Command::Takedown, "the id of a business or a customer", "reason delete-customer keep-customer at-period-end invoice-now prorate invoices drafts items refund-unused yes live"},
    {"cancel", Command::Cancel, "the id of a subscription", "reason at-period-end invoice-now prorate yes live"},
    {"records import", Command::RecordsImport, "the name of a file (- for standard input)", ""},
    {"records export", Command::RecordsExport, nullptr, ""},
    {"profiles", Command::Profiles, nullptr, ""},
    {"provision", Command::Provision, nullptr, "business-id name type email cut-name when-off live"},
    {"gates", Command::Gates, nullptr, "payments rollout"},
    {"protect", Command::Protect, "the id of a business or a customer", ""},
    {"unprotect", Command::Unprotect, "the id of a business or a customer", ""},
    {"counters", Command::Counters, nullptr, "prometheus"},
    {"serve", Command::Serve, nullptr, "port path future"},
    {"status", Command::Status, nullptr, "reads when-ended"},
    {"prices ensure", Command::PricesEnsure, nullptr, "tiers"},
    {"operations resume", Command::OperationsResume, nullptr, ""},
    {"operations", Command::Operations, nullptr, ""},
    {"audit verify", Command::AuditVerify, nullptr, ""},
    {"audit", Command::Audit, nullptr, "search business from to export"},
    {"connect", Command::Connect, nullptr, "from-environment"},
    {"completion", Command::Completion, "the name of a shell: bash, zsh or fish", ""},
};

/// Every option there is, in the order in which shells offer them.
constexpr OptionShape kOptions[] = {
    {"data-dir", OptionValue::Folder, true},
    {"profile", OptionValue::Text, true},
    {"api-base", OptionValue::Text, true},
    {"demo", OptionValue::None, true},
    {"json", OptionValue::None, true},
    {"text", OptionValue::None, true},
    {"verbose", OptionValue::None, true},
    {"version", OptionValue::None, true},
    {"help", OptionValue::None, true},
    {"reason", OptionValue::Text, false},
    {"business-id", OptionValue::Text, false},
    {"name", OptionValue::Text, false},
    {"type", OptionValue::Text, false},
    {"email", OptionValue::Text, false},
    {"definition", OptionValue::File, false},
    {"when-off", OptionValue::Text, false},
    {"payments", OptionValue::Text, false},
    {"rollout", OptionValue::Text, false},
    {"reads", OptionValue::Text, false},
    {"when-ended", OptionValue::Text, false},
    {"search", OptionValue::Text, false},
    {"business", OptionValue::Text, false},
    {"from", OptionValue::Text, false},
    {"to", OptionValue::Text, false},
    {"export", OptionValue::File, false},
    {"at", OptionValue::Text, false},
    {"zone", OptionValue::Text, false},
    {"group-by", OptionValue::Text, false},
    {"filter", OptionValue::Text, false},
    {"bucket", OptionValue::Text, false},
    {"view", OptionValue::Text, false},
    {"customer", OptionValue::Text, false},
    {"from-definition", OptionValue::File, false},
    {"to-definition", OptionValue::File, false},
    {"before-definition", OptionValue::File, false},
    {"changed-at", OptionValue::Text, false},
    {"in", OptionValue::Text, false},
    {"rates", OptionValue::File, false},
    {"constant-rate", OptionValue::Text, false},
    {"invoices", OptionValue::Text, false},
    {"drafts", OptionValue::Text, false},
    {"items", OptionValue::Text, false},
    {"port", OptionValue::Text, false},
    {"path", OptionValue::Text, false},
    {"future", OptionValue::Text, false},
    {"delete-customer", OptionValue::None, false},
    {"keep-customer", OptionValue::None, false},
    {"yes", OptionValue::None, false},
    {"all", OptionValue::None, false},
    {"from-environment", OptionValue::None, false},
    {"cut-name", OptionValue::None, false},
    {"tiers", OptionValue::None, false},
    {"live", OptionValue::None, false},
    {"prometheus", OptionValue::None, false},
    {"at-period-end", OptionValue::None, false},
    {"invoice-now", OptionValue::None, false},
    {"prorate", OptionValue::None, false},
    {"refund-unused", OptionValue::None, false},
    {"without-takedowns", OptionValue::None, false},
};

} // namespace

const CommandForm* findForm(const QStringList& words, qsizetype* used)
{
    for (const CommandForm& form : kForms) {
        const QStringList expected = QString::fromLatin1(form.words).split(QLatin1Char(' '));
        if (words.mid(0, expected.size()) == expected) {
            *used = expected.size();
            return &form;
        }
    }
    return nullptr;
}

std::vector<CommandShape> commandShapes()
{
    std::vector<CommandShape> shapes;
    for (const CommandForm& form : kForms) {
        shapes.push_back({QString::fromLatin1(form.words).split(QLatin1Char(' ')), QString::fromLatin1(form.operand),
            QString::fromLatin1(form.options).split(QLatin1Char(' '), Qt::SkipEmptyParts)});
    }
    return shapes;
}

std::span<const OptionShape> optionShapes()
{
    return kOptions;
}

} // namespace ch::ctl
