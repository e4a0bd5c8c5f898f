// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/Mirror.h"

#include "store/MirrorPrivate.h"
#include "store/MirrorWriter.h"
#include "store/ReaderPrivate.h"
#include "store/Schema.h"
#include "store/SetAside.h"

#include <QFile>

namespace ch::store {

QString mirrorMeta(Database& db, const QString& key)
{
    Query query(db, "SELECT value FROM meta WHERE key = ?");
    query.bind(key);
    return query.next() ? query.text(0) : QString();
}

void mirrorSetMeta(Database& db, const QString& key, const QString& text)
{
    Query(db, "INSERT INTO meta(key, value) VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value").bind(key).bind(text).run();
}

void mirrorBump(Database& db)
{
    Query(db, "UPDATE counter SET revision = revision + 1").run();
}

Mirror::Mirror() : d(std::make_unique<Private>()) {}
Mirror::~Mirror() = default;

Status Mirror::Private::checkIdentity(const MirrorIdentity& identity)
{
    return guarded(*db, [&]() -> Status {
        WriteScope scope(*db);
        const QString mode = identity.livemode ? QStringLiteral("live") : QStringLiteral("test");
        const QString oldMode = mirrorMeta(*db, QStringLiteral("mode"));
        const QString oldAccount = mirrorMeta(*db, QStringLiteral("account"));
        if (!oldMode.isEmpty() && oldMode != mode) {
            return fail(ErrorKind::Safety, QStringLiteral("The mirror in this folder belongs to %1 mode, the key to %2 mode. Use another profile or data folder.").arg(oldMode, mode));
        }
        if (!oldAccount.isEmpty() && !identity.accountId.isEmpty() && oldAccount != identity.accountId) {
            return fail(ErrorKind::Safety,
                        QStringLiteral("The mirror in this folder belongs to another account (%1, not %2). Use another profile or data folder.").arg(oldAccount, identity.accountId));
        }
        if (oldMode.isEmpty()) {
            mirrorSetMeta(*db, QStringLiteral("mode"), mode);
        }
        if (oldAccount.isEmpty() && !identity.accountId.isEmpty()) {
            mirrorSetMeta(*db, QStringLiteral("account"), identity.accountId);
        }
        scope.commit();
        return {};
    });
}

Result<std::unique_ptr<Mirror>> Mirror::open(const QString& dir, const MirrorIdentity& identity)
{
    const QString path = mirrorPath(dir);
    const QString mark = path + QStringLiteral(".damaged");
    std::unique_ptr<Mirror> mirror(new Mirror);
    Result<std::unique_ptr<Database>> db = QFile::exists(mark)
        ? Result<std::unique_ptr<Database>>(fail(ErrorKind::Damaged, QStringLiteral("The mirror %1 is damaged.").arg(path)))
        : Database::openForWriting(path, mirrorFile());
    if (!db && db.error().kind == ErrorKind::Damaged) {
        if (setDatabaseAside(path).isEmpty()) {
            return fail(ErrorKind::Storage, QStringLiteral("The mirror %1 is damaged and could not be set aside. Check the permissions of its folder.").arg(path));
        }
        QFile::remove(mark);
        mirror->d->wasRebuilt = true;
        db = Database::openForWriting(path, mirrorFile());
    }
    if (!db) {
        return fail(db.error());
    }
    mirror->d->db = *std::move(db);
    if (const Status same = mirror->d->checkIdentity(identity); !same) {
        return fail(same.error());
    }
    if (const Status built = mirror->buildIndexes(); !built) {
        return fail(built.error());
    }
    mirror->d->checkpoints = std::make_unique<Checkpointer>(*mirror->d->db);
    mirror->d->reader.reset(new MirrorReader);
    mirror->d->reader->d->db = mirror->d->db.get();
    mirror->d->reader->d->dir = dir;
    return mirror;
}

bool Mirror::wasRebuilt() const
{
    return d->wasRebuilt;
}

void Mirror::Private::write(MirrorWriter& writer, const Batch& batch)
{
    writer.write(batch);
    if (batch.progress) {
        mirrorWriteProgress(*db, *batch.progress);
    }
    for (const WindowProgress& window : batch.windows) {
        mirrorWriteWindow(*db, window);
    }
    if (batch.newestEvents) {
        mirrorWriteNewestEvents(*db, batch.run, *batch.newestEvents);
    }
}

void Mirror::Private::emptyLogAfter(const MirrorWriter& writer)
{
    logHoldsErased = logHoldsErased || writer.hasErased();
    if (logHoldsErased) {
        logHoldsErased = !db->emptyLog();
    }
}

Status Mirror::apply(const Batch& batch, const ValueOf& value)
{
    return apply(std::vector{BatchPtr(BatchPtr(), &batch)}, value); // owned by the caller
}

Status Mirror::apply(const std::vector<BatchPtr>& batches, const ValueOf& value)
{
    bool more = false;
    const Status stored = d->safely([&]() -> Status {
        WriteScope scope(*d->db);
        MirrorWriter writer(*d->db, 0, 0);
        for (const BatchPtr& batch : batches) {
            d->write(writer, *batch);
        }
        more = value && d->valueSome(writer, value, batches.back()->receivedAtMs);
        writer.refreshTouched();
        if (writer.hasChanged()) {
            mirrorBump(*d->db);
        }
        scope.commit();
        d->emptyLogAfter(writer);
        return {};
    });
    return stored && more ? revalue(value, batches.back()->receivedAtMs) : stored;
}

Status Mirror::buildIndexes(const std::function<void(const char* name)>& built)
{
    return d->safely([&]() -> Status {
        putIndexesBack(*d->db, built);
        return {};
    });
}

Status Mirror::setMeta(const QString& key, const QString& text)
{
    return d->safely([&]() -> Status {
        mirrorSetMeta(*d->db, QStringLiteral("x.") + key, text);
        return {};
    });
}

Result<QString> Mirror::meta(const QString& key) const
{
    return d->safely([&]() -> Result<QString> { return mirrorMeta(*d->db, QStringLiteral("x.") + key); });
}

const MirrorReader& Mirror::reader() const
{
    return *d->reader;
}

qint64 Mirror::revision() const
{
    return d->reader->revision().value_or(0);
}

} // namespace ch::store
