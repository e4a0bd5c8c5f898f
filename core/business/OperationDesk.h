// SPDX-License-Identifier: GPL-3.0-or-later
// How a take-down and a cancel begin and end in the journal and the trail: claims the operation (and waits while another job or program
// works on the same), and at the end settles it, or leaves it open for the next run. Private to core/business. Engine thread. Records and
// clock are used, not owned, and outlive it.
#pragma once

#include "base/Clock.h"
#include "business/FrozenAct.h"
#include "business/StepRun.h"
#include "store/Counters.h"
#include "store/RecordsFile.h"

#include <QObject>

namespace ch::business {

class OperationDesk : public QObject {
    Q_OBJECT
public:
    using Opened = std::function<void(const Result<store::Operation>&)>;

    OperationDesk(store::RecordsFile& records, Clock& clock, const store::OperationSubject& subject, QObject* parent);

    /// inputs: of a new operation; an open one of the same subject keeps its own.
    void begin(const QByteArray& inputs, const Opened& then);
    /// An open one of this subject by its id, waited for like begin does. InvalidInput, code settled: it has ended meanwhile.
    void goOn(const QString& operationId, const Opened& then);
    /// An open one by its id. Safety, code account_mismatch: it is of another account, mode or kind (it waits).
    void resume(const QString& operationId, const Opened& then);
    /// Gives up waiting; then is called with Cancelled where it was not yet.
    void stop();

    /// How it ends: Done, Failed; else it is left open as Waiting or Unknown.
    struct End {
        store::OperationState state = store::OperationState::Done;
        std::optional<Error> error;
        std::optional<store::Record> record;
        QString auditWord;
        QStringList detail;
        QStringList objectIds;
        QStringList requestIds;
        QString reason;                   ///< in the trail as a salted hash
    };
    /// Storage where it could not be written down: the operation is then open and abandoned.
    [[nodiscard]] Status end(const End& end);
    /// What is left of an operation that could not begin: an entry in the trail.
    [[nodiscard]] Status refuse(const End& end);

    [[nodiscard]] const store::Operation& operation() const { return m_operation; }
    [[nodiscard]] const store::OperationSubject& subject() const { return m_subject; }
    void setSubject(const store::OperationSubject& subject) { m_subject = subject; }
    /// How a run that ended so leaves the operation: open where a further run may mend it and something was done or may have been.
    [[nodiscard]] store::OperationState stateAfter(const StepRunEnd& end) const;

private:
    void tryBegin();
    [[nodiscard]] Result<store::Operation> take();
    [[nodiscard]] std::vector<store::Count> countsNow() const;
    [[nodiscard]] store::AuditEntry entryOf(const End& end) const;

    store::RecordsFile& m_records;
    Clock& m_clock;
    store::OperationSubject m_subject;
    store::Operation m_operation;         ///< id empty: not begun
    QByteArray m_inputs;
    QString m_openId;                     ///< of goOn
    Opened m_then;
    qint64 m_waitsUntilMs = 0;
    bool m_stopped = false;
};

} // namespace ch::business
