// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/detail/DetailPage.h"

#include "ui/pages/detail/DetailTable.h"
#include "ui/pages/detail/FactsPanel.h"
#include "ui/pages/detail/MarkStrip.h"
#include "ui/pages/detail/StatusTag.h"
#include "ui/tables/StateView.h"
#include "ui/tables/TableView.h"
#include "ui/text/ErrorText.h"
#include "ui/text/MoneyText.h"
#include "ui/text/ObjectLink.h"
#include "ui/text/Shorten.h"
#include "ui/text/TimeText.h"
#include "ui/theme/ElidedLabel.h"
#include "ui/theme/Labels.h"
#include "ui/theme/SignLabel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QShortcut>
#include <QStackedLayout>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

namespace ch::ui {

namespace {

QLabel* detailLabel(const QString& words, const char* kind, const QString& objectName, QWidget* parent)
{
    QLabel* label = lineLabel(words, kind, objectName, parent);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

} // namespace

DetailPage::DetailPage(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_stack(new QStackedLayout), m_state(new StateView(this)),
      m_subscriptions(new FixedTableModel(store::Table::Subscriptions, this)), m_invoices(new FixedTableModel(store::Table::Invoices, this))
{
    setObjectName(QStringLiteral("detailPage"));
    setFocusPolicy(Qt::ClickFocus);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* page = new QWidget(this);
    auto* pageColumn = new QVBoxLayout(page);
    pageColumn->setContentsMargins(0, 0, 0, 0);
    pageColumn->setSpacing(0);
    pageColumn->addWidget(makeHead());
    auto* scroll = new QScrollArea(page);
    scroll->setObjectName(QStringLiteral("detailScroll"));
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(makeBody());
    pageColumn->addWidget(scroll, 1);
    m_stack->addWidget(page);
    m_stack->addWidget(m_state);
    connect(m_state, &StateView::pressed, this, &DetailPage::backAsked);
    column->addLayout(m_stack, 1);
}

QWidget* DetailPage::makeHead()
{
    auto* head = new QWidget(this);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(16, 12, 24, 8);
    row->setSpacing(12);
    auto* back = new QToolButton(head);
    back->setObjectName(QStringLiteral("detailBack"));
    back->setAccessibleName(tr("Back to the list"));
    back->setToolTip(tr("Back to the list (Alt+Left)"));
    back->setIcon(m_theme.icon(QStringLiteral("back")));
    back->setIconSize(QSize(22, 22));
    connect(back, &QToolButton::clicked, this, &DetailPage::backAsked);
    row->addWidget(back);
    m_name = new ElidedLabel(head);
    m_name->setObjectName(QStringLiteral("detailName"));
    m_name->setProperty("kind", QStringLiteral("page"));
    auto* status = new StatusTag(m_theme, head);
    m_status = status;
    m_kind = detailLabel({}, "secondary", QStringLiteral("detailKind"), head);
    auto* names = new QVBoxLayout;
    names->setSpacing(4);
    names->addWidget(m_name);
    auto* under = new QHBoxLayout;
    under->setSpacing(12);
    under->addWidget(m_status);
    under->addWidget(m_kind);
    under->addStretch(1);
    names->addLayout(under);
    row->addLayout(names, 1);
    m_mrr = detailLabel({}, "headline", QStringLiteral("detailMrr"), head);
    m_mrr->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    row->addWidget(m_mrr);
    m_takedown = new QPushButton(tr("Take down…"), head);
    m_takedown->setObjectName(QStringLiteral("detailTakedown"));
    m_takedown->setAccessibleName(tr("Take down this business"));
    m_takedown->setProperty("look", QStringLiteral("danger"));
    connect(m_takedown, &QPushButton::clicked, this, [this] {
        // Out of a conflict the customer that was opened is taken down alone; otherwise the business.
        const bool alone = m_values.business.isConflict() || m_values.business.businessId.isEmpty();
        Q_EMIT takedownAsked(alone ? m_values.askedFor : m_values.business.businessId);
    });
    m_protect = new QPushButton(head);
    m_protect->setObjectName(QStringLiteral("detailProtect"));
    connect(m_protect, &QPushButton::clicked, this, [this] { Q_EMIT protectAsked(protectedId(), !m_protections.contains(protectedId())); });
    row->addSpacing(8);
    row->addWidget(m_protect);
    row->addWidget(m_takedown);
    return head;
}

QWidget* DetailPage::makeBody()
{
    auto* body = new QWidget(this);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(24, 8, 24, 24);
    column->setSpacing(16);
    m_conflict = new QFrame(body);
    m_conflict->setObjectName(QStringLiteral("conflictStrip"));
    m_conflict->setProperty("look", QStringLiteral("warning"));
    auto* conflictRow = new QHBoxLayout(m_conflict);
    conflictRow->setContentsMargins(13, 8, 12, 8);
    conflictRow->setSpacing(12);
    conflictRow->addWidget(new SignLabel(m_theme, Sign::Warning, m_conflict), 0, Qt::AlignTop);
    m_conflictLines = new QVBoxLayout;
    m_conflictLines->setSpacing(2);
    conflictRow->addLayout(m_conflictLines, 1);
    column->addWidget(m_conflict);
    m_markStrip = new MarkStrip(m_theme, body);
    column->addWidget(m_markStrip);
    connect(m_markStrip, &MarkStrip::left, this, &DetailPage::markLeft);
    connect(m_markStrip, &MarkStrip::invoiceAsked, this, &DetailPage::jsonAsked);

    auto* columns = new QHBoxLayout;
    columns->setSpacing(16);
    auto* left = new QVBoxLayout;
    left->setSpacing(16);
    m_subscriptionsTable = new DetailTable(m_theme, tr("Subscriptions"), *m_subscriptions, {"name", "business_id", "business_type", "customer_id", "created"}, 6, body);
    m_invoicesTable = new DetailTable(m_theme, tr("Invoices"), *m_invoices, {"invoice_id", "name", "customer_id", "subscription_id", "amount_paid", "amount_remaining", "due_date"}, 12, body);
    for (DetailTable* table : {m_subscriptionsTable, m_invoicesTable}) {
        left->addWidget(table);
        connect(table, &DetailTable::jsonAsked, this, &DetailPage::jsonAsked);
    }
    addCancel();
    left->addStretch(1);
    auto* right = new QVBoxLayout;
    right->setSpacing(16);
    m_ids = new FactsPanel(m_theme, tr("In Stripe"), body);
    m_ids->setObjectName(QStringLiteral("detailIds"));
    m_metadata = new FactsPanel(m_theme, tr("Metadata"), body);
    m_metadata->setObjectName(QStringLiteral("detailMetadata"));
    m_json = new QPushButton(tr("Show Stripe's JSON"), body);
    m_json->setObjectName(QStringLiteral("detailJson"));
    m_json->setAccessibleName(tr("Show Stripe's JSON of the customer"));
    connect(m_json, &QPushButton::clicked, this, [this] { Q_EMIT jsonAsked(m_values.business.customerIds.value(0)); });
    right->addWidget(m_ids);
    right->addWidget(m_metadata);
    right->addWidget(m_json, 0, Qt::AlignLeft);
    right->addStretch(1);
    columns->addLayout(left, 64);
    columns->addLayout(right, 36);
    column->addLayout(columns);
    column->addStretch(1);
    return body;
}

void DetailPage::setValues(const DetailValues& values, const QTimeZone& zone)
{
    m_values = values;
    m_zone = zone;
    m_stack->setCurrentIndex(0);
    m_subscriptions->setZone(zone);
    m_invoices->setZone(zone);
    m_subscriptionsTable->setRows(values.subscriptions);
    m_invoicesTable->setRows(values.invoices);
    showHead();
    showConflict();
    showMarks();
    showFacts();
}

void DetailPage::showHead()
{
    const store::Business& business = m_values.business;
    const QString name = business.name.isEmpty() ? business.businessId : business.name;
    m_name->setWhole(name);
    static_cast<StatusTag*>(m_status)->setStatus(business.status);
    QStringList kind{businessTypeText(business.type)};
    if (!business.email.isEmpty()) {
        kind << business.email;
    }
    if (business.isDeletedInStripe) {
        kind << tr("deleted in Stripe");
    }
    kind.removeAll(QString());
    m_kind->setText(kind.join(QStringLiteral(" · ")));
    QStringList sums;
    for (const Money& sum : business.mrr) {
        sums << moneyText(sum);
    }
    m_mrr->setText(sums.isEmpty() ? missingText() : sums.join(QStringLiteral(" + ")));
    m_mrr->setToolTip(sums.isEmpty() ? tr("There is no subscription.") : tr("MRR today"));
    m_mrr->setAccessibleName(tr("MRR today: %1").arg(m_mrr->text()));
    m_json->setVisible(!m_values.customers.empty());
    setWritesOff(m_writesOff);
}

void DetailPage::showConflict()
{
    const QStringList customers = m_values.business.isConflict() ? m_values.business.customerIds : QStringList();
    m_conflict->setVisible(!customers.isEmpty());
    if (customers == m_shownConflict) {
        return; // a link that is being pressed stays where it is
    }
    m_shownConflict = customers;
    clearLayout(m_conflictLines);
    if (customers.isEmpty()) {
        return;
    }
    m_conflictLines->addWidget(lineLabel(tr("%1 customers carry this business id").arg(countText(customers.size())), "strong", {}, m_conflict));
    m_conflictLines->addWidget(plainLabel(tr("Countinghouse does not guess which one is right. Open one to look at it or to take it down alone."), "plain", {}, m_conflict));
    auto* row = new QWidget(m_conflict);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    for (const QString& id : customers) {
        auto* link = new QPushButton(shortenedId(id, 22), row);
        link->setObjectName(QStringLiteral("conflictCustomer"));
        link->setAccessibleName(tr("Open customer %1").arg(id));
        link->setProperty("look", QStringLiteral("link"));
        connect(link, &QPushButton::clicked, this, [this, id] { Q_EMIT customerOpened(id); });
        layout->addWidget(link);
    }
    layout->addStretch(1);
    m_conflictLines->addWidget(row);
}

void DetailPage::showFacts()
{
    const store::Business& business = m_values.business;
    QList<Fact> ids;
    ids << Fact{tr("Business id"), business.businessId, true, false};
    for (const QString& id : business.customerIds) {
        ids << Fact{tr("Customer"), id, true, false};
    }
    if (!business.subscriptionId.isEmpty()) {
        ids << Fact{tr("Subscription"), business.subscriptionId, true, false};
    }
    if (!business.paymentIntentId.isEmpty()) {
        ids << Fact{tr("Payment intent"), business.paymentIntentId, true, false};
    }
    if (m_values.paymentIntent) {
        ids << Fact{tr("Amount"), moneyText({m_values.paymentIntent->amount, m_values.paymentIntent->currency}), false, false};
    }
    if (business.created > 0) {
        ids << Fact{tr("Created"), dateTimeText(business.created, m_zone), false, false};
    }
    ids << Fact{tr("Record"), business.hasRecord ? tr("kept here") : tr("none"), false, false};
    m_ids->setFacts(ids, {});

    QList<Fact> metadata;
    for (const stripe::Customer& customer : m_values.customers) {
        if (m_values.customers.size() > 1) {
            metadata << Fact{customer.id, customer.name, false, true};
        }
        for (auto it = customer.metadata.cbegin(); it != customer.metadata.cend(); ++it) {
            metadata << Fact{it.key(), it.value(), false, true};
        }
    }
    m_metadata->setFacts(metadata, m_values.customers.empty() ? tr("Known from our records only: Stripe has no customer for it.")
                                                              : tr("The customer has no metadata."));
}

/// The button that cancels the chosen subscription alone, in the heading of their table; Del does the same.
void DetailPage::addCancel()
{
    m_cancel = new QPushButton(tr("Cancel subscription…"), m_subscriptionsTable);
    m_cancel->setObjectName(QStringLiteral("detailCancel"));
    m_cancel->setAccessibleName(tr("Cancel the chosen subscription"));
    m_cancel->setProperty("look", QStringLiteral("link"));
    m_subscriptionsTable->heading().addWidget(m_cancel);
    TableView* view = &m_subscriptionsTable->view();
    const auto ask = [this, view] {
        const QString id = chosenToCancel(*view, *m_subscriptions);
        if (!id.isEmpty() && m_cancel->isEnabled()) {
            Q_EMIT cancelAsked(id);
        }
    };
    connect(m_cancel, &QPushButton::clicked, this, ask);
    auto* key = new QShortcut(QKeySequence(Qt::Key_Delete), view, ask, Qt::WidgetShortcut);
    key->setObjectName(QStringLiteral("detailCancelKey"));
    connect(view->selectionModel(), &QItemSelectionModel::selectionChanged, this, &DetailPage::showActs);
}

QString DetailPage::protectedId() const
{
    return m_values.business.businessId.isEmpty() ? m_values.askedFor : m_values.business.businessId;
}

void DetailPage::setWritesOff(const QString& reason)
{
    m_writesOff = reason;
    showActs();
}

void DetailPage::setMarks(const std::vector<store::Mark>& marks)
{
    m_marks = marks;
    showMarks();
}

void DetailPage::showMarks()
{
    std::vector<store::Mark> its;
    std::copy_if(m_marks.begin(), m_marks.end(), std::back_inserter(its), [this](const store::Mark& mark) {
        return mark.businessId == protectedId() || m_values.business.customerIds.contains(mark.customerId);
    });
    m_markStrip->setMarks(its, m_zone);
}

void DetailPage::setProtections(const QSet<QString>& businessIds)
{
    m_protections = businessIds;
    showActs();
}

/// What may be done now, and where not, why.
void DetailPage::showActs()
{
    const bool isProtected = m_protections.contains(protectedId());
    const QString protectedText = tr("It is protected: take the protection off first.");
    const bool taken = m_values.business.status == QLatin1String("taken_down");
    const QString whyNot = !m_writesOff.isEmpty() ? m_writesOff : isProtected ? protectedText : QString();
    m_takedown->setEnabled(whyNot.isEmpty() && !taken);
    m_takedown->setToolTip(!whyNot.isEmpty() ? whyNot : taken ? tr("It was taken down already.") : QString());
    m_protect->setText(isProtected ? tr("Protected") : tr("Protect"));
    m_protect->setAccessibleName(isProtected ? tr("Take the protection off") : tr("Protect this business"));
    m_protect->setToolTip(isProtected ? tr("Nothing is done to it, from here or the terminal. Press to take that off.") : tr("Nothing is done to it any more, from here or the terminal, until that is taken off."));
    m_protect->setIcon(isProtected ? m_theme.icon(QStringLiteral("protected")) : QIcon());
    const bool canCancel = !chosenToCancel(m_subscriptionsTable->view(), *m_subscriptions).isEmpty();
    m_cancel->setVisible(m_subscriptions->rowCount() > 0);
    m_cancel->setEnabled(whyNot.isEmpty() && canCancel);
    m_cancel->setToolTip(!whyNot.isEmpty() ? whyNot : canCancel ? tr("Cancels this one; business and customer stay (Del)") : tr("Choose one subscription that has not ended."));
}

QString DetailPage::link() const
{
    if (m_stack->currentIndex() != 0 || m_values.askedFor.isEmpty()) {
        return {};
    }
    const bool isAlone = m_values.business.isConflict() || m_values.business.businessId.isEmpty();
    return objectLink(isAlone ? LinkKind::Customer : LinkKind::Business, isAlone ? m_values.askedFor : m_values.business.businessId);
}

void DetailPage::setNotFound(const QString& id)
{
    m_state->say(tr("%1 is not here").arg(shortenedId(id, 60)), tr("Neither what was read from Stripe nor our records know it."), tr("Back to the list"));
    m_stack->setCurrentIndex(1);
}

void DetailPage::setError(const Error& error)
{
    const ErrorWords words = errorWords(error);
    m_state->say(words.happened, words.means + u' ' + words.advice, tr("Back to the list"));
    m_stack->setCurrentIndex(1);
}

} // namespace ch::ui
