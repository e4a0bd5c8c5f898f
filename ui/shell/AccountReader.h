// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the open account's mirror for the pages: tables through their row source, Home and detail in one question each. Newer questions
// replace older ones; late answers are dropped. Exists while an account is open. GUI thread; the window outlives it.
#pragma once

#include "ui/dialogs/NewBusinessWords.h"
#include "ui/reading/ReadingThread.h"
#include "ui/shell/MainWindow.h"
#include "ui/tables/RowSource.h"

#include <QTimeZone>

namespace ch::ui {

class AccountReader final : public QObject {
    Q_OBJECT
public:
    /// folder: AccountState::folder.
    AccountReader(MainWindow& window, const QString& folder, QTimeZone zone);
    ~AccountReader() override;

    void setZone(const QTimeZone& zone) { m_zone = zone; }
    void setSyncing(bool syncing) { m_syncing = syncing; }
    [[nodiscard]] RowSource& rows() { return m_rows; }
    void readHome();
    /// objectId: a business, customer or subscription id.
    void openDetail(const QString& objectId);
    /// The detail in sight, anew.
    void readDetail();
    void showJson(const QString& objectId);
    /// What exists already with this id or address; told is called while context lives, and not where the mirror could not be read.
    void findTwins(const QString& businessId, const QString& email, QObject* context, std::function<void(const Twins&)> told);

Q_SIGNALS:
    void homeShown();
    /// How far the account's events are listed, as of now; both UTC milliseconds. throughMs 0: they never were.
    void eventsTold(qint64 throughMs, qint64 nowMs);
    void detailShown(const QString& objectId);

private:
    MainWindow& m_window;
    ReadingThread m_reading;
    std::shared_ptr<store::TableCache> m_tableCache;
    ReadingThread m_rowsReading;     ///< rows in sight
    ReadingThread m_idsReading;      ///< whole tables, put in order
    MirrorRowSource m_rows;
    QTimeZone m_zone;
    QString m_detailId;
    quint64 m_detailGeneration = 0;
    bool m_homeAsked = false;
    bool m_homeAgain = false;
    bool m_syncing = false;
};

} // namespace ch::ui
