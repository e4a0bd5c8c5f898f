// SPDX-License-Identifier: GPL-3.0-or-later
#include "stripe/KeyCheck.h"

namespace ch::stripe {

namespace {

CallOptions keyCheckOptions()
{
    CallOptions options;
    options.purpose = http::Purpose::Check;
    return options;
}

/// The lists that figures need (core/store/Mirror.h: those that are not supplementary), in the order in which they are shown.
const QStringList& probedLists()
{
    static const QStringList names = {QStringLiteral("customers"), QStringLiteral("products"), QStringLiteral("prices"), QStringLiteral("subscriptions"),
                                      QStringLiteral("coupons"), QStringLiteral("invoices"), QStringLiteral("payment_intents"), QStringLiteral("events")};
    return names;
}

class KeyCheckJob final : public ResultJob<KeyCheck> {
public:
    KeyCheckJob(StripeClient& client, QObject* parent) : ResultJob<KeyCheck>(parent), m_client(&client)
    {
        m_check.confirmed = client.mode();
        for (const QString& name : probedLists()) {
            m_check.readable.emplace_back(name, false);
        }
        // The balance first and alone: a wrong key then costs one request.
        ask(QStringLiteral("/v1/balance"), {}, [this](const Answer&) { askTheRest(); });
    }

    void cancel() override
    {
        dropCalls();
        ResultJob<KeyCheck>::cancel();
    }

private:
    using Take = std::function<void(const Answer&)>;

    void ask(const QString& path, const Params& query, Take take, bool bestEffort = false)
    {
        ++m_open;
        AnswerJob* const call = m_client->fetch(path, query, keyCheckOptions(), this);
        m_calls.append(call);
        call->onFinished(this, [this, take = std::move(take), bestEffort, isBalance = path.endsWith(QLatin1String("/balance"))](const Result<Answer>& result) {
            if (isSettled()) {
                return;
            }
            --m_open;
            if (result) {
                if (result->livemode) {
                    m_check.isModeConfirmed = true;
                    m_check.confirmed = *result->livemode ? Mode::Live : Mode::Test;
                }
                take(*result);
            } else if (!passesOver(result.error(), bestEffort)) {
                dropCalls();
                settle(fail(result.error()));
                return;
            } else if (isBalance && m_client) {
                askTheRest(); // 403: the key is valid, but restricted
            }
            endWhenAllCame();
        });
    }

    /// A 403 is a finding. The account's name is worth no failure at all, but for a key that is refused.
    bool passesOver(const Error& error, bool bestEffort)
    {
        if (error.kind == ErrorKind::Permission) {
            if (!error.permission.isEmpty() && !m_check.missingPermissions.contains(error.permission)) {
                m_check.missingPermissions << error.permission;
            }
            return true;
        }
        return bestEffort && error.kind != ErrorKind::Authentication;
    }

    void askTheRest()
    {
        if (!m_client) {
            settle(fail(ErrorKind::Cancelled, QStringLiteral("Stopped before it ended.")));
            return;
        }
        ask(
            QStringLiteral("/v1/account"), {},
            [this](const Answer& answer) {
                if (const Result<Account> account = parseObject<Account>(answer.json)) {
                    m_check.account = *account;
                }
            },
            true);
        for (qsizetype i = 0; i < probedLists().size(); ++i) {
            Params query = {{QStringLiteral("limit"), QStringLiteral("1")}};
            if (probedLists().at(i) == QLatin1String("subscriptions")) {
                query.add(QStringLiteral("status"), "all"); // else canceled ones, and with them livemode, stay hidden
            }
            ask(QStringLiteral("/v1/") + probedLists().at(i), query, [this, i](const Answer&) { m_check.readable[static_cast<size_t>(i)].second = true; });
        }
    }

    void endWhenAllCame()
    {
        if (m_open > 0 || isSettled()) {
            return;
        }
        m_check.modeMismatch = m_client && m_client->hasModeMismatch();
        m_check.missingPermissions.sort();
        settle(m_check);
    }

    void dropCalls()
    {
        for (const QPointer<AnswerJob>& call : m_calls) {
            if (call) {
                call->disconnect(this);
                call->cancel();
            }
        }
        m_calls.clear();
    }

    QPointer<StripeClient> m_client;
    QList<QPointer<AnswerJob>> m_calls;
    KeyCheck m_check;
    int m_open = 0;
};

} // namespace

bool KeyCheck::isComplete() const
{
    bool all = !readable.empty();
    for (const auto& [name, canBeRead] : readable) {
        all = all && canBeRead;
    }
    return all;
}

ResultJob<KeyCheck>* verifyKey(StripeClient& client, QObject* parent)
{
    return new KeyCheckJob(client, parent);
}

} // namespace ch::stripe
