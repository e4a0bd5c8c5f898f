// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/Samples.h"

#include "ui/tables/Columns.h"

namespace ch::test {

namespace {

constexpr qint64 kNow = 1795219200; // 2026-11-21T00:00:00Z
constexpr qint64 kDay = 86400;

const char* const kNames[] = {"Nordlicht Analytics GmbH", "Müller & Söhne Wärmepumpen", "株式会社さくらデータ", "Acme", "O’Reilly Tools",
    "The Extraordinarily Long Name Holding of International Subscription Commerce and Content Ltd.", "Élan Vital SARL", "Βιβλία Online",
    "Пример Сервис", "Fjord & Fjell AS", "Quick API", "Zażółć Gęślą Jaźń"};
const char* const kTypes[] = {"saas", "ecommerce", "content", "api", "tool", "unclassified"};
const char* const kStatuses[] = {"active", "active", "active", "past_due", "trialing", "canceled", "active", "unpaid", "paused", "incomplete",
    "legacy", "taken_down", "none", "active"};
const char* const kCurrencies[] = {"usd", "usd", "eur", "jpy"};

QString sampleText(const char* text)
{
    return QString::fromUtf8(text);
}

} // namespace

store::Row sampleRow(store::Table table, qint64 rowId, const QString& objectId, const std::vector<std::pair<const char*, store::Cell>>& cells)
{
    store::Row row;
    row.rowId = rowId;
    row.objectId = objectId;
    row.cells.resize(store::columnsOf(table).size());
    for (const auto& [key, cell] : cells) {
        const int column = ui::columnIndex(table, QLatin1String(key));
        if (column >= 0) {
            row.cells[static_cast<size_t>(column)] = cell;
        }
    }
    return row;
}

std::vector<store::Row> sampleBusinesses(int count)
{
    std::vector<store::Row> rows;
    for (int i = 0; i < count; ++i) {
        const QString id = QStringLiteral("biz_%1").arg(i, 5, 10, QLatin1Char('0'));
        const QString status = sampleText(kStatuses[i % 14]);
        const bool pays = status == QLatin1String("active") || status == QLatin1String("past_due");
        const QString currency = sampleText(kCurrencies[i % 4]);
        std::vector<std::pair<const char*, store::Cell>> cells{{"business_id", id}, {"name", sampleText(kNames[i % 12])},
            {"business_type", sampleText(kTypes[i % 6])}, {"status", status}, {"customer_id", QStringLiteral("cus_T9k2Lx%1QzR8w").arg(i, 4, 10, QLatin1Char('0'))},
            {"created", qint64(kNow - i * 3 * kDay)}, {"email", QStringLiteral("billing@example%1.com").arg(i)}, {"subscriptions", qint64(1 + i % 3)}};
        if (status != QLatin1String("none") && status != QLatin1String("legacy")) {
            cells.emplace_back("mrr", pays ? qint64(500 + 12345 * (i % 97)) : qint64(0));
            cells.emplace_back("currency", currency);
        }
        if (i % 17 == 5) {
            cells.emplace_back("conflict", qint64(2));
        }
        rows.push_back(sampleRow(store::Table::Businesses, i + 1, id, cells));
    }
    return rows;
}

std::vector<store::Row> sampleSubscriptions(int count)
{
    std::vector<store::Row> rows;
    for (int i = 0; i < count; ++i) {
        const QString id = QStringLiteral("sub_1QwErT%1YuIoPa").arg(i, 4, 10, QLatin1Char('0'));
        std::vector<std::pair<const char*, store::Cell>> cells{{"subscription_id", id}, {"name", sampleText(kNames[i % 12])},
            {"business_type", sampleText(kTypes[i % 6])}, {"status", sampleText(kStatuses[i % 10])}, {"mrr", qint64(500 + 777 * i)},
            {"currency", sampleText(kCurrencies[i % 4])}, {"created", qint64(kNow - i * 5 * kDay)}, {"current_period_end", qint64(kNow + (i % 30) * kDay)},
            {"customer_id", QStringLiteral("cus_T9k2Lx%1QzR8w").arg(i, 4, 10, QLatin1Char('0'))}};
        if (i % 9 == 4) {
            cells.emplace_back("cancel_at", qint64(kNow + 20 * kDay));
        }
        rows.push_back(sampleRow(store::Table::Subscriptions, i + 1, id, cells));
    }
    return rows;
}

ui::HomeValues sampleHome(bool complete)
{
    ui::HomeValues values;
    values.completeness.complete = complete;
    values.completeness.running = !complete;
    values.completeness.completeAsOfMs = complete ? kNow * 1000 : 0;
    values.completeness.throughMs = values.completeness.completeAsOfMs;
    if (!complete) {
        values.completeness.missingLists = QStringList{"invoices", "events"};
    }
    values.now.complete = complete;
    values.history.zone = QTimeZone::utc();
    for (const char* code : {"usd", "eur", "jpy"}) {
        const qint64 scale = qstrcmp(code, "usd") == 0 ? 90 : qstrcmp(code, "eur") == 0 ? 40 : 30;
        qint64 closing = 0;
        for (int m = 0; m < 24; ++m) {
            revenue::MonthFigures month;
            month.month = QDate(2024, 12, 1).addMonths(m);
            month.currency = sampleText(code);
            month.opening = closing;
            month.newMrr = scale * (300 + 37 * ((m * 7) % 11));
            month.expansion = scale * (40 + 9 * ((m * 5) % 7));
            month.reactivation = scale * (m % 4 == 2 ? 60 : 0);
            month.contraction = -scale * (20 + 11 * ((m * 3) % 5));
            month.churn = m > 2 ? -scale * (60 + 23 * ((m * 5) % 9)) : 0;
            month.paused = m == 13 ? -scale * 80 : 0;
            month.resumed = m == 15 ? scale * 80 : 0;
            closing = month.opening + month.newMrr + month.expansion + month.reactivation + month.contraction + month.churn + month.paused + month.resumed;
            month.closing = closing;
            qint64 left = closing;
            for (int t = 0; t < 5; ++t) {
                const qint64 share = closing * (28 - 5 * t) / 100;
                month.closingByType.emplace_back(sampleText(kTypes[t]), share);
                left -= share;
            }
            month.closingByType.emplace_back(QStringLiteral("marketplace"), left);
            values.history.months.push_back(month);
        }
        values.now.byCurrency.push_back({sampleText(code), {}, closing, scale * 3});
    }
    const revenue::MovementClass classes[] = {revenue::MovementClass::New, revenue::MovementClass::Expansion, revenue::MovementClass::Churn,
        revenue::MovementClass::Contraction, revenue::MovementClass::Reactivation, revenue::MovementClass::Paused};
    for (int i = 0; i < 8; ++i) {
        revenue::Movement movement;
        movement.at = kNow - i * kDay * 2;
        movement.customerId = QStringLiteral("cus_T9k2Lx%1QzR8w").arg(i, 4, 10, QLatin1Char('0'));
        movement.currency = sampleText(kCurrencies[i % 4]);
        movement.movement = classes[i % 6];
        movement.deltaMinor = (i % 6 == 2 || i % 6 == 3 || i % 6 == 5 ? -1 : 1) * (2900 + 1000 * i);
        movement.exact = i != 3;
        values.customerNames.insert(movement.customerId, sampleText(kNames[i]));
        values.history.newest.push_back(movement);
    }
    return values;
}

ui::DetailValues sampleDetail(bool conflict)
{
    ui::DetailValues values;
    store::Business& business = values.business;
    business.businessId = QStringLiteral("biz_00005");
    business.name = sampleText(kNames[conflict ? 5 : 1]);
    business.type = QStringLiteral("saas");
    business.status = QStringLiteral("active");
    business.email = QStringLiteral("billing@example5.com");
    business.customerIds = QStringList{QStringLiteral("cus_T9k2Lx0005QzR8w")};
    if (conflict) {
        business.customerIds << QStringLiteral("cus_T9k2Lx0099QzR8w");
    }
    business.subscriptionId = QStringLiteral("sub_1QwErT0005YuIoPa");
    business.mrr = {{123450, QStringLiteral("usd")}};
    business.created = kNow - 400 * kDay;
    business.hasRecord = true;
    values.askedFor = business.businessId;
    for (const QString& id : business.customerIds) {
        stripe::Customer customer;
        customer.id = id;
        customer.name = business.name;
        customer.metadata = {{"business_id", business.businessId}, {"business_type", "saas"}, {"business_name", business.name},
            {"genesis_created", "2025-10-17T09:12:44Z"}, {"autonomous", "true"}, {"sales_region", "Nordics and Baltics"}};
        values.customers.push_back(customer);
    }
    values.subscriptions = sampleSubscriptions(3);
    for (int i = 0; i < 9; ++i) {
        values.invoices.push_back(sampleRow(store::Table::Invoices, i + 1, QStringLiteral("in_1QxYz%1").arg(i),
            {{"number", QStringLiteral("A7C2-00%1").arg(19 - i)}, {"status", sampleText(i == 0 ? "open" : i == 4 ? "void" : "paid")}, {"total", qint64(4900)},
                {"amount_paid", qint64(i ? 4900 : 0)}, {"currency", QStringLiteral("usd")}, {"created", qint64(kNow - i * 30 * kDay)},
                {"paid_at", i ? store::Cell(qint64(kNow - i * 30 * kDay)) : store::Cell()}}));
    }
    return values;
}

ui::TableAnswer HeldRows::answer(const ui::TableQuestion& question, int firstRows) const
{
    ui::TableAnswer answer;
    const store::TableFilter& filter = question.filter;
    auto ids = std::make_shared<std::vector<qint32>>();
    for (store::Row row : m_rows) {
        bool fits = filter.text.isEmpty() || row.objectId.contains(filter.text, Qt::CaseInsensitive);
        for (const store::Cell& cell : row.cells) {
            const auto* text = std::get_if<QString>(&cell);
            fits = fits || (text && text->contains(filter.text, Qt::CaseInsensitive));
        }
        for (const store::ColumnFilter& column : filter.columns) {
            const int at = ui::columnIndex(question.table, column.columnKey);
            const auto* text = at < 0 ? nullptr : std::get_if<QString>(&row.cells[static_cast<size_t>(at)]);
            const auto* number = at < 0 ? nullptr : std::get_if<qint64>(&row.cells[static_cast<size_t>(at)]);
            fits = fits && (column.kind != store::ColumnFilter::Kind::OneOf || (text && column.values.contains(*text)));
            fits = fits && (column.kind != store::ColumnFilter::Kind::Contains || (text && text->contains(column.text, Qt::CaseInsensitive)));
            fits = fits && (column.kind != store::ColumnFilter::Kind::Range || (number && *number * 10 >= column.from.value_or(0)));
        }
        if (!fits) {
            continue;
        }
        ids->push_back(static_cast<qint32>(row.rowId));
        if (answer.first.size() < static_cast<size_t>(firstRows)) {
            for (const QString& key : question.metadataKeys) {
                row.cells.emplace_back(key + QStringLiteral(" of ") + row.objectId);
            }
            answer.first.push_back(row);
        }
    }
    answer.rowIds = ids;
    answer.completeness.complete = complete;
    answer.completeness.completeAsOfMs = complete ? kNow * 1000 : 0;
    return answer;
}

ResultJob<ui::FirstRows>* HeldRows::first(const ui::TableQuestion& question, int rows, QObject* parent)
{
    return new SimpleJob<ui::FirstRows>(parent, Result<ui::FirstRows>(firstComes ? ui::FirstRows{true, answer(question, rows).first} : ui::FirstRows()));
}

ResultJob<ui::TableAnswer>* HeldRows::table(const ui::TableQuestion& question, int firstRows, QObject* parent)
{
    auto* job = new SimpleJob<ui::TableAnswer>(parent);
    if (m_error) {
        job->end(fail(*m_error));
    } else if (m_holding) {
        m_held.push_back({job, answer(question, firstRows)});
    } else {
        job->end(answer(question, firstRows));
    }
    return job;
}

ResultJob<std::vector<store::CurrencySum>>* HeldRows::sums(store::Table, const store::RowIds& rowIds, QObject* parent)
{
    summed = static_cast<int>(rowIds->size());
    const std::vector<store::CurrencySum> sums{{QStringLiteral("usd"), 1234567, 10}, {QStringLiteral("eur"), 45600, 3}};
    return new SimpleJob<std::vector<store::CurrencySum>>(parent, Result<std::vector<store::CurrencySum>>(sums));
}

void HeldRows::release(int index)
{
    const Waiting waiting = m_held[static_cast<size_t>(index)];
    if (waiting.job) {
        waiting.job->end(waiting.answer);
    }
}

ResultJob<std::vector<store::Row>>* HeldRows::rows(store::Table, const std::vector<qint64>& rowIds, const QStringList& metadataKeys, QObject* parent)
{
    ++blocksAsked;
    std::vector<store::Row> found;
    for (const qint64 id : rowIds) {
        for (store::Row row : m_rows) {
            if (row.rowId == id) {
                for (const QString& key : metadataKeys) {
                    row.cells.emplace_back(key + QStringLiteral(" of ") + row.objectId);
                }
                found.push_back(row);
            }
        }
    }
    return new SimpleJob<std::vector<store::Row>>(parent, Result<std::vector<store::Row>>(found));
}

ResultJob<QStringList>* HeldRows::metadataKeys(store::Table, QObject* parent)
{
    return new SimpleJob<QStringList>(parent, Result<QStringList>(keys));
}

RowsPane::RowsPane(const ui::Theme& theme, std::vector<store::Row> rows, const QSize& shownIn)
    : source(std::move(rows)), pane(theme, store::Table::Businesses, nullptr)
{
    if (!shownIn.isEmpty()) {
        pane.resize(shownIn);
        pane.show();
    }
    pane.model().setSource(&source);
}

} // namespace ch::test
