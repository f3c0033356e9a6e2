#pragma once

#include "app/http/RequestSpec.h"
#include "app/workspace/HttpFile.h"

#include <QStringList>

namespace keydesk {

/// Changes of a file's text. Each returns the whole new file and leaves every line that it need not change as
/// it is, to the byte: comments, annotations, scripts, order, spacing, line ends. InvalidInput if the format
/// has no way to say it (then nothing is lost, and the message names the part); what comes back was read
/// again and is what was asked for.

/// The request as edited. What is equal stays as it was written, whatever its style.
Result<HttpFile> withRequest(const HttpFile &file, int request, const RequestSpec &spec);
/// A further one in front of the request `before`; `requestCount()`: at the end.
Result<HttpFile> withNewRequest(const HttpFile &file, int before, const RequestSpec &spec);
Result<HttpFile> withName(const HttpFile &file, int request, const QString &name);
/// With these lines of "# @expect …", in order, in place of those that it has. InvalidInput for one that is more than a line.
Result<HttpFile> withExpectations(const HttpFile &file, int request, const QStringList &expectations);
Result<HttpFile> withoutRequest(const HttpFile &file, int request);
/// `to` is the place that it has afterwards.
Result<HttpFile> withRequestMoved(const HttpFile &file, int from, int to);
/// With a request's source from elsewhere, in front of the request `before`.
Result<HttpFile> withSource(const HttpFile &file, int before, const QByteArray &source);

/// What goes along when a request leaves its file: its lines with the comments above it, but not the
/// variables at the beginning of the file. Ends with a line break.
QByteArray movableSource(const HttpFile &file, int request);

} // namespace keydesk
