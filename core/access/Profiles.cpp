// SPDX-License-Identifier: GPL-3.0-or-later
#include "access/Profiles.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLockFile>
#include <QRegularExpression>
#include <QSaveFile>
#include <QStandardPaths>
#include <QUuid>

namespace ch::access {

namespace profilefile {

constexpr int kVersion = 1;
constexpr int kLongestName = 40;
constexpr int kLockWaitMs = 5'000;

QString pathIn(const QString& dataDir)
{
    return QDir(dataDir).filePath(QStringLiteral("profiles.json"));
}

tl::unexpected<Error> damaged(const QString& path, const QString& why)
{
    return fail(ErrorKind::Damaged,
        QStringLiteral("The file %1 cannot be read as Countinghouse's profiles. It was left as it is: move it away or restore it, then start again.").arg(path), why);
}

QString folded(const QString& name)
{
    return name.normalized(QString::NormalizationForm_C).toCaseFolded();
}

QJsonObject toJson(const Profile& profile)
{
    return {
        {QStringLiteral("name"), profile.name},
        {QStringLiteral("id"), profile.id},
        {QStringLiteral("api_base"), profile.apiBase.toString()},
        {QStringLiteral("account_id"), profile.accountId},
        {QStringLiteral("account_name"), profile.accountName},
        {QStringLiteral("mode"), profile.mode == stripe::Mode::Test ? QStringLiteral("test") : QStringLiteral("live")},
        {QStringLiteral("key_masked"), profile.keyMasked},
        {QStringLiteral("key_in_vault"), profile.keyInVault},
        {QStringLiteral("delete_customer_on_take_down"), profile.deleteCustomerOnTakeDown},
        {QStringLiteral("attempts"), profile.attempts},
    };
}

/// Empty for a value that is a profile, else what is wrong. Absent fields keep their defaults, those of the wrong type do not pass.
QString readProfile(const QJsonValue& value, Profile& profile)
{
    if (!value.isObject()) {
        return QStringLiteral("an entry is not an object");
    }
    const QJsonObject object = value.toObject();
    QString fault;
    const auto text = [&](const char* key) {
        const QJsonValue field = object.value(QLatin1String(key));
        if (!field.isUndefined() && !field.isString()) {
            fault = QStringLiteral("%1 is not text").arg(QLatin1String(key));
        }
        return field.toString();
    };
    const auto truth = [&](const char* key) {
        const QJsonValue field = object.value(QLatin1String(key));
        if (!field.isUndefined() && !field.isBool()) {
            fault = QStringLiteral("%1 is neither true nor false").arg(QLatin1String(key));
        }
        return field.toBool();
    };
    profile.name = text("name");
    profile.id = text("id");
    profile.apiBase = QUrl(text("api_base"), QUrl::StrictMode);
    profile.accountId = text("account_id");
    profile.accountName = text("account_name");
    // What is not clearly test counts as live, the careful side.
    profile.mode = text("mode") == QLatin1String("test") ? stripe::Mode::Test : stripe::Mode::Live;
    profile.keyMasked = text("key_masked");
    profile.keyInVault = truth("key_in_vault");
    profile.deleteCustomerOnTakeDown = truth("delete_customer_on_take_down");
    profile.attempts = qBound(1, object.value(QStringLiteral("attempts")).toInt(3), 10);
    if (fault.isEmpty()) {
        const Status name = Profiles::checkName(profile.name);
        fault = name ? QString() : QStringLiteral("a profile has a name that is not allowed");
    }
    return fault;
}

Result<std::vector<Profile>> read(const QString& dataDir)
{
    const QString path = pathIn(dataDir);
    QFile file(path);
    if (!file.exists()) {
        return std::vector<Profile>{};
    }
    if (!file.open(QIODevice::ReadOnly)) {
        return fail(ErrorKind::Storage, QStringLiteral("The file %1 cannot be opened. Check who owns it.").arg(path), file.errorString());
    }
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(file.readAll(), &problem);
    if (problem.error != QJsonParseError::NoError || !document.isObject()) {
        return damaged(path, problem.error == QJsonParseError::NoError ? QStringLiteral("not an object") : problem.errorString());
    }
    const int version = document.object().value(QStringLiteral("version")).toInt(0);
    if (version > kVersion) {
        return fail(ErrorKind::NewerVersion, QStringLiteral("The file %1 was written by a newer Countinghouse. Use that one; nothing was changed.").arg(path));
    }
    const QJsonValue list = document.object().value(QStringLiteral("profiles"));
    if (version < 1 || !list.isArray()) {
        return damaged(path, QStringLiteral("no version or no list of profiles"));
    }
    std::vector<Profile> profiles;
    QStringList seen;
    for (const QJsonValue& value : list.toArray()) {
        Profile profile;
        const QString fault = readProfile(value, profile);
        if (!fault.isEmpty()) {
            return damaged(path, fault);
        }
        if (seen.contains(folded(profile.name))) {
            return damaged(path, QStringLiteral("two profiles have one name"));
        }
        seen << folded(profile.name);
        profiles.push_back(profile);
    }
    return profiles;
}

Status write(const QString& dataDir, const std::vector<Profile>& profiles)
{
    QJsonArray list;
    for (const Profile& profile : profiles) {
        list.append(toJson(profile));
    }
    const QJsonObject whole{{QStringLiteral("version"), kVersion}, {QStringLiteral("profiles"), list}};
    QSaveFile file(pathIn(dataDir));
    file.setDirectWriteFallback(false);
    const bool opened = file.open(QIODevice::WriteOnly) && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    if (opened) {
        file.write(QJsonDocument(whole).toJson());
    }
    if (!opened || !file.commit()) {
        return fail(ErrorKind::Storage, QStringLiteral("The profiles cannot be saved in %1. Check that the disk is not full and who owns the folder.").arg(dataDir), file.errorString());
    }
    return {};
}

/// A masked key has its middle taken out.
bool holdsSecret(const Profile& profile)
{
    for (const QString& text : {profile.name, profile.id, profile.accountId, profile.accountName, profile.keyMasked, profile.apiBase.toString()}) {
        if (holdsKey(text)) {
            return true;
        }
    }
    return !profile.apiBase.userInfo().isEmpty() || profile.apiBase.hasQuery()
        || (!profile.keyMasked.isEmpty() && !profile.keyMasked.contains(QChar(0x2026)));
}

} // namespace profilefile

QString Profile::slug() const
{
    // Percent-encoding keeps different names apart; a blank becomes "+", which a name cannot hold.
    QString encoded = QString::fromLatin1(QUrl::toPercentEncoding(profilefile::folded(name)));
    return encoded.replace(QLatin1String("%20"), QLatin1String("+"));
}

QString Profile::vaultEntry() const
{
    return QStringLiteral("profile/%1/%2/api-key").arg(name, id);
}

QString Profile::auditEntry() const
{
    return QStringLiteral("profile/%1/%2/audit-head").arg(name, id);
}

QString Profile::webhookEntry() const
{
    return QStringLiteral("profile/%1/%2/webhook-secrets").arg(name, id);
}

Result<Profiles> Profiles::load(const QString& dataDir)
{
    auto profiles = profilefile::read(dataDir);
    if (!profiles) {
        return fail(profiles.error());
    }
    Profiles loaded;
    loaded.m_dataDir = dataDir;
    loaded.m_profiles = std::move(*profiles);
    return loaded;
}

std::optional<Profile> Profiles::find(const QString& name) const
{
    for (const Profile& profile : m_profiles) {
        if (profilefile::folded(profile.name) == profilefile::folded(name)) {
            return profile;
        }
    }
    return std::nullopt;
}

Status Profiles::change(const std::function<Status(std::vector<Profile>&)>& edit)
{
    if (const Status made = makePrivateDir(m_dataDir); !made) {
        return made;
    }
    QLockFile lock(profilefile::pathIn(m_dataDir) + QStringLiteral(".lock"));
    if (!lock.tryLock(profilefile::kLockWaitMs)) {
        return fail(ErrorKind::Busy, QStringLiteral("Another Countinghouse is saving profiles in %1. Try again.").arg(m_dataDir));
    }
    auto profiles = profilefile::read(m_dataDir);
    if (!profiles) {
        return fail(profiles.error());
    }
    const Status edited = edit(*profiles);
    const Status saved = edited ? profilefile::write(m_dataDir, *profiles) : edited;
    if (saved) {
        m_profiles = std::move(*profiles);
    }
    return saved;
}

Status Profiles::put(const Profile& profile)
{
    if (const Status named = checkName(profile.name); !named) {
        return named;
    }
    if (profilefile::holdsSecret(profile)) {
        return fail(ErrorKind::InvalidInput, QStringLiteral("A profile never holds a key, a password or a query. Give the key when you are asked for it; it goes into the keychain."));
    }
    return change([&profile](std::vector<Profile>& profiles) -> Status {
        for (Profile& kept : profiles) {
            if (profilefile::folded(kept.name) == profilefile::folded(profile.name)) {
                const QString id = profile.id.isEmpty() ? kept.id : profile.id;
                kept = profile;
                kept.id = id.isEmpty() ? newId() : id;
                return {};
            }
        }
        profiles.push_back(profile);
        if (profile.id.isEmpty()) {
            profiles.back().id = newId();
        }
        return {};
    });
}

Status Profiles::remove(const QString& name)
{
    return change([&name](std::vector<Profile>& profiles) -> Status {
        const auto gone = std::erase_if(profiles, [&name](const Profile& profile) { return profilefile::folded(profile.name) == profilefile::folded(name); });
        if (gone == 0) {
            return fail(ErrorKind::NotFound, QStringLiteral("There is no profile named \u201c%1\u201d.").arg(name.left(profilefile::kLongestName)));
        }
        return {};
    });
}

QString Profiles::folderOf(const Profile& profile) const
{
    return QDir(m_dataDir).filePath(QStringLiteral("profiles/") + profile.slug());
}

Status Profiles::checkName(const QString& name)
{
    // Names that Windows keeps for devices, whatever the folder.
    static const QRegularExpression kDevice(QStringLiteral("^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$"), QRegularExpression::CaseInsensitiveOption);
    // A folder's name has at most 255 bytes, and foreign letters take up to nine in it.
    constexpr qsizetype kLongestSlug = 200;
    Profile named;
    named.name = name;
    bool allowed = !name.isEmpty() && name.size() <= profilefile::kLongestName && name == name.trimmed() && !kDevice.match(name).hasMatch() && named.slug().size() <= kLongestSlug;
    for (const QChar c : name) {
        allowed = allowed && (c.isLetterOrNumber() || c == QLatin1Char(' ') || c == QLatin1Char('-') || c == QLatin1Char('_'));
    }
    if (allowed && !holdsKey(name)) {
        return {};
    }
    return fail(ErrorKind::InvalidInput, QStringLiteral("A profile's name is 1 to 40 letters (of some scripts 22), digits, blanks, - and _, and no key. Choose another name."));
}

QString Profiles::newId()
{
    return QUuid::createUuid().toString(QUuid::Id128).left(12);
}

QString defaultDataDir()
{
    return QDir(QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation)).filePath(QStringLiteral("countinghouse"));
}

