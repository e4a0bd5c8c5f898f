// SPDX-License-Identifier: GPL-3.0-or-later
// What is given for a provision: checked, fixed, and written down to wait where Stripe may not be asked now.
#include "business/Prices.h"
#include "business/ProvisionPrivate.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QJsonObject>

namespace ch::business {

namespace provision {

constexpr int kLongestMetadata = 500;
constexpr int kLongestEmail = 512;

qsizetype characters(const QString& text)
{
    return text.toUcs4().size();
}

QString cutTo(const QString& text, qsizetype longest)
{
    const QList<uint> all = text.toUcs4().mid(0, longest);
    return QString::fromUcs4(reinterpret_cast<const char32_t*>(all.constData()), all.size());
}

QByteArray Inputs::json() const
{
    return QJsonDocument(QJsonObject{{QStringLiteral("name"), name}, {QStringLiteral("type"), type}, {QStringLiteral("email"), email}, {QStringLiteral("description"), description},
                             {QStringLiteral("lookup_key"), lookupKey}, {QStringLiteral("genesis_created"), genesisCreated}})
        .toJson(QJsonDocument::Compact);
}

Inputs Inputs::fromJson(const QByteArray& json)
{
    const QJsonObject object = QJsonDocument::fromJson(json).object();
    const auto text = [&object](const char* key) { return object.value(QLatin1String(key)).toString(); };
    return {text("name"), text("type"), text("email"), text("description"), text("lookup_key"), text("genesis_created")};
}

Result<Inputs> Inputs::of(const ProvisionRequest& request, Clock& clock, QString* note)
{
    const auto refuse = [](const char* code, const QString& message) { return fail(errorOf(ErrorKind::InvalidInput, code, message)); };
    Inputs made;
    const QString id = request.businessId.trimmed();
    made.name = request.name.trimmed();
    made.type = request.type.trimmed();
    made.email = request.email.trimmed();
    if (id.isEmpty() || made.type.isEmpty() || made.name.isEmpty()) {
        return refuse("incomplete", QStringLiteral("A business needs an id, a name and a type."));
    }
    if (characters(id) > kLongestMetadata || characters(made.type) > kLongestMetadata || characters(made.email) > kLongestEmail) {
        return refuse("too_long", QStringLiteral("The id and the type may have 500 characters, the e-mail address 512."));
    }
    if (characters(made.name) > kLongestName) {
        if (!request.cutName) {
            return refuse("name_too_long", QStringLiteral("The name has %1 characters; Stripe takes %2. Shorten it, or have it cut.").arg(characters(made.name)).arg(kLongestName));
        }
        made.name = cutTo(made.name, kLongestName);
        *note = QStringLiteral("The name was cut to %1 characters.").arg(kLongestName);
    }
    made.description = request.description.isEmpty() ? QStringLiteral("Business %1 (%2)").arg(id, made.type) : request.description;
    made.lookupKey = request.lookupKey.isEmpty() ? lookupKeyOf(made.type) : request.lookupKey;
    made.genesisCreated = QDateTime::fromSecsSinceEpoch(clock.nowSeconds(), Qt::UTC).toString(Qt::ISODate);
    return made;
}

} // namespace provision

Result<store::Operation> queueProvision(store::RecordsFile& records, Clock& clock, const QString& account, stripe::Mode mode, const ProvisionRequest& request)
{
    QString note;
    const auto inputs = provision::Inputs::of(request, clock, &note);
    if (!inputs) {
        return fail(inputs.error());
    }
    store::Journal& journal = records.journal();
    const store::OperationSubject subject{store::OperationKind::Provision, account, stripe::modeName(mode), request.businessId.trimmed(), {}};
    auto open = journal.open(subject);
    if (!open) {
        return fail(open.error());
    }
    if (*open) {
        (*open)->resumed = true;
        return **std::move(open);
    }
    auto made = journal.begin(subject, inputs->json(), clock.nowMs());
    if (!made) {
        return made;
    }
    // Another program may have begun it in between: then it is left to go on as it is.
    made->state = made->resumed ? store::OperationState::Running : store::OperationState::Waiting;
    made->error = made->resumed ? QString() : QString::fromLatin1(kQueued);
    const Status released = journal.release(made->id, made->state, made->error, clock.nowMs());
    return released ? made : Result<store::Operation>(fail(released.error()));
}

} // namespace ch::business
