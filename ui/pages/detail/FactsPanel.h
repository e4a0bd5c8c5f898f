// SPDX-License-Identifier: GPL-3.0-or-later
// Labelled facts in two columns, each to be copied: ids whole, metadata with every key. GUI thread.
#pragma once

#include "ui/theme/Theme.h"

#include <QFrame>

class QGridLayout;

namespace ch::ui {

struct Fact {
    QString label;
    QString value;      ///< whole
    bool mono = false;  ///< an id
    bool keyIsMono = false;

    bool operator==(const Fact&) const = default;
};

class FactsPanel final : public QFrame {
    Q_OBJECT
public:
    FactsPanel(const Theme& theme, const QString& heading, QWidget* parent);
    /// none: said where there are no facts. The same ones again leave everything in its place, focus and selection too.
    void setFacts(const QList<Fact>& facts, const QString& none);

private:
    void addFact(int row, const Fact& fact);

    const Theme& m_theme;
    QGridLayout* m_grid;
    QList<Fact> m_facts;
    QString m_none;
};

} // namespace ch::ui
