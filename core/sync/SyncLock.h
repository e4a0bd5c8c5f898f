// SPDX-License-Identifier: GPL-3.0-or-later
// Who syncs a data folder: one process at a time holds it, and lets go of it by ending, however it ends. A lock that a killed process
// left is taken over.
#pragma once

#include "base/Error.h"

#include <QLockFile>
#include <memory>

namespace ch::sync {

class SyncLock {
public:
    /// Busy names the process that holds it; Storage when the folder may not be written.
    [[nodiscard]] static Result<std::unique_ptr<SyncLock>> take(const QString& dir);

private:
    explicit SyncLock(const QString& path) : m_file(path) {}
    QLockFile m_file;
};

} // namespace ch::sync
