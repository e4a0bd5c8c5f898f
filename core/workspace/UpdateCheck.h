// SPDX-License-Identifier: GPL-3.0-or-later
// Asks one address, which whoever made the package has set, whether there is a newer version. It sends one GET and nothing about this
// computer, its user or the account; it installs nothing. The answer is JSON of at most 64 KiB: {"version": "1.2.3", "page": "https://..."}.
// Refuses (InvalidInput) an address that is not https (http on this computer, for tests), a version that is none (Protocol), and a page that
// is not https: then there is none.
// Thread: the one that it is made in; clock and transport outlive it.
#pragma once

#include "base/Clock.h"
#include "base/Job.h"

#include <QUrl>
#include <memory>
#include <optional>

namespace ch::http {
class Transport;
}

namespace ch::workspace {

struct NewerVersion {
    QString version;
    QUrl page;              ///< where it is told of; may be empty
};

/// What an answer says to a program of version own; nothing: it is not newer.
[[nodiscard]] Result<std::optional<NewerVersion>> readUpdateAnswer(const QByteArray& body, const QString& own);

class UpdateCheck final : public ResultJob<std::optional<NewerVersion>> {
    Q_OBJECT
public:
    /// transport: null for the network's.
    UpdateCheck(const QUrl& address, const QString& own, Clock& clock, QObject* parent, http::Transport* transport = nullptr);
    ~UpdateCheck() override;

private:
    std::unique_ptr<http::Transport> m_owned;
};

} // namespace ch::workspace
