// SPDX-License-Identifier: GPL-3.0-or-later
// Home: MRR today as one card a currency, MRR over the months by business type, what moved it, the newest changes, what could not be
// valued, and how complete and fresh all that is. Fed with values; asks for nothing itself. GUI thread.
#pragma once

#include "sync/Backfill.h"
#include "ui/pages/home/FigureCard.h"
#include "ui/pages/home/HomeValues.h"
#include "ui/theme/Theme.h"

#include <QTimeZone>
#include <QWidget>

class QGridLayout;
class QLabel;
class QPushButton;
class QTableView;

namespace ch::ui {

class MonthChart;
class MonthsModel;
class RecentList;
class UnvaluedList;
class ViewSwitch;

class HomePage final : public QWidget {
    Q_OBJECT
public:
    HomePage(const Theme& theme, QWidget* parent);
    /// What has not changed since stays in its place, focus too.
    void setValues(const HomeValues& values, const QTimeZone& zone);
    [[nodiscard]] const HomeValues& values() const { return m_values; }
    /// Before the first synchronisation, or while it runs.
    void setNothingYet(bool syncing);
    /// While it runs the page tells how far it is and offers to stop it.
    void setSyncing(bool syncing);
    void setProgress(const sync::SyncProgress& progress);

Q_SIGNALS:
    void currencyOpened(const QString& currency);
    void customerOpened(const QString& customerId);
    void subscriptionOpened(const QString& subscriptionId);
    void syncAsked();
    void stopAsked();

private:
    QWidget* makeBody();
    QWidget* makeCurrencies();
    QWidget* makeMonths();
    QWidget* makeCharts();
    [[nodiscard]] CardWords cardWords(const revenue::MrrLine& line) const;
    void fillCards();
    void fillCurrencies();
    void showCurrency(const QString& currency);
    void refreshCharts();
    void showProgress();

    const Theme& m_theme;
    HomeValues m_values;
    QTimeZone m_zone = QTimeZone::utc();
    QString m_currency;
    QLabel* m_freshness;
    QWidget* m_partialStrip;
    QLabel* m_partialText;
    QPushButton* m_stop;
    QString m_progress;        ///< empty: none came yet
    bool m_syncing = false;
    QGridLayout* m_cards;
    std::vector<std::pair<CurrencyCode, CardWords>> m_shownCards;
    QWidget* m_currencyRow;
    ViewSwitch* m_currencySwitch;
    QStringList m_shownCurrencies;
    MonthChart* m_mrrChart;
    MonthChart* m_movementChart;
    MonthsModel* m_months;
    QTableView* m_monthsView;
    RecentList* m_recent;
    UnvaluedList* m_unvalued;
};

} // namespace ch::ui
