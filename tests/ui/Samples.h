// SPDX-License-Identifier: GPL-3.0-or-later
// Made-up values that pages and models are fed with in tests: long, foreign and missing names among them. The same each time.
#pragma once

#include "ui/pages/detail/DetailValues.h"
#include "ui/pages/home/HomeValues.h"
#include "ui/tables/RowSource.h"
#include "ui/tables/TablePane.h"

#include <QPointer>

namespace ch::test {

/// A row of the table with these cells by key; all others are missing.
[[nodiscard]] store::Row sampleRow(store::Table table, qint64 rowId, const QString& objectId,
    const std::vector<std::pair<const char*, store::Cell>>& cells);
[[nodiscard]] std::vector<store::Row> sampleBusinesses(int count);
[[nodiscard]] std::vector<store::Row> sampleSubscriptions(int count);
[[nodiscard]] ui::HomeValues sampleHome(bool complete);
[[nodiscard]] ui::DetailValues sampleDetail(bool conflict);

/// Hands out rows that it holds; answers come with the next turn of the event loop, or when released. Its first rows come only where firstComes.
class HeldRows final : public ui::RowSource {
public:
    explicit HeldRows(std::vector<store::Row> rows) : m_rows(std::move(rows)) {}
    ResultJob<ui::FirstRows>* first(const ui::TableQuestion& question, int rows, QObject* parent) override;
    ResultJob<ui::TableAnswer>* table(const ui::TableQuestion& question, int firstRows, QObject* parent) override;
    ResultJob<std::vector<store::CurrencySum>>* sums(store::Table table, const store::RowIds& rowIds, QObject* parent) override;
    ResultJob<std::vector<store::Row>>* rows(store::Table table, const std::vector<qint64>& rowIds, const QStringList& metadataKeys,
        QObject* parent) override;
    ResultJob<QStringList>* metadataKeys(store::Table table, QObject* parent) override;

    void setRows(std::vector<store::Row> rows) { m_rows = std::move(rows); }
    void failWith(const Error& error) { m_error = error; }
    /// From now on table answers wait for release().
    void hold() { m_holding = true; }
    void release(int index);
    [[nodiscard]] int held() const { return static_cast<int>(m_held.size()); }
    /// Whether the job of a held answer is still waited for.
    [[nodiscard]] bool isWanted(int index) const { return m_held[static_cast<size_t>(index)].job; }
    int blocksAsked = 0;
    int summed = 0;                 ///< rows of the last sum
    bool complete = true;
    bool firstComes = false;
    QStringList keys{QStringLiteral("plan_tier"), QStringLiteral("Region")};

private:
    [[nodiscard]] ui::TableAnswer answer(const ui::TableQuestion& question, int firstRows) const;
    struct Waiting {
        QPointer<SimpleJob<ui::TableAnswer>> job;
        ui::TableAnswer answer;
    };
    std::vector<store::Row> m_rows;
    std::optional<Error> m_error;
    std::vector<Waiting> m_held;
    bool m_holding = false;
};

/// A pane of businesses over these rows; shown where it is given a size.
struct RowsPane {
    RowsPane(const ui::Theme& theme, std::vector<store::Row> rows, const QSize& shownIn = {});

    HeldRows source;
    ui::TablePane pane;
};

} // namespace ch::test
