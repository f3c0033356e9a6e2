#include "ui/console/RequestSaver.h"

#include "app/Core.h"
#include "app/workspace/DiskSteps.h"
#include "app/workspace/EnvironmentFiles.h"
#include "ui/console/ConflictDialog.h"
#include "ui/console/OpenRequests.h"
#include "ui/console/RequestEditor.h"
#include "ui/console/SaveRequestDialog.h"
#include "ui/widgets/MessageBar.h"

#include <QAction>
#include <QDir>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace keydesk {

RequestSaver::RequestSaver(Core &core, OpenRequests &requests, RequestEditor &editor, QWidget &page)
    : QObject(&page)
    , m_core(core)
    , m_requests(requests)
    , m_editor(editor)
    , m_page(page)
{
    connect(core.workspace.get(), &Workspace::filesChanged, this, &RequestSaver::lookAtFiles);
}

void RequestSaver::save()
{
    m_editor.finishEditing();
    if (!m_requests.current().isSaved()) {
        saveAs();
        return;
    }
    m_core.workspace->save(m_requests.current().place, m_editor.request(), this, whenDone(m_editor.request()));
}

void RequestSaver::saveAs()
{
    if (!m_core.workspace->isOpen()) {
        Q_EMIT folderWanted();
        return;
    }
    if (m_page.findChild<SaveRequestDialog *>())
        return;
    m_editor.finishEditing();
    auto *dialog = new SaveRequestDialog(*m_core.workspace, m_requests.current().title(), &m_page);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { addTo(dialog->file(), dialog->name()); });
    dialog->open();
}

void RequestSaver::writeEnvironment()
{
    const auto environment = m_core.environments->current();
    if (!environment || !m_core.workspace->isOpen())
        return;
    const QString path = QDir(m_core.workspace->folder()).filePath(environmentFileName);
    QByteArray before;
    if (QFileInfo::exists(path)) {
        const Result<SourceFile> file = readRequestFile(path);
        if (!file) {
            Q_EMIT failed(file.error());
            return;
        }
        before = bytesOf(*file);
    }
    const Result<EnvironmentText> text = withEnvironment(before, *environment, m_core.redactor);
    const Result<void> written = text.and_then(
        [&](const EnvironmentText &made) { return before.isEmpty() ? createBytes(path, made.text) : replaceBytes(path, before, made.text); });
    if (!written)
        Q_EMIT failed(written.error());
    else if (text->leftOut.isEmpty())
        Q_EMIT message(tr("“%1” is written to %2.").arg(environment->name, environmentFileName));
    else
        Q_EMIT message(tr("“%1” is written to %2 without %3: they hold credentials.").arg(environment->name, environmentFileName, text->leftOut.join(tr(", "))));
}

/// With those above it, as far as they are not there.
Result<void> RequestSaver::makeFolder(const QString &folder)
{
    if (QFileInfo(folder).isDir())
        return {};
    const QFileInfo about(folder);
    return makeFolder(about.path()).and_then([&]() -> Result<void> {
        const Result<FileChange> change = m_core.workspace->files().createFolder(about.path(), about.fileName());
        return change ? Result<void>() : tl::unexpected(change.error());
    });
}

void RequestSaver::addTo(const QString &file, const QString &name)
{
    if (const Result<void> made = makeFolder(QFileInfo(file).path()); !made) {
        showTrouble(made.error());
        return;
    }
    RequestSpec request = m_editor.request();
    request.name = name;
    QStringList expectations;
    for (const WrittenExpectation &each : m_requests.current().expectations)
        expectations << each.text;
    m_core.workspace->add(file, -1, request, this, whenDone(request, expectations));
}

/// By then another request may be the current one, and more may have been typed. `expectations` are those of one that is new in its file.
Workspace::Done<FileChange> RequestSaver::whenDone(const RequestSpec &saved, const QStringList &expectations)
{
    return [this, saved, expectations, id = m_requests.current().id](const Result<FileChange> &change) {
        const bool isCurrent = m_requests.current().id == id;
        if (!change) {
            if (isCurrent)
                showTrouble(change.error());
            else
                Q_EMIT failed(change.error());
            return;
        }
        if (isCurrent)
            m_editor.messages().clear();
        RequestPlace place = change->place;
        if (!expectations.isEmpty()) {
            const Result<FileChange> expected = m_core.workspace->files().setExpectations(place, expectations);
            if (expected)
                place = expected->place;
            else
                Q_EMIT failed(expected.error());
        }
        m_requests.setSaved(id, saved, place);
        m_core.workspace->refresh();
        Q_EMIT this->saved(change->place.file, change->place.index);
        Q_EMIT message(tr("Saved in %1.").arg(QFileInfo(change->place.file).fileName()));
    };
}

