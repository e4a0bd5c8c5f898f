// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/AccountReader.h"

#include "store/TableCache.h"
#include "ui/dialogs/JsonDialog.h"
#include "ui/pages/detail/DetailPage.h"
#include "ui/pages/home/HomePage.h"
#include "ui/shell/MessageStrip.h"
#include "ui/shell/StatusLine.h"

#include <QDateTime>

namespace ch::ui {

AccountReader::AccountReader(MainWindow& window, const QString& folder, QTimeZone zone)
    : m_window(window), m_reading(folder), m_tableCache(std::make_shared<store::TableCache>()), m_rowsReading(folder, nullptr, m_tableCache),
      m_idsReading(folder, nullptr, m_tableCache), m_rows(m_rowsReading, m_idsReading), m_zone(std::move(zone))
{
}

AccountReader::~AccountReader() = default;

void AccountReader::readHome()
{
    if (m_homeAsked) {
        m_homeAgain = true;
        return;
    }
    m_homeAsked = true;
    m_homeAgain = false;
    const qint64 nowMs = QDateTime::currentMSecsSinceEpoch();
    const QTimeZone zone = m_zone;
    m_reading.ask<HomeValues>(&m_reading, [zone, nowMs](const store::MirrorReader& reader) { return ui::readHome(reader, zone, nowMs); })
        ->onFinished(this, [this, nowMs](const Result<HomeValues>& values) {
            m_homeAsked = false;
            if (!values) {
                m_window.messages().put(messageOf(QStringLiteral("home"), values.error()));
                return;
            }
            m_window.messages().clear(QStringLiteral("home"));
            m_window.statusLine().setFreshness(values->completeness, m_zone);
            const bool nothing = values->now.byCurrency.empty() && values->completeness.completeAsOfMs == 0;
            if (nothing) {
                m_window.home().setNothingYet(m_syncing);
            } else {
                m_window.home().setValues(*values, m_zone);
            }
            Q_EMIT eventsTold(values->eventsThroughMs, nowMs);
            Q_EMIT homeShown();
            if (m_homeAgain) {
                readHome();
            }
        });
}

void AccountReader::openDetail(const QString& objectId)
{
    m_detailId = objectId;
    readDetail();
}

void AccountReader::readDetail()
{
    if (m_detailId.isEmpty()) {
        return;
    }
    const quint64 generation = ++m_detailGeneration;
    const QString id = m_detailId;
    using Answer = std::optional<DetailValues>;
    m_reading.ask<Answer>(&m_reading, [id](const store::MirrorReader& reader) { return ui::readDetail(reader, id); })
        ->onFinished(this, [this, generation, id](const Result<Answer>& answer) {
            if (generation != m_detailGeneration) {
                return;
            }
            DetailPage& page = m_window.detail();
            if (!answer) {
                page.setError(answer.error());
            } else if (!*answer) {
                page.setNotFound(id);
            } else {
                page.setValues(**answer, m_zone);
            }
            if (m_window.page() != Page::Detail) {
                m_window.go(Page::Detail);
            }
            Q_EMIT detailShown(id);
        });
}

void AccountReader::showJson(const QString& objectId)
{
    using Answer = std::optional<QByteArray>;
    m_reading.ask<Answer>(&m_reading, [objectId](const store::MirrorReader& reader) { return reader.json(objectId); })
        ->onFinished(this, [this, objectId](const Result<Answer>& json) {
            if (json && *json) {
                (new JsonDialog(objectId, **json, &m_window))->open();
            } else if (!json) {
                m_window.messages().put(messageOf(QStringLiteral("json"), json.error()));
            }
        });
}

void AccountReader::findTwins(const QString& businessId, const QString& email, QObject* context, std::function<void(const Twins&)> told)
{
    m_reading.ask<Twins>(&m_reading, [businessId, email](const store::MirrorReader& reader) { return readTwins(reader, businessId, email); })
        ->onFinished(context, [told = std::move(told)](const Result<Twins>& twins) {
            if (twins) {
                told(*twins); // a warning is all that hangs on it: what cannot be read warns of nothing
            }
        });
}

} // namespace ch::ui
