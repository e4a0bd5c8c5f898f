// SPDX-License-Identifier: GPL-3.0-or-later
// Tables of every row type, compiled once: copying and saving make them large.
#include "sandbox/State.h"

namespace ch::sandbox {

template class Rows<Product>;
template class Table<Product>;
template class Rows<Price>;
template class Table<Price>;
template class Rows<Coupon>;
template class Table<Coupon>;
template class Rows<Discount>;
template class Table<Discount>;
template class Rows<PaymentMethod>;
template class Table<PaymentMethod>;
template class Rows<TestClock>;
template class Table<TestClock>;
template class Rows<Customer>;
template class Table<Customer>;
template class Rows<Subscription>;
template class Table<Subscription>;
template class Rows<Invoice>;
template class Table<Invoice>;
template class Rows<PaymentIntent>;
template class Table<PaymentIntent>;
template class Rows<Charge>;
template class Table<Charge>;
template class Rows<Refund>;
template class Table<Refund>;
template class Rows<BalanceEntry>;
template class Table<BalanceEntry>;
template class Rows<CreditNote>;
template class Table<CreditNote>;
template class Rows<InvoiceItem>;
template class Table<InvoiceItem>;
template class Rows<Event>;
template class Table<Event>;
template class Rows<SetupIntent>;
template class Table<SetupIntent>;
template class Rows<CheckoutSession>;
template class Table<CheckoutSession>;
template class Rows<PaymentLink>;
template class Table<PaymentLink>;
template class Rows<PortalConfiguration>;
template class Table<PortalConfiguration>;
template class Rows<PortalSession>;
template class Table<PortalSession>;
template class Rows<PromotionCode>;
template class Table<PromotionCode>;
template class Rows<Line>;
template class Rows<ItemOwner>;
template class Rows<Owned>;

} // namespace ch::sandbox
