// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/TableSession.h"

#include "bench/LedgerAccount.h"
#include "bench/TableAccount.h"
#include "store/Mirror.h"
#include "ui/pages/businesses/BusinessesPage.h"
#include "ui/pages/subscriptions/SubscriptionsPage.h"
#include "ui/shell/AccountReader.h"
#include "ui/shell/MainWindow.h"
#include "ui/tables/TableView.h"

#include <QApplication>
#include <QFile>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QScrollBar>
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <thread>

namespace ch::bench {

namespace {

using ui::MirrorTableModel;
using ui::TablePane;

constexpr int kFrames = 240;
constexpr qint64 kLooksNs = 1'500'000'000;
constexpr qint64 kLongestNs = 60'000'000'000;

void tell(const char* name, double value)
{
    std::printf("%s\t%.3f\n", name, value);
    std::fflush(stdout);
}

qint64 clockNs(clockid_t clock)
{
    timespec at{};
    clock_gettime(clock, &at);
    return qint64(at.tv_sec) * 1'000'000'000 + at.tv_nsec;
}

/// Sees when the rows were painted.
class Painted final : public QObject {
public:
    explicit Painted(TablePane& pane) : m_pane(pane) { pane.view().viewport()->installEventFilter(this); }
    ~Painted() override { m_pane.view().viewport()->removeEventFilter(this); }
    /// Milliseconds from now to the first painting at which there is what is waited for.
    double after(const std::function<void()>& act, const std::function<bool()>& isThere)
    {
        m_isThere = isThere;
        m_at = 0;
        const qint64 begin = nowNs();
        act();
        while (m_at == 0 && nowNs() - begin < kLongestNs) {
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
            // Nothing is left to be painted where no row fits: the empty state is there by then.
            m_at = m_at == 0 && m_pane.model().rowCount() == 0 && isThere() ? nowNs() : m_at;
        }
        m_isThere = nullptr;
        return double(m_at - begin) / 1e6;
    }
    bool eventFilter(QObject*, QEvent* event) override
    {
        if (event->type() == QEvent::Paint && m_isThere && m_isThere() && m_at == 0) {
            QMetaObject::invokeMethod(this, [this] { m_at = m_at == 0 ? nowNs() : m_at; }, Qt::QueuedConnection); // when it has been painted
        }
        return false;
    }

private:
    TablePane& m_pane;
    std::function<bool()> m_isThere;
    qint64 m_at = 0;
};

void wait(const std::function<bool()>& isThere)
{
    const qint64 begin = nowNs();
    while (!isThere() && nowNs() - begin < kLongestNs) {
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
}

bool isSettled(TablePane& pane)
{
    return pane.model().isCurrent() && pane.model().isCounted() && pane.model().sums().has_value();
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

/// Types each text letter by letter, three times; the slowest key of each length, by the median of the three.
void typeTexts(TablePane& pane)
{
    auto* field = pane.findChild<QLineEdit*>(QStringLiteral("filterText"));
    const QStringList texts{QStringLiteral("acme"), tableAccountName(4321).toLower(), QStringLiteral("12345"), QStringLiteral("biz-0012"), QStringLiteral("example.com"), QStringLiteral("zzzz"),
        QStringLiteral("region 12"), QStringLiteral("qy%"), QString::fromUtf8("\xc5\xbc\xc3\xb3\xc5\x82")};
    double slowest[2] = {0, 0};
    double counted = 0;
    std::vector<double> all[2];
    for (const QString& text : texts) {
        std::vector<std::vector<double>> keys(size_t(text.size()));
        for (int round = 0; round < 3; ++round) {
            field->clear();
            wait([&] { return isSettled(pane); });
            for (int i = 0; i < text.size(); ++i) {
                Painted painted(pane);
                QKeyEvent press(QEvent::KeyPress, 0, Qt::NoModifier, text.mid(i, 1));
                const qint64 begin = nowNs();
                if (text[i] == u' ') { // asks nothing new
                    QCoreApplication::sendEvent(field, &press);
                    keys[size_t(i)].push_back(0);
                    continue;
                }
                keys[size_t(i)].push_back(painted.after([&] { QCoreApplication::sendEvent(field, &press); }, [&] { return pane.model().isCurrent(); }));
                wait([&] { return isSettled(pane); });
                counted = std::max(counted, double(nowNs() - begin) / 1e6);
            }
        }
        for (int i = 0; i < text.size(); ++i) {
            const double took = median(keys[size_t(i)]);
            const int which = i + 1 < 3 ? 0 : 1;
            all[which].push_back(took);
            if (took > slowest[which]) {
                slowest[which] = took;
                std::fprintf(stderr, "    \"%s\" %.1f ms\n", qUtf8Printable(text.left(i + 1)), took);
            }
        }
    }
    tell("key, three characters and more: slowest", slowest[1]);
    tell("key, three characters and more: median", median(all[1]));
    tell("key, one or two characters: slowest", slowest[0]);
    tell("count and sums after a key: slowest", counted);
    field->clear();
    wait([&] { return isSettled(pane); });
}

double sortBy(TablePane& pane, const QString& key, bool descending)
{
    Painted painted(pane);
    const double took = painted.after([&] { pane.model().setOrder({key, descending}); }, [&] { return pane.model().isCurrent(); });
    wait([&] { return isSettled(pane); });
    return took;
}

/// Longest frame in milliseconds: the step of the scroll bar, whatever arrives, and the painting, once as on a display. CH_BENCH_CPU=1: of this
/// thread's processor time.
class Frames final : public QObject {
public:
    explicit Frames(TablePane& pane) : m_pane(pane), m_clock(qEnvironmentVariableIsSet("CH_BENCH_CPU") ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC)
    {
        pane.view().viewport()->installEventFilter(this);
    }
    void step(int value)
    {
        m_isPainted = false;
        const qint64 begin = clockNs(m_clock);
        m_pane.view().verticalScrollBar()->setValue(value);
        QCoreApplication::processEvents();
        if (!m_isPainted) {
            m_pane.view().viewport()->repaint();
        }
        m_all.push_back(double(clockNs(m_clock) - begin) / 1e6);
    }
    bool eventFilter(QObject*, QEvent* event) override
    {
        m_isPainted = m_isPainted || event->type() == QEvent::Paint;
        return false;
    }
    [[nodiscard]] double longest() const { return *std::max_element(m_all.begin(), m_all.end()); }
    [[nodiscard]] double middle() const { return median(m_all); }

private:
    TablePane& m_pane;
    clockid_t m_clock;
    bool m_isPainted = false;
    std::vector<double> m_all;
};

void drag(TablePane& pane)
{
    QScrollBar* bar = pane.view().verticalScrollBar();
    Frames frames(pane);
    for (int i = 0; i <= kFrames; ++i) {
        frames.step(int(qint64(bar->maximum()) * i / kFrames));
    }
    tell("frame while dragging: longest", frames.longest());
    tell("frame while dragging: median", frames.middle());
    wait([&] { return pane.model().rowAt(pane.model().rowCount() - 1) != nullptr; });
}

/// A thousand subscriptions change in the mirror, in a thread of its own as the engine is one, while the scroll bar is dragged.
void syncWhileScrolling(TablePane& pane, const QString& folder, int subscriptions)
{
    std::atomic_bool isWritten = false;
    std::thread engine([&] {
        auto mirror = store::Mirror::open(folder, {QStringLiteral("acct_bench"), false});
        store::Batch batch;
        batch.receivedAtMs = kNow * 1000 + 5;
        for (int i = 0; i < 1000; ++i) {
            const QByteArray json = tableSubscriptionJson(int(qint64(i) * subscriptions / 1000), 9);
            if (auto object = stripe::parseObject<stripe::Subscription>(json)) {
                batch.subscriptions.push_back({*object, json});
            }
        }
        const auto value = [](const stripe::Subscription& one, const store::MirrorReader&) { return store::SubscriptionValue{one.id, one.currency, 1900, 1900, 1900, 1900, {}}; };
        if (!mirror || batch.subscriptions.size() != 1000 || !(*mirror)->apply(batch) || !(*mirror)->revalue(value, kNow * 1000)) {
            std::exit(2);
        }
        isWritten = true;
    });
    QScrollBar* bar = pane.view().verticalScrollBar();
    int renewed = 0;
    const auto counting = QObject::connect(&pane.model(), &MirrorTableModel::stateChanged, &pane, [&renewed] { ++renewed; });
    Frames frames(pane);
    bool isAsked = false;
    for (int i = 0; i < 100'000 && renewed < 2; ++i) {
        if (isWritten && !isAsked) {
            isAsked = true;
            pane.model().refresh();
        }
        frames.step(int(qint64(bar->maximum()) * (i % kFrames) / kFrames));
    }
    QObject::disconnect(counting);
    engine.join();
    tell("frame while 1,000 objects change: longest", frames.longest());
}

qint64 memoryMib(const char* field)
{
    QFile status(QStringLiteral("/proc/self/status"));
    if (status.open(QIODevice::ReadOnly)) {
        for (const QByteArray& line : status.readAll().split('\n')) {
            if (line.startsWith(field)) {
                return line.simplified().split(' ').value(1).toLongLong() / 1024;
            }
        }
    }
    return 0;
}

} // namespace

qint64 nowNs()
{
    return clockNs(CLOCK_MONOTONIC);
}

int runTableSession(const QString& folder, int subscriptions, qint64 startedNs)
{
    ui::Theme theme(*qApp);
    ui::MainWindow window(theme);
    ui::AccountReader reader(window, folder, QTimeZone::utc());
    window.resize(1280, 800);
    window.setAccountOpen(true);
    window.go(ui::Page::Subscriptions);
    TablePane& pane = window.subscriptions().pane();
    {
        Painted painted(pane);
        painted.after([&] {
            window.show();
            pane.model().setSource(&reader.rows());
        }, [&] { return pane.model().rowCount() > 0; });
        tell("start to painted rows", double(nowNs() - startedNs) / 1e6);
        wait([&] { return isSettled(pane); });
        tell("start to count and sums", double(nowNs() - startedNs) / 1e6);
    }
    const qint64 looking = nowNs() + kLooksNs; // a person looks at the rows before the first click
    while (nowNs() < looking) {
        QCoreApplication::processEvents(QEventLoop::AllEvents, 50);
    }
    tell("sort by an index (MRR), first time", sortBy(pane, QStringLiteral("mrr"), true));
    tell("sort by an index (created), first time", sortBy(pane, QStringLiteral("created"), false));
    tell("sort by a joined column (name), first time", sortBy(pane, QStringLiteral("name"), false));
    tell("sort by metadata, first time", sortBy(pane, store::metadataColumn(QStringLiteral("order")), false));
    tell("sort by a joined column, again", sortBy(pane, QStringLiteral("name"), true));
    (void)sortBy(pane, {}, false);
    typeTexts(pane);
    drag(pane);
    syncWhileScrolling(pane, folder, subscriptions);
    wait([&] { return isSettled(pane); });
    tell("memory after all this on one table", double(memoryMib("VmRSS:")));
    for (TablePane* other : {&window.businesses().businesses(), &window.businesses().customers()}) {
        other->model().setSource(&reader.rows());
        wait([&] { return isSettled(*other); });
    }
    tell("memory with three tables open: peak", double(memoryMib("VmHWM:")));
    for (TablePane* each : {&pane, &window.businesses().businesses(), &window.businesses().customers()}) {
        each->model().setSource(nullptr);
    }
    return 0;
}

} // namespace ch::bench
