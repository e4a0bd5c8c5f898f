// SPDX-License-Identifier: GPL-3.0-or-later
// The inside of a provision, for its .cpp files: Provision (what begins it and how it ends), ProvisionInputs
// (what it is given), ProvisionActs (its steps).
#pragma once

#include "business/Find.h"
#include "business/Provision.h"
#include "business/Runner.h"

namespace ch::business {

namespace provision {

/// What the journal fixes when the operation begins.
struct Inputs {
    QString name;
    QString type;
    QString email;
    QString description;
    QString lookupKey;
    QString genesisCreated;       ///< ISO 8601, UTC

    /// What is given, trimmed and made whole. InvalidInput: see Provision.h. A sentence for a person goes to *note.
    [[nodiscard]] static Result<Inputs> of(const ProvisionRequest& request, Clock& clock, QString* note);
    [[nodiscard]] QByteArray json() const;
    [[nodiscard]] static Inputs fromJson(const QByteArray& json);
};

inline const auto kCustomerStep = QStringLiteral("customer");
inline const auto kSubscriptionStep = QStringLiteral("subscription");

[[nodiscard]] inline Error errorOf(ErrorKind kind, const char* code, const QString& message)
{
    Error error;
    error.kind = kind;
    error.code = QLatin1String(code);
    error.message = message;
    return error;
}

} // namespace provision

/// The steps, each begun only when the one before has ended: open the operation (or wait for whoever runs it), look for the customer, its
/// subscriptions, the price, then make the customer, make the subscription, read both again, write down.
class Provision::Private {
public:
    Private(Provision& job, stripe::StripeClient& stripeClient, sync::Applier& mirrorApplier, store::RecordsFile& recordsFile, Clock& time, const QString& accountId, const ProvisionRequest& wish)
        : q(job), client(&stripeClient), applier(mirrorApplier), records(recordsFile), clock(time), request(wish)
    {
        subject = {store::OperationKind::Provision, accountId, stripe::modeName(stripeClient.mode()), wish.businessId, {}};
        outcome.businessId = wish.businessId;
    }

    void begin();
    void openOperation();
    void opened(const Result<store::Operation>& made);
    void lookForCustomer();
    void customersFound(const Result<FoundCustomers>& found);
    void lookForSubscription();
    void subscriptionsFound(const Result<FoundSubscriptions>& found);
    void lookForPrice();
    void makeCustomer();
    void customerMade(const Result<StepEnd>& end);
    void makeSubscription();
    void subscriptionMade(const Result<StepEnd>& end);
    void readSubscription();
    void readInvoice(const QString& invoiceId);
    void succeed();
    void failWith(const Error& error);
    void leaveOpen(const Error& error, store::OperationState state);
    void close(store::OperationState state, const std::optional<Error>& error);
    void end();

    [[nodiscard]] stripe::Params customerBody() const;
    [[nodiscard]] stripe::Params subscriptionBody() const;
    [[nodiscard]] store::Record recordNow() const;
    [[nodiscard]] store::AuditEntry auditNow(const QString& word) const;
    [[nodiscard]] std::vector<store::Count> countsNow(store::OperationState state) const;
    [[nodiscard]] bool stopsHere();
    [[nodiscard]] Status readJournal();
    void apply(store::Batch batch);

    template <typename T>
    ResultJob<T>* follow(ResultJob<T>* job)
    {
        active = job;
        return job;
    }

    Provision& q;
    QPointer<stripe::StripeClient> client;
    sync::Applier& applier;
    store::RecordsFile& records;
    Clock& clock;
    ProvisionRequest request;
    store::OperationSubject subject;
    store::Operation operation;   ///< id empty: not begun
    provision::Inputs inputs;
    ProvisionOutcome outcome;
    std::optional<stripe::Received<stripe::Price>> price;
    std::optional<stripe::Received<stripe::Subscription>> subscription;
    bool customerStepped = false;      ///< a customer step is in the journal
    bool customerIsMaybe = false;      ///< and it was made, or may have been
    bool subscriptionStepped = false;
    bool subscriptionNoted = false;    ///< it was found, not made
    bool madeSubscription = false;     ///< by this operation, in this run or an earlier one of it
    bool customerIsFresh = false;      ///< made by this run: it has no subscription yet
    bool customerReplayed = false;
    bool stopping = false;
    qint64 waitsUntilMs = 0;
    QPointer<Job> active;
};

} // namespace ch::business
