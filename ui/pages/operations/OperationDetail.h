// SPDX-License-Identifier: GPL-3.0-or-later
// One operation whole: how it stands and what to do, the button that does it, its steps with their keys and request ids to copy. Fed with
// values; says what a person wants as signals. GUI thread.
#pragma once

#include "store/Journal.h"
#include "ui/theme/Theme.h"

#include <QFrame>
#include <QTimeZone>
#include <optional>

class QLabel;
class QPushButton;

namespace ch::ui {

class StatusTag;
class StepsModel;
class TableView;

class OperationDetail final : public QFrame {
    Q_OBJECT
public:
    OperationDetail(const Theme& theme, QWidget* parent);

    void setOperation(const store::Operation& operation, bool live, const QTimeZone& zone);
    void setSteps(const std::vector<store::JournalStep>& steps);
    /// They could not be read; those that are shown stay.
    void setStepsError(const Error& error);
    void clear();
    [[nodiscard]] QString operationId() const { return m_operation ? m_operation->id : QString(); }
    /// It was asked to go on and has not ended yet.
    void setBusy(bool busy);
    /// Empty: allowed. Otherwise why nothing can be gone on with.
    void setWritesOff(const QString& reason);

Q_SIGNALS:
    void resumeAsked(const QString& operationId);
    void againAsked(const ch::store::Operation& operation);
    void businessOpened(const QString& businessId);

private:
    void show();

    std::optional<store::Operation> m_operation;
    QTimeZone m_zone = QTimeZone::utc();
    QString m_writesOff;
    bool m_live = false;
    bool m_busy = false;
    QLabel* m_headline;
    StatusTag* m_status;
    QLabel* m_sentence;
    QLabel* m_advice;
    QLabel* m_facts;
    QPushButton* m_act;
    QPushButton* m_open;
    StepsModel* m_steps;
    TableView* m_view;
    QLabel* m_none;
};

} // namespace ch::ui
