// SPDX-License-Identifier: GPL-3.0-or-later
// How quick the window's tables are over a mirror of 10,000, 100,000 and 1,000,000 subscriptions with 85 customers and 200 invoices to 100 of
// them, each size in a process of its own (TableSession.h), and beside it QSortFilterProxyModel over the same names in memory. Prints each figure
// beside its limit; exit code 1 when one is above it. Arguments: other sizes. CH_BENCH_CPU=1 counts frames in processor time, for when something
// else is running. CH_BENCH_KEEP=DIR keeps the mirrors there and uses those that are there.
#include "bench/TableAccount.h"
#include "bench/TableSession.h"

#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QLocale>
#include <QProcess>
#include <QSortFilterProxyModel>
#include <QTemporaryDir>
#include <cstdio>

using namespace ch;

namespace {

struct Limit {
    const char* name;
    double most;
    const char* unit;
};

constexpr Limit kLimits[] = {
    {"start to painted rows", 500, "ms"},
    {"sort by an index (MRR), first time", 100, "ms"},
    {"sort by an index (created), first time", 100, "ms"},
    {"sort by a joined column (name), first time", 1500, "ms"},
    {"sort by metadata, first time", 1500, "ms"},
    {"key, three characters and more: slowest", 50, "ms"},
    {"key, one or two characters: slowest", 250, "ms"},
    {"frame while dragging: longest", 16, "ms"},
    {"frame while 1,000 objects change: longest", 16, "ms"},
    {"memory with three tables open: peak", 300, "MiB"}};

bool g_within = true;

void tell(const QByteArray& name, double found)
{
    for (const Limit& limit : kLimits) {
        if (name == limit.name) {
            std::printf("  %-46s %9.1f %-3s  limit %6.0f  ratio %.2f\n", limit.name, found, limit.unit, limit.most, found / limit.most);
            g_within = g_within && found <= limit.most;
            std::fflush(stdout);
            return;
        }
    }
    std::printf("  %-46s %9.1f\n", name.constData(), found);
    std::fflush(stdout);
}

/// A name a row, in memory: as light as a model can be for the peer.
class Names final : public QAbstractTableModel {
public:
    explicit Names(int rows)
    {
        for (int i = 0; i < rows; ++i) {
            m_names.push_back(bench::tableAccountName(int(qint64(i) * 85 / 100)));
        }
    }
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : int(m_names.size()); }
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : 1; }
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override { return role == Qt::DisplayRole ? m_names[size_t(index.row())] : QVariant(); }

private:
    std::vector<QString> m_names;
};

void measurePeer(int rows)
{
    Names names(rows);
    QSortFilterProxyModel proxy;
    proxy.setSourceModel(&names);
    QElapsedTimer timer;
    timer.start();
    proxy.sort(0);
    std::printf("  peer, QSortFilterProxyModel: sorts by name in    %9.1f ms\n", double(timer.nsecsElapsed()) / 1e6);
    proxy.sort(-1);
    proxy.setFilterCaseSensitivity(Qt::CaseInsensitive);
    timer.restart();
    proxy.setFilterFixedString(QStringLiteral("acme"));
    std::printf("  peer, QSortFilterProxyModel: filters \"acme\" in   %9.1f ms, %d rows\n", double(timer.nsecsElapsed()) / 1e6, proxy.rowCount());
    std::fflush(stdout);
}

void measure(int subscriptions)
{
    std::printf("%d subscriptions\n", subscriptions);
    std::fflush(stdout);
    const QTemporaryDir dir;
    const QString kept = qEnvironmentVariable("CH_BENCH_KEEP");
    const QString folder = kept.isEmpty() ? dir.path() : kept + u'/' + QString::number(subscriptions);
    if (!QFileInfo::exists(folder + QStringLiteral("/mirror.sqlite"))) {
        QDir().mkpath(folder);
        const bench::TableAccountTimes times = bench::makeTableAccount(folder, subscriptions);
        std::printf("  mirror of %lld MiB filled in %.0f ms; indexes and full text after it in %.0f ms\n", times.bytes >> 20, times.withoutIndexMs, times.indexMs);
        std::fflush(stdout);
    }
    QProcess session;
    session.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    session.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--one-person"), folder, QString::number(subscriptions), QString::number(bench::nowNs())});
    if (!session.waitForFinished(-1) || session.exitCode() != 0) {
        std::printf("  the session failed\n");
        std::exit(2);
    }
    const QList<QByteArray> lines = session.readAllStandardOutput().split('\n');
    for (const QByteArray& line : lines) {
        const QList<QByteArray> parts = line.split('\t');
        if (parts.size() == 2) {
            tell(parts[0], parts[1].toDouble());
        }
    }
    measurePeer(subscriptions);
}

} // namespace

int main(int argc, char** argv)
{
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) {
        qputenv("QT_QPA_PLATFORM", "offscreen");
    }
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    QApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments().mid(1);
    const bool isSession = arguments.value(0) == QLatin1String("--one-person") && arguments.size() == 4;
    if (isSession) {
        return bench::runTableSession(arguments[1], arguments[2].toInt(), arguments[3].toLongLong());
    }
    QList<int> sizes;
    for (const QString& argument : arguments) {
        if (argument.toInt() <= 0) {
            std::fprintf(stderr, "bench_tables: %s is no number of subscriptions\n", qPrintable(argument));
            return 2;
        }
        sizes << argument.toInt();
    }
    for (const int size : sizes.isEmpty() ? QList<int>{10'000, 100'000, 1'000'000} : sizes) {
        measure(size);
    }
    std::printf(g_within ? "All within their limits.\n" : "Not all within their limits.\n");
    return g_within ? 0 : 1;
}
