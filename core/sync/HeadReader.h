// SPDX-License-Identifier: GPL-3.0-or-later
// What a reader of a list does without windows: single objects, and the list's head again when it was read to its end. And what every page of the
// list goes by: what is expanded, and what becomes of a key that may not read that. For ListReader alone.
#pragma once

#include "sync/ListReader.h"
#include "sync/PageJob.h"
#include "sync/PageRules.h"

#include <QSet>
#include <utility>

namespace ch::sync {

inline constexpr int kRestartsAtMost = 3;
/// With fewer than these it is thinkable that all of a list were deleted while it was being read.
inline constexpr qint64 kTooManyToVanish = 10;

template <typename T>
class HeadReader : public ListReader {
public:
    using ListReader::ListReader;

    void startHead(Ended ended) override
    {
        m_ended = std::move(ended);
        askHead({});
    }

    void readAgain(const QString& id, Ended ended) override
    {
        PageJob<T>* const job = newPage([this](const WholePage<T>& page) { return judgeObjects(m_around.client.mode(), page.objects); });
        job->onFinished(this, [this, id, ended, wasPlain = m_isPlain](const Result<Whole>& page) {
            if (page) {
                ended(storeObjects(**page));
            } else if (dropsExpansions(page.error(), 0, wasPlain)) {
                readAgain(id, ended);
            } else {
                ended(fail(page.error()));
            }
        });
        job->askObject(id, expansionsOf(queryOf(0)));
    }

protected:
    using Whole = std::shared_ptr<WholePage<T>>;

    [[nodiscard]] PageJob<T>* newPage(typename PageJob<T>::Judge judge) { return new PageJob<T>(m_around, store::objectListName(m_progress.list), std::move(judge), this); }

    [[nodiscard]] stripe::Params queryOf(size_t pass) const
    {
        stripe::Params query = m_passes[pass].query;
        if (!m_isPlain) {
            for (const auto& [key, value] : m_passes[pass].extra.pairs()) {
                query.add(key, value);
            }
        }
        return query;
    }

    /// Whether the request is to be sent once more: expanding asks for the right to read what is expanded.
    [[nodiscard]] bool dropsExpansions(const Error& error, size_t pass, bool wasPlain)
    {
        const bool drops = error.kind == ErrorKind::Permission && !wasPlain && !m_passes[pass].extra.isEmpty();
        m_isPlain = m_isPlain || drops;
        return drops;
    }

    void end(const Status& status)
    {
        if (!std::exchange(m_isOver, true)) {
            m_ended(status);
        }
    }

    [[nodiscard]] Status storeObjects(WholePage<T>& page)
    {
        store::Batch batch;
        batch.receivedAtMs = page.receivedMs;
        batch.run = m_around.run;
        batch.prepacked = std::move(page.prepacked);
        putInto<T>(batch, std::move(page.objects));
        return m_around.applier.apply(batch);
    }

    /// Whether the run had stored one of them before.
    [[nodiscard]] Result<bool> hasMet(const WholePage<T>& page) const
    {
        for (const auto& received : page.objects) {
            const Result<bool> seen = m_around.applier.mirror().wasSeen(m_progress.list, received.object.id, m_around.run);
            if (!seen || *seen) {
                return seen;
            }
        }
        return false;
    }

    const std::vector<ListPass> m_passes = passesOf<T>();
    bool m_isPlain = false;                      // without the extra expansions
    bool m_isOver = false;
    Ended m_ended;

private:
    void askHead(const QString& cursor)
    {
        stripe::Params query = queryOf(m_headPass);
        query.add(QStringLiteral("limit"), m_around.pageSize);
        if (!cursor.isEmpty()) {
            query.add(QStringLiteral("starting_after"), cursor);
            m_headCursors.insert(cursor);
        }
        PageJob<T>* const job = newPage([this](const WholePage<T>& page) { return judgeHead(page); });
        job->onFinished(this, [this, cursor, wasPlain = m_isPlain](const Result<Whole>& page) {
            if (page) {
                storeHead(**page);
            } else if (dropsExpansions(page.error(), m_headPass, wasPlain)) {
                askHead(cursor);
            } else if (!cursor.isEmpty() && page.error().code == QLatin1String("resource_missing") && m_headRestarts++ < kRestartsAtMost) {
                m_headCursors.clear();
                askHead({});
            } else {
                end(fail(page.error()));
            }
        });
        job->askPage(query);
    }

    [[nodiscard]] Status judgeHead(const WholePage<T>& page) const
    {
        const QString name = store::objectListName(m_progress.list);
        if (page.hasMore && page.objects.empty()) {
            return endless(name);
        }
        for (const auto& received : page.objects) {
            if (m_headCursors.contains(received.object.id)) {
                return repeats(name, received.object.id);
            }
        }
        return judgeObjects(m_around.client.mode(), page.objects);
    }

    void storeHead(WholePage<T>& page)
    {
        const Result<bool> met = hasMet(page);
        if (!met) {
            end(fail(met.error()));
            return;
        }
        m_headMet = m_headMet || *met;
        if (!m_headMet && !page.hasMore && m_passes.size() == 1 && m_progress.objects >= kTooManyToVanish) {
            end(otherAccount(store::objectListName(m_progress.list)));
            return;
        }
        const QString last = page.objects.empty() ? QString() : page.objects.back().object.id;
        if (const Status applied = storeObjects(page); !applied) {
            end(applied);
            return;
        }
        if (!m_headMet && page.hasMore) {
            askHead(last);
        } else if (++m_headPass < m_passes.size()) {
            m_headMet = false;
            m_headCursors.clear();
            askHead({});
        } else {
            end({});
        }
    }

    size_t m_headPass = 0;
    QSet<QString> m_headCursors;
    int m_headRestarts = 0;
    bool m_headMet = false;                      // something that the run had stored
};

} // namespace ch::sync
