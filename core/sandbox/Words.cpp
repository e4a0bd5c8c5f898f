// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/Words.h"

#include <QList>

namespace ch::sandbox {

namespace words_detail {

using Words = QList<QByteArray>;

const Words& first()
{
    static const Words kWords{"Amber", "Brisk", "Cedar", "Delta", "Ember", "Fable", "Granite", "Harbor", "Indigo", "Juniper", "Kestrel",
                              "Linden", "Maple", "Nimbus", "Orchard", "Pebble", "Quartz", "Ridge", "Saffron", "Tidal", "Umber", "Velvet",
                              "Willow", "Yarrow", "Zephyr", "Copper", "Meadow", "Northern", "Paper", "Silver", "Quiet", "Golden", "Hollow",
                              "Little", "Open", "Rapid", "Salt", "Twin", "Wild", "Bright"};
    return kWords;
}

const Words& second()
{
    static const Words kWords{"Anchor", "Beacon", "Canvas", "Draft", "Engine", "Field", "Garden", "Heron", "Island", "Journal", "Kite",
                              "Ledger", "Meridian", "Notebook", "Otter", "Parcel", "Quill", "River", "Signal", "Thread", "Union",
                              "Valley", "Window", "Yard", "Bridge", "Circle", "Feather", "Lantern", "Mill", "Pocket", "Robin", "Stone",
                              "Trail", "Wharf", "Ferry", "Grove", "Comet", "Barrel", "Compass", "Orbit"};
    return kWords;
}

const Words& last(const QByteArray& type)
{
    static const Words kSaas{"Cloud", "Desk", "Suite", "Works", "Systems", "HQ"};
    static const Words kShop{"Goods", "Market", "Outfitters", "Shop", "Supply", "Trading Co."};
    static const Words kContent{"Letters", "Media", "Press", "Review", "Stories", "Studio"};
    static const Words kApi{"API", "Connect", "Data", "Feeds", "Gateway", "Labs"};
    static const Words kTool{"Kit", "Tools", "Toolbox", "Helper", "Utility", "Bench"};
    return type == "saas" ? kSaas : type == "ecommerce" ? kShop : type == "content" ? kContent : type == "api" ? kApi : kTool;
}

const QByteArray& pick(Dice& dice, const Words& words)
{
    return words.at(dice.below(words.size()));
}

} // namespace words_detail

QByteArray businessName(Dice& dice, const QByteArray& type)
{
    using namespace words_detail;
    static const Words kOther{"東京 みどり 工房", "北の 灯台 出版", "Кедровый Берег", "Северная Мастерская", "青い 河 データ", "Ατελιέ Θάλασσα",
                              "Кафе «Маяк»", "سوق النخيل", "한강 스튜디오", "Łódź Światło", "Größer & Söhne", "Café Étoilé"};
    const qint64 kind = dice.below(100);
    if (kind < 4)
        return pick(dice, kOther) + (dice.chance(500) ? QByteArray() : ' ' + QByteArray::number(dice.below(90) + 10));
    QByteArray name = pick(dice, first()) + ' ' + pick(dice, second()) + ' ' + pick(dice, last(type));
    if (kind < 7)
        name = "The " + name + " of " + pick(dice, first()) + ' ' + pick(dice, second()) + " and the Associated " + pick(dice, first())
            + ' ' + pick(dice, second()) + " Cooperative for Independent Makers, Writers and Traders (International Holdings)";
    return name;
}

QByteArray personName(Dice& dice)
{
    using namespace words_detail;
    static const Words kGiven{"Ada", "Bram", "Chiara", "Dmitri", "Elif", "Farid", "Greta", "Hiro", "Ines", "Jonas",
                              "Kofi", "Lena", "Mateo", "Noor", "Olga", "Priya", "Quentin", "Rosa", "Sven", "Thandi"};
    static const Words kFamily{"Abbott", "Berg", "Castillo", "Dvorak", "Eriksen", "Ferreira", "Grant", "Hoang", "Ivanova", "Jansen",
                               "Kimura", "Lopez", "Moreau", "Nakamura", "Okafor", "Petrov", "Quinn", "Rossi", "Sato", "Tanaka"};
    const QByteArray given = pick(dice, kGiven);
    return given + ' ' + pick(dice, kFamily);
}

QByteArray slug(const QByteArray& name)
{
    QByteArray out;
    for (const char c : name.toLower()) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            out.append(c);
        else if (c == ' ' && !out.isEmpty() && !out.endsWith('-'))
            out.append('-');
        if (out.size() >= 40)
            break;
    }
    while (out.endsWith('-'))
        out.chop(1);
    return out.isEmpty() ? QByteArray("business") : out;
}

} // namespace ch::sandbox
