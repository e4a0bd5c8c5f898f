// SPDX-License-Identifier: GPL-3.0-or-later
#include "Completion.h"
#include "Interrupt.h"
#include "Run.h"

#include "base/Log.h"

#include <QCoreApplication>

using namespace ch;
using namespace ch::ctl;

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("countinghousectl"));
    QCoreApplication::setApplicationVersion(QStringLiteral(CH_VERSION));

    const auto arguments = parseArguments(QCoreApplication::arguments().mid(1));
    Terminal terminal(false);
    if (!arguments) {
        terminal.say(arguments.error().message);
        return Usage;
    }
    if (arguments->command == Command::Help) {
        terminal.text(helpText().trimmed());
        return Done;
    }
    if (arguments->command == Command::Version) {
        terminal.text(QStringLiteral("countinghousectl %1").arg(QCoreApplication::applicationVersion()));
        return Done;
    }
    if (arguments->command == Command::Completion) {
        const auto script = completionScript(arguments->target);
        if (!script) {
            terminal.say(script.error().message);
            return Usage;
        }
        terminal.text(script->trimmed());
        return Done;
    }
    if (arguments->verbose) {
        log::startStderr();
    }
    Interrupt interrupt;
    Run run(*arguments);
    QObject::connect(&interrupt, &Interrupt::interrupted, &run, &Run::stop);
    QObject::connect(&run, &Run::ended, &application, [](int exitCode) { QCoreApplication::exit(exitCode); }, Qt::QueuedConnection);
    QMetaObject::invokeMethod(&run, &Run::start, Qt::QueuedConnection);
    const int exitCode = QCoreApplication::exec();
    log::flush();
    return exitCode;
}
