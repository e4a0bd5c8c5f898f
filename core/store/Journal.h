// SPDX-License-Identifier: GPL-3.0-or-later
// The journal in the records file: what was meant to be done in Stripe, step by step, written down before it leaves the program, so that
// a killed program finds where it was. An operation is one provision, take-down or cancel; a step is one request of it that changes
// something, with its exact body and idempotency key.
//
// Each function is one transaction, committed when it returns. At most one operation of a kind is open (not settled) for a business (and,
// for a cancel, a subscription) of an account and mode. Whoever works on an open operation holds its lease: every writing function
// refuses (Busy, code lease_lost) where somebody else has it by now. The lease of a process that is dead is taken over; one of another
// computer after kForeignLeaseMs without a sign of life.
// Settling blanks inputs and bodies, which may hold personal data; the keys stay.
// Times are UTC milliseconds. Part of a RecordsFile, in its thread.
#pragma once

#include "base/Error.h"
#include "store/Counters.h"
#include "store/Records.h"

#include <QByteArray>
#include <QHash>
#include <QString>
#include <QStringList>
#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace ch::store {

class Database;
class Query;
struct FoundOperations;
struct OperationQuery;

enum class OperationKind { Provision, TakeDown, Cancel };

/// Running: being worked on, or left so by a killed program. Waiting: for a person. Unknown: an answer was lost; the same key settles it.
enum class OperationState { Running, Waiting, Done, Failed, Unknown };

/// Intended: written down. Sent: on the wire, or was. Skipped: its key was used up by an earlier attempt, nothing was done by it.
enum class StepState { Intended, Sent, Done, Failed, Unknown, Skipped };

/// "provision", "take_down", "cancel"; "running" ...; "intended" ...: as stored and as in JSON.
[[nodiscard]] QString wordOf(OperationKind kind);
[[nodiscard]] QString wordOf(OperationState state);
[[nodiscard]] QString wordOf(StepState state);

/// A foreign computer's lease counts as dead when the operation was not touched for so long.
inline constexpr qint64 kForeignLeaseMs = 30LL * 60 * 1000;

/// What an operation is about; what makes it one and the same.
struct OperationSubject {
    OperationKind kind = OperationKind::Provision;
    QString account;              ///< account id, or what stands for it where it is not known
    QString mode;                 ///< "live" or "test"
    QString businessId;
    QString objectId;             ///< of a cancel: the subscription; else empty
    bool operator==(const OperationSubject&) const = default;
};

struct Operation {
    QString id;                   ///< "op_" and 24 hex digits
    OperationSubject subject;
    int generation = 1;           ///< the highest of its steps'
    OperationState state = OperationState::Running;
    QByteArray inputs;            ///< JSON, fixed when it began; empty once settled
    QString step;                 ///< the one that it is at, or ended at
    QString error;                ///< code; empty: none
    qint64 createdMs = 0;
    qint64 updatedMs = 0;
    bool isAbandoned = false;     ///< running by its state, but no living program works on it; set by find() alone
    bool resumed = false;         ///< it was there already and was taken up; inputs are the old ones

    [[nodiscard]] bool isSettled() const { return state == OperationState::Done || state == OperationState::Failed; }
};

struct JournalStep {
    int n = 0;                    ///< from 1, in order
    QString name;                 ///< "customer", "subscription" ...
    int generation = 1;
    QString method;               ///< POST, DELETE; empty: nothing had to be sent
    QString path;
    QByteArray body;              ///< encoded, exactly as sent; empty once settled
    QByteArray idempotencyKey;
    StepState state = StepState::Intended;
    qint64 firstSentMs = 0;       ///< 0: never
    QStringList requestIds;
    QString objectId;             ///< what it made or changed
    QString error;                ///< code

    bool operator==(const JournalStep&) const = default;
};

/// How a step ended.
struct StepAnswer {
    StepState state = StepState::Done;
    QStringList requestIds;
    QString objectId;
    QString error;
};

