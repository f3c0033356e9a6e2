#pragma once

#include "app/base/Background.h"
#include "app/http/ExpectationCheck.h"
#include "app/http/NamedAnswers.h"
#include "app/workspace/RequestFiles.h"
#include "app/workspace/SessionTabs.h"
#include "ui/console/ShownCall.h"

#include <QObject>

#include <memory>
#include <vector>

namespace keydesk {

struct CallOrigin;
struct Core;
class RequestEditor;

/// A request that is open in the console, as it was and as it is now, and its last answer.
struct OpenRequest
{
    QUuid id;
    RequestPlace place;            ///< of a request in a file; `file` is empty for others
    QString origin;                ///< of others: "history/12", "provider/…"; empty for one that no list holds
    Variables variables;           ///< of its file
    QString reference;             ///< {{reference.response.…}} in other requests means its answer
    HttpOptions options;           ///< what annotations in its file ask for
    QList<WrittenExpectation> expectations; ///< those of its file, or that go into it when it is saved
    bool isRead = true;            ///< its file was, since the start
    RequestSpec original;          ///< as it is in its file or list
    RequestSpec edited;            ///< as it was left; what the editor shows may be newer
    bool isKept = false;           ///< it stays when another one is looked at
    std::optional<CallOutcome> outcome;  ///< of the last call from here
    VariableSources sources;             ///< that this call was made with
    QList<ExpectationOutcome> checked;   ///< how its answer meets the expectations
    std::optional<HistoryEntry> entry;   ///< or the call of the history that is shown
    CallController *calls = nullptr;     ///< owned by OpenRequests

    [[nodiscard]] bool isSaved() const { return !place.file.isEmpty(); }
    [[nodiscard]] bool isEdited() const { return edited != original; }
    [[nodiscard]] bool hasOriginal() const { return !original.url.isEmpty(); } ///< one to go back to
    /// "List agents", or "GET /api/v1/agents".
    [[nodiscard]] QString title() const;
};

/// The requests that are open, one of them in the editor. Looking at another one loses nothing: what was edited stays in its tab, and a tab
/// that was closed can be opened again. Remembers all of them from one start to the next, a crash included.
class OpenRequests : public QObject
{
    Q_OBJECT

public:
    OpenRequests(Core &core, RequestEditor &editor, QObject *parent = nullptr);
    ~OpenRequests() override;

    /// Those of the last run, or the environment's check call.
    void restore();
    /// Writes what is not written yet.
    void remember();

    [[nodiscard]] int count() const { return static_cast<int>(m_tabs.size()); }
    [[nodiscard]] int currentIndex() const { return m_current; }
    [[nodiscard]] const OpenRequest &at(int index) const { return *m_tabs.at(static_cast<std::size_t>(index)); }
    [[nodiscard]] const OpenRequest &current() const { return at(m_current); }
    [[nodiscard]] bool isEdited(int index) const;
    /// As they stand now, the one in the editor included.
    [[nodiscard]] QList<RequestSpec> requests() const;
    [[nodiscard]] int indexOf(const RequestPlace &place) const; ///< -1: not open
    [[nodiscard]] int indexOf(const QUuid &id) const;           ///< likewise

    /// A request that no list holds, in a tab of its own.
    void open(const RequestSpec &request);
    /// One of a list: in its tab if it is open, else in place of one that was only looked at.
    void openListed(const QString &origin, const RequestSpec &request);
    void openSaved(const RequestInFile &opened);
    /// What stands in the editor stays when another one is looked at.
    void keep();
    void setCurrent(int index);
    void move(int from, int to);
    void duplicate(int index);
    void close(int index);
    void closeOthers(int index);
    void reopen(); ///< the one that was closed last
    [[nodiscard]] bool canReopen() const { return !m_closed.empty(); }

    void discardChanges(); ///< of the current one
    /// `saved` is in its file now. It need not be the current one any more, nor what stands in the editor.
    void setSaved(const QUuid &id, const RequestSpec &saved, const RequestPlace &place);
    /// Its file has changed: it is read when it is looked at the next time.
    void readAgain(int index);
    /// The current one is now what stands in its file.
    void setTheirs(const RequestInFile &opened);
    /// A file or folder has another path now; places in it follow.
    void pathChanged(const QString &from, const QString &to);
    void placeChanged(int index, const RequestPlace &place);

    /// What is expected of its answers from now on; the last one is checked anew.
    void setExpectations(int index, const QStringList &expectations);

    [[nodiscard]] CallController &calls();
    /// Sends the current one, as edited, and what is expected of it is checked when the answer is there.
    QList<RequestProblem> send(const RequestSpec &request, const CallContext &context);
    /// What {{…}} means in expectations of the current one.
    [[nodiscard]] VariableSources sourcesOfAnswer() const;
    [[nodiscard]] bool isRunning() const; ///< a call of the current one
    /// Of the current one in an environment.
    [[nodiscard]] CallContext context(const std::optional<Environment> &environment) const;
    /// Of one that need not be open, with the answers of those that are.
    [[nodiscard]] CallContext contextOf(const CallOrigin &origin, const std::optional<Environment> &environment) const;
    /// Tells the editor what {{…}} may name now. Reads the files of environments beside the request's file.
    void updateSources();
    void setEntry(const HistoryEntry &entry);

Q_SIGNALS:
    void currentChanged(); ///< another one is in the editor
    void tabsChanged();    ///< titles, marks, order, number
    /// Of the current one's calls.
    void phaseChanged(keydesk::CallController::Phase phase, qint64 received, qint64 total);
    void streaming(const keydesk::RunningStream &stream);
    void spooling(const keydesk::ArrivingAnswer &answer);
    void finished(const keydesk::CallOutcome &outcome);
    void checked(const QList<keydesk::ExpectationOutcome> &outcomes); ///< of the current one; after `finished` where the body is large
    void closed(const QString &title); ///< with edits that are in no file: `reopen` brings it back
    /// The current one's file is not as it was: it is gone, or the request in it was changed by another program.
    void fileTrouble(const keydesk::Error &error);
    void failed(const keydesk::Error &error);

private:
    using Tab = std::unique_ptr<OpenRequest>;

    OpenRequest &currentTab() { return *m_tabs[static_cast<std::size_t>(m_current)]; }
    void leave();
    void show(int index);
    void add(Tab tab);
    static void take(OpenRequest &tab, const RequestInFile &opened);
    void readFile();
    void check(OpenRequest &tab);
    void edit();
    void changed();
    [[nodiscard]] RequestSpec firstRequest() const;
    [[nodiscard]] SessionState state() const;

    static constexpr std::size_t mostClosed = 20;

    Core &m_core;
    RequestEditor &m_editor;
    SessionTabs m_session;
    std::vector<Tab> m_tabs; // never empty once restored
    std::vector<Tab> m_closed;
    NamedAnswers m_answers;
    int m_current = 0;
    bool m_wasEdited = false; // so that typing does not lay out the tabs anew
    Background m_background;  // last: its work refers to the others
};

} // namespace keydesk
