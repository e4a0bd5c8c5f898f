// SPDX-License-Identifier: GPL-3.0-or-later
// The event log as rows, newest first by when they came. GUI thread.
#pragma once

#include "store/EventLog.h"
#include "ui/tables/RecordRows.h"

namespace ch::ui {

class EventsModel final : public RecordRows<store::EventEntry, store::EventQuery> {
    Q_OBJECT
public:
    explicit EventsModel(QObject* parent);

    [[nodiscard]] bool isFiltered() const { return !query().text.isEmpty() || query().source || query().deed; }

protected:
    ResultJob<Page>* read(const store::EventEntry* after, int most, QObject* parent) override;
    [[nodiscard]] QString idOf(const store::EventEntry& entry) const override { return entry.id; }
    [[nodiscard]] ListCell cellOf(const store::EventEntry& entry, int column) const override;
};

} // namespace ch::ui
