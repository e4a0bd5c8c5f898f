// SPDX-License-Identifier: GPL-3.0-or-later
// Two short lists of Home: the newest movements, and the subscriptions that could not be valued. Each line opens what it tells of. GUI thread.
#pragma once

#include "ui/pages/home/HomeValues.h"
#include "ui/theme/Theme.h"

#include <QFrame>
#include <QTimeZone>

class QGridLayout;
class QLabel;
class QVBoxLayout;

namespace ch::ui {

class RecentList final : public QWidget {
    Q_OBJECT
public:
    RecentList(const Theme& theme, QWidget* parent);
    /// The same ones again change nothing.
    void setMovements(const std::vector<revenue::Movement>& movements, const QMap<QString, QString>& names, const QTimeZone& zone);

Q_SIGNALS:
    void customerOpened(const QString& customerId);

private:
    void addRow(int row, const revenue::Movement& movement, const QString& name, const QTimeZone& zone);

    const Theme& m_theme;
    QGridLayout* m_grid;
    std::vector<revenue::Movement> m_movements;
    QMap<QString, QString> m_names;
    QTimeZone m_zone;          ///< invalid: nothing was shown yet
    Scheme m_scheme = Scheme::Light;
};

class UnvaluedList final : public QFrame {
    Q_OBJECT
public:
    UnvaluedList(const Theme& theme, QWidget* parent);
    /// The same ones again change nothing.
    void setUnvalued(const std::vector<revenue::Unvalued>& unvalued);

Q_SIGNALS:
    void subscriptionOpened(const QString& subscriptionId);

private:
    QLabel* m_title;
    QVBoxLayout* m_lines;
    std::vector<revenue::Unvalued> m_unvalued;
};

} // namespace ch::ui
