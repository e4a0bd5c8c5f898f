// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Log.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <mutex>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace ch::log {

namespace {

constexpr size_t kFileBytes = 5 * 1024 * 1024;
constexpr size_t kFiles = 4; // beside the one that is written
constexpr int kLinesKept = 2000;
constexpr int kLongestLine = 4000;
constexpr int kLongestRead = 2 * kLongestLine; // cut after redacting: half an address is one still

/// The one sink of the one logger: redacts, keeps the newest lines, and hands the clean line on to file and stderr.
class RedactingSink final : public spdlog::sinks::base_sink<std::mutex> {
public:
    void addTarget(spdlog::sink_ptr target)
    {
        const std::lock_guard lock(mutex_);
        m_targets.push_back(std::move(target));
    }

    QStringList recent()
    {
        const std::lock_guard lock(mutex_);
        return m_recent;
    }

protected:
    void sink_it_(const spdlog::details::log_msg& message) override
    {
        const QString line = redacted(QString::fromUtf8(message.payload.data(), static_cast<qsizetype>(message.payload.size())).left(kLongestRead)).left(kLongestLine);
        const std::string clean = line.toStdString();
        spdlog::details::log_msg copy = message;
        copy.payload = clean;
        spdlog::memory_buf_t formatted;
        base_sink::formatter_->format(copy, formatted);
        m_recent.append(QString::fromUtf8(formatted.data(), static_cast<qsizetype>(formatted.size())).trimmed());
        if (m_recent.size() > kLinesKept) {
            m_recent.removeFirst();
        }
        toTargets([&copy](spdlog::sinks::sink& target) { target.log(copy); });
    }

    void flush_() override
    {
        if (toTargets([](spdlog::sinks::sink& target) { target.flush(); })) {
            m_saidSo = false;
        }
    }

    void set_pattern_(const std::string& pattern) override
    {
        set_formatter_(std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc));
    }

private:
    /// A target that fails (a full disk) takes nothing from the others, and spdlog's own complaint never mixes into what a program
    /// prints: the viewer says it, once until everything is written again.
    template <typename Act>
    bool toTargets(Act act)
    {
        QString problem;
        for (const auto& target : m_targets) {
            try {
                act(*target);
            } catch (const spdlog::spdlog_ex& failure) {
                problem = QString::fromUtf8(failure.what());
            }
        }
        if (!problem.isEmpty() && !m_saidSo) {
            m_recent.insert(qMax<qsizetype>(0, m_recent.size() - 1), QStringLiteral("The log cannot be written down: %1").arg(problem));
            m_saidSo = true;
        }
        return problem.isEmpty();
    }

    std::vector<spdlog::sink_ptr> m_targets;
    QStringList m_recent;
    bool m_saidSo = false; ///< that something could not be written
};

constexpr auto kPattern = "%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v";

struct Shared {
    std::shared_ptr<RedactingSink> sink = std::make_shared<RedactingSink>();
    spdlog::logger logger{"countinghouse", sink};
    std::mutex mutex;
    QString path;

    Shared()
    {
        sink->set_pattern(kPattern);
        logger.set_level(spdlog::level::debug);
        logger.flush_on(spdlog::level::warn);
    }
};

Shared& shared()
{
    static Shared instance;
    return instance;
}

template <typename Sink>
std::shared_ptr<Sink> inUtc(std::shared_ptr<Sink> sink)
{
    sink->set_formatter(std::make_unique<spdlog::pattern_formatter>(kPattern, spdlog::pattern_time_type::utc));
    return sink;
}

spdlog::level::level_enum spdlogLevel(Level level)
{
    switch (level) {
    case Level::Debug: return spdlog::level::debug;
    case Level::Info: return spdlog::level::info;
    case Level::Warning: return spdlog::level::warn;
    case Level::Error: return spdlog::level::err;
    }
    return spdlog::level::err;
}

} // namespace

