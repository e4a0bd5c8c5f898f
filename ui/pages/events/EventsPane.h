// SPDX-License-Identifier: GPL-3.0-or-later
// What came: the event log newest first, a search, how it came and what it did, and the chosen one in full with its replay. GUI thread; the
// source outlives its use here.
#pragma once

#include "ui/pages/events/EventsModel.h"
#include "ui/theme/Theme.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QScrollArea;

namespace ch::ui {

class FactsPanel;
class PagedPane;

class EventsPane final : public QWidget {
    Q_OBJECT
public:
    EventsPane(const Theme& theme, QWidget* parent);

    void setSource(RecordsSource* source);
    void setZone(const QTimeZone& zone);
    /// The ids of events that are being replayed.
    void setReplaying(const QSet<QString>& eventIds);
    [[nodiscard]] EventsModel& model() { return *m_model; }
    void refresh();
    void focusTable();
    void focusFilter();
    void copy(bool withHeaders);

Q_SIGNALS:
    void replayAsked(const QString& eventId);
    void objectOpened(const QString& objectId);

private:
    QWidget* makeTools(const Theme& theme);
    QWidget* makeDetail();
    void filter();
    void choose(const QString& eventId);
    void showReplay();

    EventsModel* m_model;
    PagedPane* m_pane;
    QScrollArea* m_detail;
    FactsPanel* m_facts;
    QLabel* m_sentence;
    QPushButton* m_open;
    QPushButton* m_replay;
    QLineEdit* m_text;
    QComboBox* m_from;
    QComboBox* m_deed;
    QTimer m_pause;
    QTimeZone m_zone = QTimeZone::utc();
    QSet<QString> m_replaying;
    QString m_eventId;
    QString m_objectId;
};

} // namespace ch::ui
