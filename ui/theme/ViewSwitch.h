// SPDX-License-Identifier: GPL-3.0-or-later
// A row of buttons, of which one is on: which view of a page is shown. GUI thread.
#pragma once

#include <QWidget>

class QButtonGroup;
class QToolButton;

namespace ch::ui {

class ViewSwitch final : public QWidget {
    Q_OBJECT
public:
    /// name: for people who cannot see it: what is chosen here.
    ViewSwitch(const QString& name, QWidget* parent);

    /// Places count from 0; the first is on. told: the accessible name, where it is not words.
    void add(const QString& words, const QString& objectName, const QString& told = {});
    void setWords(int place, const QString& words);
    /// Says nothing as a signal.
    void setCurrent(int place);
    [[nodiscard]] int current() const;
    void clear();

Q_SIGNALS:
    /// A person pressed it, the one that is on too.
    void chosen(int place);

private:
    QButtonGroup* m_group;
    QList<QToolButton*> m_buttons;
};

} // namespace ch::ui
