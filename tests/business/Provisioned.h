// SPDX-License-Identifier: GPL-3.0-or-later
// The business that the tests of provisions make, and what has to be so whenever it was made.
#pragma once

#include "business/Counts.h"
#include "business/SandboxHouse.h"

#include <algorithm>

namespace ch::test {

inline const auto kShop = QStringLiteral("biz-1");

/// One customer, one living subscription, the record names both, nothing is open, the trail is whole.
inline void wholeFor(Stripe& stripe, Program& program, const QString& businessId)
{
    QCOMPARE(stripe.customers(businessId), 1);
    QCOMPARE(stripe.living(businessId), 1);
    const auto record = program.records->record(businessId);
    QVERIFY(record && *record);
    QCOMPARE((*record)->customerId, stripe.all(QStringLiteral("customer"), businessId).first().value(QStringLiteral("id")).toString());
    QCOMPARE((*record)->takenDownAtMs, 0);
    QVERIFY(program.records->journal().abandoned(stripe.clock.nowMs())->empty());
    QVERIFY(program.records->verifyAudit({})->ok);
}

inline qint64 counted(const Program& program, const char* name, const char* label, const char* value)
{
    return countOf(*program.records, name, {{QLatin1String(label), QLatin1String(value)}});
}

inline qint64 counted(const Program& program, const char* status)
{
    return counted(program, business::kSubscriptionsCounter, "status", status);
}

/// Whatever went wrong on the way, the one subscription counts once, with its price.
inline void countedOnce(const Program& program)
{
    QCOMPARE(counted(program, business::kCountedSuccess), 1);
    QCOMPARE(counted(program, business::kRevenueCounter, "business_type", "saas"), 500);
    const auto all = *program.records->journal().operations(99);
    QCOMPARE(counted(program, business::kCountedFailed), std::count_if(all.begin(), all.end(), [](const auto& operation) { return operation.state == store::OperationState::Failed; }));
}

} // namespace ch::test
