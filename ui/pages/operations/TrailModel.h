// SPDX-License-Identifier: GPL-3.0-or-later
// The audit trail as rows, newest first. GUI thread.
#pragma once

#include "store/JournalReader.h"
#include "ui/tables/RecordRows.h"

namespace ch::ui {

class TrailModel final : public RecordRows<store::AuditEntry, store::TrailQuery> {
    Q_OBJECT
public:
    explicit TrailModel(QObject* parent);

    [[nodiscard]] bool isFiltered() const { return !query().text.isEmpty() || query().fromMs > 0 || query().untilMs > 0; }

protected:
    ResultJob<Page>* read(const store::AuditEntry* after, int most, QObject* parent) override;
    [[nodiscard]] QString idOf(const store::AuditEntry& entry) const override { return QString::number(entry.n); }
    [[nodiscard]] ListCell cellOf(const store::AuditEntry& entry, int column) const override;
};

/// "New business", "Take-down" ...: an entry's action in words; one that we do not know as it came.
[[nodiscard]] QString actionText(const QString& action);

} // namespace ch::ui
