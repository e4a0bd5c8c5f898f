// SPDX-License-Identifier: GPL-3.0-or-later
// The audit trail: search, a span of time, the entries newest first with one in full beside them, verification with its result in words, and
// export. GUI thread; the source outlives its use here.
#pragma once

#include "store/AuditChain.h"
#include "store/TrailFile.h"
#include "ui/pages/operations/TrailModel.h"
#include "ui/theme/Shapes.h"
#include "ui/theme/Theme.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QDateEdit;
class QFrame;
class QHBoxLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QScrollArea;
class QToolButton;

namespace ch::ui {

class FactsPanel;
class PagedPane;
class SignLabel;

/// What a verification found, for a person.
[[nodiscard]] QString verifiedText(const store::AuditCheck& check);

class TrailPane final : public QWidget {
    Q_OBJECT
public:
    TrailPane(const Theme& theme, QWidget* parent);

    void setSource(RecordsSource* source);
    void setZone(const QTimeZone& zone);
    [[nodiscard]] TrailModel& model() { return *m_model; }
    /// What is shown is read anew; "Today" is the day that it is now.
    void refresh();
    void setVerifying();
    void setVerified(const store::AuditCheck& check);
    void setNotVerified(const Error& error);
    void focusTable();
    void focusFilter();
    void copy(bool withHeaders);

Q_SIGNALS:
    void verifyAsked();
    /// Of what is shown: with the filter.
    void exportAsked(const ch::store::TrailQuery& query, ch::store::TrailForm form);

private:
    QWidget* makeTools();
    void addSpan(QHBoxLayout* row);
    QFrame* makeResult();
    [[nodiscard]] store::TrailQuery wanted() const;
    void filter();
    void onSpan();
    void choose(const QString& n);
    void say(Sign sign, const QString& words);

    const Theme& m_theme;
    TrailModel* m_model;
    PagedPane* m_pane;
    FactsPanel* m_entry;
    QScrollArea* m_entryScroll;
    QLineEdit* m_text;
    QComboBox* m_span;
    QDateEdit* m_from;
    QDateEdit* m_until;
    QLabel* m_dash;
    QPushButton* m_verify;
    QPushButton* m_export;
    QFrame* m_result;
    SignLabel* m_sign;
    QLabel* m_resultText;
    QTimer m_pause;
    QTimeZone m_zone = QTimeZone::utc();
};

} // namespace ch::ui
