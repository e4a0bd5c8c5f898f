// SPDX-License-Identifier: GPL-3.0-or-later
#include "countinghouse/Options.h"
#include "countinghouse/ScreenshotRun.h"

#include "base/Log.h"
#include "serve/HandOver.h"
#include "ui/shell/LinkDesk.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/UpdateNotice.h"
#include "ui/shell/ViewSettings.h"

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QIcon>
#include <QLocale>
#include <QTemporaryDir>
#include <cstdio>

namespace {

/// Where windows on one data folder take links.
QString placeOf(const ch::Options& options)
{
    return ch::serve::HandOver::placeOf(QDir(options.start.dataDir).absolutePath().toUtf8());
}

/// A link is shown by the window that is open already, if there is one and nothing else was asked for.
bool isTakenOver(const ch::Options& options)
{
    return !options.link.isEmpty() && !options.start.demo && options.start.profile.isEmpty()
        && ch::serve::HandOver::give(placeOf(options), options.link.toUtf8());
}

int runWindow(QApplication& application, const ch::Options& options)
{
    const QString dataDir = options.start.dataDir;
    if (!QDir().mkpath(dataDir)) {
        std::fprintf(stderr, "countinghouse: the folder %s cannot be made\n", qUtf8Printable(dataDir));
        return 1;
    }
    QFile::setPermissions(dataDir, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    const ch::Status logging = ch::log::startFile(dataDir);
    if (!logging) {
        std::fprintf(stderr, "countinghouse: no log file: %s\n", qUtf8Printable(logging.error().message));
    }
    ch::ui::Theme theme(application);
    ch::ui::ViewSettings settings(dataDir);
    ch::workspace::Engine engine;
    ch::ui::MainWindow window(theme);
    ch::ui::WindowController controller(window, engine, theme, settings, options.start);
    ch::ui::LinkDesk links(window, controller);
    ch::serve::HandOver door;
    QObject::connect(&door, &ch::serve::HandOver::received, &links, [&links](const QByteArray& line) { links.open(QString::fromUtf8(line)); });
    door.listen(placeOf(options)); // where another window listens already, links go to that one
    window.show();
    controller.start();
    if (!options.link.isEmpty()) {
        links.open(options.link);
    }
#ifdef CH_UPDATE_URL
    ch::SystemClock clock;
    ch::ui::UpdateNotice updates(window, settings, options.start.updateAddress, options.start.version, clock);
    updates.start();
#endif
    const int code = QApplication::exec();
    ch::log::flush();
    return code;
}

int runScreenshots(QApplication& application, const ch::Options& options)
{
    QTemporaryDir dataDir;
    if (!dataDir.isValid() || !QDir().mkpath(options.screenshots)) {
        std::fprintf(stderr, "countinghouse: the folder %s cannot be made\n", qUtf8Printable(options.screenshots));
        return 1;
    }
    ch::ui::StartOptions start = options.start;
    start.dataDir = dataDir.path();
    start.demo = true;
    ch::ui::Theme theme(application);
    ch::ui::ViewSettings settings(dataDir.path());
    ch::workspace::Engine engine;
    ch::ui::MainWindow window(theme);
    ch::ui::WindowController controller(window, engine, theme, settings, start);
    ch::ScreenshotRun run(window, engine, controller, theme, options.screenshots);
    run.start();
    return QApplication::exec();
}

/// Figures need grouping: a bare C locale has none, so that English stands in for it.
void chooseLocale(bool fixed)
{
    if (fixed || QLocale::system().language() == QLocale::C) {
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    }
}

} // namespace

int main(int argc, char** argv)
{
    QStringList arguments;
    for (int i = 1; i < argc; ++i) {
        arguments << QString::fromLocal8Bit(argv[i]);
    }
    QCoreApplication::setApplicationName(QStringLiteral("countinghouse"));
    QCoreApplication::setApplicationVersion(QStringLiteral(CH_VERSION));
    ch::Options options;
    {
        const QCoreApplication plain(argc, argv); // reading arguments needs no display
        const ch::Result<ch::Options> read = ch::readOptions(arguments);
        if (!read) {
            std::fprintf(stderr, "countinghouse: %s\n", qUtf8Printable(read.error().message));
            return 2;
        }
        options = *read;
        if (options.help || options.version) {
            std::printf("%s\n", options.help ? qUtf8Printable(ch::helpText()) : "countinghouse " CH_VERSION);
            return 0;
        }
        if (options.screenshots.isEmpty() && isTakenOver(options)) {
            return 0;
        }
    }
    if (!options.screenshots.isEmpty() && !qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) {
        qputenv("QT_QPA_PLATFORM", "offscreen");
    }
#ifdef Q_OS_LINUX
    if (options.screenshots.isEmpty() && !qEnvironmentVariableIsSet("QT_QPA_PLATFORM") && !qEnvironmentVariableIsSet("DISPLAY")
        && !qEnvironmentVariableIsSet("WAYLAND_DISPLAY")) {
        std::fprintf(stderr, "countinghouse: there is no display here; --screenshots DIR renders every page without one\n");
        return 1;
    }
#endif
    chooseLocale(!options.screenshots.isEmpty());
    QApplication application(argc, argv);
    QApplication::setApplicationDisplayName(QString());
    QApplication::setDesktopFileName(QStringLiteral(CH_ID));
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/ch/appicon/countinghouse.svg")));
    return options.screenshots.isEmpty() ? runWindow(application, options) : runScreenshots(application, options);
}
