// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/QnamTransport.h"
#include "stripe/StripeClient.h"

#include <QSet>
#include <QUrl>
#include <QUuid>

namespace ch::stripe {

namespace {

constexpr qsizetype kLongestId = 255;

/// Every fixed word of the API's paths that we use or may use. What is not here is an id and does not enter the log.
const QSet<QString>& fixedPathWords()
{
    static const QSet<QString> words = [] {
        const QString text = QStringLiteral(
            "v1 v2 core customers subscriptions subscription_items subscription_schedules prices products invoices invoiceitems invoice_payments "
            "payment_intents setup_intents payment_methods charges refunds credit_notes coupons promotion_codes discount events balance "
            "balance_transactions account accounts payment_links checkout sessions billing_portal configurations billing meters meter_events "
            "event_summaries webhook_endpoints event_destinations test_helpers test_clocks advance disputes payouts tax_rates search cancel "
            "pause resume migrate release confirm capture finalize pay void mark_uncollectible send create_preview lines line_items add_lines "
            "remove_lines update_lines attach detach expire preview tax_ids sources cash_balance reporting report_runs report_types sigma "
            "apps secrets files");
        const QStringList list = text.split(QLatin1Char(' '));
        return QSet<QString>(list.cbegin(), list.cend());
    }();
    return words;
}

} // namespace

Result<QString> pathId(const QString& id)
{
    if (id.isEmpty() || id.size() > kLongestId) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("An id of Stripe's has 1 to 255 characters; this one has %1.").arg(id.size()));
    }
    if (id == QLatin1String(".") || id == QLatin1String("..")) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("\"%1\" is not an id of Stripe's.").arg(id)); // a path would swallow it
    }
    return QString::fromLatin1(QUrl::toPercentEncoding(id));
}

QString pathTemplate(const QString& path)
{
    QStringList segments = path.section(QLatin1Char('?'), 0, 0).split(QLatin1Char('/'));
    for (QString& segment : segments) {
        if (!segment.isEmpty() && !fixedPathWords().contains(segment)) {
            segment = QStringLiteral("{id}");
        }
    }
    return segments.join(QLatin1Char('/'));
}

QByteArray newIdempotencyKey()
{
    return QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
}

http::RateLimits limitsOf(Mode mode)
{
    http::RateLimits limits;
    limits.totalPerSecond = mode == Mode::Live ? 100 : 25;
    limits.concurrentAtMost = http::QnamTransport::kConnections;
    limits.secondMs = 1020; // requests that left a second apart may arrive closer together
    return limits;
}

} // namespace ch::stripe
