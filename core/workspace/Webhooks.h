// SPDX-License-Identifier: GPL-3.0-or-later
// The webhooks of the open account: whether, where and how strictly they are taken (settings in the records file, each change in the trail), the
// signing secrets (in the vault where the account has a place there, else for this session), the endpoint itself, and a trial of it with a
// delivery of our own. In the demo the simulated account sends its webhooks here while the endpoint is on, and makes the secret.
//
// At most kMostSecrets at a time: the newest first, an older one beside it while it is rolled at Stripe (up to 24 hours).
// Engine thread. What is handed in outlives this. Jobs are owned by the parent given; they end also when this goes.
#pragma once

#include "access/Vault.h"
#include "endpoint/EndpointThread.h"
#include "store/RecordsFile.h"

#include <QPointer>
#include <functional>

namespace ch::workspace {

inline constexpr size_t kMostSecrets = 4;

struct WebhookSettings {
    bool on = false;
    quint16 port = endpoint::kUsualPort;
    QString path = QLatin1String(endpoint::kUsualPath);
    std::optional<qint64> futureSeconds = 300;   ///< nothing: signatures from any time to come are taken
    bool operator==(const WebhookSettings&) const = default;
};

/// How they stand. A plain value that crosses threads.
struct WebhookState {
    WebhookSettings settings;
    quint16 listeningAt = 0;        ///< 0: it does not listen
    QStringList secrets;            ///< masked, the newest first
    bool secretsAreKept = false;    ///< in the vault; else for this session only
    bool secretIsMade = false;      ///< the demo's: made by the simulated account
    std::optional<Error> problem;   ///< why it does not listen, or why the secrets could not be read or kept
    qint64 taken = 0;               ///< since the account was opened, as the next three
    qint64 duplicates = 0;
    qint64 refusals = 0;
    qint64 lastTakenMs = 0;         ///< UTC; 0: none yet
    std::optional<endpoint::Refusal> lastRefusal;
    QString forwardLine;            ///< what is typed to have Stripe's own program forward here

    bool operator==(const WebhookState&) const = default;
};

/// How a delivery of our own went.
struct WebhookTrial {
    int status = 0;                 ///< of the answer; 0: there was none
    QString code;                   ///< of a refusal
    QString message;                ///< of a refusal, or why there was no answer
    QString eventId;
    qint64 tookMs = 0;
    [[nodiscard]] bool isTaken() const { return status == 200; }
};

/// "stripe listen --forward-to localhost:4242/stripe/webhook", with --live where that is meant.
[[nodiscard]] QString forwardLine(quint16 port, const QString& path, bool live);

/// Secrets of one text: separated by commas, blanks or lines. InvalidInput, without repeating it, where one has not the form of a secret, and where
/// there are more than kMostSecrets.
[[nodiscard]] Result<std::vector<Secret>> parseSecrets(const QByteArray& text);

class Webhooks final : public QObject {
    Q_OBJECT
public:
    struct Around {
        store::RecordsFile& records;
        access::Vault& vault;
        QString vaultEntry;          ///< empty: this account has no place in the vault
        QString folder;
        Clock& clock;                ///< used in the endpoint's thread too
        bool live = false;
        std::function<QString()> accountId;
        std::function<endpoint::Health()> health;
        /// Makes what is answered at /metrics, for an endpoint that is about to listen.
        std::function<endpoint::EndpointThread::Metrics()> metrics;
        /// The demo's: has the simulated account send its webhooks to a URL, or (an empty one) no more; the secret that it signs with.
        std::function<Result<Secret>(const QByteArray& url)> sendHere;
    };
    explicit Webhooks(Around around);
    ~Webhooks() override;

    /// Reads settings and secrets, and listens where it is on.
    [[nodiscard]] ResultJob<WebhookState>* start(QObject* parent);
    /// InvalidInput for a path that is refused. A port that cannot be had is told in the state.
    [[nodiscard]] ResultJob<WebhookState>* change(const WebhookSettings& settings, QObject* parent);
    /// As the newest. InvalidInput where it is none, or is there already, or there are too many. Where the keychain holds
    /// some that cannot be read now, it serves this session alone, and those are left as they are.
    [[nodiscard]] ResultJob<WebhookState>* addSecret(const Secret& secret, QObject* parent);
    /// The one at that place. NotFound.
    [[nodiscard]] ResultJob<WebhookState>* removeSecret(int place, QObject* parent);
    /// Posts a signed event of our own to the endpoint, over a socket, as any other comes: it ends in the event log.
    [[nodiscard]] ResultJob<WebhookTrial>* tryIt(QObject* parent);

    /// For the terminal program: listens with these settings, without keeping them; secrets: instead of the vault's, where there are any.
    [[nodiscard]] ResultJob<WebhookState>* serve(const WebhookSettings& settings, const std::vector<Secret>& secrets, QObject* parent);
    /// What is asked for at /health, and whose events are taken, may have changed.
    void refresh();

    [[nodiscard]] WebhookState state() const;

Q_SIGNALS:
    /// Not more often than a few times a second.
    void changed(const ch::workspace::WebhookState& state);
    /// Events that stand in the log and are to be applied.
    void came(const ch::endpoint::Came& came);

private:
    void readSettings();
    [[nodiscard]] bool mayHaveUnread() const;
    [[nodiscard]] Status mayAdd(const Secret& secret) const;
    void readSecrets(QObject* context, std::function<void()> then);
    [[nodiscard]] Status keepSettings(const WebhookSettings& settings);
    void keepSecrets(const char* action, QObject* context, std::function<void()> then);
    void tellTrail(const char* action, int count, bool isKept);
    void listen();
    void expect();
    void tell();
    ResultJob<WebhookState>* answer(QObject* parent) const;
    ResultJob<WebhookState>* answerAfter(QObject* parent, const std::function<void(QObject* context, std::function<void()> then)>& work);

    const Around m_around;
    WebhookSettings m_settings;
    std::vector<Secret> m_secrets;
    bool m_secretsAreKept = false;
    bool m_vaultIsRead = false;      // or written: what it holds is in m_secrets
    bool m_secretIsMade = false;
    std::optional<Error> m_listenProblem;
    std::optional<Error> m_secretProblem;
    WebhookState m_counts;           // only what is counted
    bool m_isTelling = false;
    bool m_isRefreshing = false;
    std::unique_ptr<endpoint::EndpointThread> m_endpoint; // while it listens
};

} // namespace ch::workspace

Q_DECLARE_METATYPE(ch::workspace::WebhookState)
Q_DECLARE_METATYPE(ch::workspace::WebhookTrial)
