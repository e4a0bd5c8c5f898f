// SPDX-License-Identifier: GPL-3.0-or-later
// What shells complete is what the program knows: every command and option of its help, and nothing else.
#include "ctl/Programs.h"
#include "support/TestMain.h"

#include <QFile>
#include <QRegularExpression>
#include <QtTest>

using namespace ch::test;

class TstCompletion : public QObject {
    Q_OBJECT

    Ctl m_ctl;

    QByteArray script(const char* shell) { return m_ctl.run({QStringLiteral("completion"), QLatin1String(shell)}).out; }

    static QStringList all(const QString& text, const char* pattern)
    {
        QStringList out;
        auto found = QRegularExpression(QLatin1String(pattern), QRegularExpression::MultilineOption).globalMatch(text);
        while (found.hasNext()) {
            out << found.next().captured(1);
        }
        out.removeDuplicates();
        out.sort();
        return out;
    }

    /// What bash offers after a line; the last word is the one that is being typed.
    QStringList offered(const QByteArray& line)
    {
        QProcess bash;
        bash.start(QStringLiteral("bash"), {QStringLiteral("--norc"), QStringLiteral("-c"),
            QStringLiteral("source \"$1\"; read -ra COMP_WORDS <<<\"$2\"; [[ $2 == *' ' ]] && COMP_WORDS+=(\"\"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); "
                           "_countinghousectl; printf '%s\\n' \"${COMPREPLY[@]}\""),
            QStringLiteral("bash"), m_ctl.file(QStringLiteral("completion.bash")), QString::fromUtf8(line)});
        if (!bash.waitForFinished(kPatienceMs)) {
            return {QStringLiteral("bash did not end")};
        }
        QStringList out = QString::fromUtf8(bash.readAllStandardOutput() + bash.readAllStandardError()).split(u'\n', Qt::SkipEmptyParts);
        out.sort();
        return out;
    }

private Q_SLOTS:
    void initTestCase()
    {
        QFile file(m_ctl.file(QStringLiteral("completion.bash")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(script("bash"));
    }

    void bashOffersEveryCommandOfTheHelp()
    {
        const QString help = QString::fromUtf8(m_ctl.run({QStringLiteral("--help")}).out);
        const QString commands = help.section(QStringLiteral("Commands\n"), 1).section(QStringLiteral("\nOptions\n"), 0, 0);
        QStringList expected = all(commands, "^  ([a-z]+)");
        expected << QStringLiteral("unprotect"); // stands beside protect
        expected.removeDuplicates();
        expected.sort();
        QVERIFY(expected.size() > 20);
        QStringList commandsOffered = offered("countinghousectl ");
        commandsOffered.removeIf([](const QString& word) { return word.startsWith(u'-'); });
        QCOMPARE(commandsOffered, expected);
    }

    void everyShellKnowsEveryOptionOfTheHelp()
    {
        const QString help = QString::fromUtf8(m_ctl.run({QStringLiteral("--help")}).out);
        const QStringList options = all(help, "--([a-z][a-z-]+)");
        QVERIFY(options.size() > 30);
        for (const char* shell : {"bash", "zsh"}) {
            QCOMPARE(all(QString::fromUtf8(script(shell)), "--([a-z][a-z-]+)"), options);
        }
        QCOMPARE(all(QString::fromUtf8(script("fish")), " -l ([a-z][a-z-]+)"), options);
    }

    void bashOffersWhatFits()
    {
        QCOMPARE(offered("countinghousectl take"), QStringList{QStringLiteral("takedown")});
        QVERIFY(offered("countinghousectl records ").contains(QLatin1String("import")));
        QVERIFY(!offered("countinghousectl records export ").contains(QLatin1String("import")));
        QVERIFY(offered("countinghousectl audit ").contains(QLatin1String("verify")));
        QCOMPARE(offered("countinghousectl audit --ex"), QStringList{QStringLiteral("--export")});
        QVERIFY(offered("countinghousectl audit verify --ex").isEmpty());
        QCOMPARE(offered("countinghousectl --profile Main takedown biz --rea"), QStringList{QStringLiteral("--reason")});
        QVERIFY(offered("countinghousectl --profile ").isEmpty()); // a name that is not known here
        QVERIFY(offered("countinghousectl cancel sub --refund").isEmpty());
    }

    void anUnknownShellIsAUsageError()
    {
        QCOMPARE(m_ctl.run({QStringLiteral("completion"), QStringLiteral("tcsh")}).exitCode, 2);
        QCOMPARE(m_ctl.run({QStringLiteral("completion")}).exitCode, 2);
    }
};

CH_TEST(TstCompletion)
#include "tst_Completion.moc"
