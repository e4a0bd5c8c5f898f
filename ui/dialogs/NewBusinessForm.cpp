// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/NewBusinessForm.h"

#include "business/Prices.h"
#include "ui/dialogs/PricePanel.h"
#include "ui/text/Isolate.h"
#include "ui/text/MoneyText.h"
#include "ui/text/StatusText.h"
#include "ui/theme/StyleSheet.h"

#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>

namespace ch::ui {

namespace {

constexpr int kTwinsPauseMs = 300;

} // namespace

NewBusinessForm::NewBusinessForm(QWidget* parent)
    : QWidget(parent), m_grid(new QGridLayout(this)), m_type(new QComboBox(this)), m_cut(new QPushButton(this)), m_price(new PricePanel(this))
{
    setObjectName(QStringLiteral("newForm"));
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setVerticalSpacing(4);
    m_grid->setColumnStretch(0, 1);
    QLabel* unused = nullptr;
    m_id = addField(QStringLiteral("Id"), tr("Business &id"), &unused, &m_idNote);
    m_name = addField(QStringLiteral("Name"), tr("&Name"), &m_nameCount, &m_nameNote);
    m_cut->setObjectName(QStringLiteral("newCut"));
    m_cut->setText(tr("Cut it to %1 characters").arg(business::kLongestName));
    m_cut->setAccessibleName(m_cut->text());
    m_cut->setProperty("look", QStringLiteral("link"));
    m_cut->setAutoDefault(false);
    m_grid->addWidget(m_cut, m_grid->rowCount(), 0, Qt::AlignLeft);
    connect(m_cut, &QPushButton::clicked, this, [this] {
        // Through the field's own editing, so that Ctrl+Z brings the whole name back.
        const QString cut = cutToCharacters(m_name->text().trimmed(), business::kLongestName);
        m_name->selectAll();
        m_name->insert(cut);
        m_name->setFocus();
    });
    addType();
    m_email = addField(QStringLiteral("Email"), tr("&E-mail (may be empty)"), &unused, &m_emailNote);
    auto* price = new QLabel(tr("Price"), this);
    price->setProperty("kind", QStringLiteral("secondary"));
    price->setContentsMargins(0, 8, 0, 0);
    m_grid->addWidget(price, m_grid->rowCount(), 0);
    m_grid->addWidget(m_price, m_grid->rowCount(), 0, 1, 2);
    for (QLineEdit* field : {m_id, m_name, m_email}) {
        connect(field, &QLineEdit::textChanged, this, &NewBusinessForm::onTyped);
    }
    connect(m_type, &QComboBox::currentTextChanged, this, &NewBusinessForm::onTyped);
    connect(m_price, &PricePanel::changed, this, &NewBusinessForm::changed);
    m_pause.setSingleShot(true);
    m_pause.setInterval(kTwinsPauseMs);
    connect(&m_pause, &QTimer::timeout, this, [this] {
        const NewBusinessDraft now = draft();
        Q_EMIT twinsAsked(now.id, now.email);
        m_price->setType(now.type);
    });
    QWidget::setTabOrder(m_id, m_name);
    QWidget::setTabOrder(m_name, m_cut);
    QWidget::setTabOrder(m_cut, m_type);
    QWidget::setTabOrder(m_type, m_email);
    showName();
}

QLineEdit* NewBusinessForm::addField(const QString& suffix, const QString& words, QLabel** side, QLabel** note)
{
    const int row = m_grid->rowCount();
    auto* label = new QLabel(words, this);
    label->setProperty("kind", QStringLiteral("secondary"));
    label->setContentsMargins(0, row > 1 ? 8 : 0, 0, 0);
    auto* field = new QLineEdit(this);
    field->setObjectName(QStringLiteral("new") + suffix);
    field->setAccessibleName(QString(words).remove(u'&'));
    label->setBuddy(field);
    *side = new QLabel(this);
    (*side)->setObjectName(QStringLiteral("new%1Side").arg(suffix));
    (*side)->setProperty("kind", QStringLiteral("caption"));
    (*side)->setContentsMargins(0, row > 1 ? 8 : 0, 0, 0);
    *note = new QLabel(this);
    (*note)->setObjectName(QStringLiteral("new%1Note").arg(suffix));
    (*note)->setTextFormat(Qt::PlainText);
    (*note)->setWordWrap(true);
    (*note)->hide();
    m_grid->addWidget(label, row, 0);
    m_grid->addWidget(*side, row, 1, Qt::AlignRight);
    m_grid->addWidget(field, row + 1, 0, 1, 2);
    m_grid->addWidget(*note, row + 2, 0, 1, 2);
    return field;
}

void NewBusinessForm::addType()
{
    const int row = m_grid->rowCount();
    auto* label = new QLabel(tr("&Type"), this);
    label->setProperty("kind", QStringLiteral("secondary"));
    label->setContentsMargins(0, 8, 0, 0);
    label->setBuddy(m_type);
    m_type->setObjectName(QStringLiteral("newType"));
    m_type->setAccessibleName(tr("Type"));
    m_type->setEditable(true);
    m_type->setInsertPolicy(QComboBox::NoInsert);
    for (const QString& type : business::businessTypes()) {
        m_type->addItem(businessTypeText(type), type);
    }
    m_type->setCurrentIndex(-1);
    m_type->lineEdit()->setObjectName(QStringLiteral("newTypeText"));
    m_type->lineEdit()->setAccessibleName(tr("Type"));
    m_type->lineEdit()->setPlaceholderText(tr("Choose one, or type another"));
    m_grid->addWidget(label, row, 0);
    m_grid->addWidget(m_type, row + 1, 0, 1, 2);
}

void NewBusinessForm::setDraft(const NewBusinessDraft& draft)
{
    {
        const QSignalBlocker blockers[] = {QSignalBlocker(m_id), QSignalBlocker(m_name), QSignalBlocker(m_type), QSignalBlocker(m_email)};
        m_id->setText(draft.id);
        m_name->setText(draft.name);
        m_email->setText(draft.email);
        const int known = m_type->findData(draft.type);
        m_type->setCurrentIndex(draft.type.isEmpty() ? -1 : known);
        if (known < 0) {
            m_type->setEditText(draft.type);
        }
    }
    m_twinsFor = {};
    onTyped();
}

NewBusinessDraft NewBusinessForm::draft() const
{
    NewBusinessDraft draft{m_id->text().trimmed(), m_name->text().trimmed(), m_type->currentText().trimmed(), m_email->text().trimmed()};
    for (const QString& type : business::businessTypes()) {
        if (draft.type.compare(businessTypeText(type), Qt::CaseInsensitive) == 0 || draft.type.compare(type, Qt::CaseInsensitive) == 0) {
            draft.type = type; // "SaaS" is read by people, "saas" stands in Stripe
        }
    }
    return draft;
}

QString NewBusinessForm::missing() const
{
    const NewBusinessDraft now = draft();
    const QString words = missingWords(now);
    return words.isEmpty() && m_price->isMissing() ? tr("The type has no price yet.") : words;
}

void NewBusinessForm::onTyped()
{
    showName();
    const NewBusinessDraft now = draft();
    if (now.id != m_twinsFor.id || now.email != m_twinsFor.email) {
        setNote(m_idNote, {}, QStringLiteral("warning")); // what was said was of what stood there before
        setNote(m_emailNote, emailFormWords(now.email), QStringLiteral("warning"));
        m_twinsFor = {};
    }
    // A type of ours at once; one that is being typed when it stands still.
    m_price->setType(business::businessTypes().contains(now.type) ? now.type : QString());
    m_pause.start();
    Q_EMIT changed();
}

void NewBusinessForm::showName()
{
    const qsizetype length = charactersOf(m_name->text().trimmed());
    const bool tooLong = length > business::kLongestName;
    m_nameCount->setText(tr("%1 of %2 characters").arg(countText(length), countText(business::kLongestName)));
    setLook(m_nameCount, "kind", tooLong ? QStringLiteral("danger") : QStringLiteral("caption"));
    setNote(m_nameNote, tooLong ? tr("Stripe takes names of up to %1 characters. Shorten it, or have it cut.").arg(countText(business::kLongestName)) : QString(), QStringLiteral("danger"));
    m_cut->setVisible(tooLong);
}

void NewBusinessForm::setTwins(const Twins& twins)
{
    m_twinsFor = draft();
    const bool conflict = twins.sameId && twins.sameId->isConflict();
    setNote(m_idNote, idTwinWords(twins), conflict ? QStringLiteral("danger") : QStringLiteral("warning"));
    const QString form = emailFormWords(draft().email);
    setNote(m_emailNote, form.isEmpty() ? emailTwinWords(twins) : form, QStringLiteral("warning"));
    Q_EMIT changed();
}

void NewBusinessForm::setNote(QLabel* note, const QString& words, const QString& kind)
{
    note->setText(inOurDirection(words));
    setLook(note, "kind", kind);
    note->setVisible(!words.isEmpty());
}

void NewBusinessForm::focusFirst()
{
    m_id->setFocus();
}

} // namespace ch::ui
