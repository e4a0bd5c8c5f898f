// SPDX-License-Identifier: GPL-3.0-or-later
#include "revenue/BillsAhead.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace ch::revenue {

namespace {

using Bill = store::MirrorReader::HistoryInvoice;
using BillLine = store::MirrorReader::HistoryLine;

constexpr size_t kBillsInBatch = 4'096;
constexpr size_t kBatchesAhead = 4;
constexpr size_t kTextsInPiece = size_t(1) << 18;

/// Bills with their texts, in pieces of memory that do not move.
class BillBatch {
public:
    void add(const Bill& bill)
    {
        m_bills.push_back({bill, m_lines.size()});
        for (std::string_view* text : textsOf(m_bills.back().bill)) {
            keep(text);
        }
    }
    void add(const BillLine& line)
    {
        m_lines.push_back(line);
        for (std::string_view* text : textsOf(m_lines.back())) {
            keep(text);
        }
    }
    [[nodiscard]] size_t size() const { return m_bills.size(); }

    template <typename OnBill, typename OnLine>
    void visit(const OnBill& onBill, const OnLine& onLine) const
    {
        for (size_t i = 0; i < m_bills.size(); ++i) {
            const Bill& bill = m_bills[i].bill;
            onBill(bill);
            const size_t end = i + 1 < m_bills.size() ? m_bills[i + 1].firstLine : m_lines.size();
            for (size_t k = m_bills[i].firstLine; k < end; ++k) {
                onLine(bill, m_lines[k]);
            }
        }
    }

private:
    struct Kept {
        Bill bill;
        size_t firstLine = 0;
    };
    static std::array<std::string_view*, 4> textsOf(Bill& bill) { return {&bill.id, &bill.subscriptionId, &bill.billingReason, &bill.status}; }
    static std::array<std::string_view*, 5> textsOf(BillLine& line) { return {&line.id, &line.priceId, &line.subscriptionId, &line.subscriptionItemId, &line.discountIds}; }

    void keep(std::string_view* text)
    {
        if (m_room < text->size()) {
            m_room = std::max(kTextsInPiece, text->size());
            m_next = m_pieces.emplace_back(new char[m_room]).get();
        }
        std::copy(text->begin(), text->end(), m_next);
        *text = {m_next, text->size()};
        m_next += text->size();
        m_room -= text->size();
    }

    std::vector<Kept> m_bills;
    std::vector<BillLine> m_lines;
    std::vector<std::unique_ptr<char[]>> m_pieces;
    char* m_next = nullptr;     ///< in the last piece
    size_t m_room = 0;          ///< there
};

class BatchQueue {
public:
    void put(std::unique_ptr<BillBatch> batch)
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_batches.size() < kBatchesAhead; });
        m_batches.push_back(std::move(batch));
        m_changed.notify_all();
    }
    /// An empty pointer ends it.
    std::unique_ptr<BillBatch> take()
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return !m_batches.empty(); });
        std::unique_ptr<BillBatch> batch = std::move(m_batches.front());
        m_batches.pop_front();
        m_changed.notify_all();
        return batch;
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<std::unique_ptr<BillBatch>> m_batches;
};

} // namespace

Status forEachBillAhead(const store::MirrorReader& reader, const std::function<void(const Bill&)>& invoice, const std::function<void(const Bill&, const BillLine&)>& line)
{
    BatchQueue queue;
    Status read;
    std::thread ahead([&] {
        auto batch = std::make_unique<BillBatch>();
        read = reader.forEachHistoryInvoice({},
            [&](const Bill& bill) {
                if (batch->size() >= kBillsInBatch) {
                    queue.put(std::move(batch));
                    batch = std::make_unique<BillBatch>();
                }
                batch->add(bill);
            },
            [&batch](const Bill&, const BillLine& one) { batch->add(one); });
        queue.put(std::move(batch));
        queue.put(nullptr);
    });
    while (const std::unique_ptr<BillBatch> batch = queue.take()) {
        batch->visit(invoice, line);
    }
    ahead.join();
    return read;
}

} // namespace ch::revenue
