// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/Command.h"

#include <QDir>
#include <QElapsedTimer>
#include <cstdio>

namespace ch::sim {

namespace {

quint64 numberAfter(const QStringList& words, const QString& word, quint64 otherwise)
{
    const qsizetype at = words.indexOf(word);
    bool isNumber = false;
    const quint64 number = at >= 0 && at + 1 < words.size() ? words[at + 1].toULongLong(&isNumber) : 0;
    return isNumber ? number : otherwise;
}

int tellOne(quint64 seed, const QString& folder)
{
    const Story story = tell(seed, folder, true);
    for (const QByteArray& line : story.lines) {
        std::printf("%s\n", line.constData());
    }
    std::printf("seed %llu: %llu events, hash %016llx, %s\n", seed, story.events, story.hash, story.broken.isEmpty() ? "every rule held" : "BROKEN");
    for (const QString& rule : story.broken) {
        std::printf("  %s\n", rule.toUtf8().constData());
    }
    return story.broken.isEmpty() ? 0 : 1;
}

} // namespace

std::unique_ptr<QTemporaryDir> quickFolder()
{
    const QString memory = QStringLiteral("/dev/shm");
    const QString base = QDir(memory).exists() ? memory : QDir::tempPath();
    return std::make_unique<QTemporaryDir>(base + QStringLiteral("/countinghouse-simulation-XXXXXX"));
}

int runCommand(const QStringList& words)
{
    const auto folder = quickFolder();
    if (words.contains(QStringLiteral("--seed"))) {
        return tellOne(numberAfter(words, QStringLiteral("--seed"), 1), folder->path());
    }
    const quint64 count = numberAfter(words, QStringLiteral("--seeds"), 1000);
    const quint64 from = numberAfter(words, QStringLiteral("--from"), 1);
    std::map<QByteArray, qint64> counts;
    quint64 failed = 0;
    quint64 events = 0;
    QElapsedTimer time;
    time.start();
    for (quint64 seed = from; seed < from + count; ++seed) {
        const Story story = tell(seed, folder->path(), false);
        events += story.events;
        for (const auto& [name, number] : story.counts) {
            counts[name] += number;
        }
        if (!story.broken.isEmpty()) {
            ++failed;
            std::printf("seed %llu: %s\n", seed, story.broken.first().toUtf8().constData());
            std::fflush(stdout);
        }
    }
    for (const auto& [name, number] : counts) {
        std::printf("count %lld %s\n", number, name.constData());
    }
    std::printf("count %llu events\ncount %llu runs\ncount %llu runs that broke a rule\n", events, count, failed);
    std::fprintf(stderr, "%lld ms\n", time.elapsed());
    return failed == 0 ? 0 : 1;
}

} // namespace ch::sim
