#pragma once

#include "app/base/Background.h"
#include "app/calls/CallController.h"
#include "app/calls/RunFile.h"
#include "app/calls/RunReport.h"

#include <QElapsedTimer>

namespace keydesk {

struct RunPlan
{
    QStringList paths; ///< files and folders, see `requestFilesAt`
    std::optional<Environment> environment;
    QString root; ///< the folder of all requests, for environment files and names; empty: the first path's folder
    bool keepsHistory = true; ///< calls go into the history, but those that say "@no-log"
};

/// What somebody has to say yes to before a run. Nothing of it is asked while it runs.
struct RunQuestions
{
    int changing = 0; ///< requests that change things, in a protected environment; else 0
    int notes = 0;    ///< requests that say "@note": ask before this is sent
    QList<HttpPrompt> prompts; ///< values that requests ask for ("@prompt"), each name once

    [[nodiscard]] bool isEmpty() const { return changing == 0 && notes == 0 && prompts.isEmpty(); }
};

/// What whoever starts a run says beforehand. What was not said yes to is skipped, with the reason.
struct RunChoices
{
    bool stopsAtFailure = false;
    bool agreesToChanges = false; ///< of requests that change things in a protected environment
    bool agreesToNotes = false;
    QHash<QString, QString> values{}; ///< for "@prompt", by name; put in as they are
};

/// Sends the requests of files one after another, in order, and checks their expectations. Each has the answers of those before it
/// ({{login.response.body.$.token}}). Scripts and WebSockets are not run. Ending this cancels what is on its way. UI thread; files and large
/// bodies are read on another one.
class RequestRun : public QObject
{
    Q_OBJECT

public:
    RequestRun(const CallParts &parts, const RunPlan &plan, QObject *parent = nullptr);
    ~RequestRun() override;

    /// Reads the files; `loaded` or `failed` follows. Then `report` lists what would be sent. Again: the files are read anew.
    void load();
    [[nodiscard]] bool isLoaded() const { return m_isLoaded; }
    [[nodiscard]] const RunQuestions &questions() const { return m_questions; }

    /// After `loaded`; `finished` follows, never inside this call. Again: everything is sent again.
    void start(const RunChoices &choices = {});
    /// Cancels what is on its way; `finished` follows.
    void stop();
    [[nodiscard]] bool isRunning() const { return m_isRunning; }
    [[nodiscard]] const RunReport &report() const { return m_report; }

Q_SIGNALS:
    void loaded();
    void failed(const keydesk::Error &error); ///< there is nothing to run
    /// This result is another one now. Places in `report`.
    void progressed(int file, int request);
    void finished();

private:
    void takeFiles(const QList<RunFile> &files);
    void listRequests();
    void sendNext();
    [[nodiscard]] bool send(); // the one at m_at; false: it is done with already
    [[nodiscard]] QString skipReason(const HttpRequest &request, const CallContext &context) const;
    void ended(const CallOutcome &outcome);
    void check(const CallOutcome &outcome);
    void take(const QList<ExpectationOutcome> &expectations);
    void settle(RequestResult::State state, const QString &reason);
    void goOn();
    void end();
    [[nodiscard]] RequestResult &result() { return m_report.files[m_file].requests[m_request]; }
    [[nodiscard]] const RunRequest &request() const { return m_files.at(m_file).requests.at(m_request); }
    [[nodiscard]] QString nameOf(const QString &path) const;

    const CallParts m_parts;
    RunPlan m_plan;
    RunChoices m_choices;
    CallController m_calls;
    QList<RunFile> m_files;
    RunQuestions m_questions;
    RunReport m_report;
    NamedAnswers m_answers;
    VariableSources m_sources; // of the request that is on its way
    QElapsedTimer m_clock;
    qsizetype m_file = 0;
    qsizetype m_request = 0;
    bool m_isLoaded = false;
    bool m_isRunning = false;
    bool m_isStopping = false;
    QString m_restReason; // why the rest is not sent
    std::atomic<bool> m_isEnding = false;
    Background m_background; // last: its work refers to the others
};

} // namespace keydesk
