// SPDX-License-Identifier: GPL-3.0-or-later
// The objects that the sandbox may put on the wire, by their "object" field, as Stripe's package declares them. From this file the
// JSON Schemas of schemas.mjs are made.
import Stripe from 'stripe';

export interface Wire {
    account: Stripe.Account;
    balance: Stripe.Balance;
    balance_transaction: Stripe.BalanceTransaction;
    billing_meter: Stripe.Billing.Meter;
    billing_meter_event: Stripe.Billing.MeterEvent;
    billing_meter_event_adjustment: Stripe.Billing.MeterEventAdjustment;
    billing_meter_event_summary: Stripe.Billing.MeterEventSummary;
    charge: Stripe.Charge;
    coupon: Stripe.Coupon;
    credit_note: Stripe.CreditNote;
    credit_note_line_item: Stripe.CreditNoteLineItem;
    customer: Stripe.Customer;
    customer_balance_transaction: Stripe.CustomerBalanceTransaction;
    discount: Stripe.Discount;
    event: Stripe.Event;
    invoice: Stripe.Invoice;
    invoice_payment: Stripe.InvoicePayment;
    invoiceitem: Stripe.InvoiceItem;
    line_item: Stripe.InvoiceLineItem;
    payment_intent: Stripe.PaymentIntent;
    payment_method: Stripe.PaymentMethod;
    plan: Stripe.Plan;
    price: Stripe.Price;
    product: Stripe.Product;
    refund: Stripe.Refund;
    subscription: Stripe.Subscription;
    subscription_item: Stripe.SubscriptionItem;
    subscription_schedule: Stripe.SubscriptionSchedule;
    test_helpers_test_clock: Stripe.TestHelpers.TestClock;
    webhook_endpoint: Stripe.WebhookEndpoint;

    billing_portal_configuration: Stripe.BillingPortal.Configuration;
    billing_portal_session: Stripe.BillingPortal.Session;
    checkout_session: Stripe.Checkout.Session;
    item: Stripe.LineItem;
    payment_link: Stripe.PaymentLink;
    promotion_code: Stripe.PromotionCode;
    setup_intent: Stripe.SetupIntent;

    deleted_coupon: Stripe.DeletedCoupon;
    deleted_customer: Stripe.DeletedCustomer;
    deleted_discount: Stripe.DeletedDiscount;
    deleted_invoice: Stripe.DeletedInvoice;
    deleted_invoiceitem: Stripe.DeletedInvoiceItem;
    deleted_price: Stripe.DeletedPrice;
    deleted_product: Stripe.DeletedProduct;
    deleted_subscription_item: Stripe.DeletedSubscriptionItem;
    deleted_test_helpers_test_clock: Stripe.TestHelpers.DeletedTestClock;
    deleted_webhook_endpoint: Stripe.DeletedWebhookEndpoint;
}
