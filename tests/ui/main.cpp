// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/TestMain.h"

#include <QApplication>
#include <QLocale>

int main(int argc, char** argv)
{
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) {
        qputenv("QT_QPA_PLATFORM", "offscreen");
    }
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    QApplication application(argc, argv);
    return ch::test::runAll(argc, argv);
}