Status startFile(const QString& dir)
{
    Shared& log = shared();
    const std::lock_guard lock(log.mutex);
    const QString path = QDir(dir).filePath(QStringLiteral("countinghouse.log"));
    if (path == log.path) {
        return {};
    }
    if (!QDir().mkpath(dir)) {
        return fail(ErrorKind::Storage, QStringLiteral("The folder %1 cannot be made, so no log file is written.").arg(dir));
    }
    try {
        spdlog::file_event_handlers handlers;
        handlers.after_open = [](const spdlog::filename_t& name, std::FILE*) {
            QFile::setPermissions(QString::fromStdString(name), QFile::ReadOwner | QFile::WriteOwner);
        };
        log.sink->addTarget(
            inUtc(std::make_shared<spdlog::sinks::rotating_file_sink_mt>(path.toStdString(), kFileBytes, kFiles, false, handlers)));
    } catch (const spdlog::spdlog_ex& problem) {
        return fail(ErrorKind::Storage, QStringLiteral("The log file %1 cannot be written.").arg(path), QString::fromUtf8(problem.what()));
    }
    log.path = path;
    return {};
}

void startStderr()
{
    shared().sink->addTarget(inUtc(std::make_shared<spdlog::sinks::stderr_sink_mt>()));
}

void write(Level level, const QString& line)
{
    const QByteArray utf8 = line.toUtf8();
    shared().logger.log(spdlogLevel(level), spdlog::string_view_t(utf8.constData(), static_cast<size_t>(utf8.size())));
}

QStringList recentLines()
{
    return shared().sink->recent();
}

QString filePath()
{
    const std::lock_guard lock(shared().mutex);
    return shared().path;
}

void flush()
{
    shared().logger.flush();
}

QString redacted(const QString& text)
{
    struct Rule {
        QRegularExpression pattern;
        QString replacement;
    };
    // Order matters: the specific before the general. Key prefixes: docs.stripe.com/keys and the CLI's own scrubber.
    static const Rule kRules[] = {
        // Wherever it begins: behind an escape ("%3Dsk_live_...") too.
        {QRegularExpression(QStringLiteral("((?:sk|rk|pk|rkcs|ek|uk)_(?:test|live|org)_)[A-Za-z0-9_]+")), QStringLiteral("\\1[redacted]")},
        {QRegularExpression(QStringLiteral("\\b((?:sk|rk|pk|rkcs|oak|whsec|ek|uk)_(?:(?:test|live|org)_)*)[A-Za-z0-9_]+")), QStringLiteral("\\1[redacted]")},
        {QRegularExpression(QStringLiteral("\\b((?:pi|seti|cs|in|src|cuss|vi|ba)_[A-Za-z0-9]+_secret_)[A-Za-z0-9]+")), QStringLiteral("\\1[redacted]")},
        {QRegularExpression(QStringLiteral("\\b(Bearer|Basic)\\s+[A-Za-z0-9+/=._~-]+"), QRegularExpression::CaseInsensitiveOption),
         QStringLiteral("\\1 [redacted]")},
        {QRegularExpression(QStringLiteral("(https?://[^\\s?#\"'<>]*)[?#][^\\s\"'<>]*")), QStringLiteral("\\1?[redacted]")},
        {QRegularExpression(QStringLiteral("(https?://)[^\\s/@\"'<>]+@")), QStringLiteral("\\1[redacted]@")},
        {QRegularExpression(QStringLiteral("[^\\s@<>\"'(),;:=]+@[^\\s@<>\"'(),;:=]+\\.[^\\s@<>\"'(),;:=]+")), QStringLiteral("[e-mail]")},
        {QRegularExpression(QStringLiteral("\\b(?:\\d[ -]?){13,18}\\d\\b")), QStringLiteral("[number]")},
        {QRegularExpression(QStringLiteral("[\\r\\n]+")), QStringLiteral(" ")},
    };
    QString out = text;
    for (const Rule& rule : kRules) {
        out.replace(rule.pattern, rule.replacement);
    }
    return out;
}

} // namespace ch::log
