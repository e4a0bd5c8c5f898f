// SPDX-License-Identifier: GPL-3.0-or-later
// The main() of every test executable that has none of its own: in a library, it is linked where it is missed.
#include "support/TestMain.h"

#include <QCoreApplication>

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    return ch::test::runAll(argc, argv);
}
