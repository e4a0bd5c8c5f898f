// SPDX-License-Identifier: GPL-3.0-or-later
// One program of a run: files, mirror, client and jobs as the workspace puts them together, over the run's wire. It can be killed at any
// moment and started again from its files. Two of them may share a folder. One thread.
#pragma once

#include "business/Cancel.h"
#include "business/Provision.h"
#include "business/Takedown.h"
#include "http/Client.h"
#include "simulation/Application.h"
#include "simulation/Network.h"
#include "store/RecordsFile.h"
#include "stripe/StripeClient.h"
#include "sync/Applier.h"

#include <deque>

namespace ch::sim {

struct ProgramSetting {
    int number = 0;
    QString folder;
    qint64 skewMs = 0;            ///< its wall clock is wrong by so much
    int attempts = 3;
};

class Program {
public:
    Program(const ProgramSetting& setting, Network& network, SimClock& clock, Trace& trace, Dice dice);
    ~Program();

    /// False where its files cannot be opened.
    bool start();
    /// At once, wherever it was: nothing is written any more.
    void kill();
    [[nodiscard]] bool isUp() const { return m_root != nullptr; }
    [[nodiscard]] bool isBusy() const { return m_running > 0; }
    [[nodiscard]] const ProgramSetting& setting() const { return m_setting; }
    [[nodiscard]] store::RecordsFile& records() const { return *m_records; }
    [[nodiscard]] const store::MirrorReader& reader() const { return m_mirror->reader(); }

    void provision(const business::ProvisionRequest& request);
    void takeDown(const business::TakedownRequest& request);
    void cancel(const business::CancelRequest& request);
    /// As at the start of a program: what no living program works on, one after the other.
    void resume();
    void sync();
    /// A person presses stop: what runs is cancelled.
    void stop();

    /// How the newest of its kind of a business ended, if it did.
    [[nodiscard]] const business::ProvisionOutcome* provisioned(const QString& businessId) const;
    [[nodiscard]] const business::TakedownOutcome* takenDown(const QString& businessId) const;

private:
    void resumeNext();
    void say(const QByteArray& what);
    template <typename T>
    void follow(ResultJob<T>* job, std::function<void(const Result<T>&)> ended);

    ProgramSetting m_setting;
    Network& m_network;
    Trace& m_trace;
    SimClock& m_time;
    SkewedClock m_clock;
    Dice m_dice;
    std::unique_ptr<http::Transport> m_wire;
    std::unique_ptr<store::RecordsFile> m_records;
    std::unique_ptr<store::Mirror> m_mirror;
    std::unique_ptr<sync::Applier> m_applier;
    std::unique_ptr<http::Client> m_http;
    std::unique_ptr<stripe::StripeClient> m_client;
    std::unique_ptr<ProgramRoot> m_root;
    std::deque<store::Operation> m_left;   ///< to be resumed
    bool m_resuming = false;
    int m_running = 0;
    std::vector<QPointer<Job>> m_jobs;
    std::map<QString, business::ProvisionOutcome> m_provisioned;
    std::map<QString, business::TakedownOutcome> m_takenDown;
};

} // namespace ch::sim
