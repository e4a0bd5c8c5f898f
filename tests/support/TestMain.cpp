// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/TestMain.h"

#include <QCoreApplication>
#include <QtTest>
#include <memory>
#include <vector>

namespace ch::test {

namespace {

struct Registered {
    QString name;
    std::function<QObject*()> make;
};

std::vector<Registered>& registeredTests()
{
    static std::vector<Registered> tests;
    return tests;
}

} // namespace

bool registerTest(const char* name, std::function<QObject*()> make)
{
    registeredTests().push_back({QString::fromLatin1(name), std::move(make)});
    return true;
}

int runAll(int argc, char** argv)
{
    // Arguments naming classes ("TstX" or "TstX::slot") choose among them; all others go to Qt Test.
    QHash<QString, QStringList> chosen;
    QStringList common = {QString::fromLocal8Bit(argv[0])};
    for (int i = 1; i < argc; ++i) {
        const QString argument = QString::fromLocal8Bit(argv[i]);
        const QString name = argument.section(QStringLiteral("::"), 0, 0);
        if (!name.startsWith(QStringLiteral("Tst"))) {
            common << argument;
            continue;
        }
        QStringList& slotNames = chosen[name];
        if (argument.contains(QStringLiteral("::"))) {
            slotNames << argument.section(QStringLiteral("::"), 1);
        }
    }
    int failures = 0;
    int run = 0;
    for (const Registered& test : registeredTests()) {
        if (!chosen.isEmpty() && !chosen.contains(test.name)) {
            continue;
        }
        const std::unique_ptr<QObject> object(test.make());
        failures += QTest::qExec(object.get(), common + chosen.value(test.name));
        ++run;
    }
    if (run == 0) {
        qWarning("no test class of that name here");
        return 1;
    }
    return failures == 0 ? 0 : 1;
}

} // namespace ch::test
