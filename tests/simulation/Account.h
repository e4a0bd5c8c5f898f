// SPDX-License-Identifier: GPL-3.0-or-later
// The Stripe account of a run: the sandbox's engine with the prices in it, from bytes that are made once. Asked directly it is what a person
// sees and does in the Dashboard. One thread.
#pragma once

#include "sandbox/Engine.h"
#include "simulation/SimClock.h"

#include <QJsonObject>
#include <memory>

namespace ch::sim {

class Account {
public:
    explicit Account(SimClock& clock);

    [[nodiscard]] sandbox::Engine& engine() { return *m_engine; }
    /// As the Dashboard does; a body makes it a POST unless method says otherwise.
    sandbox::Reply ask(const QByteArray& method, const QByteArray& target, const QByteArray& body = {});
    /// All of a list, canceled subscriptions too. path with its own query, if any.
    [[nodiscard]] QList<QJsonObject> all(const QByteArray& path);
    /// Customers of the business that are not deleted.
    [[nodiscard]] QList<QJsonObject> customers(const QString& businessId);
    /// All subscriptions of the business's customers, newest first; living: those that are not ended.
    [[nodiscard]] QList<QJsonObject> subscriptions(const QString& businessId, bool livingOnly);

    static bool isEnded(const QJsonObject& subscription);

private:
    std::unique_ptr<sandbox::Engine> m_engine;
};

} // namespace ch::sim
