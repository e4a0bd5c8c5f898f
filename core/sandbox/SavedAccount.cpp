// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/SavedAccount.h"

#include <QCryptographicHash>

namespace ch::sandbox {

namespace saved_detail {

constexpr char kMark[] = "stripe-sandbox account\n";
constexpr quint32 kFormat = 1;
constexpr qsizetype kChecksum = 32;

QByteArray checksum(const QByteArray& bytes)
{
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256);
}

tl::unexpected<Error> refused(const char* why)
{
    return fail(ErrorKind::InvalidInput, QString::fromLatin1(why));
}

/// A sample of every template, as one number to compare.
QByteArray sample(const State& state)
{
    SaveWriter out;
    for (const AnyTable* table : state.tables)
        table->sample(out);
    return checksum(out.take());
}

void writeNumbers(SaveWriter& out, const QHash<QByteArray, Index>& numbers)
{
    QList<QByteArray> keys = numbers.keys();
    std::sort(keys.begin(), keys.end());
    out.texts(keys);
    for (const QByteArray& key : keys)
        out.plain(numbers.value(key));
}

void readNumbers(SaveReader& in, QHash<QByteArray, Index>* numbers)
{
    numbers->clear();
    QList<QByteArray> keys;
    in.texts(keys);
    for (const QByteArray& key : keys)
        numbers->insert(key, in.value<Index>());
}

} // namespace saved_detail

QByteArray sealed(const QByteArray& payload)
{
    SaveWriter head;
    head.plain(saved_detail::kFormat);
    head.plain(static_cast<qint64>(payload.size()));
    return saved_detail::kMark + head.take() + saved_detail::checksum(payload) + payload;
}

Result<QByteArray> unsealed(const QByteArray& file)
{
    using namespace saved_detail;
    if (!file.startsWith(kMark))
        return refused("This is not an account that stripe-sandbox has saved.");
    SavedTexts none;
    SaveReader head(file.mid(qsizetype(sizeof kMark) - 1), &none);
    const auto format = head.value<quint32>();
    const auto size = head.value<qint64>();
    if (head.good() && format != kFormat)
        return refused("This account was saved by another version of stripe-sandbox, in a format that this one does not read.");
    constexpr qsizetype kHead = qsizetype(sizeof kMark) - 1 + 4 + 8;
    if (!head.good() || size < 0 || file.size() != kHead + kChecksum + size)
        return refused("This saved account is not complete: the file has been cut off or something was added to it.");
    const QByteArray payload = file.mid(kHead + kChecksum);
    if (file.mid(kHead, kChecksum) != checksum(payload))
        return refused("This saved account is damaged: its checksum is wrong.");
    return payload;
}

void writeOptions(SaveWriter& out, const Options& options)
{
    out.plain(options.businesses);
    out.plain(options.subscriptions);
    out.plain(options.templates);
    out.plain(options.months);
    out.plain(options.seed);
    out.plain(options.live);
    out.text(options.accountName.toUtf8());
    out.plain(options.retryDays.size());
    for (const int days : options.retryDays)
        out.plain(days);
    out.plain(options.afterRetries);
}

void readOptions(SaveReader& in, Options* options)
{
    in.plain(options->businesses);
    in.plain(options->subscriptions);
    in.plain(options->templates);
    in.plain(options->months);
    in.plain(options->seed);
    in.plain(options->live);
    QByteArray name;
    in.text(name);
    options->accountName = QString::fromUtf8(name);
    options->retryDays.clear();
    for (auto count = in.value<qsizetype>(); count > 0 && in.good(); --count)
        options->retryDays.append(in.value<int>());
    in.plain(options->afterRetries);
}

void writeState(SaveWriter& out, const State& state)
{
    out.text(saved_detail::sample(state));
    out.plain(state.now);
    for (const AnyTable* table : state.tables)
        table->save(out);
    saved_detail::writeNumbers(out, state.ownIds);
    saved_detail::writeNumbers(out, state.lookupKeys);
}

Status readState(SaveReader& in, State* state)
{
    QByteArray sample;
    in.text(sample);
    if (sample != saved_detail::sample(*state))
        return saved_detail::refused("This account was saved by a version of stripe-sandbox that makes up another account from the same seed.");
    in.plain(state->now);
    for (AnyTable* table : state->tables)
        table->load(in);
    saved_detail::readNumbers(in, &state->ownIds);
    saved_detail::readNumbers(in, &state->lookupKeys);
    state->reindex();
    if (!in.good() || !in.atEnd())
        return saved_detail::refused("This saved account cannot be read: it does not hold what its version says.");
    return {};
}

} // namespace ch::sandbox
