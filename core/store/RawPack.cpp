// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/RawPack.h"

#include <QFile>
#include <QtEndian>
#include <SQLiteCpp/Exception.h>
#include <array>
#include <iterator>
#include <memory>
#include <mutex>
#include <sqlite3.h>
#include <string>
#include <zlib.h>
#include <zstd.h>

namespace ch::store {

namespace {

// qCompress begins with the size, most significant byte first: none of its texts, which have less than 2 GiB, begins like this.
constexpr char kRawMark = '\xC1';
constexpr qsizetype kRawHead = 2;
constexpr int kRawLevel = 3;      // 1 packs as fast and leaves more, 6 takes four times as long for 5 % less
constexpr quint64 kRawMost = 128ULL << 20;

/// A number stays with its file for good: mirrors are full of it. A table's later dictionary gets a further number; the last row of a table packs.
struct RawDictionary {
    quint8 number;
    const char* table;
};
constexpr RawDictionary kRawDictionaries[] = {{1, "customers"}, {2, "subscriptions"},    {3, "invoices"},               {4, "prices"},         {5, "payment_intents"},
                                              {6, "events"},    {7, "subscription_schedules"}, {8, "charges"},          {9, "refunds"},        {10, "credit_notes"},
                                              {11, "invoice_payments"},                  {12, "balance_transactions"}, {13, "payment_methods"}};

struct RawFree {
    void operator()(ZSTD_CDict* dictionary) const noexcept { ZSTD_freeCDict(dictionary); }
    void operator()(ZSTD_DDict* dictionary) const noexcept { ZSTD_freeDDict(dictionary); }
    void operator()(ZSTD_CCtx* context) const noexcept { ZSTD_freeCCtx(context); }
    void operator()(ZSTD_DCtx* context) const noexcept { ZSTD_freeDCtx(context); }
};

/// Made ready when one is first asked for, which takes a millisecond or two each.
template <typename Trained, Trained* (*make)(const void* bytes, size_t size)>
class RawDictionaries {
public:
    /// Null: there is none of that number. Any thread.
    const Trained* of(quint8 number)
    {
        for (size_t i = 0; i < std::size(kRawDictionaries); ++i) {
            if (kRawDictionaries[i].number == number) {
                std::call_once(m_asked[i], [this, i] { m_trained[i].reset(read(kRawDictionaries[i])); });
                return m_trained[i].get();
            }
        }
        return nullptr;
    }

private:
    static Trained* read(const RawDictionary& dictionary)
    {
        QFile file(QStringLiteral(":/ch/dictionaries/%1-%2.zdict").arg(dictionary.number).arg(QLatin1String(dictionary.table)));
        if (!file.open(QIODevice::ReadOnly)) {
            qFatal("the dictionary %s is not compiled in", qPrintable(file.fileName()));
        }
        const QByteArray bytes = file.readAll();
        return make(bytes.constData(), static_cast<size_t>(bytes.size()));
    }

