#pragma once

#include "app/calls/SavedCall.h"

#include <QStringList>

#include <atomic>

namespace keydesk {

/// A request of a file, to be sent.
struct RunRequest
{
    int index = 0; ///< from 0
    int line = 1;
    QString label; ///< its name, else its method and URL
    std::optional<HttpRequest> request;
    QString problem; ///< why there is none: gRPC, a cURL command …; a sentence
};

/// A file of a run, read once.
struct RunFile
{
    QString path;
    QString problem; ///< why it could not be read; empty: it was
    Variables variables;
    QList<RunRequest> requests;
};

/// The files with requests that paths mean: files as they are, folders with all below them, by path, as the console lists them. Each once.
/// NotFound names the path that is not there, or the folder that has none. Reads folders: not for the UI thread. `stop` ends it early; what
/// comes then is of no use.
Result<QStringList> requestFilesAt(const QStringList &paths, const std::atomic<bool> &stop = false);

/// Reads and parses, on any thread. An expectation that stands where no request is makes the file one that cannot be run: it would be
/// skipped in silence otherwise.
RunFile readRunFile(const RequestFiles &files, const QString &path);

} // namespace keydesk
