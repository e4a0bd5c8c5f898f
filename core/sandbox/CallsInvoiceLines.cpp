// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Calls.h"

namespace ch::sandbox {

namespace invoice_lines_detail {

constexpr size_t kMostLines = 250;

/// The invoice's metadata, which these requests call invoice_metadata.
Node metadataOf(const Node& params)
{
    Node out;
    if (const Node* metadata = params.find("invoice_metadata")) {
        out.children.append(*metadata);
        out.children[0].name = "metadata";
    }
    return out;
}

} // namespace invoice_lines_detail

tl::expected<Index, Fault> Calls::lineOf(Index invoice, const QByteArray& id, const QByteArray& param) const
{
    const Index line = s.find(Kind::Line, id);
    if (line == kNone || s.lines[line].invoice != invoice)
        return tl::unexpected(missingObject("line_item", id, param, param == "line_item_id" ? 404 : 400));
    return line;
}

std::optional<Fault> Calls::changeLine(const Node& params, const Invoice& invoice, Index line)
{
    const Index item = s.lines[line].what.invoiceItem;
    if (item == kNone)
        return invalid("The sandbox cannot change the lines of a subscription's items.", params.path, "sandbox_unsupported");
    InvoiceItem wish = s.invoiceItems[item];
    if (const auto fault = writeItem(params, s.timeOf(invoice.customer), &wish))
        return fault;
    s.invoiceItems.edit(item) = wish;
    return std::nullopt;
}

Answer Calls::updateLine(const Call& call)
{
    const auto index = targetDraft(call);
    if (!index)
        return tl::unexpected(index.error());
    const auto line = lineOf(*index, call.second, "line_item_id");
    if (!line)
        return tl::unexpected(line.error());
    Invoice& row = s.invoices.edit(*index);
    Change<Invoice> change(m_log, "invoice.updated", s.timeOf(row.customer), row);
    if (const auto fault = changeLine(call.params, row, *line))
        return tl::unexpected(*fault);
    m_billing.relay(row, s.linesOf(row));
    return show(call, Kind::Line, s.find(Kind::Line, call.second));
}

Answer Calls::updateLines(const Call& call)
{
    const auto index = targetDraft(call);
    if (!index)
        return tl::unexpected(index.error());
    Invoice& row = s.invoices.edit(*index);
    std::vector<InvoiceItem> before; // nothing of a refused request stays
    Change<Invoice> change(m_log, "invoice.updated", s.timeOf(row.customer), row);
    for (const Node& node : call.params.find("lines")->children) {
        const auto line = lineOf(*index, node.text("id"), node.path + "[id]");
        std::optional<Fault> fault = line ? std::nullopt : std::optional(line.error());
        if (line && s.lines[*line].what.invoiceItem != kNone)
            before.push_back(s.invoiceItems[s.lines[*line].what.invoiceItem]);
        if (!fault)
            fault = changeLine(node, row, *line);
        if (!fault)
            continue;
        for (auto it = before.rbegin(); it != before.rend(); ++it)
            s.invoiceItems.edit(it->self) = *it;
        return tl::unexpected(*fault);
    }
    writeMetadata(invoice_lines_detail::metadataOf(call.params), &row.metadata);
    m_billing.relay(row, s.linesOf(row));
    return show(call, Kind::Invoice, *index);
}

Answer Calls::addLines(const Call& call)
{
    const auto index = targetDraft(call);
    if (!index)
        return tl::unexpected(index.error());
    const Invoice& was = s.invoices[*index];
    const qint64 now = s.timeOf(was.customer);
    const auto& nodes = call.params.find("lines")->children;
    if (s.linesOf(was).size() + static_cast<size_t>(nodes.size()) > invoice_lines_detail::kMostLines)
        return tl::unexpected(invalid("An invoice can have at most 250 invoice items.", "lines"));
    std::vector<InvoiceItem> wishes;
    for (const Node& node : nodes) {
        if (const QByteArray id = node.text("invoice_item"); !id.isEmpty()) {
            const auto item = named(id, Kind::InvoiceItem, node.path + "[invoice_item]");
            if (!item || s.invoiceItems[*item].customer != was.customer)
                return tl::unexpected(missingObject("invoiceitem", id, node.path + "[invoice_item]", 400));
            if (s.invoiceItems[*item].invoice != kNone || s.invoiceItems[*item].currency != was.currency)
                return tl::unexpected(invalid("The invoice item " + id + " is on an invoice already, or in another currency.", node.path + "[invoice_item]"));
            wishes.push_back(s.invoiceItems[*item]);
            continue;
        }
        InvoiceItem wish;
        wish.customer = was.customer;
        wish.invoice = *index;
        wish.subscription = was.subscription;
        wish.currency = was.currency;
        wish.what.quantity = 1;
        if (const auto fault = writeItem(node, now, &wish))
            return tl::unexpected(*fault);
        wishes.push_back(wish);
    }
    Invoice& row = s.invoices.edit(*index);
    Change<Invoice> change(m_log, "invoice.updated", now, row);
    writeMetadata(invoice_lines_detail::metadataOf(call.params), &row.metadata);
    m_billing.addToDraft(row, wishes, now);
    return show(call, Kind::Invoice, *index);
}

Answer Calls::removeLines(const Call& call)
{
    const auto index = targetDraft(call);
    if (!index)
        return tl::unexpected(index.error());
    std::vector<std::pair<Index, bool>> gone; // and whether they wait again
    for (const Node& node : call.params.find("lines")->children) {
        const auto line = lineOf(*index, node.text("id"), node.path + "[id]");
        if (!line)
            return tl::unexpected(line.error());
        if (s.lines[*line].what.invoiceItem == kNone)
            return tl::unexpected(invalid("The sandbox cannot change the lines of a subscription's items.", node.path, "sandbox_unsupported"));
        gone.emplace_back(*line, node.text("behavior") == "unassign");
    }
    Invoice& row = s.invoices.edit(*index);
    const qint64 now = s.timeOf(row.customer);
    Change<Invoice> change(m_log, "invoice.updated", now, row);
    writeMetadata(invoice_lines_detail::metadataOf(call.params), &row.metadata);
    m_billing.takeOffDraft(row, gone, now);
    return show(call, Kind::Invoice, *index);
}

} // namespace ch::sandbox
