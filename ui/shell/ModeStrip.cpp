// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/ModeStrip.h"

#include "ui/theme/Theme.h"

#include <QCoreApplication>
#include <QPainter>
#include <QPainterPath>

namespace ch::ui {

namespace {

constexpr int kStripHeight = 32;
constexpr int kCapWidth = 40;

QString stripTr(const char* text)
{
    return QCoreApplication::translate("ch::ui::ModeStrip", text);
}

QString writesOffText(const QString& reason)
{
    if (reason == QLatin1String("mode_mismatch")) {
        return stripTr("Writes off: the key's form and Stripe's answer disagree about the mode");
    }
    if (reason == QLatin1String("account_mismatch")) {
        return stripTr("Writes off: the key is of another account than what was read here");
    }
    if (reason == QLatin1String("no_key")) {
        return stripTr("Writes off: no key");
    }
    if (reason == QLatin1String("payments_off")) {
        return stripTr("Writes off: payments are switched off");
    }
    return stripTr("Writes off");
}

/// Diagonal stripes say TEST also in greyscale.
void drawStripes(QPainter& painter, const QRect& cap, const QColor& colour)
{
    painter.save();
    painter.setClipRect(cap);
    painter.setPen(QPen(colour, 5));
    for (int x = cap.left() - cap.height() - 12; x < cap.right() + 12; x += 14) {
        painter.drawLine(x, cap.bottom() + 6, x + cap.height() + 12, cap.top() - 6);
    }
    painter.restore();
}

} // namespace

QString StripWords::sentence() const
{
    QStringList parts;
    for (const QString& part : {word, account, meaning}) {
        if (!part.isEmpty()) {
            parts << part;
        }
    }
    return parts.join(QStringLiteral(" · "));
}

StripWords stripWordsOf(const workspace::AccountState& account)
{
    StripWords words;
    words.account = account.accountName.isEmpty() ? account.keyMasked : account.accountName;
    if (account.demo) {
        words.mode = StripMode::Demo;
        words.word = stripTr("DEMO");
        words.meaning = stripTr("nothing reaches Stripe");
    } else if (account.mode == stripe::Mode::Test) {
        words.mode = StripMode::Test;
        words.word = stripTr("TEST");
        words.meaning = stripTr("no real money");
    } else {
        words.mode = StripMode::Live;
        words.word = stripTr("LIVE");
        words.meaning = stripTr("real money");
    }
    if (account.writesOff) {
        words.end = writesOffText(account.writesOffReason);
    }
    return words;
}

StripWords stripWordsOfNothing()
{
    StripWords words;
    words.account = stripTr("No account connected");
    words.meaning = stripTr("nothing is sent");
    return words;
}

QString titleWithMode(const StripWords& words, const QString& title)
{
    return words.word.isEmpty() ? title : words.word + QStringLiteral(" · ") + title;
}

ModeStrip::ModeStrip(QWidget* parent) : QWidget(parent), m_words(stripWordsOfNothing())
{
    setObjectName(QStringLiteral("modeStrip"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFixedHeight(kStripHeight);
    say(m_words);
}

void ModeStrip::say(const StripWords& words)
{
    m_words = words;
    const QString sentence = words.end.isEmpty() ? words.sentence() : words.sentence() + QStringLiteral(" · ") + words.end;
    setAccessibleName(tr("Account and mode: %1").arg(sentence));
    setToolTip(sentence);
    update();
}

void ModeStrip::setVisible(bool visible)
{
    if (visible) {
        QWidget::setVisible(true);
    }
}

QSize ModeStrip::sizeHint() const
{
    return {480, kStripHeight};
}

void ModeStrip::drawIcon(QPainter& painter, const QRectF& rect, const QColor& colour) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    switch (m_words.mode) {
    case StripMode::Live:
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        painter.drawEllipse(rect.adjusted(2, 2, -2, -2));
        break;
    case StripMode::Test: { // a flask
        QPainterPath flask;
        const qreal x = rect.left();
        const qreal y = rect.top();
        flask.moveTo(x + 5.5, y + 1.5);
        flask.lineTo(x + 5.5, y + 6);
        flask.lineTo(x + 1.5, y + 14);
        flask.lineTo(x + 14.5, y + 14);
        flask.lineTo(x + 10.5, y + 6);
        flask.lineTo(x + 10.5, y + 1.5);
        painter.setPen(QPen(colour, 1.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.setBrush(Qt::NoBrush);
        painter.drawPath(flask);
        painter.drawLine(QPointF(x + 4, y + 1.5), QPointF(x + 12, y + 1.5));
        painter.setBrush(colour);
        painter.drawPolygon(QPolygonF{{x + 3.5, y + 10}, {x + 12.5, y + 10}, {x + 14.5, y + 14}, {x + 1.5, y + 14}});
        break;
    }
    case StripMode::Demo:
        painter.setPen(QPen(colour, 1.6, Qt::DashLine));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect.adjusted(2, 2, -2, -2));
        break;
    case StripMode::None:
        painter.setPen(QPen(colour, 1.6));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(rect.adjusted(3, 3, -3, -3));
        break;
    }
}

void ModeStrip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const StripColours colours = stripColours(m_words.mode);
    painter.fillRect(rect(), colours.surface);
    int left = 16;
    int right = width() - 16;
    if (m_words.mode == StripMode::Test) {
        drawStripes(painter, QRect(0, 0, kCapWidth, height()), colours.text);
        drawStripes(painter, QRect(width() - kCapWidth, 0, kCapWidth, height()), colours.text);
        left += kCapWidth;
        right -= kCapWidth;
    }
    if (m_words.mode == StripMode::Demo) {
        QPen pen(colours.text, 2);
        pen.setDashPattern({6, 4});
        painter.setPen(pen);
        painter.drawLine(0, height() - 1, width(), height() - 1);
    }
    drawIcon(painter, QRectF(left, (height() - 16) / 2.0, 16, 16), colours.text);
    left += 24;

    painter.setPen(colours.text);
    const QFont strong = textFont(TextSize::Body, true);
    const QFontMetrics metrics(strong);
    painter.setFont(strong);
    int endWidth = 0;
    if (!m_words.end.isEmpty()) {
        const QString end = metrics.elidedText(m_words.end, Qt::ElideRight, (right - left) / 2);
        endWidth = metrics.horizontalAdvance(end) + 16;
        painter.drawText(QRect(left, 0, right - left, height()), Qt::AlignVCenter | Qt::AlignRight, end);
    }
    const QRect room(left, 0, right - left - endWidth, height());
    painter.drawText(room, Qt::AlignVCenter | Qt::AlignLeft, metrics.elidedText(m_words.sentence(), Qt::ElideRight, room.width()));
}

} // namespace ch::ui
