// SPDX-License-Identifier: GPL-3.0-or-later
// One business or customer: name, type, status, MRR and ids; its subscriptions and invoices; every metadata key; Stripe's JSON on demand;
// and the button that takes it down. A conflict (several customers with one business id) is shown as such. Fed with values. GUI thread.
#pragma once

#include "store/Marks.h"
#include "ui/pages/detail/DetailValues.h"
#include "ui/theme/Theme.h"

#include <QSet>
#include <QTimeZone>
#include <QWidget>

class QFrame;
class QLabel;
class QPushButton;
class QStackedLayout;
class QToolButton;
class QVBoxLayout;

namespace ch::ui {

class DetailTable;
class ElidedLabel;
class FactsPanel;
class FixedTableModel;
class MarkStrip;
class StateView;

class DetailPage final : public QWidget {
    Q_OBJECT
public:
    DetailPage(const Theme& theme, QWidget* parent);
    void setValues(const DetailValues& values, const QTimeZone& zone);
    void setNotFound(const QString& id);
    void setError(const Error& error);
    /// Empty: allowed. Otherwise why the button is off.
    void setWritesOff(const QString& reason);
    /// What events have marked, of all businesses.
    void setMarks(const std::vector<store::Mark>& marks);
    /// The business ids that nothing is done to.
    void setProtections(const QSet<QString>& businessIds);
    [[nodiscard]] const DetailValues& values() const { return m_values; }
    /// A link to what is shown (ui/text/ObjectLink.h); empty: nothing is.
    [[nodiscard]] QString link() const;

Q_SIGNALS:
    void backAsked();
    void takedownAsked(const QString& businessId);
    void jsonAsked(const QString& objectId);
    void cancelAsked(const QString& subscriptionId);
    void protectAsked(const QString& businessId, bool on);
    void customerOpened(const QString& customerId);
    void markLeft(const QString& businessId, ch::store::MarkKind kind);

private:
    QWidget* makeHead();
    QWidget* makeBody();
    void showHead();
    void showConflict();
    void showMarks();
    void showFacts();
    void addCancel();
    void showActs();
    [[nodiscard]] QString protectedId() const;

    const Theme& m_theme;
    DetailValues m_values;
    QTimeZone m_zone = QTimeZone::utc();
    QString m_writesOff;
    QStackedLayout* m_stack;
    StateView* m_state;
    ElidedLabel* m_name;
    QLabel* m_kind;
    QLabel* m_mrr;
    QWidget* m_status;
    QFrame* m_conflict;
    QVBoxLayout* m_conflictLines;
    QStringList m_shownConflict; ///< customer ids
    MarkStrip* m_markStrip;
    std::vector<store::Mark> m_marks;
    QPushButton* m_takedown;
    QPushButton* m_protect;
    QPushButton* m_cancel = nullptr;
    QSet<QString> m_protections;
    QPushButton* m_json;
    FixedTableModel* m_subscriptions;
    FixedTableModel* m_invoices;
    DetailTable* m_subscriptionsTable = nullptr;
    DetailTable* m_invoicesTable = nullptr;
    FactsPanel* m_ids;
    FactsPanel* m_metadata;
};

} // namespace ch::ui