void RequestSaver::showTrouble(const Error &error)
{
    if (error.kind == Error::Kind::Conflict) {
        showConflict();
        return;
    }
    if (error.kind == Error::Kind::NotFound && m_requests.current().isSaved()) {
        auto *again = new QAction(tr("Save Again…"), &m_editor.messages());
        connect(again, &QAction::triggered, this, &RequestSaver::saveAs, Qt::QueuedConnection);
        m_editor.messages().show(MessageBar::Level::Caution, error.message, {again});
        return;
    }
    m_editor.messages().show(MessageBar::Level::Danger, error.message);
}

void RequestSaver::showConflict()
{
    const auto offer = [this](const QString &text, void (RequestSaver::*work)()) {
        auto *action = new QAction(text, &m_editor.messages());
        connect(action, &QAction::triggered, this, work, Qt::QueuedConnection); // which clears the message
        return action;
    };
    auto *compare = new QAction(tr("Show Both…"), &m_editor.messages());
    connect(compare, &QAction::triggered, this, [this] {
        const auto conflict = m_core.workspace->files().conflict(m_requests.current().place, m_editor.request());
        if (!conflict) {
            Q_EMIT failed(conflict.error());
            return;
        }
        auto *dialog = new ConflictDialog(*conflict, m_core.redactor, &m_page);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        connect(dialog, &ConflictDialog::oursChosen, this, &RequestSaver::overwrite);
        connect(dialog, &ConflictDialog::theirsChosen, this, &RequestSaver::takeTheirs);
        dialog->open();
    });
    m_editor.messages().show(MessageBar::Level::Caution,
                             tr("Another program has changed this request in %1.")
                                 .arg(QFileInfo(m_requests.current().place.file).fileName()),
                             {compare, offer(tr("Keep Mine"), &RequestSaver::overwrite), offer(tr("Take Theirs"), &RequestSaver::takeTheirs)});
}

void RequestSaver::overwrite()
{
    m_core.workspace->overwrite(m_requests.current().place, m_editor.request(), this, whenDone(m_editor.request()));
}

void RequestSaver::takeTheirs()
{
    const auto conflict = m_core.workspace->files().conflict(m_requests.current().place, m_editor.request());
    if (!conflict)
        Q_EMIT failed(conflict.error());
    else if (conflict->theirRequest)
        m_requests.setTheirs(*conflict->theirRequest);
    else
        Q_EMIT message(tr("The request is not in its file any more. Your version stays here."));
}

void RequestSaver::lookAtFiles(const QStringList &files)
{
    for (int index = 0; index < m_requests.count(); ++index) {
        const OpenRequest &request = m_requests.at(index);
        if (!request.isSaved() || !files.contains(request.place.file))
            continue;
        const Result<RequestPlace> now = m_core.workspace->files().find(request.place);
        if (now) {
            if (*now != request.place) // it has moved within its file
                m_requests.placeChanged(index, *now);
            continue;
        }
        if (index != m_requests.currentIndex()) {
            m_requests.readAgain(index);
            continue;
        }
        if (now.error().kind == Error::Kind::Conflict && !m_requests.isEdited(index)) {
            // Nothing of ours is lost: their version is shown, as after a pull.
            takeTheirs();
            Q_EMIT message(tr("“%1” was changed by another program; its new version is shown.").arg(request.title()));
        } else {
            showTrouble(now.error());
        }
    }
}

void RequestSaver::tellOfCredentials(const RequestInFile &opened)
{
    if (opened.credentials.isEmpty())
        return;
    const HttpCredential &first = opened.credentials.constFirst();
    auto *keep = new QAction(tr("Keep It as a Key…"), &m_editor.messages());
    connect(keep, &QAction::triggered, this, &RequestSaver::newKeyWanted);
    m_editor.messages().show(MessageBar::Level::Caution,
                             tr("%1 holds a credential in plain text: “%2” in line %3. Keep it as a key, and let the request name the key instead.")
                                 .arg(QFileInfo(opened.place.file).fileName(), first.name, QString::number(first.note.line)),
                             {keep});
}

} // namespace keydesk
