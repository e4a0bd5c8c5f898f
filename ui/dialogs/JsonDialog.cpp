// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/JsonDialog.h"

#include "ui/theme/Labels.h"
#include "ui/theme/Theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace ch::ui {

JsonDialog::JsonDialog(const QString& objectId, const QByteArray& json, QWidget* parent) : QDialog(parent)
{
    setObjectName(QStringLiteral("jsonDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowModality(Qt::WindowModal);
    setWindowTitle(tr("Stripe's JSON of %1").arg(objectId));
    resize(720, 560);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 12);
    column->setSpacing(12);
    QLabel* title = lineLabel(objectId, "section", {}, this);
    title->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column->addWidget(title);
    auto* text = new QPlainTextEdit(QString::fromUtf8(json), this);
    text->setObjectName(QStringLiteral("jsonText"));
    text->setAccessibleName(tr("JSON"));
    text->setProperty("look", QStringLiteral("code"));
    text->setFont(monoFont());
    text->setReadOnly(true);
    text->setLineWrapMode(QPlainTextEdit::NoWrap);
    column->addWidget(text, 1);
    auto* row = new QHBoxLayout;
    auto* copy = new QPushButton(tr("Copy"), this);
    copy->setObjectName(QStringLiteral("jsonCopy"));
    copy->setAccessibleName(tr("Copy the JSON"));
    copy->setAutoDefault(false);
    connect(copy, &QPushButton::clicked, this, [json] { QGuiApplication::clipboard()->setText(QString::fromUtf8(json)); });
    auto* back = new QPushButton(tr("Back"), this);
    back->setObjectName(QStringLiteral("jsonBack"));
    back->setAccessibleName(tr("Back"));
    back->setProperty("look", QStringLiteral("primary"));
    back->setDefault(true);
    connect(back, &QPushButton::clicked, this, &QDialog::accept);
    row->addWidget(copy);
    row->addStretch(1);
    row->addWidget(back);
    column->addLayout(row);
}

} // namespace ch::ui
