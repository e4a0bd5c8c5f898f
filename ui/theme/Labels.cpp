// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/Labels.h"

#include <QFrame>
#include <QLabel>
#include <QVBoxLayout>

namespace ch::ui {

QLabel* lineLabel(const QString& words, const char* kind, const QString& objectName, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setObjectName(objectName);
    label->setProperty("kind", QString::fromLatin1(kind));
    label->setTextFormat(Qt::PlainText);
    label->setText(words);
    return label;
}

QLabel* plainLabel(const QString& words, const char* kind, const QString& objectName, QWidget* parent)
{
    QLabel* label = lineLabel(words, kind, objectName, parent);
    label->setWordWrap(true);
    return label;
}

QLabel* copyableLabel(const QString& words, const char* kind, const QString& objectName, QWidget* parent)
{
    QLabel* label = plainLabel(words, kind, objectName, parent);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

QFrame* headedPanel(const QString& heading, QVBoxLayout** column, QWidget* parent)
{
    auto* frame = new QFrame(parent);
    frame->setProperty("look", QStringLiteral("panel"));
    frame->setAccessibleName(heading);
    *column = new QVBoxLayout(frame);
    (*column)->setContentsMargins(20, 16, 20, 20);
    (*column)->setSpacing(8);
    (*column)->addWidget(plainLabel(heading, "section", {}, frame));
    return frame;
}

void clearLayout(QLayout* layout)
{
    while (QLayoutItem* item = layout->takeAt(0)) {
        if (QWidget* widget = item->widget()) {
            widget->hide();
            widget->deleteLater();
        } else if (item->layout()) {
            clearLayout(item->layout());
        }
        delete item;
    }
}

} // namespace ch::ui
