// SPDX-License-Identifier: GPL-3.0-or-later
// Surroundings read from a mirror: prices with tiers, coupons, a customer's discount, the tax rate inside a price. Prices and coupons are
// few and kept; customers are read when asked for. Lives as long as the reader; the reader's thread.
#pragma once

#include "revenue/Mrr.h"
#include "store/MirrorReader.h"

#include <QHash>

namespace ch::revenue {

class MirrorSurroundings {
public:
    explicit MirrorSurroundings(const store::MirrorReader& reader) : m_reader(reader) {}
    MirrorSurroundings(const MirrorSurroundings&) = delete;
    MirrorSurroundings& operator=(const MirrorSurroundings&) = delete;

    /// Valid as long as this object. What the mirror cannot read is as what it does not hold.
    [[nodiscard]] Surroundings of(const stripe::Subscription& subscription);
    [[nodiscard]] std::optional<stripe::Coupon> coupon(const QString& id);
    [[nodiscard]] std::optional<stripe::Price> price(const QString& id);
    /// Coupons alone.
    [[nodiscard]] Surroundings ofCoupons();

    /// The rate that the newest line of an item shows.
    [[nodiscard]] std::optional<Fraction> inclusiveTaxRate(const QString& customerId, const QString& itemId) const;

private:
    const store::MirrorReader& m_reader;
    QHash<QString, std::optional<stripe::Price>> m_prices;
    QHash<QString, std::optional<stripe::Coupon>> m_coupons;
};

/// The rate that an item's newest finalized line shows: its inclusive tax over what is left without it. Nothing when no line has a whole
/// amount. Public for its tests.
[[nodiscard]] std::optional<Fraction> inclusiveRateIn(const std::vector<stripe::Invoice>& invoices, const QString& itemId);

} // namespace ch::revenue
