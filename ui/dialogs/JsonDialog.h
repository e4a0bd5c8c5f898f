// SPDX-License-Identifier: GPL-3.0-or-later
// Stripe's own JSON of one object, to read and to copy. GUI thread.
#pragma once

#include <QDialog>

namespace ch::ui {

class JsonDialog final : public QDialog {
    Q_OBJECT
public:
    JsonDialog(const QString& objectId, const QByteArray& json, QWidget* parent);
};

} // namespace ch::ui
