// SPDX-License-Identifier: GPL-3.0-or-later
// countinghousectl and stripe-sandbox as processes, in a home of their own without keys, keychain or display.
#pragma once

#include <QByteArray>
#include <QJsonDocument>
#include <QProcess>
#include <QStringList>
#include <QTemporaryDir>

namespace ch::test {

inline constexpr int kPatienceMs = 120'000;

/// Put together at run time; the filling is what must be found nowhere.
inline QByteArray keyText(const char* tail = "4242", const char* kind = "sk", const char* mode = "test")
{
    return QByteArray(kind) + '_' + mode + '_' + QByteArray(20, 'k') + tail;
}

/// The words of a command line, parted at blanks; nothing is quoted.
[[nodiscard]] QStringList words(const char* line);

struct Ran {
    int exitCode = -1;
    QByteArray out;
    QByteArray err;
    [[nodiscard]] QJsonDocument json() const { return QJsonDocument::fromJson(out); }
};

class Sandbox {
public:
    explicit Sandbox(const QStringList& arguments = {});
    ~Sandbox();
    [[nodiscard]] QString base() const { return m_base; }
    /// A plain request with a good key; the body of the answer.
    [[nodiscard]] QJsonDocument ask(const QByteArray& method, const QString& path, const QByteArray& body = {}) const;

private:
    QProcess m_process;
    QString m_base;
};

class Ctl {
public:
    Ctl() = default;
    /// Of that account.
    explicit Ctl(const Sandbox& sandbox) : m_base(sandbox.base()) {}
    [[nodiscard]] QString dataDir() const { return m_home.filePath(QStringLiteral("data")); }
    [[nodiscard]] QString file(const QString& name) const { return m_home.filePath(name); }
    void setKey(const QByteArray& key) { m_key = key; }
    /// STRIPE_WEBHOOK_SECRET.
    void setWebhookSecrets(const QByteArray& secrets) { m_webhookSecrets = secrets; }
    void setBase(const QString& base) { m_base = base; }

    [[nodiscard]] Ran run(const QStringList& arguments, const QByteArray& input = {});
    /// Started, not waited for.
    void start(QProcess& process, const QStringList& arguments) const;
    /// Everything that all runs so far have written to the terminal.
    [[nodiscard]] QByteArray everythingSaid() const { return m_said; }

private:
    QTemporaryDir m_home;
    QByteArray m_key = keyText();
    QByteArray m_webhookSecrets;
    QString m_base;
    QByteArray m_said;
};

/// The arguments that make a business of type saas.
[[nodiscard]] QStringList provision(const QString& id, const QStringList& more = {});
/// The file of its mirror; empty: there is none.
[[nodiscard]] QString mirrorOf(const Ctl& ctl);

} // namespace ch::test
