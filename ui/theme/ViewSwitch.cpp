// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/ViewSwitch.h"

#include "ui/theme/Labels.h"
#include "ui/theme/StyleSheet.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QToolButton>

namespace ch::ui {

ViewSwitch::ViewSwitch(const QString& name, QWidget* parent) : QWidget(parent), m_group(new QButtonGroup(this))
{
    setAccessibleName(name);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
}

void ViewSwitch::add(const QString& words, const QString& objectName, const QString& told)
{
    const auto place = static_cast<int>(m_buttons.size());
    auto* button = new QToolButton(this);
    button->setObjectName(objectName);
    button->setText(words);
    button->setAccessibleName(told.isEmpty() ? words : told);
    button->setProperty("look", QStringLiteral("switch"));
    button->setProperty("end", place == 0 ? QStringLiteral("first") : QStringLiteral("last"));
    button->setCheckable(true);
    button->setChecked(place == 0);
    if (place > 1) {
        setLook(m_buttons.last(), "end", QStringLiteral("middle"));
    }
    m_group->addButton(button, place);
    m_buttons << button;
    layout()->addWidget(button);
    connect(button, &QToolButton::clicked, this, [this, place] { Q_EMIT chosen(place); });
}

void ViewSwitch::setWords(int place, const QString& words)
{
    m_buttons[place]->setText(words);
    m_buttons[place]->setAccessibleName(words);
}

void ViewSwitch::setCurrent(int place)
{
    m_buttons[place]->setChecked(true);
}

int ViewSwitch::current() const
{
    return m_group->checkedId();
}

void ViewSwitch::clear()
{
    for (QToolButton* button : std::as_const(m_buttons)) {
        m_group->removeButton(button); // it goes later, and is not the one that is on then
    }
    m_buttons.clear();
    clearLayout(layout());
}

} // namespace ch::ui