    std::array<std::once_flag, std::size(kRawDictionaries)> m_asked;
    std::array<std::unique_ptr<Trained, RawFree>, std::size(kRawDictionaries)> m_trained;
};

ZSTD_CDict* rawForPacking(const void* bytes, size_t size)
{
    return ZSTD_createCDict(bytes, size, kRawLevel);
}

const ZSTD_CDict* rawPacker(quint8 number)
{
    static RawDictionaries<ZSTD_CDict, &rawForPacking> dictionaries;
    return dictionaries.of(number);
}

const ZSTD_DDict* rawUnpacker(quint8 number)
{
    static RawDictionaries<ZSTD_DDict, &ZSTD_createDDict> dictionaries;
    return dictionaries.of(number);
}

quint8 rawNumber(const char* table)
{
    quint8 number = 0;
    for (const RawDictionary& each : kRawDictionaries) {
        if (qstrcmp(each.table, table) == 0) {
            number = each.number;
        }
    }
    return number;
}

[[noreturn]] void rawRefuse(const std::string& why)
{
    throw SQLite::Exception("a packed object " + why, SQLITE_CORRUPT);
}

/// qUncompress would grow past the size that is announced.
QByteArray rawDeflated(const QByteArray& packed)
{
    constexpr qsizetype kSize = 4;
    if (packed.size() <= kSize) {
        rawRefuse("is cut off");
    }
    const quint32 announced = qFromBigEndian<quint32>(packed.constData());
    if (announced > kRawMost) {
        rawRefuse("claims to hold " + std::to_string(announced) + " bytes");
    }
    QByteArray json(static_cast<qsizetype>(announced), Qt::Uninitialized);
    auto size = static_cast<uLongf>(announced);
    const int code = uncompress(reinterpret_cast<Bytef*>(json.data()), &size, reinterpret_cast<const Bytef*>(packed.constData() + kSize), static_cast<uLong>(packed.size() - kSize));
    if (code != Z_OK || size != announced) {
        rawRefuse("cannot be unpacked");
    }
    return json;
}

} // namespace

QByteArray packedJson(const char* table, const QByteArray& json)
{
    thread_local const std::unique_ptr<ZSTD_CCtx, RawFree> context = [] {
        std::unique_ptr<ZSTD_CCtx, RawFree> made(ZSTD_createCCtx());
        ZSTD_CCtx_setParameter(made.get(), ZSTD_c_compressionLevel, kRawLevel);
        ZSTD_CCtx_setParameter(made.get(), ZSTD_c_checksumFlag, 1);
        ZSTD_CCtx_setParameter(made.get(), ZSTD_c_dictIDFlag, 0); // ours is one byte, before the frame
        return made;
    }();
    const auto size = static_cast<size_t>(json.size());
    if (size > kRawMost) {
        throw SQLite::Exception("an object of " + std::to_string(size) + " bytes is too large for the mirror", SQLITE_TOOBIG);
    }
    const quint8 number = rawNumber(table);
    ZSTD_CCtx_refCDict(context.get(), rawPacker(number));
    QByteArray packed(kRawHead + static_cast<qsizetype>(ZSTD_compressBound(size)), Qt::Uninitialized);
    packed[0] = kRawMark;
    packed[1] = static_cast<char>(number);
    const size_t taken = ZSTD_compress2(context.get(), packed.data() + kRawHead, static_cast<size_t>(packed.size() - kRawHead), json.constData(), size);
    if (ZSTD_isError(taken)) {
        throw SQLite::Exception(std::string("packing an object: ") + ZSTD_getErrorName(taken), SQLITE_NOMEM);
    }
    packed.resize(kRawHead + static_cast<qsizetype>(taken));
    return packed;
}

QByteArray unpackedJson(const QByteArray& packed)
{
    if (packed.isEmpty()) {
        return {};
    }
    if (packed[0] != kRawMark) {
        return rawDeflated(packed);
    }
    if (packed.size() <= kRawHead) {
        rawRefuse("is cut off");
    }
    const auto number = static_cast<quint8>(packed[1]);
    const ZSTD_DDict* const trained = rawUnpacker(number);
    if (number != 0 && !trained) {
        rawRefuse("needs dictionary " + std::to_string(number) + ", which this version does not have");
    }
    const char* const frame = packed.constData() + kRawHead;
    const auto frameSize = static_cast<size_t>(packed.size() - kRawHead);
    const unsigned long long announced = ZSTD_getFrameContentSize(frame, frameSize);
    if (announced == ZSTD_CONTENTSIZE_ERROR || announced == ZSTD_CONTENTSIZE_UNKNOWN) {
        rawRefuse("does not say how large it is");
    }
    if (announced > kRawMost) {
        rawRefuse("claims to hold " + std::to_string(announced) + " bytes");
    }
    thread_local const std::unique_ptr<ZSTD_DCtx, RawFree> context(ZSTD_createDCtx());
    ZSTD_DCtx_refDDict(context.get(), trained);
    QByteArray json(static_cast<qsizetype>(announced), Qt::Uninitialized);
    const size_t size = ZSTD_decompressDCtx(context.get(), json.data(), static_cast<size_t>(announced), frame, frameSize);
    if (ZSTD_isError(size)) {
        rawRefuse(std::string("cannot be unpacked: ") + ZSTD_getErrorName(size));
    }
    if (size != announced) {
        rawRefuse("is cut off");
    }
    return json;
}

} // namespace ch::store