Status makePrivateDir(const QString& dir)
{
    const bool isNew = !QDir(dir).exists();
    if (!QDir().mkpath(dir)) {
        return fail(ErrorKind::Storage, QStringLiteral("The folder %1 cannot be made. Check who owns the folder above it, or choose another with --data-dir.").arg(dir));
    }
    if (isNew && !QFile::setPermissions(dir, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner)) {
        return fail(ErrorKind::Storage, QStringLiteral("The folder %1 cannot be kept from other users.").arg(dir));
    }
    return {};
}

bool holdsKey(const QString& text)
{
    static const QRegularExpression kForm(QStringLiteral("(?:^|[^A-Za-z0-9])(?:(?:sk|rk|pk|rkcs)_(?:test|live|org)_[A-Za-z0-9_]{4,}|(?:sk|rk|pk|rkcs|oak|whsec)_[A-Za-z0-9]{16,})"));
    return kForm.match(text).hasMatch();
}

std::optional<EnvironmentKey> environmentKey()
{
    for (const char* variable : {"STRIPE_API_KEY", "STRIPE_SECRET_KEY", "STRIPE_TEST_KEY"}) {
        const QByteArray value = qgetenv(variable).trimmed();
        if (!value.isEmpty()) {
            return EnvironmentKey{QString::fromLatin1(variable), Secret(value)};
        }
    }
    return std::nullopt;
}

} // namespace ch::access
