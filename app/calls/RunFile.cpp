#include "app/calls/RunFile.h"

#include "app/history/HistoryStore.h"
#include "app/workspace/WorkspaceIndex.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct RunFileText
{
    Q_DECLARE_TR_FUNCTIONS(RunFile)
};

/// The line of an expectation that belongs to no request; 0: there is none.
int strayExpectation(const HttpFile &file)
{
    for (const HttpBlock &block : file.blocks()) {
        for (int line = block.firstLine; line < block.lastLine && !block.hasRequest(); ++line) {
            if (httpAnnotation(file.bytes(file.lines().at(static_cast<std::size_t>(line)))).name == expectAnnotation)
                return line + 1;
        }
    }
    return 0;
}

RunRequest readRunRequest(const HttpFile &file, int index)
{
    RunRequest read;
    read.index = index;
    read.line = file.lineNumber(index);
    read.label = file.name(index).isEmpty() ? requestLabel(file.method(index), file.url(index)) : file.name(index);
    const auto request = readHttpRequest(file, index);
    if (request)
        read.request = *request;
    else
        read.problem = request.error().message;
    return read;
}

Result<QStringList> filesBelow(const QString &folder, const std::atomic<bool> &stop)
{
    const WorkspaceIndex index = scanWorkspace(folder, {}, stop);
    QStringList files;
    for (const WorkspaceFile &file : index.files)
        files << index.absolute(file.path);
    if (files.isEmpty())
        return failure(Error::Kind::NotFound, RunFileText::tr("%1 has no .http or .rest files.").arg(folder));
    return files;
}

} // namespace

Result<QStringList> requestFilesAt(const QStringList &paths, const std::atomic<bool> &stop)
{
    QStringList files;
    for (const QString &path : paths) {
        const QFileInfo info(path);
        if (!info.exists())
            return failure(Error::Kind::NotFound, RunFileText::tr("%1 does not exist.").arg(path));
        if (!info.isDir()) {
            files << QDir::cleanPath(info.absoluteFilePath());
            continue;
        }
        const auto below = filesBelow(info.absoluteFilePath(), stop);
        if (!below)
            return below;
        files << *below;
    }
    files.removeDuplicates();
    return files;
}

RunFile readRunFile(const RequestFiles &files, const QString &path)
{
    RunFile read;
    read.path = path;
    const Result<HttpFile> file = files.read(path);
    if (!file) {
        read.problem = file.error().message;
        return read;
    }
    if (const int line = strayExpectation(*file); line > 0) {
        read.problem = RunFileText::tr("%1, line %2: this expectation belongs to no request. Put it between "
                                       "the “###” above a request and the next one.")
                           .arg(path)
                           .arg(line);
        return read;
    }
    const QList<NameValue> variables = fileVariables(*file);
    read.variables = Variables(variables.rbegin(), variables.rend()); // in a file the last of a name counts, here the first
    for (int index = 0; index < file->requestCount(); ++index)
        read.requests.append(readRunRequest(*file, index));
    return read;
}

} // namespace keydesk
