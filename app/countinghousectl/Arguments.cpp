// SPDX-License-Identifier: GPL-3.0-or-later
#include "Arguments.h"

#include "access/Profiles.h"
#include "endpoint/Endpoint.h"
#include "revenue/Rates.h"
#include "revenue/RollForward.h"
#include "stripe/StripeClient.h"

#include <QCommandLineParser>
#include <QDateTime>

namespace ch::ctl {

namespace {

struct CommandForm {
    const char* words;
    Command command;
    const char* operand;     ///< what must follow; nullptr: nothing may
    const char* options;     ///< those that only some commands take
};

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

tl::unexpected<Error> usage(const QString& message)
{
    return fail(ErrorKind::InvalidInput, message + QStringLiteral(" See countinghousectl --help."));
}

void addOptions(QCommandLineParser& parser)
{
    const auto flag = [&parser](const char* name) { parser.addOption(QCommandLineOption(QString::fromLatin1(name))); };
    const auto value = [&parser](const char* name) { parser.addOption(QCommandLineOption(QString::fromLatin1(name), QString(), QStringLiteral("value"))); };
    for (const char* name : {"data-dir", "profile", "api-base", "reason", "business-id", "name", "type", "email", "definition", "when-off", "payments", "rollout", "reads", "when-ended", "search", "business", "from", "to", "export",
             "at", "zone", "group-by", "filter", "bucket", "view", "customer", "from-definition", "to-definition", "before-definition", "changed-at", "in", "rates", "constant-rate", "invoices", "drafts", "items", "port", "path", "future"}) {
        value(name);
    }
    for (const char* name : {"json", "text", "verbose", "demo", "version", "help", "delete-customer", "keep-customer", "yes", "all", "from-environment", "cut-name", "tiers", "live", "prometheus", "at-period-end", "invoice-now", "prorate", "refund-unused", "without-takedowns"}) {
        flag(name);
    }
}

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

Status checkOptions(const QCommandLineParser& parser, const CommandForm& form)
{
    const QStringList allowed = QString::fromLatin1(form.options).split(QLatin1Char(' '));
    for (const char* name : {"reason", "delete-customer", "keep-customer", "yes", "all", "from-environment", "business-id", "name", "type", "email", "cut-name", "tiers", "definition", "when-off", "live", "payments", "rollout", "reads", "when-ended", "prometheus", "search", "business", "from", "to", "export",
             "at", "zone", "group-by", "filter", "bucket", "view", "customer", "from-definition", "to-definition", "before-definition", "changed-at", "in", "rates", "constant-rate", "without-takedowns", "at-period-end", "invoice-now", "prorate", "refund-unused", "invoices", "drafts", "items", "port", "path", "future"}) {
        if (parser.isSet(QString::fromLatin1(name)) && !allowed.contains(QLatin1String(name))) {
            return usage(QStringLiteral("The command %1 does not take --%2.").arg(QLatin1String(form.words), QLatin1String(name)));
        }
    }
    return {};
}

/// A day, or an instant to the second; UTC where it names no zone. end: just after it. Nothing: it is neither.
std::optional<qint64> instantOf(const QString& text, bool end)
{
    const QDate day = QDate::fromString(text, Qt::ISODate);
    if (text.size() == 10 && day.isValid()) {
        return (end ? day.addDays(1) : day).startOfDay(Qt::UTC).toMSecsSinceEpoch();
    }
    QDateTime instant = QDateTime::fromString(text, Qt::ISODate);
    if (!instant.isValid()) {
        return std::nullopt;
    }
    if (instant.timeSpec() == Qt::LocalTime) {
        instant.setTimeSpec(Qt::UTC);
    }
    return instant.toMSecsSinceEpoch() + (end ? 1000 : 0);
}

/// What a report of the ledger is asked with.
Status checkReport(const Arguments& made, const QCommandLineParser& parser)
{
    if (made.command == Command::Bridge && (made.fromDefinition.isEmpty() || made.toDefinition.isEmpty())) {
        return usage(QStringLiteral("bridge needs --from-definition A and --to-definition B."));
    }
    if (made.beforeDefinition.isEmpty() != made.changedAt.isEmpty()) {
        return usage(QStringLiteral("--before-definition D and --changed-at TIME go together: by D until TIME, by --definition from then on."));
    }
    if (parser.isSet(QStringLiteral("in")) && !revenue::currencyNamed(made.in)) {
        return usage(QStringLiteral("--in is a currency, as in eur."));
    }
    if ((parser.isSet(QStringLiteral("rates")) || parser.isSet(QStringLiteral("constant-rate"))) && made.in.isEmpty()) {
        return usage(QStringLiteral("Rates convert a report that is asked for in a currency: --in CURRENCY."));
    }
    if (!made.view.isEmpty() && made.view != QLatin1String("event") && made.view != QLatin1String("net")) {
        return usage(QStringLiteral("--view is event or net."));
    }
    if (!made.bucket.isEmpty() && !revenue::bucketOf(made.bucket)) {
        return usage(QStringLiteral("--bucket is day, week, month, quarter or year."));
    }
    if (!made.groupBy.isEmpty() && !revenue::groupByOf(made.groupBy)) {
        return usage(QStringLiteral("--group-by is one of %1.").arg(revenue::groupWords().join(QStringLiteral(", "))));
    }
    if (const auto filters = revenue::filtersOf(made.filters); !filters) {
        return usage(filters.error().message);
    }
    return {};
}

/// Where serve listens, and how strictly it judges.
Status checkServe(const Arguments& made, const QCommandLineParser& parser)
{
    if (parser.isSet(QStringLiteral("port")) && (made.port < 0 || made.port > 65535)) {
        return usage(QStringLiteral("--port is a number from 1 to 65535, or 0 for any that is free."));
    }
    if (parser.isSet(QStringLiteral("path"))) {
        if (const Status fits = endpoint::Endpoint::checkPath(made.path.toUtf8()); !fits) {
            return usage(fits.error().message);
        }
    }
    bool isNumber = false;
    const qint64 seconds = made.future.toLongLong(&isNumber);
    if (parser.isSet(QStringLiteral("future")) && made.future != QLatin1String("any") && (!isNumber || seconds < 0)) {
        return usage(QStringLiteral("--future is a number of seconds, or any."));
    }
    return {};
}

/// What the command needs beside its form.
Status checkMeaning(const Arguments& made, const QCommandLineParser& parser)
{
    if (made.command == Command::Takedown && made.reason.trimmed().isEmpty()) {
        return usage(QStringLiteral("A take-down needs --reason TEXT; Stripe keeps it with the cancelled subscription."));
    }
    if (made.command == Command::Provision && (made.businessId.trimmed().isEmpty() || made.name.trimmed().isEmpty() || made.type.trimmed().isEmpty())) {
        return usage(QStringLiteral("provision needs --business-id ID, --name NAME and --type TYPE."));
    }
    if (const Status report = checkReport(made, parser); !report) {
        return report;
    }
    if (const Status serves = checkServe(made, parser); !serves) {
        return serves;
    }
    if (made.deleteCustomer && made.keepCustomer) {
        return usage(QStringLiteral("Either --delete-customer or --keep-customer, not both."));
    }
    const auto isOneOf = [&parser](const char* option, const QString& value, const QStringList& words) { return !parser.isSet(QLatin1String(option)) || words.contains(value); };
    if (!isOneOf("when-off", made.whenOff, {QStringLiteral("skip"), QStringLiteral("queue")})) {
        return usage(QStringLiteral("--when-off is skip or queue."));
    }
    if (!isOneOf("payments", made.payments, {QStringLiteral("on"), QStringLiteral("off")})) {
        return usage(QStringLiteral("--payments is on or off."));
    }
    if (!isOneOf("when-ended", made.whenEnded, {QStringLiteral("ask"), QStringLiteral("take_down")})) {
        return usage(QStringLiteral("--when-ended is ask or take_down."));
    }
    bool isNumber = true;
    if (!made.reads.isEmpty() && (made.reads.toLongLong(&isNumber) < 1 || !isNumber)) {
        return usage(QStringLiteral("--reads is a number of reads a month."));
    }
    if (!isOneOf("rollout", made.rollout, {QStringLiteral("0"), QStringLiteral("10"), QStringLiteral("25"), QStringLiteral("50"), QStringLiteral("100")})) {
        return usage(QStringLiteral("--rollout is 0, 10, 25, 50 or 100."));
    }
    for (const char* option : {"from", "to", "at", "changed-at", "constant-rate"}) {
        if (parser.isSet(QLatin1String(option)) && !instantOf(parser.value(QLatin1String(option)), false)) {
            return usage(QStringLiteral("--%1 is a day (2026-11-01) or a time (2026-11-01T12:00:00Z).").arg(QLatin1String(option)));
        }
    }
    if (parser.isSet(QStringLiteral("export")) && !made.exportTo.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive) && !made.exportTo.endsWith(QLatin1String(".json"), Qt::CaseInsensitive)) {
        return usage(QStringLiteral("--export needs the name of a file that ends in .csv or .json."));
    }
    if (!isOneOf("invoices", made.invoices, {QStringLiteral("leave"), QStringLiteral("void"), QStringLiteral("uncollectible")})) {
        return usage(QStringLiteral("--invoices is leave, void or uncollectible."));
    }
    const QStringList leaveOrDelete{QStringLiteral("leave"), QStringLiteral("delete")};
    if (!isOneOf("drafts", made.drafts, leaveOrDelete) || !isOneOf("items", made.items, leaveOrDelete)) {
        return usage(QStringLiteral("--drafts and --items are leave or delete."));
    }
    if (made.json && made.text) {
        return usage(QStringLiteral("Either --json or --text."));
    }
    if (made.demo && (!made.profile.isEmpty() || parser.isSet(QStringLiteral("api-base")))) {
        return usage(QStringLiteral("--demo is an account of its own: leave --profile and --api-base away."));
    }
    if (made.command == Command::Connect && (made.profile.isEmpty() || made.demo)) {
        return usage(QStringLiteral("connect needs --profile NAME: under that name the key is kept."));
    }
    if (parser.isSet(QStringLiteral("api-base"))) {
        const Status allowed = made.apiBase.isEmpty() ? Status(fail(ErrorKind::InvalidInput, QStringLiteral("--api-base is not an address."))) : stripe::StripeClient::checkBaseUrl(made.apiBase);
        if (!allowed) {
            return usage(allowed.error().message);
        }
    }
    return {};
}

void takeOptions(const QCommandLineParser& parser, Arguments& made)
{
    made.dataDir = parser.isSet(QStringLiteral("data-dir")) ? parser.value(QStringLiteral("data-dir")) : access::defaultDataDir();
    made.profile = parser.value(QStringLiteral("profile"));
    made.apiBase = QUrl(parser.value(QStringLiteral("api-base")), QUrl::StrictMode);
    made.reason = parser.value(QStringLiteral("reason"));
    made.demo = parser.isSet(QStringLiteral("demo"));
    made.json = parser.isSet(QStringLiteral("json"));
    made.text = parser.isSet(QStringLiteral("text"));
    made.verbose = parser.isSet(QStringLiteral("verbose"));
    made.deleteCustomer = parser.isSet(QStringLiteral("delete-customer"));
    made.keepCustomer = parser.isSet(QStringLiteral("keep-customer"));
    made.atPeriodEnd = parser.isSet(QStringLiteral("at-period-end"));
    made.invoiceNow = parser.isSet(QStringLiteral("invoice-now"));
    made.prorate = parser.isSet(QStringLiteral("prorate"));
    made.invoices = parser.value(QStringLiteral("invoices"));
    made.drafts = parser.value(QStringLiteral("drafts"));
    made.items = parser.value(QStringLiteral("items"));
    made.refundUnused = parser.isSet(QStringLiteral("refund-unused"));
    made.live = parser.isSet(QStringLiteral("live"));
    made.yes = parser.isSet(QStringLiteral("yes"));
    made.all = parser.isSet(QStringLiteral("all"));
    made.fromEnvironment = parser.isSet(QStringLiteral("from-environment"));
    made.businessId = parser.value(QStringLiteral("business-id"));
    made.name = parser.value(QStringLiteral("name"));
    made.type = parser.value(QStringLiteral("type"));
    made.email = parser.value(QStringLiteral("email"));
    made.cutName = parser.isSet(QStringLiteral("cut-name"));
    made.whenOff = parser.value(QStringLiteral("when-off"));
    made.payments = parser.value(QStringLiteral("payments"));
    made.rollout = parser.value(QStringLiteral("rollout"));
    made.reads = parser.value(QStringLiteral("reads"));
    made.whenEnded = parser.value(QStringLiteral("when-ended"));
    made.search = parser.value(QStringLiteral("search")).trimmed();
    made.business = parser.value(QStringLiteral("business")).trimmed();
    made.fromMs = instantOf(parser.value(QStringLiteral("from")), false).value_or(0);
    made.untilMs = instantOf(parser.value(QStringLiteral("to")), true).value_or(0);
    made.exportTo = parser.value(QStringLiteral("export"));
    bool isPort = false;
    made.port = parser.value(QStringLiteral("port")).toInt(&isPort);
    made.port = isPort ? made.port : -1;
    made.path = parser.value(QStringLiteral("path"));
    made.future = parser.value(QStringLiteral("future"));
    made.prometheus = parser.isSet(QStringLiteral("prometheus"));
    made.tiers = parser.isSet(QStringLiteral("tiers"));
    made.definition = parser.value(QStringLiteral("definition"));
    made.at = parser.value(QStringLiteral("at"));
    made.zone = parser.value(QStringLiteral("zone"));
    made.groupBy = parser.value(QStringLiteral("group-by"));
    made.filters = parser.values(QStringLiteral("filter"));
    made.from = parser.value(QStringLiteral("from"));
    made.to = parser.value(QStringLiteral("to"));
    made.bucket = parser.value(QStringLiteral("bucket"));
    made.view = parser.value(QStringLiteral("view"));
    made.customer = parser.value(QStringLiteral("customer"));
    made.fromDefinition = parser.value(QStringLiteral("from-definition"));
    made.toDefinition = parser.value(QStringLiteral("to-definition"));
    made.beforeDefinition = parser.value(QStringLiteral("before-definition"));
    made.changedAt = parser.value(QStringLiteral("changed-at"));
    made.in = parser.value(QStringLiteral("in"));
    made.rates = parser.value(QStringLiteral("rates"));
    made.constantRate = parser.value(QStringLiteral("constant-rate"));
    made.withoutTakedowns = parser.isSet(QStringLiteral("without-takedowns"));
}

} // namespace

