// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of what a person pays on by hand. A part of Rows.h, which includes it where its own rows end; include that one.
#pragma once

#include "sandbox/Rows.h"

namespace ch::sandbox {

enum class SetupStatus : quint8 { NeedsMethod, NeedsConfirmation, NeedsAction, Canceled, Succeeded };
enum class SaleMode : quint8 { Payment, Setup, Subscription };
enum class SaleStatus : quint8 { Open, Complete, Expired };

[[nodiscard]] const char* word(SetupStatus value);
[[nodiscard]] const char* word(SaleMode value);
[[nodiscard]] const char* word(SaleStatus value);

struct SetupIntent : Row {
    Index customer = kNone, method = kNone;
    Index session = kNone, portal = kNone; ///< the checkout or portal session that made it
    QByteArray description, cancellationReason, usage = "off_session", returnUrl;
    Metadata metadata;
    const Decline* decline = nullptr; ///< of the latest attempt
    SetupStatus status = SetupStatus::NeedsMethod;
    bool cardOnly = false; ///< made with allowed_payment_method_types
};

/// A line of a checkout session or of a payment link.
struct SaleLine {
    Index price = kNone;
    qint64 quantity = 1;
    Metadata metadata;
};

struct CheckoutSession : Row {
    Index customer = kNone, setup = kNone, subscription = kNone, intent = kNone, link = kNone;
    QByteArray currency, successUrl, cancelUrl, clientReference, email, locale, submitType;
    QByteArray name;   ///< typed by the person
    QByteArray thanks; ///< said at the end where there is no success_url
    QByteArray description; ///< of the subscription or the payment intent that it makes
    Metadata metadata, madeMetadata; ///< madeMetadata: of what it makes
    std::vector<SaleLine> lines;
    std::vector<Index> coupons;
    Index promotion = kNone;
    qint64 expiresAt = 0, trialEnd = 0;
    int trialDays = 0;
    SaleMode mode = SaleMode::Payment;
    SaleStatus status = SaleStatus::Open;
    bool alwaysCustomer = false, cardOnly = false, manualCapture = false, promotionCodes = false, paid = false;
};

struct PaymentLink : Row {
    QByteArray currency, redirectUrl, thanks, inactiveMessage, description, submitType;
    Metadata metadata, madeMetadata;
    std::vector<SaleLine> lines;
    qint64 completed = 0, most = 0; ///< sessions completed, and after how many it closes; 0: never
    int trialDays = 0;
    bool active = true, alwaysCustomer = false, promotionCodes = false;
};

struct PortalConfiguration : Row {
    QByteArray headline, privacyUrl, termsUrl, returnUrl, name;
    Metadata metadata;
    qint64 updated = 0;
    QList<QByteArray> customerUpdates, cancelReasons;
    QByteArray proration = "none";
    bool active = true, isDefault = false;
    bool canUpdateCustomer = false, showsInvoices = false, canUpdateMethod = false, canCancel = false, cancelsNow = false, asksReason = false;
};

struct PortalSession : Row {
    enum class Flow : quint8 { None, Method, Cancel };
    Index configuration = kNone, customer = kNone, subscription = kNone;
    QByteArray returnUrl, afterUrl, afterMessage, locale;
    qint64 seen = 0; ///< when it was last opened
    Flow flow = Flow::None;
    bool afterConfirms = false; ///< after the flow: a confirmation instead of the start page
};

struct PromotionCode : Row {
    Index coupon = kNone, customer = kNone;
    QByteArray code, minimumCurrency;
    Metadata metadata;
    qint64 expiresAt = 0, maxRedemptions = 0, timesRedeemed = 0, minimum = 0;
    bool active = true, firstTime = false;
};

} // namespace ch::sandbox
