// SPDX-License-Identifier: GPL-3.0-or-later
// The raw column: an object's JSON, packed with zstd and a dictionary of what objects of its table have in common, which leaves a tenth of it.
// A packed object begins with the byte C1 and the number of its dictionary (0: none), then comes a zstd frame with its size and a checksum.
// What begins otherwise was packed with qCompress by an earlier version and stays readable. The dictionaries are compiled in
// (resources/dictionaries). Any thread.
#pragma once

#include <QByteArray>

namespace ch::store {

/// table: the one that the object is a row of. Throws SQLite::Exception for more than unpackedJson gives back.
[[nodiscard]] QByteArray packedJson(const char* table, const QByteArray& json);

/// Throws SQLite::Exception, which comes out as Damaged: cut off or altered, packed with a dictionary that this version does not have, or of more
/// than 128 MiB (twice the largest answer that is read). Of an empty text: an empty one.
[[nodiscard]] QByteArray unpackedJson(const QByteArray& packed);

} // namespace ch::store