Result<Arguments> parseArguments(const QStringList& arguments)
{
    for (const QString& argument : arguments) {
        if (access::holdsKey(argument)) {
            return fail(ErrorKind::InvalidInput,
                QStringLiteral("An argument has the form of a Stripe key. Other users of this computer can see arguments, so it was not used: treat that key as seen and roll it in Stripe's Dashboard. "
                               "Give keys with \"countinghousectl connect --profile NAME\", which asks for it, or in the environment (STRIPE_API_KEY)."));
        }
    }
    QCommandLineParser parser;
    parser.setOptionsAfterPositionalArgumentsMode(QCommandLineParser::ParseAsOptions);
    addOptions(parser);
    if (!parser.parse(QStringList{QStringLiteral("countinghousectl")} + arguments)) {
        return usage(parser.errorText() + (parser.errorText().endsWith(QLatin1Char('.')) ? QString() : QStringLiteral(".")));
    }
    Arguments made;
    if (parser.isSet(QStringLiteral("version"))) {
        made.command = Command::Version;
        return made;
    }
    if (parser.isSet(QStringLiteral("help")) || arguments.isEmpty()) {
        made.command = Command::Help;
        return arguments.isEmpty() ? Result<Arguments>(usage(QStringLiteral("Say what to do."))) : Result<Arguments>(made);
    }
    const QStringList words = parser.positionalArguments();
    qsizetype used = 0;
    const CommandForm* form = findForm(words, &used);
    if (form == nullptr) {
        return usage(words.isEmpty() ? QStringLiteral("Say what to do.") : QStringLiteral("There is no command \"%1\".").arg(words.mid(0, 2).join(QLatin1Char(' '))));
    }
    const QStringList rest = words.mid(used);
    if (form->operand != nullptr && (rest.isEmpty() || rest.first().isEmpty())) {
        return usage(QStringLiteral("%1 needs %2.").arg(QLatin1String(form->words), QLatin1String(form->operand)));
    }
    if (rest.size() > (form->operand != nullptr ? 1 : 0)) {
        return usage(QStringLiteral("%1 does not take \"%2\".").arg(QLatin1String(form->words), rest.last()));
    }
    if (const Status fitting = checkOptions(parser, *form); !fitting) {
        return fail(fitting.error());
    }
    made.command = form->command;
    made.target = rest.value(0);
    takeOptions(parser, made);
    if (made.dataDir.isEmpty()) {
        return usage(QStringLiteral("--data-dir needs the name of a folder."));
    }
    if (const Status meant = checkMeaning(made, parser); !meant) {
        return fail(meant.error());
    }
    return made;
}

