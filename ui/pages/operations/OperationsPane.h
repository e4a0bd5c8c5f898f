// SPDX-License-Identifier: GPL-3.0-or-later
// Operations of one kind of interest (those that need a person, those at work, all of them) as a table, and the chosen one in detail below
// it. GUI thread; the source outlives its use here.
#pragma once

#include "ui/pages/operations/OperationsModel.h"
#include "ui/theme/Theme.h"

#include <QSet>
#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSplitter;

namespace ch::ui {

class OperationDetail;
class PagedPane;

class OperationsPane final : public QWidget {
    Q_OBJECT
public:
    OperationsPane(const Theme& theme, QWidget* parent);

    void setSource(RecordsSource* source);
    void setAccount(bool live, const QTimeZone& zone);
    void setWritesOff(const QString& reason);
    void show(store::OperationQuery::Which which);
    [[nodiscard]] OperationsModel& model() { return *m_model; }
    void refresh();
    /// These were asked to go on and have not ended yet; empty: none.
    void setBusy(const QSet<QString>& operationIds);
    void focusTable();
    void focusFilter();
    void copy(bool withHeaders);

Q_SIGNALS:
    void resumeAsked(const QStringList& operationIds);
    void againAsked(const ch::store::Operation& operation);
    void businessOpened(const QString& businessId);

private:
    QWidget* makeTools(const Theme& theme);
    void choose(const QString& operationId);
    void filter();
    void showWords();
    void showTools();
    [[nodiscard]] QStringList resumable() const;

    OperationsModel* m_model;
    PagedPane* m_pane;
    OperationDetail* m_detail;
    QSplitter* m_splitter;
    QWidget* m_tools;
    QLabel* m_lead;
    QLineEdit* m_text;
    QComboBox* m_kind;
    QComboBox* m_state;
    QPushButton* m_resumeAll;
    QTimer m_pause;
    RecordsSource* m_source = nullptr;
    store::OperationQuery::Which m_which = store::OperationQuery::Which::NeedsPerson;
    QSet<QString> m_busy;
    QTimeZone m_zone = QTimeZone::utc();
    QString m_writesOff;
    quint64 m_stepsGeneration = 0;
    bool m_live = false;
};

} // namespace ch::ui
