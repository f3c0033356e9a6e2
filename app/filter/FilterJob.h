#pragma once

#include "app/body/FileBytes.h"
#include "app/filter/FilterLanguage.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <optional>

class QJsonObject;
class QProcess;

namespace keydesk {

struct FilterProgress;

/// What the expression says beside its results.
struct FilterMessage
{
    enum class Kind {
        Error, ///< a document gave no result, or no further one
        Debug, ///< jq's `debug` and `stderr`
    };

    Kind kind = Kind::Error;
    qint64 document = 0; ///< its number, from 1
    QString text;
};

/// Why an expression cannot be used.
struct FilterProblem
{
    QString text;
    std::optional<qsizetype> place; ///< in characters, if it is known
};

/// Filters a body of JSON, one document or many, with a program of its own (app/filter/program): it can be
/// stopped at any time, takes no more time, memory and space than it may, and knows neither files nor network
/// nor environment. Results go to a file without a name, which can be read while it grows. Values that a JSON
/// Pointer or a JSON Path leads to are bytes of the body; jq writes its own. One run: `start` once, then
/// `ended` once, never inside a call.
class FilterJob : public QObject
{
    Q_OBJECT

public:
    struct Limits
    {
        std::chrono::milliseconds time = std::chrono::seconds(30); ///< then it waits for `keepGoing`
        qint64 memory = 0;                                         ///< bytes
        qint64 output = 0;                                         ///< bytes

        /// What a body of this size may take of this machine.
        static Limits forBody(qint64 size);
    };

    FilterJob(std::shared_ptr<const FileBytes> body, FilterLanguage language, const QString &expression,
              QObject *parent = nullptr);
    /// Ends the program.
    ~FilterJob() override;

    /// `program`: filterProgram(). `folder`, which there is, is where the results are kept.
    void start(const QString &program, const QString &folder, const Limits &limits);
    void stop();
    /// Its time is up and it waits: as long again.
    void keepGoing();

    [[nodiscard]] bool isRunning() const { return m_process; }
    [[nodiscard]] bool isWaiting() const { return m_isWaiting; }
    [[nodiscard]] const Limits &limits() const { return m_limits; }
    /// The results so far, a line break behind each. None before the start, or if no file can be made.
    [[nodiscard]] std::shared_ptr<const FileBytes> output() const { return m_output; }
    [[nodiscard]] qint64 results() const;
    [[nodiscard]] qint64 errors() const; ///< of documents
    [[nodiscard]] qint64 documents() const;
    [[nodiscard]] qint64 read() const; ///< bytes of the body
    /// The first thousand.
    [[nodiscard]] const QList<FilterMessage> &messages() const { return m_messages; }
    /// jq has rounded numbers that stand in the results.
    [[nodiscard]] bool hasRounded() const { return m_hasRounded; }
    [[nodiscard]] const std::optional<FilterProblem> &problem() const { return m_problem; }
    /// Why it has ended before the end of the body, or could not begin.
    [[nodiscard]] const std::optional<Error> &error() const { return m_error; }

Q_SIGNALS:
    void grew();   ///< results, messages, or what has been read
    void timeUp(); ///< it waits
    void ended();

private:
    [[nodiscard]] bool makeFiles(const QString &folder);
    void takeReports();
    void takeReport(const QJsonObject &report);
    void takeEnd();
    void tellProgress();
    void pause();
    void fail(Error::Kind kind, const QString &message, const QString &detail = {});

    std::shared_ptr<const FileBytes> m_body;
    const FilterLanguage m_language;
    const QString m_expression;
    Limits m_limits;
    std::shared_ptr<const FileBytes> m_output;
    int m_shared = -1;                    // the memory behind it
    FilterProgress *m_progress = nullptr; // shared with the program
    qint64 m_told = 0;                    // of it, what `grew` was emitted for
    QProcess *m_process = nullptr;
    bool m_isWaiting = false;
    bool m_isStopped = false;
    bool m_hasLastWord = false; // it ended by itself
    QTimer m_telling;
    QTimer m_time;
    QList<FilterMessage> m_messages;
    bool m_hasRounded = false;
    std::optional<FilterProblem> m_problem;
    std::optional<Error> m_error;
};

} // namespace keydesk
