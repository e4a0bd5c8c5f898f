// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/EngineParts.h"

namespace ch::sandbox {

void Engine::Parts::save(SaveWriter& out) const
{
    writeOptions(out, account);
    out.plain(startedAt);
    out.plain(requests);
    const QList<QByteArray> keys(idempotency.keys().begin(), idempotency.keys().end());
    out.texts(keys);
    for (const QByteArray& key : keys) {
        const Idempotency::Kept& first = idempotency.kept(key);
        out.texts({first.path, first.fingerprint, first.requestId, first.body});
        out.plain(first.status);
        out.plain(first.at);
    }
    writeState(out, state);
}

Status Engine::Parts::load(SaveReader& in)
{
    in.plain(requests);
    QList<QByteArray> keys, parts;
    in.texts(keys);
    for (const QByteArray& key : keys) {
        in.texts(parts);
        const auto status = in.value<int>();
        idempotency.keep(key, {parts.value(0), parts.value(1), parts.value(2), parts.value(3), status, in.value<qint64>()});
    }
    const Status status = readState(in, &state);
    if (status)
        life.takeInSaved();
    return status;
}

QByteArray Engine::save() const
{
    m_parts->liveTo(m_parts->state.now); // what was asked for is done first, as before the next request
    SaveWriter out;
    m_parts->save(out);
    return sealed(out.take());
}

Result<std::unique_ptr<Engine>> Engine::load(const QByteArray& saved, const Options& options, const Clock& clock)
{
    const Result<QByteArray> payload = unsealed(saved);
    if (!payload)
        return fail(payload.error());
    SavedTexts texts;
    SaveReader in(*payload, &texts);
    Options account = options;
    readOptions(in, &account);
    account.testClockObjects = 0; // they are among what was added
    auto parts = std::make_unique<Parts>(account, clock, in.value<qint64>());
    in.keepTextsIn(&parts->texts);
    if (const Status status = parts->load(in); !status)
        return fail(status.error());
    return std::unique_ptr<Engine>(new Engine(std::move(parts)));
}

} // namespace ch::sandbox
