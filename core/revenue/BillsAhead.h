// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the invoices of a mirror and their lines in a thread of its own, some thousand ahead of the caller, who sorts them into facts meanwhile:
// on two cores the two take as long as the longer one. The reader belongs to that thread until the call returns; the caller must not use it.
#pragma once

#include "store/MirrorReader.h"

namespace ch::revenue {

/// As MirrorReader::forEachHistoryInvoice for all customers; the visits are the caller's thread's.
[[nodiscard]] Status forEachBillAhead(const store::MirrorReader& reader, const std::function<void(const store::MirrorReader::HistoryInvoice&)>& invoice,
    const std::function<void(const store::MirrorReader::HistoryInvoice&, const store::MirrorReader::HistoryLine&)>& line);

} // namespace ch::revenue
