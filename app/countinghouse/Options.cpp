// SPDX-License-Identifier: GPL-3.0-or-later
#include "countinghouse/Options.h"

#include "access/Profiles.h"
#include "ui/text/ObjectLink.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QDir>

namespace ch {

namespace {

void describe(QCommandLineParser& parser)
{
    parser.setApplicationDescription(QStringLiteral("Countinghouse: a company's subscription business on Stripe."));
    parser.addPositionalArgument(QStringLiteral("LINK"), QStringLiteral("Show what countinghouse://business/ID, customer/ID or subscription/ID points to."),
        QStringLiteral("[LINK]"));
    parser.addOptions({
        {QStringLiteral("demo"), QStringLiteral("Open the made-up demo account; nothing reaches Stripe.")},
        {QStringLiteral("data-dir"), QStringLiteral("Keep everything in this folder."), QStringLiteral("DIR")},
        {QStringLiteral("profile"), QStringLiteral("Open this profile."), QStringLiteral("NAME")},
        {QStringLiteral("api-base"), QStringLiteral("Ask this server instead of Stripe (http only on this computer)."), QStringLiteral("URL")},
        {QStringLiteral("screenshots"), QStringLiteral("Render every page of the demo account as PNG files and end; needs no display."),
            QStringLiteral("DIR")},
        {QStringLiteral("version"), QStringLiteral("Say the version and end.")},
        {QStringLiteral("help"), QStringLiteral("Say this and end.")},
    });
}

} // namespace

Result<Options> readOptions(const QStringList& arguments)
{
    QCommandLineParser parser;
    describe(parser);
    if (!parser.parse(QStringList{QStringLiteral("countinghouse")} + arguments)) {
        return fail(ErrorKind::InvalidInput, parser.errorText());
    }
    QStringList given = parser.positionalArguments();
    Options options;
    if (!given.isEmpty() && ui::isObjectLink(given.first())) {
        options.link = given.takeFirst();
    }
    if (!given.isEmpty()) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("Unknown argument: %1").arg(given.first()));
    }
    options.version = parser.isSet(QStringLiteral("version"));
    options.help = parser.isSet(QStringLiteral("help"));
    options.start.demo = parser.isSet(QStringLiteral("demo"));
    options.start.profile = parser.value(QStringLiteral("profile"));
    options.start.version = QStringLiteral(CH_VERSION);
#ifdef CH_UPDATE_URL
    options.start.updateAddress = QUrl(QStringLiteral(CH_UPDATE_URL), QUrl::StrictMode);
#endif
    options.screenshots = parser.value(QStringLiteral("screenshots"));
    const QString dir = parser.value(QStringLiteral("data-dir"));
    options.start.dataDir = dir.isEmpty() ? access::defaultDataDir() : QDir(dir).absolutePath();
    const QString base = parser.value(QStringLiteral("api-base"));
    if (!base.isEmpty()) {
        options.start.apiBase = QUrl(base, QUrl::StrictMode);
        if (!options.start.apiBase.isValid() || options.start.apiBase.host().isEmpty()) {
            return fail(ErrorKind::InvalidInput, QStringLiteral("--api-base is not a URL: %1").arg(base));
        }
    }
    if (options.start.demo && !options.start.profile.isEmpty()) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("--demo and --profile exclude each other."));
    }
    return options;
}

QString helpText()
{
    QCommandLineParser parser;
    describe(parser);
    // Qt names the program by the whole path that it was started by.
    return parser.helpText().replace(QCoreApplication::arguments().value(0), QStringLiteral("countinghouse"));
}

} // namespace ch
