// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/RemoveProfileDialog.h"

#include "ui/theme/Labels.h"

#include <QDir>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace ch::ui {

RemoveProfileDialog::RemoveProfileDialog(const access::Profile& profile, const QString& folder, bool isOpen, QWidget* parent) : QDialog(parent)
{
    setObjectName(QStringLiteral("removeProfileDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowModality(Qt::WindowModal);
    const QString mode = profile.mode == stripe::Mode::Live ? tr("LIVE") : tr("TEST");
    setWindowTitle(mode + QStringLiteral(" · ") + tr("Remove profile"));
    setFixedWidth(520);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 16);
    column->setSpacing(8);
    addWords(profile, folder, isOpen, column);
    auto* row = new QHBoxLayout;
    auto* remove = new QPushButton(tr("Remove profile"), this);
    remove->setObjectName(QStringLiteral("removeProfileAct"));
    remove->setAccessibleName(tr("Remove profile %1").arg(profile.name));
    remove->setProperty("look", QStringLiteral("danger"));
    remove->setAutoDefault(false);
    auto* keep = new QPushButton(tr("Keep profile"), this);
    keep->setObjectName(QStringLiteral("removeProfileKeep"));
    keep->setAccessibleName(tr("Keep profile %1").arg(profile.name));
    keep->setProperty("look", QStringLiteral("primary"));
    keep->setDefault(true);
    connect(keep, &QPushButton::clicked, this, &QDialog::reject);
    connect(remove, &QPushButton::clicked, this, [this, name = profile.name] {
        Q_EMIT agreed(name);
        accept();
    });
    row->addWidget(remove);
    row->addStretch(1);
    row->addWidget(keep);
    column->addSpacing(8);
    column->addStretch(1);
    column->addLayout(row);
    keep->setFocus();
}

void RemoveProfileDialog::addWords(const access::Profile& profile, const QString& folder, bool isOpen, QVBoxLayout* column)
{
    const QString account = profile.accountName.isEmpty() ? profile.accountId : profile.accountName;
    const QString mode = profile.mode == stripe::Mode::Live ? tr("LIVE") : tr("TEST");
    column->addWidget(copyableLabel(tr("Remove the profile “%1”?").arg(profile.name), "page", QStringLiteral("removeProfileTitle"), this));
    column->addWidget(copyableLabel(account.isEmpty() ? mode : mode + QStringLiteral(" · ") + account, "secondary", QStringLiteral("removeProfileAccount"), this));
    column->addSpacing(8);
    column->addWidget(copyableLabel(tr("What goes"), "section", QStringLiteral("removeProfileGoes"), this));
    QString goes = profile.keyInVault ? tr("The key %1 in this computer's keychain, and the profile with its settings.").arg(profile.keyMasked)
                                      : tr("The profile with its settings. Its key is not kept on this computer.");
    if (isOpen) {
        goes += u' ' + tr("The account is open now and is closed.");
    }
    column->addWidget(copyableLabel(goes, "plain", QStringLiteral("removeProfileGoesText"), this));
    column->addSpacing(8);
    column->addWidget(copyableLabel(tr("What stays"), "section", QStringLiteral("removeProfileStays"), this));
    column->addWidget(copyableLabel(tr("Everything in Stripe, the key there too: revoke it in Stripe's Dashboard where it is not needed any more. "
                                       "The local copy and your records stay in the folder"), "plain", QStringLiteral("removeProfileStaysText"), this));
    column->addWidget(copyableLabel(QDir::toNativeSeparators(folder), "strong", QStringLiteral("removeProfileFolder"), this));
}

} // namespace ch::ui
