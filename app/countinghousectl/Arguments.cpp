// SPDX-License-Identifier: GPL-3.0-or-later
#include "Arguments.h"

#include "CommandForms.h"
#include "access/Profiles.h"
#include "endpoint/Endpoint.h"
#include "revenue/Rates.h"
#include "revenue/RollForward.h"
#include "stripe/StripeClient.h"

#include <QCommandLineParser>
#include <QDateTime>

namespace ch::ctl {

namespace {

tl::unexpected<Error> usage(const QString& message)
{
    return fail(ErrorKind::InvalidInput, message + QStringLiteral(" See countinghousectl --help."));
}

void addOptions(QCommandLineParser& parser)
{
    for (const OptionShape& option : optionShapes()) {
        parser.addOption(QCommandLineOption(QString::fromLatin1(option.name), QString(), option.value == OptionValue::None ? QString() : QStringLiteral("value")));
    }
}

Status checkOptions(const QCommandLineParser& parser, const CommandForm& form)
{
    const QStringList allowed = QString::fromLatin1(form.options).split(QLatin1Char(' '));
    for (const OptionShape& option : optionShapes()) {
        const QLatin1String name(option.name);
        if (!option.isCommon && parser.isSet(name) && !allowed.contains(name)) {
            return usage(QStringLiteral("The command %1 does not take --%2.").arg(QLatin1String(form.words), name));
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

bool isOneOf(const QCommandLineParser& parser, const char* option, const QStringList& words)
{
    return !parser.isSet(QLatin1String(option)) || words.contains(parser.value(QLatin1String(option)));
}

/// What a take-down or a cancel does beside ending.
Status checkEnd(const Arguments& made, const QCommandLineParser& parser)
{
    if (made.command == Command::Takedown && made.reason.trimmed().isEmpty()) {
        return usage(QStringLiteral("A take-down needs --reason TEXT; Stripe keeps it with the cancelled subscription."));
    }
    if (made.deleteCustomer && made.keepCustomer) {
        return usage(QStringLiteral("Either --delete-customer or --keep-customer, not both."));
    }
    if (!isOneOf(parser, "invoices", {QStringLiteral("leave"), QStringLiteral("void"), QStringLiteral("uncollectible")})) {
        return usage(QStringLiteral("--invoices is leave, void or uncollectible."));
    }
    const QStringList leaveOrDelete{QStringLiteral("leave"), QStringLiteral("delete")};
    if (!isOneOf(parser, "drafts", leaveOrDelete) || !isOneOf(parser, "items", leaveOrDelete)) {
        return usage(QStringLiteral("--drafts and --items are leave or delete."));
    }
    return {};
}

/// A provision, and what is set for the account.
Status checkSettings(const Arguments& made, const QCommandLineParser& parser)
{
    if (made.command == Command::Provision && (made.businessId.trimmed().isEmpty() || made.name.trimmed().isEmpty() || made.type.trimmed().isEmpty())) {
        return usage(QStringLiteral("provision needs --business-id ID, --name NAME and --type TYPE."));
    }
    if (!isOneOf(parser, "when-off", {QStringLiteral("skip"), QStringLiteral("queue")})) {
        return usage(QStringLiteral("--when-off is skip or queue."));
    }
    if (!isOneOf(parser, "payments", {QStringLiteral("on"), QStringLiteral("off")})) {
        return usage(QStringLiteral("--payments is on or off."));
    }
    if (!isOneOf(parser, "when-ended", {QStringLiteral("ask"), QStringLiteral("take_down")})) {
        return usage(QStringLiteral("--when-ended is ask or take_down."));
    }
    bool isNumber = true;
    if (!made.reads.isEmpty() && (made.reads.toLongLong(&isNumber) < 1 || !isNumber)) {
        return usage(QStringLiteral("--reads is a number of reads a month."));
    }
    if (!isOneOf(parser, "rollout", {QStringLiteral("0"), QStringLiteral("10"), QStringLiteral("25"), QStringLiteral("50"), QStringLiteral("100")})) {
        return usage(QStringLiteral("--rollout is 0, 10, 25, 50 or 100."));
    }
    return {};
}

/// Instants, and the file that is written.
Status checkForms(const Arguments& made, const QCommandLineParser& parser)
{
    for (const char* option : {"from", "to", "at", "changed-at", "constant-rate"}) {
        if (parser.isSet(QLatin1String(option)) && !instantOf(parser.value(QLatin1String(option)), false)) {
            return usage(QStringLiteral("--%1 is a day (2026-11-01) or a time (2026-11-01T12:00:00Z).").arg(QLatin1String(option)));
        }
    }
    if (parser.isSet(QStringLiteral("export")) && !made.exportTo.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive) && !made.exportTo.endsWith(QLatin1String(".json"), Qt::CaseInsensitive)) {
        return usage(QStringLiteral("--export needs the name of a file that ends in .csv or .json."));
    }
    return {};
}

/// Which account, and how it is told.
Status checkAccount(const Arguments& made, const QCommandLineParser& parser)
{
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

/// What the command needs beside its form.
Status checkMeaning(const Arguments& made, const QCommandLineParser& parser)
{
    for (const auto check : {checkEnd, checkReport, checkServe, checkSettings, checkForms, checkAccount}) {
        if (const Status fits = check(made, parser); !fits) {
            return fits;
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

} // namespace ch::ctl
