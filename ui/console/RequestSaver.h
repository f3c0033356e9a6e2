#pragma once

#include "app/workspace/Workspace.h"

#include <QObject>

namespace keydesk {

struct Core;
class OpenRequests;
class RequestEditor;

/// Saves the request that is open into its .http file, or into one that the user chooses. What another program changed meanwhile is never
/// overwritten without a choice.
class RequestSaver : public QObject
{
    Q_OBJECT

public:
    RequestSaver(Core &core, OpenRequests &requests, RequestEditor &editor, QWidget &page);

    void save();
    void saveAs();
    /// The current environment without its secrets into http-client.env.json, beside the requests.
    void writeEnvironment();
    /// Says what is wrong with the current one's file, and what can be done.
    void showTrouble(const Error &error);
    /// Asks the files of open requests whether they are what they were: another program may have changed them.
    void lookAtFiles(const QStringList &files);
    /// A file that was opened holds credentials: offers to keep them as keys.
    void tellOfCredentials(const RequestInFile &opened);

Q_SIGNALS:
    void saved(const QString &file, int request);
    void folderWanted(); ///< there is no folder yet to save into
    void newKeyWanted();
    void message(const QString &text);
    void failed(const keydesk::Error &error);

private:
    [[nodiscard]] Workspace::Done<FileChange> whenDone(const RequestSpec &saved, const QStringList &expectations = {});
    Result<void> makeFolder(const QString &folder);
    void addTo(const QString &file, const QString &name);
    void showConflict();
    void overwrite();
    void takeTheirs();

    Core &m_core;
    OpenRequests &m_requests;
    RequestEditor &m_editor;
    QWidget &m_page;
};

} // namespace keydesk
