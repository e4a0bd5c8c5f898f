// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/ServicePanel.h"

#include "ui/text/Isolate.h"

#include <QCheckBox>
#include <QLabel>
#include <QVBoxLayout>

namespace ch::ui {

ServicePanel::ServicePanel(const QString& profile, bool isUsualFolder, QWidget* parent)
    : QWidget(parent), m_switch(new QCheckBox(tr("Keep the data fresh without the window, from login on"), this)), m_text(new QLabel(this)), m_profile(profile)
{
    setObjectName(QStringLiteral("servicePanel"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    m_switch->setObjectName(QStringLiteral("settingsService"));
    m_switch->setAccessibleName(m_switch->text());
    m_switch->setEnabled(false);
    column->addWidget(m_switch);
    m_text->setObjectName(QStringLiteral("settingsServiceText"));
    m_text->setProperty("kind", QStringLiteral("caption"));
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::PlainText);
    column->addWidget(m_text);
    if (profile.isEmpty()) {
        m_text->setText(tr("Can be set when a profile is open."));
        return;
    }
    if (!isUsualFolder) {
        m_text->setText(tr("Only for the usual data folder, not for the one that --data-dir names."));
        return;
    }
    m_text->setText(tr("Asking systemd…"));
    auto* unit = new workspace::ServiceUnit(profile, this);
    connect(unit, &workspace::ServiceUnit::told, this, &ServicePanel::show);
    connect(m_switch, &QCheckBox::clicked, this, [this, unit](bool on) {
        m_switch->setEnabled(false); // until systemd has answered
        unit->set(on);
    });
    unit->ask();
}

void ServicePanel::show(workspace::ServiceUnit::State state, const QString& why)
{
    m_switch->setEnabled(state != workspace::ServiceUnit::State::Absent);
    m_switch->setChecked(state == workspace::ServiceUnit::State::On);
    m_text->setText(why.isEmpty() ? tr("For the profile “%1”: asks Stripe every 15 minutes, within the same budget of reads. Needs its key in the keychain.").arg(isolated(m_profile)) : why);
}

} // namespace ch::ui
