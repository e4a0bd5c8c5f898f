// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/RecordsDesk.h"

#include "ui/text/MoneyText.h"

#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QSaveFile>
#include <QStandardPaths>

namespace ch::ui {

namespace {

const QString kRecordsTopic = QStringLiteral("records");
constexpr qint64 kLargestImport = 256LL * 1024 * 1024;

} // namespace

RecordsDesk::RecordsDesk(workspace::Engine& engine, QWidget& parent, MessageStrip& messages)
    : m_engine(engine), m_parent(parent), m_messages(messages),
      m_choose([this](Way way, const QString& suggested, const Chosen& chosen) { chooseInDialog(way, suggested, chosen); })
{
    using workspace::Engine;
    connect(&engine, &Engine::recordsImported, this, [this](int order, const store::ImportSummary& summary) {
        if (order != m_importOrder) {
            return;
        }
        tell(Sign::Ok, tr("Records imported"), tr("%1 added, %2 updated, %3 unchanged.")
                .arg(countText(summary.added), countText(summary.updated), countText(summary.unchanged)));
        Q_EMIT changed();
    });
    connect(&engine, &Engine::recordsExported, this, [this](int order, const QByteArray& json) {
        if (order == m_exportOrder) {
            write(json);
        }
    });
    connect(&engine, &Engine::orderFailed, this, [this](int order, const Error& error) {
        if (order == m_importOrder || order == m_exportOrder) {
            Message message = messageOf(kRecordsTopic, error);
            message.title = order == m_importOrder ? tr("No record was imported") : tr("The records were not exported");
            m_messages.put(message);
        }
    });
}

void RecordsDesk::askImport()
{
    m_choose(Way::In, QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation), [this, visit = m_visit](const QString& path) {
        if (visit == m_visit && !path.isEmpty()) {
            read(path);
        }
    });
}

void RecordsDesk::askExport(const QString& account)
{
    const QString name = (account.isEmpty() ? tr("records") : tr("records %1").arg(account)) + QStringLiteral(".json");
    const QDir documents(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
    m_choose(Way::Out, documents.filePath(name), [this, visit = m_visit](const QString& path) {
        if (visit == m_visit && !path.isEmpty()) {
            m_target = path;
            m_exportOrder = m_engine.exportRecords();
        }
    });
}

void RecordsDesk::leave()
{
    ++m_visit;
    m_importOrder = -1;
    m_exportOrder = -1;
    if (m_dialog) {
        m_dialog->deleteLater();
        m_dialog = nullptr;
    }
    m_messages.clear(kRecordsTopic);
}

void RecordsDesk::chooseInDialog(Way way, const QString& suggested, const Chosen& chosen)
{
    if (m_dialog) {
        return;
    }
    auto* dialog = new QFileDialog(&m_parent, way == Way::In ? tr("Import records") : tr("Export records"));
    dialog->setObjectName(QStringLiteral("recordsFile"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setNameFilters({tr("JSON files (*.json)"), tr("All files (*)")});
    if (way == Way::In) {
        dialog->setFileMode(QFileDialog::ExistingFile);
        dialog->setDirectory(suggested);
    } else {
        dialog->setAcceptMode(QFileDialog::AcceptSave);
        dialog->setDefaultSuffix(QStringLiteral("json"));
        dialog->setDirectory(QFileInfo(suggested).path());
        dialog->selectFile(QFileInfo(suggested).fileName());
    }
    connect(dialog, &QFileDialog::fileSelected, this, chosen);
    m_dialog = dialog;
    dialog->open();
}

void RecordsDesk::read(const QString& path)
{
    QFile file(path);
    if (QFileInfo(path).isDir() || !file.open(QIODevice::ReadOnly)) {
        tell(Sign::Danger, tr("No record was imported"), tr("%1 cannot be read. Choose another file, or see to its permissions.").arg(path));
        return;
    }
    const QByteArray json = file.read(kLargestImport + 1);
    if (file.error() != QFileDevice::NoError) {
        tell(Sign::Danger, tr("No record was imported"), tr("%1 cannot be read: %2.").arg(path, file.errorString()));
        return;
    }
    if (json.size() > kLargestImport) {
        tell(Sign::Danger, tr("No record was imported"), tr("%1 is larger than 256 MiB. Divide it and import the parts.").arg(path));
        return;
    }
    m_importOrder = m_engine.importRecords(json);
}

void RecordsDesk::write(const QByteArray& json)
{
    QSaveFile file(m_target);
    // The rights come before the bytes, so that nobody else can read them at any moment.
    const bool written = file.open(QIODevice::WriteOnly) && file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner)
        && file.write(json) == json.size() && file.commit();
    if (written) {
        tell(Sign::Ok, tr("Records exported"), tr("They are in %1, which only you can read.").arg(QDir::toNativeSeparators(m_target)));
    } else {
        tell(Sign::Danger, tr("The records were not exported"), tr("%1 cannot be written: %2. What was there before is unchanged.")
                .arg(QDir::toNativeSeparators(m_target), file.errorString()));
    }
}

void RecordsDesk::tell(Sign sign, const QString& title, const QString& text)
{
    Message message;
    message.topic = kRecordsTopic;
    message.sign = sign;
    message.title = title;
    message.text = text;
    m_messages.put(message);
}

} // namespace ch::ui
