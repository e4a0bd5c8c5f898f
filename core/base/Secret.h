// SPDX-License-Identifier: GPL-3.0-or-later
// A key or another secret: held in memory that is overwritten when it goes, shown to nobody by accident (no conversion, no stream,
// no comparison with text). Plain value; any thread.
#pragma once

#include <QByteArray>
#include <QString>

namespace ch {

class Secret {
public:
    Secret() = default;
    explicit Secret(QByteArray bytes);
    Secret(const Secret& other);
    Secret(Secret&& other) noexcept;
    Secret& operator=(const Secret& other);
    Secret& operator=(Secret&& other) noexcept;
    ~Secret();

    [[nodiscard]] bool isEmpty() const { return m_bytes.isEmpty(); }

    /// The secret itself. Only for the line that puts it on the wire or into the vault.
    [[nodiscard]] const QByteArray& reveal() const { return m_bytes; }

    /// What a person may see: the prefix up to the second underscore and the last four characters, "sk_test_…4242";
    /// "…" alone when the secret is too short for that to be safe (fewer than 16 characters).
    [[nodiscard]] QString masked() const;

    /// Compares in constant time.
    [[nodiscard]] bool equals(const Secret& other) const;

private:
    void wipe();
    QByteArray m_bytes;
};

} // namespace ch