class Journal {
public:
    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    /// A new operation, claimed; or the open one of that subject, claimed, with resumed set and its own inputs. Busy, code
    /// operation_running: a living program (or another job of this one) works on it.
    [[nodiscard]] Result<Operation> begin(const OperationSubject& subject, const QByteArray& inputs, qint64 nowMs);
    /// An open operation by its id, claimed. NotFound; InvalidInput, code settled; Busy as above.
    [[nodiscard]] Result<Operation> claim(const QString& operationId, qint64 nowMs);
    /// Gives the lease back and leaves the operation open: Waiting or Unknown, or Running (to be resumed at the next start).
    [[nodiscard]] Status release(const QString& operationId, OperationState state, const QString& error, qint64 nowMs);

    /// Writes a step down as Intended, after those there are; n is given here. The step before that it replaces, if any, is set to Skipped
    /// in the same transaction.
    [[nodiscard]] Result<JournalStep> intend(const QString& operationId, const JournalStep& step, const std::optional<JournalStep>& replaced, qint64 nowMs);
    /// A step that needs no request: written down as it ended.
    [[nodiscard]] Status note(const QString& operationId, const QString& name, const StepAnswer& answer, qint64 nowMs);
    /// Before the request leaves. The first time is kept.
    [[nodiscard]] Status sent(const QString& operationId, int n, qint64 nowMs);
    [[nodiscard]] Status answered(const QString& operationId, int n, const StepAnswer& answer, qint64 nowMs);

    /// The end: Done or Failed, with the record (taken in as importRecords does), the trail and the counters in the same transaction. release and settle
    /// give the lease up also where the disk refused: the operation is then open and abandoned.
    struct Ending {
        OperationState state = OperationState::Done;
        QString error;
        std::optional<Record> record;
        bool reopens = false;     ///< the record's business lives again: takenDownAtMs is cleared
        std::optional<AuditEntry> audit;
        std::vector<Count> counts = {}; ///< what this operation adds to the counters, once
    };
    [[nodiscard]] Status settle(const QString& operationId, const Ending& ending, qint64 nowMs);

    [[nodiscard]] Result<std::optional<Operation>> operation(const QString& operationId) const;
    [[nodiscard]] Result<std::optional<Operation>> open(const OperationSubject& subject) const;
    /// The newest operations, newest first.
    [[nodiscard]] Result<std::vector<Operation>> operations(int newest) const;
    /// What JournalReader::operations answers with.
    [[nodiscard]] Result<FoundOperations> find(const OperationQuery& wanted, qint64 nowMs) const;
    /// How many there are, by the words for kind and state; what is not named has none.
    [[nodiscard]] Result<std::map<std::pair<QString, QString>, qint64>> countByState() const;
    /// Open ones that no living program works on, oldest first.
    [[nodiscard]] Result<std::vector<Operation>> abandoned(qint64 nowMs) const;
    [[nodiscard]] Result<std::vector<JournalStep>> steps(const QString& operationId) const;
    /// The newest step with that key of another operation, where this journal has one.
    [[nodiscard]] Result<std::optional<JournalStep>> earlierStep(const QByteArray& key, const QString& exceptOperationId) const;

private:
    friend class RecordsFile;
    friend class JournalReader;
    explicit Journal(Database& db);

    struct Held;
    [[nodiscard]] Held readHeld(Query& query) const;
    [[nodiscard]] bool isHeldByOther(const Held& held, qint64 nowMs) const;
    [[nodiscard]] Result<Operation> take(Held held, qint64 nowMs);
    /// 0: not ours any more.
    [[nodiscard]] qint64 ownRow(const QString& operationId) const;
    void letGo(const QString& operationId);
    void touch(qint64 row, const QString& step, int generation, qint64 nowMs);

    Database& m_db;
    std::function<void()> m_trailGrew; ///< set by RecordsFile, as the next
    QString m_profile;
    QHash<QString, QString> m_claims; ///< by operation: the leases that this object holds; also told to the process's other journals
};

} // namespace ch::store
