// SPDX-License-Identifier: GPL-3.0-or-later
// Registers test classes and runs them one after the other in one process: a main() a class would cost seconds of compiling each.
//   CH_TEST(TstMoney)      in the .cpp, after the class
// In the executable, QTEST's own arguments work; "tst_base TstMoney" or "tst_base TstMoney::rounds" runs a part.
#pragma once

#include <QObject>
#include <functional>

namespace ch::test {

bool registerTest(const char* name, std::function<QObject*()> make);

/// What main() calls: runs the registered classes with application already there. Returns the exit code.
int runAll(int argc, char** argv);

} // namespace ch::test

#define CH_TEST(Class) \
    static const bool registered##Class = ch::test::registerTest(#Class, [] { return static_cast<QObject*>(new Class); });
