// SPDX-License-Identifier: GPL-3.0-or-later
#include "Arguments.h"

#include "sandbox/Deliveries.h"
#include "serve/LoopbackUrl.h"

namespace ch::sandbox {

namespace args {

tl::unexpected<Error> wrong(const QString& message)
{
    return fail(ErrorKind::InvalidInput, message);
}

Result<qint64> number(const QString& name, const QString& text, qint64 least, qint64 most)
{
    bool ok = false;
    const qint64 value = text.toLongLong(&ok);
    if (!ok || value < least || value > most) {
        return wrong(QStringLiteral("%1 must be a whole number from %2 to %3, not \"%4\".").arg(name).arg(least).arg(most).arg(text));
    }
    return value;
}

// KEY=PERMISSION[,PERMISSION]...
Status restrictKey(Arguments* arguments, const QString& value)
{
    const qsizetype equals = value.indexOf(QLatin1Char('='));
    if (equals <= 0) {
        return wrong(QStringLiteral("--restricted-key needs KEY=PERMISSION[,PERMISSION]..., for example rk_test_...=rak_customer_read."));
    }
    arguments->account.restrictedKeys.insert(value.first(equals), value.sliced(equals + 1).split(QLatin1Char(','), Qt::SkipEmptyParts));
    return {};
}

// N[,M]
Status takeConcurrency(Arguments* arguments, const QString& value)
{
    const Result<qint64> account = number(QStringLiteral("--concurrency"), value.section(QLatin1Char(','), 0, 0), 1, 1000);
    const Result<qint64> endpoint = value.contains(QLatin1Char(','))
        ? number(QStringLiteral("The second number of --concurrency"), value.section(QLatin1Char(','), 1), 1, 1000)
        : account;
    if (!account || !endpoint) {
        return fail(account ? endpoint.error() : account.error());
    }
    arguments->account.concurrent = static_cast<int>(*account);
    arguments->account.concurrentEndpoint = static_cast<int>(*endpoint);
    return {};
}

// URL[,secret-env=NAME]
Status takeWebhook(Arguments* arguments, const QString& value)
{
    static const QString mark = QStringLiteral(",secret-env=");
    const qsizetype at = value.lastIndexOf(mark);
    const QString url = at < 0 ? value : value.first(at);
    QByteArray secret;
    if (!serve::loopbackUrl(url.toUtf8())) {
        return wrong(QStringLiteral("--webhook needs an http URL of this computer, for example http://127.0.0.1:4242/hook, not \"%1\".").arg(url));
    }
    if (at >= 0) {
        const QString name = value.sliced(at + mark.size());
        secret = qgetenv(name.toLocal8Bit().constData()).trimmed();
        if (secret.isEmpty()) {
            return wrong(QStringLiteral("--webhook names the environment variable %1 for its secret, which is not set.").arg(name));
        }
    }
    if (arguments->webhooks.size() >= qsizetype(kMostWebhooks)) {
        return wrong(QStringLiteral("An account has at most %1 webhook endpoints.").arg(kMostWebhooks));
    }
    arguments->webhooks.append({url.toUtf8(), secret});
    return {};
}

// --webhook-duplicates and its like are the settings of WebhookPlan.
Status takeWebhookSetting(Arguments* arguments, const QString& name, const QString& value)
{
    const Status status = arguments->webhookPlan.set(name.sliced(QStringLiteral("--webhook-").size()), value);
    return status ? status : wrong(QStringLiteral("--webhook-") + status.error().message);
}

Status takeAfterRetries(Arguments* arguments, const QString& value)
{
    using Unpaid = Options::Unpaid;
    for (const auto& [word, unpaid] : {std::pair{QLatin1String("canceled"), Unpaid::Cancel}, {QLatin1String("unpaid"), Unpaid::MarkUnpaid},
             {QLatin1String("past_due"), Unpaid::LeavePastDue}}) {
        if (value == word) {
            arguments->account.afterRetries = unpaid;
            return {};
        }
    }
    return wrong(QStringLiteral("--after-retries must be canceled, unpaid or past_due, not \"%1\".").arg(value));
}

// Takes in one option with its value.
Status take(Arguments* arguments, const QString& name, const QString& value)
{
    struct Range {
        const char* name;
        qint64 least;
        qint64 most;
    };
    constexpr Range kRanges[] = {{"--port", 0, 65'535}, {"--businesses", 0, 2'000'000}, {"--months", 0, 120},
        {"--seed", 0, std::numeric_limits<qint64>::max()}, {"--subscriptions", 1, 2'000'000}, {"--latency", 0, 3'600'000},
        {"--speed", 0, 31'536'000}, {"--meter-delay", 0, 86'400},
        {"--search-delay", 0, 86'400}, {"--clock-advance", 0, 3'600'000}};
    qint64 parsed = 0;
    for (const Range& range : kRanges) {
        if (name == QLatin1String(range.name)) {
            const Result<qint64> result = number(name, value, range.least, range.most);
            if (!result) {
                return fail(result.error());
            }
            parsed = *result;
        }
    }
    if (name == QStringLiteral("--port")) {
        arguments->port = static_cast<quint16>(parsed);
    } else if (name == QStringLiteral("--businesses")) {
        arguments->account.businesses = static_cast<int>(parsed);
    } else if (name == QStringLiteral("--months")) {
        arguments->account.months = static_cast<int>(parsed);
    } else if (name == QStringLiteral("--seed")) {
        arguments->account.seed = static_cast<quint64>(parsed);
    } else if (name == QStringLiteral("--subscriptions")) {
        arguments->account.subscriptions = parsed;
    } else if (name == QStringLiteral("--latency")) {
        arguments->latencyMs = parsed;
    } else if (name == QStringLiteral("--speed")) {
        arguments->speed = parsed;
    } else if (name == QStringLiteral("--search-delay")) {
        arguments->account.searchDelay = static_cast<int>(parsed);
    } else if (name == QStringLiteral("--clock-advance")) {
        arguments->account.clockAdvanceMs = static_cast<int>(parsed);
    } else if (name == QStringLiteral("--meter-delay")) {
        arguments->account.meterDelay = static_cast<int>(parsed);
    } else if (name == QStringLiteral("--after-retries")) {
        return takeAfterRetries(arguments, value);
    } else if (name == QStringLiteral("--fault")) {
        const Result<FaultRule> rule = FaultRule::parse(value);
        if (!rule) {
            return fail(rule.error());
        }
        arguments->faults.append({value, *rule});
    } else if (name == QStringLiteral("--concurrency")) {
        return takeConcurrency(arguments, value);
    } else if (name == QStringLiteral("--webhook")) {
        return takeWebhook(arguments, value);
    } else if (name.startsWith(QStringLiteral("--webhook-"))) {
        return takeWebhookSetting(arguments, name, value);
    } else if (name == QStringLiteral("--load")) {
        arguments->loadFile = value;
    } else if (name == QStringLiteral("--save")) {
        arguments->saveFile = value;
    } else if (name == QStringLiteral("--expired-key")) {
        arguments->account.expiredKeys << value;
    } else {
        return restrictKey(arguments, value);
    }
    return {};
}

} // namespace args

Result<Arguments> Arguments::parse(const QStringList& arguments)
{
    static const QStringList valued = {QStringLiteral("--port"), QStringLiteral("--businesses"), QStringLiteral("--months"),
        QStringLiteral("--seed"), QStringLiteral("--subscriptions"), QStringLiteral("--latency"), QStringLiteral("--fault"),
        QStringLiteral("--expired-key"), QStringLiteral("--restricted-key"), QStringLiteral("--speed"), QStringLiteral("--after-retries"),
        QStringLiteral("--concurrency"), QStringLiteral("--webhook"), QStringLiteral("--webhook-duplicates"), QStringLiteral("--webhook-reorder"), QStringLiteral("--webhook-delay"), QStringLiteral("--webhook-lost"),
        QStringLiteral("--meter-delay"), QStringLiteral("--search-delay"), QStringLiteral("--clock-advance"), QStringLiteral("--load"), QStringLiteral("--save")};
    Arguments parsed;
    for (qsizetype i = 1; i < arguments.size(); ++i) {
        const QString argument = arguments.at(i);
        const QString name = argument.section(QLatin1Char('='), 0, 0);
        if (argument == QStringLiteral("--help") || argument == QStringLiteral("-h")) {
            parsed.wish = Wish::Help;
        } else if (argument == QStringLiteral("--version")) {
            parsed.wish = Wish::Version;
        } else if (argument == QStringLiteral("--endpoints")) {
            parsed.wish = Wish::Endpoints;
        } else if (argument == QStringLiteral("--live")) {
            parsed.account.live = true;
        } else if (argument == QStringLiteral("--truth")) {
            parsed.account.truth = true;
        } else if (argument == QStringLiteral("--rate-limits")) {
            parsed.account.rateLimits = true;
        } else if (!valued.contains(name)) {
            return args::wrong(argument.startsWith(QLatin1Char('-')) ? QStringLiteral("Unknown option %1.").arg(argument)
                                                                     : QStringLiteral("Unexpected argument \"%1\".").arg(argument));
        } else if (argument == name && i + 1 == arguments.size()) {
            return args::wrong(QStringLiteral("%1 needs a value.").arg(name));
        } else {
            const QString value = argument == name ? arguments.at(++i) : argument.sliced(name.size() + 1);
            if (const Status status = args::take(&parsed, name, value); !status) {
                return fail(status.error());
            }
        }
    }
    parsed.webhookPlan.seed = parsed.account.seed;
    return parsed;
}

QString usage()
{
    return QStringLiteral(
        "Usage: stripe-sandbox [--port P] [--businesses N | --subscriptions N] [--months M] [--seed S] [--live]\n"
        "                      [--latency MS] [--fault RULE]... [--expired-key KEY]... [--restricted-key KEY=PERMISSIONS]...\n"
        "                      [--webhook URL]...\n"
        "\n"
        "A simulated Stripe account on http://127.0.0.1:P. It lives in memory: when the program ends, it is gone (but see --save).\n"
        "Any well-formed secret key is taken; one of the other mode sees an empty account. The same seed makes the same account.\n"
        "\n"
        "  --port P           1 to 65535; without it, or with 0, any free port\n"
        "  --businesses N     how many businesses the account has (300)\n"
        "  --subscriptions N  as many businesses as it takes to have at least N subscriptions, canceled ones included\n"
        "  --months M         how many months the account has been in business (24)\n"
        "  --seed S           which account of that size it is (1)\n"
        "  --live             a live account: it is live keys that see it, and livemode is true\n"
        "  --expired-key KEY  a key that is refused as expired; can be given several times\n"
        "  --restricted-key KEY=PERMISSION[,PERMISSION]...\n"
        "                     what a restricted key may do, in Stripe's names: rak_customer_read, rak_subscription_write ...\n"
        "  --speed N          its wall clock runs N times as fast from the start on: 86400 is a day a second, 0 stands still (1)\n"
        "  --after-retries S  what a subscription becomes when the last of four attempts to collect has failed: canceled, unpaid\n"
        "                     or past_due (canceled)\n"
        "  --save FILE        saves the account when the program ends, and on POST /_sandbox/save\n"
        "  --load FILE        goes on with a saved account; what it is (size, seed, mode ...) comes from the file\n"
        "  --search-delay S   searches see a change S seconds of its wall clock after it was made (60)\n"
        "  --clock-advance MS a test clock takes so long to advance; with 0 it is ready when it is looked at for the second time (0)\n"
        "  --meter-delay S    a meter event counts S seconds of its wall clock after it was sent (0)\n"
        "  --truth            keeps all that it does, for GET /_sandbox/truth\n"
        "  --rate-limits      answers 429 beyond Stripe's rates: 25 requests a second, of a live account 100, and 25 an endpoint\n"
        "                     and Stripe's other limits: of requests under way at once (with --latency), of two writes of one object at\n"
        "                     once, of what is done to one subscription or payment intent\n"
        "  --concurrency N[,M]\n"
        "                     with --rate-limits: at most N requests under way at once, M of them of one endpoint (20,10)\n"
        "  --latency MS       holds every answer back for so long\n"
        "  --fault RULE       what goes wrong on purpose; can be given several times. RULE is KIND[,KEY=VALUE]...\n"
        "                     KIND: reset close lost cut cut-reset cut-chunked cut-head hang slow truncated-json html empty\n"
        "                     redirect short-length not-gzip not-utf8 duplicate-keys long-header early-hints http10 stale\n"
        "                     not-http error oauth-error 500 429\n"
        "                     when: path=/v1/x method=POST nth=N rate=0.05 seed=N times=N work=yes|no\n"
        "                     how:  status=N should-retry=yes|no (500), reason=R retry-after=S (429), bytes=N ms=N (slow),\n"
        "                           type=T code=C param=P message=M (error), status=N location=URL (redirect)\n"
        "                     for example: --fault 429,path=/v1/invoices,rate=0.1,retry-after=2\n"
        "  --webhook URL[,secret-env=NAME]\n"
        "                     an endpoint on this computer that gets every event; its secret is printed once, or is that of the\n"
        "                     environment variable NAME; can be given several times\n"
        "  --webhook-duplicates RATE, --webhook-reorder RATE, --webhook-lost RATE, --webhook-delay MS[-MS]\n"
        "                     webhooks that come twice, overtake each other, are lost, or are late\n"
        "  --endpoints        prints, as JSON, every request that is understood, with its parameters, and ends\n"
        "  --help, --version\n"
        "\n"
        "While it runs: GET /_sandbox/counts, GET /_sandbox/requests, POST /_sandbox/save, POST /_sandbox/advance (lives up to the seconds in\n"
        "the body), GET /_sandbox/truth (a line of JSON for each change it made), GET, POST and DELETE /_sandbox/faults, GET and POST\n"
        "/_sandbox/webhooks (what was delivered; resend=EVENT[,ENDPOINT], roll=ENDPOINT[,SECONDS], duplicates=RATE ... a line).\n");
}

} // namespace ch::sandbox
