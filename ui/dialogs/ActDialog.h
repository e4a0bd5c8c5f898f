// SPDX-License-Identifier: GPL-3.0-or-later
// The frame of every dialog that writes: window-modal, the mode strip as its first row, pages of which one is in sight, and buttons at the
// foot. As high as the page needs, at most as the screen; a longer page scrolls. GUI thread.
#pragma once

#include "ui/shell/ModeStrip.h"
#include "ui/theme/Theme.h"

#include <QDialog>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace ch::ui {

class ActDialog : public QDialog {
    Q_OBJECT
public:
    /// name: the object name's beginning: "takedown" gives takedownDialog.
    ActDialog(const Theme& theme, const StripWords& strip, const QString& name, QWidget* parent);

    [[nodiscard]] const StripWords& strip() const { return m_strip; }
    void reject() override;

    bool eventFilter(QObject* watched, QEvent* event) override;

protected:
    [[nodiscard]] const Theme& theme() const { return m_theme; }
    /// While it holds Esc and the closing of the window do nothing: a write is on its way and its outcome is to be seen.
    void setLeavable(bool leavable) { m_leavable = leavable; }
    /// The column of a new page; pages count from 0.
    QVBoxLayout* addPage();
    /// A page with words and a bar that moves. The words are the label that is returned.
    QLabel* addWorkingPage();
    /// From left to right: the act, a gap, what leaves.
    [[nodiscard]] QHBoxLayout* foot() const { return m_foot; }
    QPushButton* addButton(const QString& suffix, const QString& look);
    QLabel* addLabel(const QString& suffix, const char* kind, QWidget* in);
    static void setWords(QPushButton* button, const QString& words);
    void showPage(int page);
    /// After words have changed.
    void fit();
    [[nodiscard]] QWidget* page(int n) const;

private:
    const Theme& m_theme;
    StripWords m_strip;
    QString m_name;
    QVBoxLayout* m_column;
    QHBoxLayout* m_foot;
    QWidget* m_footFrame;
    QList<QScrollArea*> m_pages;
    int m_page = 0;
    bool m_leavable = true;
    bool m_fitQueued = false;
};

} // namespace ch::ui
