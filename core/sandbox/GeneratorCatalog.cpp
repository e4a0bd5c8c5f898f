// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Amounts.h"
#include "sandbox/Generator.h"

namespace ch::sandbox {

Index Generator::product(const char* name, const char* description, const QByteArray& type)
{
    Product row;
    row.created = m_begin - 2 * kDay + s.products.size();
    row.updated = row.created;
    row.name = name;
    row.description = description;
    if (!type.isEmpty())
        row.metadata.append({"business_type", type});
    return s.products.add(row).self;
}

Index Generator::price(Index product, const QByteArray& currency, const char* amount, Interval interval, const QByteArray& lookupKey)
{
    Price row;
    row.created = m_begin - kDay + s.prices.size();
    row.product = product;
    row.currency = currency;
    row.unit = parseDecimal(amount).value_or(0);
    row.interval = interval;
    row.lookupKey = lookupKey;
    const Index index = s.prices.add(row).self;
    if (!lookupKey.isEmpty()) {
        s.lookupKeys.insert(lookupKey, index);
        m_keys.insert(lookupKey, index);
    }
    return index;
}

void Generator::tieredPrices()
{
    const auto tier = [](qint64 upTo, const char* unit, const char* flat) {
        Tier made;
        made.upTo = upTo;
        made.hasUnit = true;
        made.unit = parseDecimal(unit).value_or(0);
        if (*flat) {
            made.hasFlat = true;
            made.flat = parseDecimal(flat).value_or(0);
        }
        return made;
    };
    const Index seats = product("Team seats", "Seats that get cheaper in steps", "saas");
    Price& graduated = s.prices.edit(price(seats, "usd", "0", Interval::Month, "seats_graduated_usd"));
    graduated.tiers = {tier(5, "1200", ""), tier(20, "900", ""), tier(0, "650.5", "")};
    Price& volume = s.prices.edit(price(seats, "eur", "0", Interval::Month, "seats_volume_eur"));
    volume.tiers = {tier(10, "1100", ""), tier(50, "850", "500"), tier(0, "700", "1000")};
    volume.volume = true;
    const Index calls = product("API calls", "Bought in packs of 1,000, or by use", "api");
    Price& packs = s.prices.edit(price(calls, "usd", "250", Interval::Month, "calls_pack_usd"));
    packs.divideBy = 1000;
    packs.nickname = "Pack of 1,000 calls";
    Price& metered = s.prices.edit(price(calls, "usd", "0.125", Interval::Month, "calls_metered_usd"));
    metered.metered = true;
    Meter meter;
    meter.created = meter.updated = m_begin - 2 * kDay;
    meter.eventName = "api_calls";
    meter.displayName = "API calls";
    metered.meter = s.id(Kind::Meter, s.meters.rows.add(meter).self);
}

void Generator::catalog()
{
    struct Offer {
        const char *type, *name, *text, *usd, *usdYear, *eur, *eurYear, *jpy;
    };
    static const Offer kOffers[] = {
        {"saas", "SaaS business", "Hosting and upkeep of a software business", "5000", "50000", "4600", "46000", "7500"},
        {"ecommerce", "Shop business", "Hosting and upkeep of a shop", "3000", "30000", "2800", "28000", "4500"},
        {"content", "Content business", "Hosting and upkeep of a publication", "2000", "20000", "1900", "19000", "3000"},
        {"api", "API business", "Hosting and upkeep of an API", "1500", "15000", "1400", "14000", "2250"},
        {"tool", "Tool business", "Hosting and upkeep of a small tool", "1000", "10000", "900", "9000", "1500"}};
    for (const Offer& offer : kOffers) {
        const QByteArray type = offer.type;
        const Index of = product(offer.name, offer.text, type);
        const Index standard = price(of, "usd", offer.usd, Interval::Month, type + "_monthly_usd");
        s.products.edit(of).defaultPrice = standard;
        price(of, "usd", offer.usdYear, Interval::Year, type + "_yearly_usd");
        price(of, "eur", offer.eur, Interval::Month, type + "_monthly_eur");
        price(of, "eur", offer.eurYear, Interval::Year, type + "_yearly_eur");
        price(of, "jpy", offer.jpy, Interval::Month, type + "_monthly_jpy");
        for (const char* currency : {"usd", "eur"}) { // the larger plan costs two and a half times as much
            const QByteArray key = type + "_plus_" + currency;
            const Price& base = s.prices[m_keys.value(type + "_monthly_" + currency)];
            const Index plus = price(of, currency, decimalText(base.unit * 5 / 2).constData(), Interval::Month, key);
            s.prices.edit(plus).nickname = "Plus";
        }
    }
    Price& old = s.prices.edit(price(0, "usd", "500", Interval::Month, {}));
    old.active = false;
    old.nickname = "First price of all (archived)";
    m_oldPrice = old.self;
    tieredPrices();
    static const char* const kAddOns[] = {"Backups", "Custom domain", "Priority support", "Extra storage", "Analytics", "Newsletter",
                                          "Second language", "Audit log", "Staging copy", "Image service", "Search", "Status page"};
    for (const char* name : kAddOns)
        m_addOns.push_back(price(product(name, "An add-on", {}), "usd", QByteArray::number(200 + 100 * qint64(m_addOns.size())).constData(),
                                 Interval::Month, "addon_" + slug(name)));
    Price setup;
    setup.created = m_begin;
    setup.product = product("Set-up", "Once, at the start", {});
    setup.currency = "usd";
    setup.unit = parseDecimal("9900").value_or(0);
    setup.recurring = false;
    s.prices.add(setup);
}

void Generator::coupons()
{
    const auto add = [this](const char* id, const char* name, const char* percent, qint64 amount, Duration duration, int months) {
        Coupon row;
        row.created = m_begin - kDay;
        row.ownId = id;
        row.name = name;
        row.percentText = percent;
        row.amountOff = amount;
        if (amount)
            row.currency = "usd";
        row.duration = duration;
        row.months = months;
        const Index index = s.coupons.add(row).self;
        s.ownIds.insert("coupon " + row.ownId, index);
        m_coupons.push_back(index);
    };
    add("LAUNCH20", "Launch partner", "20", 0, Duration::Forever, 0);
    add("PARTNER2", "Two off, for good", "", 200, Duration::Forever, 0);
    add("WELCOME50", "Half price for three months", "50", 0, Duration::Repeating, 3);
    add("FIRST25", "A quarter off the first invoice", "25", 0, Duration::Once, 0);
    add("NONPROFIT", "Non-profit", "12.5", 0, Duration::Forever, 0);
}

} // namespace ch::sandbox
