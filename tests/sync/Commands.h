// SPDX-License-Identifier: GPL-3.0-or-later
// What tests/sync/compare asks of this executable beside tests.
#pragma once

#include <QString>

namespace backfilltest {

/// One sync of the server at url into the folder, as fast as it goes. 0 complete, 1 not yet (say so and call again).
[[nodiscard]] int syncOnce(const QString& url, const QString& dir);

/// Holds the folder's mirror against a file with an object of the server in each line, those of customers first and events last. 0: no difference.
[[nodiscard]] int compareWithDump(const QString& dir, const QString& file);

} // namespace backfilltest
