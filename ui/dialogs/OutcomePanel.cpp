// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/OutcomePanel.h"

#include "ui/text/ErrorText.h"
#include "ui/text/Isolate.h"
#include "ui/theme/Labels.h"
#include "ui/theme/SignLabel.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace ch::ui {

Sign signOf(OutcomeState state)
{
    switch (state) {
    case OutcomeState::Done: return Sign::Ok;
    case OutcomeState::Partly:
    case OutcomeState::Unknown: return Sign::Warning;
    case OutcomeState::Failed: return Sign::Danger;
    }
    return Sign::Danger;
}

void addError(OutcomeWords& words, const Error& error)
{
    const ErrorWords said = errorWords(error);
    words.details = said.details;
    if (!said.requestId.isEmpty() && !words.requestIds.contains(said.requestId)) {
        words.requestIds << said.requestId;
    }
}

QStringList errorLines(const Error& error)
{
    const ErrorWords said = errorWords(error);
    return {said.happened + QStringLiteral(". ") + said.means, said.advice};
}

OutcomePanel::OutcomePanel(const Theme& theme, const QString& name, QWidget* parent)
    : QWidget(parent), m_name(name), m_sign(new SignLabel(theme, Sign::Ok, this)), m_headline(addLabel(QStringLiteral("Headline"), "section")),
      m_lines(addLabel(QStringLiteral("Lines"), "plain")), m_details(addLabel(QStringLiteral("Details"), "secondary")),
      m_requestIds(addLabel(QStringLiteral("RequestIds"), "secondary")), m_copyIds(new QPushButton(tr("Copy"), this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(12);
    auto* head = new QHBoxLayout;
    head->setSpacing(10);
    m_sign->setFixedSize(22, 22);
    head->addWidget(m_sign, 0, Qt::AlignTop);
    head->addWidget(m_headline, 1);
    column->addLayout(head);
    column->addWidget(m_lines);
    m_details->setFont(monoFont());
    column->addWidget(m_details);
    auto* ids = new QHBoxLayout;
    m_copyIds->setObjectName(name + QStringLiteral("CopyIds"));
    m_copyIds->setAccessibleName(tr("Copy the request ids"));
    m_copyIds->setProperty("look", QStringLiteral("link"));
    m_copyIds->setAutoDefault(false);
    connect(m_copyIds, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_ids); });
    ids->addWidget(m_requestIds, 1);
    ids->addWidget(m_copyIds, 0, Qt::AlignTop);
    column->addLayout(ids);
}

QLabel* OutcomePanel::addLabel(const QString& suffix, const char* kind)
{
    return copyableLabel({}, kind, m_name + suffix, this);
}

void OutcomePanel::say(const OutcomeWords& words)
{
    m_sign->setSign(signOf(words.state));
    m_headline->setText(inOurDirection(words.headline));
    QStringList lines;
    for (const QString& line : words.lines) {
        lines << inOurDirection(line);
    }
    m_lines->setText(lines.join(u'\n'));
    m_lines->setVisible(!words.lines.isEmpty());
    m_details->setText(words.details);
    m_details->setVisible(!words.details.isEmpty());
    m_ids = words.requestIds.join(QStringLiteral(", "));
    m_requestIds->setText(words.requestIds.size() == 1 ? tr("Stripe's request id: %1").arg(m_ids) : tr("Stripe's request ids: %1").arg(m_ids));
    m_requestIds->setVisible(!m_ids.isEmpty());
    m_copyIds->setVisible(!m_ids.isEmpty());
}

} // namespace ch::ui
