// SPDX-License-Identifier: GPL-3.0-or-later
// How a run begins, moves, breaks and ends.
#include "simulation/World.h"

#include "store/Faults.h"

#include <QDir>
#include <QFile>

namespace ch::sim {

namespace {

constexpr int kTries = 4;
constexpr qint64 kHourMs = 3600'000;
constexpr qint64 kWaitMs = 130'000; ///< what may be on the wire of another program is over then

/// Empty files of a data folder, made once: a run copies them instead of migrating its own.
const std::map<QString, QByteArray>& emptyFiles(const QString& folder)
{
    static const std::map<QString, QByteArray> kFiles = [&folder] {
        const QString here = QDir(folder).filePath(QStringLiteral("empty"));
        (void)store::RecordsFile::open(here);
        (void)store::Mirror::open(here, {QStringLiteral("acct_1"), false});
        std::map<QString, QByteArray> files;
        for (const QString& name : QDir(here).entryList({QStringLiteral("*.sqlite")}, QDir::Files)) {
            QFile file(QDir(here).filePath(name));
            (void)file.open(QIODevice::ReadOnly);
            files[name] = file.readAll();
        }
        QDir(here).removeRecursively();
        return files;
    }();
    return kFiles;
}

} // namespace

Story tell(quint64 seed, const QString& folder, bool withLines)
{
    return World(seed, folder, withLines).run();
}

World::World(quint64 seed, const QString& folder, bool withLines)
    : m_seed(seed), m_folder(folder), m_trace(withLines), m_dice(seed), m_account(m_clock), m_network(m_account, m_clock, m_trace, Dice(seed ^ 0x5EEDF00DULL))
{
    store::skipSyncs(true);
    store::watchWrites([this] { writing(); });
    Application::watchEvents([this](QObject* receiver) { eventFor(receiver); });
    m_clock.onFire = [this](QObject* context) { eventFor(context); };
    m_network.onSending = [this](int program, const http::Request& request) { sending(program, request); };
    m_network.onSent = [this](int program) { countDown(program, Moment::AfterSending); };
    m_network.onMade = [this](const http::Request& request, const QJsonObject& object) { checkMade(request, object); };
}

World::~World()
{
    m_dying = true;
    m_programs.clear();
    Application::deliver();
    Application::watchEvents({});
    store::watchWrites({});
    store::failWrite(0);
    store::skipSyncs(false);
}

void World::say(const QByteArray& what)
{
    m_trace.add(m_clock.monotonicMs(), what);
}

void World::copyFiles(const QString& folder) const
{
    QDir(folder).removeRecursively();
    QDir().mkpath(folder);
    for (const auto& [name, bytes] : emptyFiles(m_folder)) {
        QFile file(QDir(folder).filePath(name));
        (void)file.open(QIODevice::WriteOnly);
        file.write(bytes);
    }
}

void World::makePrograms()
{
    const int kind = m_dice.weighed({5, 3, 2}); // one; two on one folder; two on two
    for (int number = 0; number < (kind == 0 ? 1 : 2); ++number) {
        ProgramSetting setting;
        setting.number = number;
        setting.folder = QDir(m_folder).filePath(kind == 2 && number == 1 ? QStringLiteral("other") : QStringLiteral("data"));
        const bool isOtherComputer = number == 0 || kind == 2;
        setting.skewMs = !isOtherComputer ? m_programs.front().program->setting().skewMs : m_dice.chance(250) ? m_dice.from(-30 * 60'000, 30 * 60'000) : 0;
        setting.attempts = m_dice.from(1, 4);
        if (isOtherComputer) {
            copyFiles(setting.folder);
        }
        Watched watched;
        watched.program = std::make_unique<Program>(setting, m_network, m_clock, m_trace, Dice(m_dice.next()));
        watched.observer = *store::RecordsFile::open(setting.folder);
        (void)watched.program->start();
        m_programs.push_back(std::move(watched));
    }
    m_trace.count(kind == 0 ? "runs of one program" : kind == 1 ? "runs of two programs on one folder" : "runs of two programs on two folders");
    const QStringList names = {QStringLiteral("b1"), QStringLiteral("gesch\u00e4ft \u4e8c"), QStringLiteral("b3"), QStringLiteral("b4")};
    m_businesses = names.mid(0, m_dice.from(1, 4));
}

Story World::run()
{
    makePrograms();
    for (const Watched& watched : m_programs) {
        const ProgramSetting& setting = watched.program->setting();
        say('p' + QByteArray::number(setting.number) + ": " + QByteArray::number(setting.attempts) + " attempts, clock wrong by " + QByteArray::number(setting.skewMs / 1000) + " s");
    }
    if (m_dice.chance(800)) {
        m_network.weather = Weather::rough(m_dice);
    }
    const int steps = m_dice.from(4, 18);
    for (int step = 0; step < steps && m_broken.isEmpty(); ++step) {
        guarded([this] { act(); });
        turns(m_dice.weighed({1, 2, 2, 1}) * m_dice.below(25));
    }
    if (m_broken.isEmpty() && m_dice.chance(250)) {
        theLights();
    }
    heal();
    settleAll();
    if (m_broken.isEmpty()) {
        finalWishes();
        checkAll();
    }
    Story story;
    story.seed = m_seed;
    story.broken = m_broken;
    story.hash = m_trace.hash();
    story.events = static_cast<quint64>(m_trace.events());
    story.lines = m_trace.lines();
    story.counts = m_trace.counts();
    return story;
}

bool World::turn(qint64 limitMs)
{
    bool fired = false;
    guarded([&] {
        Application::deliver();
        fired = m_clock.fireNext(limitMs);
        Application::deliver();
    });
    m_current = -1;
    return fired;
}

void World::turns(int count)
{
    constexpr qint64 kLongestMs = 200'000;
    const qint64 limit = m_clock.monotonicMs() + kLongestMs;
    while (count-- > 0 && m_broken.isEmpty() && turn(limit)) {
    }
}

void World::guarded(const std::function<void()>& work)
{
    try {
        work();
    } catch (const Killed& killed) {
        strike(killed);
    }
}

// --- dying and coming back

void World::eventFor(const QObject* receiver)
{
    m_current = ProgramRoot::numberOf(receiver);
    if (m_current >= 0) {
        countDown(m_current, Moment::Event);
    }
}

void World::writing()
{
    if (m_dying) {
        store::failWrite(1); // the dead write nothing
        return;
    }
    const int writer = m_current < 0 && m_programs.size() == 1 ? 0 : m_current;
    if (writer >= 0) {
        countDown(writer, Moment::Write);
    }
    if (m_diskFails > 0 && --m_diskFails == 0) {
        store::failWrite(1);
        m_trace.count("fault: disk");
        say("the disk refuses a write");
        if (--m_diskFailsFor > 0) {
            m_diskFails = 1;
        }
    }
}

void World::sending(int program, const http::Request& request)
{
    checkWrittenDown(program, request);
    countDown(program, Moment::BeforeSending);
}

void World::countDown(int program, Moment moment)
{
    if (m_dying || program >= static_cast<int>(m_programs.size())) {
        return;
    }
    Doom& doom = m_programs[static_cast<size_t>(program)].doom;
    if (doom.moment == moment && --doom.left <= 0) {
        static const std::map<Moment, QByteArray> kWords = {{Moment::Event, "between two events"}, {Moment::Write, "before a write"}, {Moment::BeforeSending, "before a request left"}, {Moment::AfterSending, "after a request left"}};
        m_trace.count("kill: " + kWords.at(moment));
        say('p' + QByteArray::number(program) + " is killed " + kWords.at(moment));
        throw Killed{program};
    }
}

void World::strike(const Killed& killed)
{
    m_dying = true;
    const bool all = m_programs[static_cast<size_t>(killed.program)].doom.takesAll;
    for (size_t i = 0; i < m_programs.size(); ++i) {
        Watched& watched = m_programs[i];
        if ((all || static_cast<int>(i) == killed.program) && watched.program->isUp()) {
            watched.program->kill();
            watched.doom = {};
            const qint64 wait = std::array<qint64, 4>{10, 5'000, 3LL * 3600'000, 26LL * 3600'000}[static_cast<size_t>(m_dice.weighed({5, 5, 2, 1}))];
            m_clock.callAfter(m_dice.below(static_cast<int>(wait)), &m_network, [this, i] { startAgain(i); });
        }
    }
    store::failWrite(0);
    m_dying = false;
    m_current = -1;
}

/// Everything goes out in the middle of the work, and nobody comes back before the keys of what was on the way have ended.
void World::theLights()
{
    m_dying = true;
    say("all lights go out for more than a day");
    m_trace.count("kill: all, for more than a day");
    for (Watched& watched : m_programs) {
        watched.program->kill();
        watched.doom = {};
    }
    store::failWrite(0);
    m_dying = false;
    constexpr qint64 kDayMs = 24LL * 3600'000;
    const qint64 limit = m_clock.monotonicMs() + kDayMs + m_dice.below(4 * 3600'000);
    while (m_network.underWay() > 0 && turn(limit)) {
    }
    m_clock.moveTo(limit);
}

void World::startAgain(size_t number)
{
    Watched& watched = m_programs[number];
    if (watched.program->isUp()) {
        return;
    }
    m_current = static_cast<int>(number);
    if (!watched.program->start()) {
        m_clock.callAfter(10'000, &m_network, [this, number] { startAgain(number); });
        return;
    }
    if (m_dice.chance(850)) {
        watched.program->resume();
    }
}

// --- the end: all is well again

void World::heal()
{
    say("all is well again");
    m_network.weather = Weather::calm();
    m_diskFails = 0;
    store::failWrite(0);
    for (size_t i = 0; i < m_programs.size(); ++i) {
        m_programs[i].doom = {};
        guarded([this, i] { startAgain(i); });
    }
    constexpr qint64 kLongestMs = 3LL * 3600'000;
    untilIdle(kLongestMs);
}

bool World::isAnyBusy() const
{
    return std::any_of(m_programs.begin(), m_programs.end(), [](const Watched& watched) { return watched.program->isBusy(); });
}

void World::untilIdle(qint64 longestMs)
{
    const qint64 limit = m_clock.monotonicMs() + longestMs;
    while (m_broken.isEmpty() && (isAnyBusy() || m_network.underWay() > 0)) {
        if (!turn(limit)) {
            if (isAnyBusy()) {
                breaks(QStringLiteral("a job never ends"));
            }
            return;
        }
    }
}

/// Whatever is open can be settled now, in a few rounds: another program's request may have to be over first.
void World::settleAll()
{
    constexpr int kRounds = 6;
    for (int round = 0; round < kRounds && m_broken.isEmpty(); ++round) {
        bool isOpen = false;
        for (Watched& watched : m_programs) {
            guarded([&watched] { watched.program->resume(); });
            untilIdle(kHourMs);
            const auto open = watched.observer->journal().abandoned(m_clock.nowMs());
            isOpen = isOpen || !open || !open->empty();
        }
        if (!isOpen) {
            return;
        }
        m_clock.moveTo(m_clock.monotonicMs() + kWaitMs);
    }
    for (const Watched& watched : m_programs) {
        const auto open = watched.observer->journal().abandoned(m_clock.nowMs());
        for (const store::Operation& operation : open.value_or(std::vector<store::Operation>())) {
            breaks(QStringLiteral("the %1 of %2 stays open: %3, at %4, %5").arg(store::wordOf(operation.subject.kind), operation.subject.businessId, store::wordOf(operation.state), operation.step, operation.error));
        }
    }
}

void World::endProvisioned(Watched& watched, const QString& businessId)
{
    const business::ProvisionOutcome* outcome = nullptr;
    for (int tries = 0; tries < kTries && m_broken.isEmpty() && (!outcome || outcome->error); ++tries) {
        business::ProvisionRequest request;
        request.businessId = businessId;
        request.name = QStringLiteral("As it is to be");
        request.type = QStringLiteral("saas");
        guarded([&] { watched.program->provision(request); });
        untilIdle(kHourMs);
        outcome = watched.program->provisioned(businessId);
        if (outcome && outcome->error) {
            m_clock.moveTo(m_clock.monotonicMs() + kWaitMs);
        }
    }
    if (!outcome || outcome->error) {
        breaks(QStringLiteral("%1 cannot be provisioned in calm weather: %2").arg(businessId, outcome ? outcome->error->code + QLatin1Char(' ') + outcome->error->message : QStringLiteral("no outcome")));
        return;
    }
    checkProvisioned(watched, businessId);
}

void World::endTakenDown(Watched& watched, const QString& businessId, bool deleteCustomer)
{
    QStringList customerIds;
    for (const QJsonObject& customer : m_account.customers(businessId)) {
        customerIds << customer.value(QStringLiteral("id")).toString();
    }
    if (m_programs.back().program->setting().folder != m_programs.front().program->setting().folder) {
        watched.program->sync(); // what another computer has made meanwhile is known by a sync only
        untilIdle(kHourMs);
    }
    const business::TakedownOutcome* outcome = nullptr;
    for (int tries = 0; tries < kTries && m_broken.isEmpty() && (!outcome || outcome->error); ++tries) {
        business::TakedownRequest request{businessId, QStringLiteral("the end of a run"), deleteCustomer};
        guarded([&] { watched.program->takeDown(request); });
        untilIdle(kHourMs);
        outcome = watched.program->takenDown(businessId);
        if (outcome && outcome->status == QLatin1String("not_found")) {
            return; // nothing of it was ever here
        }
        if (outcome && outcome->error) {
            m_clock.moveTo(m_clock.monotonicMs() + kWaitMs);
        }
        if (outcome && outcome->error && outcome->error->code == QLatin1String("conflict")) {
            m_trace.count("take-downs that needed a sync first");
            watched.program->sync();
            untilIdle(kHourMs);
        }
    }
    if (outcome && outcome->error && outcome->error->code == QLatin1String("conflict") && customerIds.size() <= 1) {
        m_trace.count("take-downs refused for a customer that is deleted"); // a person takes the customer down by its id
        if (customerIds.isEmpty()) {
            return;
        }
        business::TakedownRequest request{customerIds.first(), QStringLiteral("the end of a run"), deleteCustomer};
        guarded([&] { watched.program->takeDown(request); });
        untilIdle(kHourMs);
        return;
    }
    if (!outcome || outcome->error || outcome->status != QLatin1String("taken_down")) {
        breaks(QStringLiteral("%1 cannot be taken down in calm weather: %2").arg(businessId, outcome && outcome->error ? outcome->error->code + QLatin1Char(' ') + outcome->error->message : QStringLiteral("no outcome")));
        return;
    }
    checkTakenDown(watched, businessId, deleteCustomer ? customerIds : QStringList());
}

void World::finalWishes()
{
    for (const QString& businessId : std::as_const(m_businesses)) {
        const int wish = m_dice.weighed({5, 4, 3}); // provisioned; taken down; left as it is
        const bool deleteCustomer = m_dice.chance(600);
        for (Watched& watched : m_programs) {
            if (m_broken.isEmpty() && wish == 0) {
                endProvisioned(watched, businessId);
            } else if (m_broken.isEmpty() && wish == 1) {
                endTakenDown(watched, businessId, deleteCustomer);
            }
        }
        if (wish == 1 && !m_account.subscriptions(businessId, true).isEmpty()) {
            breaks(QStringLiteral("%1 was taken down everywhere and has a living subscription").arg(businessId));
        }
    }
    for (Watched& watched : m_programs) {
        if (m_dice.chance(600)) {
            continue; // a sync is most of the work of a run
        }
        watched.program->sync();
        untilIdle(kHourMs);
        checkMirror(watched);
    }
    checkRefunds();
}

} // namespace ch::sim
