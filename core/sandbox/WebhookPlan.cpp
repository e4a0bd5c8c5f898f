// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/WebhookPlan.h"

#include "sandbox/FaultPlan.h"

namespace ch::sandbox {

namespace webhook_plan {

Status takeRate(const QString& name, const QString& value, qint64* field)
{
    const std::optional<qint64> rate = perMillion(value);
    if (!rate) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("%1 must be a rate from 0 to 1, not \"%2\".").arg(name, value));
    }
    *field = *rate;
    return {};
}

} // namespace webhook_plan

Status WebhookPlan::set(const QString& name, const QString& value)
{
    if (name == QLatin1String("duplicates")) {
        return webhook_plan::takeRate(name, value, &duplicatesPerMillion);
    }
    if (name == QLatin1String("reorder")) {
        return webhook_plan::takeRate(name, value, &reorderPerMillion);
    }
    if (name == QLatin1String("lost")) {
        return webhook_plan::takeRate(name, value, &lostPerMillion);
    }
    bool ok = false;
    if (name == QLatin1String("seed")) {
        const quint64 number = value.toULongLong(&ok);
        if (!ok) {
            return fail(ErrorKind::InvalidInput, QStringLiteral("seed must be a whole number, not \"%1\".").arg(value));
        }
        seed = number;
        return {};
    }
    if (name == QLatin1String("delay")) {
        bool okMost = false;
        const qint64 least = value.section(QLatin1Char('-'), 0, 0).toLongLong(&ok);
        const qint64 most = value.section(QLatin1Char('-'), -1).toLongLong(&okMost);
        if (!ok || !okMost || value.count(QLatin1Char('-')) > 1 || most < least || most > 3'600'000) {
            return fail(ErrorKind::InvalidInput, QStringLiteral("delay must be MS or MS-MS, at most 3600000, not \"%1\".").arg(value));
        }
        delayLeastMs = least;
        delayMostMs = most;
        return {};
    }
    return fail(ErrorKind::InvalidInput, QStringLiteral("\"%1\" is no setting of webhooks; they are duplicates, reorder, lost, delay and seed.").arg(name));
}

} // namespace ch::sandbox