QString helpText()
{
    return QStringLiteral(R"(countinghousectl runs a subscription business on Stripe from the terminal.

  countinghousectl [OPTIONS] COMMAND

Commands
  sync                      reads the whole account into the local mirror; goes on where it was stopped
  businesses [--all]        every business; with --all customers without a business id too
  subscriptions             every subscription
  customer ID               one customer or business with its subscriptions and invoices
  mrr [--at TIME] [--group-by K] [--filter K=V]... [--in CURRENCY [--rates FILE]]
                            what the account brings in a month, in each currency, now or at any instant
  movements [--from DAY] [--to DAY] [--bucket day|week|month|quarter|year] [--view event|net] [--group-by K] [--filter K=V]...
            [--in CURRENCY [--rates FILE] [--constant-rate TIME]] [--without-takedowns]
                            what moved it, by class: each bucket opens, moves and closes, to the unit; and the rates of churn, where
                            wanted without what was taken down
  explain [--at TIME] [--customer ID] | --from TIME --to TIME
                            who makes up the figure, one customer's changes with what proves them, or why it changed
  bridge --from-definition A --to-definition B [--at TIME]
                            the difference between two definitions, setting by setting
  evaluate FILE [--definition D]
                            values the subscriptions of a JSON file by the same rule; needs no account (- reads standard input)
  takedown ID --reason TEXT [--delete-customer | --keep-customer] [--at-period-end] [--invoice-now] [--prorate]
                            [--invoices leave|void|uncollectible] [--drafts leave|delete] [--items leave|delete] [--refund-unused] --yes
                            cancels every subscription of a business (or its legacy payment), and does with what stays open what is
                            chosen; without --yes it only shows what would happen; in live mode it needs --live too
  cancel SUBSCRIPTION_ID [--reason TEXT] [--at-period-end] [--invoice-now] [--prorate] --yes
                            cancels one subscription and leaves its business as it is; likewise
  provision --business-id ID --name NAME --type TYPE [--email ADDRESS] [--cut-name] [--when-off skip|queue] [--live]
                            gives a business its customer and its subscription; run again it makes nothing twice. With payments off or
                            no key it is skipped, or queued to go on later; in live mode it needs --live
  prices ensure [--tiers]   makes the price of each type of business where there is none: 5.00 USD a month, or a tier for each type
  gates [--payments on|off] [--rollout 0|10|25|50|100]
                            how the gates stand, and sets them: payments as a whole, and which share of new businesses is provisioned
  protect ID, unprotect ID  a protected business is not provisioned, taken down or cancelled
  status [--reads N] [--when-ended ask|take_down]
                            how fresh the data is and how that is known, what of the month's reads is left, what is marked; and sets how many
                            reads Stripe allows, and what is done with a business whose last subscription has ended
  counters [--prometheus]   what monitoring reads: what was done, how long Stripe took, the MRR, how fresh
  serve [--port P] [--path PATH] [--future SECONDS|any]
                            keeps the mirror fresh without a window: takes webhooks at http://127.0.0.1:P/stripe/webhook (P: 4242), asks
                            Stripe where none come, and answers GET /health and /metrics; ends with Ctrl+C or SIGTERM
  operations                what was begun in Stripe, and how far it came
  operations resume         goes on with what was left open
  audit [--search TEXT] [--business ID] [--from DAY] [--to DAY] [--export FILE.csv|FILE.json]
                            the trail of what was done, newest first
  audit verify              looks whether the trail is whole
  records import FILE       takes in deployment records (JSON; - reads standard input)
  records export            writes them out in the same form
  profiles                  the accounts that are kept
  connect --profile NAME [--from-environment]
                            asks for a key and keeps it in the keychain under that name
  completion bash|zsh|fish  what that shell needs to complete these commands

Options
  --data-dir DIR            where data lies (default: the platform's data folder)
  --profile NAME            which account; without it the key of the environment, or the only profile there is
  --api-base URL            another address than https://api.stripe.com: https, or http on this computer
  --demo                    the demo account, made anew at each start
  --definition D            what MRR means: stripe (the default), chartmogul, profitwell, paddle, or a JSON file of one's own
  --before-definition D --changed-at TIME
                            movements, explain: by D until TIME, by --definition from then on; what the change did stands apart
  --in CURRENCY             one figure in that currency, instead of one for each currency
  --rates FILE              what they are worth in it: a CSV table of date,currency,rate
  --constant-rate TIME      all at the rates of that time: only the business moves the figure
  --zone Z                  the time zone of days and buckets (default: the account's)
                            K: business_type, currency, price, product, interval, customer, status, country
  --json                    JSON on standard output; so it is without the option where that is a pipe or a file
  --text                    tables for people, also into a pipe or a file
  --verbose                 the log on standard error too
  --version, --help

The key comes from the profile's place in the keychain, or from STRIPE_API_KEY, STRIPE_SECRET_KEY or STRIPE_TEST_KEY, the first that is
set. It is never an argument. Nor are the signing secrets of webhooks: they come from the profile's place in the keychain, or from
STRIPE_WEBHOOK_SECRET, several with commas between.

Exit codes: 0 done, 1 failed, 2 usage, 3 key refused or not permitted, 4 Stripe not reachable, 5 refused by a safety rule,
6 the outcome is not known, 7 done in part.
)");
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

bool optionTakesValue(const QString& option)
{
    QCommandLineParser parser;
    addOptions(parser);
    return !parser.parse({QStringLiteral("countinghousectl"), QStringLiteral("--") + option}); // it misses its value
}

} // namespace ch::ctl
