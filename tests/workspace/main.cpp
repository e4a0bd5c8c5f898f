// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/TestMain.h"

#include <QCoreApplication>

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    if (qEnvironmentVariableIsSet("CH_WEBHOOK_SEEDS")) {
        qputenv("QTEST_FUNCTION_TIMEOUT", "86400000"); // of a command that takes as long as it takes
    }
    return ch::test::runAll(argc, argv);
}
