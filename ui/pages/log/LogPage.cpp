// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/log/LogPage.h"

#include "ui/theme/Labels.h"

#include "base/Log.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace ch::ui {

namespace {

constexpr int kRefreshMs = 2000;

} // namespace

LogPage::LogPage(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_file(lineLabel({}, "caption", {}, this)), m_filter(new QLineEdit(this)), m_text(new QPlainTextEdit(this))
{
    setObjectName(QStringLiteral("logPage"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 12, 24, 24);
    column->setSpacing(12);
    auto* head = new QHBoxLayout;
    head->setSpacing(12);
    auto* back = new QToolButton(this);
    back->setObjectName(QStringLiteral("logBack"));
    back->setAccessibleName(tr("Back"));
    back->setToolTip(tr("Back (Alt+Left)"));
    back->setIcon(theme.icon(QStringLiteral("back")));
    back->setIconSize(QSize(22, 22));
    connect(back, &QToolButton::clicked, this, &LogPage::backAsked);
    head->addWidget(back);
    head->addWidget(lineLabel(tr("Log"), "page", {}, this));
    head->addStretch(1);
    m_filter->setObjectName(QStringLiteral("logFilter"));
    m_filter->setAccessibleName(tr("Filter the log"));
    m_filter->setPlaceholderText(tr("Filter lines"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setFixedWidth(280);
    connect(m_filter, &QLineEdit::textChanged, this, &LogPage::fill);
    head->addWidget(m_filter);
    auto* copy = new QPushButton(tr("Copy"), this);
    copy->setObjectName(QStringLiteral("logCopy"));
    copy->setAccessibleName(tr("Copy the lines shown"));
    connect(copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_text->toPlainText()); });
    head->addWidget(copy);
    column->addLayout(head);
    m_file->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column->addWidget(m_file);
    m_text->setObjectName(QStringLiteral("logText"));
    m_text->setAccessibleName(tr("Log lines"));
    m_text->setProperty("look", QStringLiteral("code"));
    m_text->setReadOnly(true);
    m_text->setFont(monoFont());
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setMaximumBlockCount(2000);
    column->addWidget(m_text, 1);
    m_timer.setInterval(kRefreshMs);
    connect(&m_timer, &QTimer::timeout, this, &LogPage::read);
}

void LogPage::setLines(const QStringList& lines, const QString& file)
{
    m_file->setText(file.isEmpty() ? tr("Kept in memory only: no log file could be opened.") : tr("Written to %1. Never holds keys or bodies.").arg(file));
    if (lines != m_lines) {
        m_lines = lines;
        fill();
    }
}

void LogPage::read()
{
    setLines(log::recentLines(), log::filePath());
}

void LogPage::fill()
{
    const QString words = m_filter->text().trimmed();
    const QStringList shown = words.isEmpty() ? m_lines : m_lines.filter(words, Qt::CaseInsensitive);
    QScrollBar* bar = m_text->verticalScrollBar();
    const bool atEnd = bar->value() >= bar->maximum();
    const int place = bar->value();
    m_text->setPlainText(shown.join(u'\n'));
    bar->setValue(atEnd ? bar->maximum() : place);
}

void LogPage::showEvent(QShowEvent*)
{
    read();
    m_timer.start();
}

void LogPage::hideEvent(QHideEvent*)
{
    m_timer.stop();
}

} // namespace ch::ui
