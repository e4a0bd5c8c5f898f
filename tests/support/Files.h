// SPDX-License-Identifier: GPL-3.0-or-later
// What lies in a folder and below it: for tests of what must be found in no file.
#pragma once

#include <QByteArray>
#include <QDirIterator>
#include <QFile>
#include <QStringList>

namespace ch::test {

/// Every file in dir or below, hidden ones too, whose bytes hold text; one that is there and cannot be read is among them, since nobody knows what it holds.
inline QStringList filesWith(const QString& dir, const QByteArray& text)
{
    QStringList found;
    for (QDirIterator it(dir, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories); it.hasNext();) {
        QFile file(it.next());
        if (file.open(QIODevice::ReadOnly) ? file.readAll().contains(text) : file.exists()) {
            found << file.fileName();
        }
    }
    return found;
}

/// As many as filesWith has looked at.
inline int fileCount(const QString& dir)
{
    int count = 0;
    for (QDirIterator it(dir, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories); it.hasNext(); it.next()) {
        ++count;
    }
    return count;
}

} // namespace ch::test
