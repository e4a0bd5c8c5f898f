// SPDX-License-Identifier: GPL-3.0-or-later
// How an act ended: sign, headline, lines, technical details, Stripe's request ids to copy. For the dialogs of acts; object names begin with
// the dialog's. GUI thread.
#pragma once

#include "base/Error.h"
#include "ui/theme/Shapes.h"
#include "ui/theme/Theme.h"

#include <QStringList>
#include <QWidget>

class QLabel;
class QPushButton;

namespace ch::ui {

class SignLabel;

enum class OutcomeState { Done, Partly, Failed, Unknown };

struct OutcomeWords {
    OutcomeState state = OutcomeState::Done;
    QString headline;
    QStringList lines;
    QString details;
    QStringList requestIds;
    QString again;               ///< words of the button that runs it again; empty: none
};

[[nodiscard]] Sign signOf(OutcomeState state);
/// What happened and what to do, for OutcomeWords::lines.
[[nodiscard]] QStringList errorLines(const Error& error);
/// What the error adds to the words of an outcome beside its lines: details, and its request id where it is not among them.
void addError(OutcomeWords& words, const Error& error);

class OutcomePanel final : public QWidget {
    Q_OBJECT
public:
    /// name: "takedown" gives takedownHeadline, takedownLines, takedownDetails, takedownRequestIds, takedownCopyIds.
    OutcomePanel(const Theme& theme, const QString& name, QWidget* parent);
    void say(const OutcomeWords& words);

private:
    QLabel* addLabel(const QString& suffix, const char* kind);

    QString m_name;
    SignLabel* m_sign;
    QLabel* m_headline;
    QLabel* m_lines;
    QLabel* m_details;
    QLabel* m_requestIds;
    QPushButton* m_copyIds;
    QString m_ids;
};

} // namespace ch::ui
