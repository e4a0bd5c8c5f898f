// SPDX-License-Identifier: GPL-3.0-or-later
// One run: from a seed the programs, the businesses, the weather, what is asked for, what a third party does, what is killed and when. Then all
// is healed, everything that is open is gone on with, and the rules of money are held against account and files (WorldChecks.cpp).
// A seed tells the same story every time: one thread, one clock, no chance from elsewhere.
#pragma once

#include "simulation/Program.h"

#include <QStringList>

namespace ch::sim {

struct Story {
    quint64 seed = 0;
    QStringList broken;           ///< the rules that did not hold; empty: all did
    quint64 hash = 0;             ///< of everything that happened, in its order
    qint64 events = 0;
    QByteArrayList lines;         ///< where they were asked for
    std::map<QByteArray, qint64> counts;
};

/// folder: of this run alone while it lasts, best in memory.
[[nodiscard]] Story tell(quint64 seed, const QString& folder, bool withLines);

class World {
public:
    World(quint64 seed, const QString& folder, bool withLines);
    ~World();
    Story run();

private:
    /// When a program dies: at the n-th of these from when it was said.
    enum class Moment { None, Event, Write, BeforeSending, AfterSending };
    struct Doom {
        Moment moment = Moment::None;
        int left = 0;
        bool takesAll = false;    ///< the power fails: all programs end
    };
    struct Watched {
        std::unique_ptr<Program> program;
        Doom doom;
        std::unique_ptr<store::RecordsFile> observer; ///< another connection to its records: sees what is committed
    };

    // World.cpp, WorldActs.cpp
    void makePrograms();
    void copyFiles(const QString& folder) const;
    void act();
    void actProvision();
    void actTakeDown();
    void actCancel();
    void actThirdParty();
    void actTime();
    void actDoom();
    void actDisk();
    void turns(int count);
    bool turn(qint64 limitMs);
    void guarded(const std::function<void()>& work);
    void strike(const Killed& killed);
    void theLights();
    void startAgain(size_t program);
    void heal();
    void untilIdle(qint64 longestMs);
    void settleAll();
    void finalWishes();
    void endProvisioned(Watched& watched, const QString& businessId);
    void endTakenDown(Watched& watched, const QString& businessId, bool deleteCustomer);
    [[nodiscard]] bool isAnyBusy() const;
    [[nodiscard]] business::ProvisionRequest requestOf(int business);
    /// One that is in the account by now; any, where none is.
    [[nodiscard]] QString knownBusiness();

    // Where programs die
    void eventFor(const QObject* receiver);
    void writing();
    void sending(int program, const http::Request& request);
    void countDown(int program, Moment moment);

    // WorldChecks.cpp
    void checkWrittenDown(int program, const http::Request& request);
    void checkMade(const http::Request& request, const QJsonObject& object);
    void checkAll();
    void checkJournal(Watched& watched);
    void checkEffects(Watched& watched);
    [[nodiscard]] bool isLiving(const QString& objectId);
    void checkCounters(const Watched& watched);
    void checkFiles(const Watched& watched);
    void checkProvisioned(Watched& watched, const QString& businessId);
    void checkTakenDown(Watched& watched, const QString& businessId, const QStringList& customerIds);
    void checkRefunds();
    void checkMirror(Watched& watched);
    void countOperations(const Watched& watched);
    void breaks(const QString& rule);
    void say(const QByteArray& what);

    quint64 m_seed;
    QString m_folder;
    SimClock m_clock;
    Trace m_trace;
    Dice m_dice;
    Account m_account;
    Network m_network;
    std::vector<Watched> m_programs;
    QStringList m_businesses;
    QStringList m_broken;
    int m_current = -1;           ///< whose work is done right now
    bool m_dying = false;
    qint64 m_counted = 0;         ///< successes, over all folders
    int m_diskFails = 0;          ///< the n-th write from now
    int m_diskFailsFor = 0;       ///< and so many
};

} // namespace ch::sim
