// SPDX-License-Identifier: GPL-3.0-or-later
// Without words of its own: the tests. With --seeds or --seed: runs to look at (tests/simulation/run).
#include "simulation/Application.h"
#include "simulation/Command.h"
#include "support/TestMain.h"

int main(int argc, char** argv)
{
    ch::sim::Application application(argc, argv);
    const QStringList words = application.arguments().mid(1);
    if (words.contains(QStringLiteral("--seeds")) || words.contains(QStringLiteral("--seed"))) {
        return ch::sim::runCommand(words);
    }
    return ch::test::runAll(argc, argv);
}
