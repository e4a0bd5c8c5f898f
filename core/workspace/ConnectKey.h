// SPDX-License-Identifier: GPL-3.0-or-later
// Takes a key in: asks Stripe about it, saves the profile, gives the key to the vault, and leaves an entry in the
// profile's trail. Nothing is saved of a key that Stripe refuses.
// For Workspace.cpp.
#pragma once

#include "stripe/KeyCheck.h"
#include "workspace/Connection.h"
#include "workspace/ProfileTrail.h"
#include "workspace/Workspace.h"

#include <QPointer>

namespace ch::workspace {

struct ConnectWish {
    Secret key;
    QString profileName;
    bool keepInVault = true;
    QUrl apiBase;
    QString dataDir;
};

class ConnectKey final : public ResultJob<Connected> {
    Q_OBJECT
public:
    ConnectKey(const ConnectWish& wish, access::Vault& vault, Clock& clock, QObject* parent);
    void cancel() override;

private:
    void begin();
    void checked(const stripe::KeyCheck& account);
    Status fits(const access::Profile& kept, const stripe::KeyCheck& account) const;
    Status save();
    void keep();
    void tellTrail();
    void end();

    ConnectWish m_wish;
    access::Vault& m_vault;
    Clock& m_clock;
    stripe::ApiKey m_key;
    Connected m_connected;
    QString m_keyBefore;          ///< masked; empty: the profile is new
    bool m_wasInVault = false;    ///< the key of the profile before this one
    std::unique_ptr<Connection> m_connection;
    std::unique_ptr<ProfileTrail> m_trail;
    QPointer<Job> m_active;
};

} // namespace ch::workspace
