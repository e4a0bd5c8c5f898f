// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/Isolate.h"

#include <QGuiApplication>

namespace ch::ui {

QString inOurDirection(const QString& sentence)
{
    const bool ours = QGuiApplication::isRightToLeft();
    for (const QChar letter : sentence) {
        const QChar::Direction direction = letter.direction();
        const bool isRight = direction == QChar::DirR || direction == QChar::DirAL;
        if (direction == QChar::DirL || isRight) {
            return isRight == ours ? sentence : QChar(ours ? 0x200F : 0x200E) + sentence;
        }
    }
    return sentence;
}

} // namespace ch::ui
