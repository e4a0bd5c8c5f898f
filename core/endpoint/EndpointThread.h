// SPDX-License-Identifier: GPL-3.0-or-later
// The endpoint in a thread of its own, with its own connection to the records file: it answers in milliseconds also while the engine computes a
// million figures or stores a page. Two connections share the file as two programs do. What was committed is handed to the owner's thread,
// which applies it to the mirror; a delivery of our own (kTrialType) stops in the log. How deliveries went is counted in the records file, at
// most ten seconds after, and before metrics are told: a killed program loses those since.
// The clock is used in both threads: one that may be (SystemClock).
// Made, used and destroyed in one thread, which waits for the other while it opens and closes (some milliseconds). Signals come queued.
#pragma once

#include "endpoint/Endpoint.h"
#include "store/RecordsFile.h"

#include <QThread>

namespace ch::endpoint {

/// Events that stand in the log and were not there before.
struct Came {
    std::vector<stripe::WebhookPayload> payloads;
    qint64 receivedMs = 0;          ///< UTC
};

class EndpointThread final : public QObject {
    Q_OBJECT
public:
    /// What is answered at /metrics, from the thread's own connection. Called in the endpoint's thread.
    using Metrics = std::function<Result<QByteArray>(store::RecordsFile& records, const Health& health, Clock& clock)>;

    /// folder: holds the records file, which exists. The clock outlives this.
    EndpointThread(const QString& folder, Clock& clock, Metrics metrics, QObject* parent = nullptr);
    ~EndpointThread() override;

    /// As Endpoint::open; and with what RecordsFile::open fails with. What is open is closed first.
    [[nodiscard]] Result<quint16> open(quint16 port, const QByteArray& path);
    void close();
    /// 0: it does not listen.
    [[nodiscard]] quint16 port() const { return m_port; }

    void setExpected(const Expected& expected);
    void setHealth(const Health& health);

Q_SIGNALS:
    void came(const ch::endpoint::Came& came);
    /// Of each event that was taken, new or not.
    void taken(const QString& eventId, bool isNew);
    void refused(const ch::endpoint::Refusal& refusal);

private:
    class Inside;
    QThread m_thread;
    Inside* m_inside;   // lives in the thread; deleted there
    quint16 m_port = 0;
};

} // namespace ch::endpoint

Q_DECLARE_METATYPE(ch::endpoint::Came)
