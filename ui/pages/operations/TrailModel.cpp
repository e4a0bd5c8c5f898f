// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/operations/TrailModel.h"

#include "ui/pages/operations/RecordsSource.h"
#include "ui/text/MoneyText.h"
#include "ui/text/StatusText.h"
#include "ui/text/TimeText.h"

#include <QCoreApplication>

namespace ch::ui {

namespace {

constexpr const char* kSilent = QT_TRANSLATE_NOOP("ch::ui::Trail", "The entry says nothing here.");

constexpr ListColumn kTrailColumns[] = {
    {"n", QT_TRANSLATE_NOOP("ch::ui::Trail", "No."), 56, store::CellKind::Count, kSilent},
    {"at", QT_TRANSLATE_NOOP("ch::ui::Trail", "When"), 130, store::CellKind::Time, kSilent},
    {"actor", QT_TRANSLATE_NOOP("ch::ui::Trail", "Who"), 92, store::CellKind::Text, kSilent},
    {"action", QT_TRANSLATE_NOOP("ch::ui::Trail", "What"), 128, store::CellKind::Text, kSilent},
    {"business_id", QT_TRANSLATE_NOOP("ch::ui::Trail", "Business"), 124, store::CellKind::Text, kSilent},
    {"outcome", QT_TRANSLATE_NOOP("ch::ui::Trail", "Outcome"), 104, store::CellKind::Status, kSilent},
    {"detail", QT_TRANSLATE_NOOP("ch::ui::Trail", "Detail"), 120, store::CellKind::Text, kSilent, true},
};

constexpr ListColumns kTrailList("ch::ui::Trail", kTrailColumns);

struct ActionWords {
    const char* action;
    const char* words;
};

constexpr ActionWords kActions[] = {
    {"provision", QT_TRANSLATE_NOOP("ch::ui::Trail", "New business")},
    {"take_down", QT_TRANSLATE_NOOP("ch::ui::Trail", "Take-down")},
    {"cancel", QT_TRANSLATE_NOOP("ch::ui::Trail", "Cancel")},
    {"import", QT_TRANSLATE_NOOP("ch::ui::Trail", "Import of records")},
    {"prices_ensure", QT_TRANSLATE_NOOP("ch::ui::Trail", "Prices")},
    {"gates", QT_TRANSLATE_NOOP("ch::ui::Trail", "Safety switch")},
    {"connect", QT_TRANSLATE_NOOP("ch::ui::Trail", "Key connected")},
    {"key_given", QT_TRANSLATE_NOOP("ch::ui::Trail", "Key given again")},
    {"key_changed", QT_TRANSLATE_NOOP("ch::ui::Trail", "Key changed")},
    {"protect", QT_TRANSLATE_NOOP("ch::ui::Trail", "Protection on")},
    {"unprotect", QT_TRANSLATE_NOOP("ch::ui::Trail", "Protection off")},
    {"profile_removed", QT_TRANSLATE_NOOP("ch::ui::Trail", "Profile removed")},
    {"setting", QT_TRANSLATE_NOOP("ch::ui::Trail", "Setting")},
    {"mark_left", QT_TRANSLATE_NOOP("ch::ui::Trail", "Mark taken away")},
    {"webhooks", QT_TRANSLATE_NOOP("ch::ui::Trail", "Webhooks")},
    {"webhook_secret_added", QT_TRANSLATE_NOOP("ch::ui::Trail", "Secret added")},
    {"webhook_secret_removed", QT_TRANSLATE_NOOP("ch::ui::Trail", "Secret removed")},
};

} // namespace

QString actionText(const QString& action)
{
    for (const ActionWords& known : kActions) {
        if (action == QLatin1String(known.action)) {
            return QCoreApplication::translate("ch::ui::Trail", known.words);
        }
    }
    return action;
}

TrailModel::TrailModel(QObject* parent) : RecordRows(kTrailList, parent) {}

ResultJob<TrailModel::Page>* TrailModel::read(const store::AuditEntry* after, int most, QObject* parent)
{
    if (!source()) {
        return nullptr;
    }
    store::TrailQuery wanted = query();
    wanted.olderThan = after ? after->n : 0;
    wanted.most = most;
    auto* job = new SimpleJob<Page>(parent);
    source()->trail(wanted, job)->onFinished(job, asPage(job, &store::FoundEntries::entries));
    return job;
}

ListCell TrailModel::cellOf(const store::AuditEntry& entry, int column) const
{
    switch (column) {
    case 0: return {countText(entry.n), {}, 0, QString::number(entry.n)};
    case 1: return {dateTimeText(entry.atMs / 1000, zone()), {}, entry.atMs};
    case 2: return {entry.actor};
    case 3: return {actionText(entry.action)};
    case 4: return {entry.businessId};
    case 5: return {entry.outcome.isEmpty() ? QString() : statusLook(entry.outcome).word, entry.outcome};
    case 6: return {entry.detail};
    default: return {};
    }
}

} // namespace ch::ui
