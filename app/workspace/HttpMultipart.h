#pragma once

#include "app/http/RequestSpec.h"

#include <QStringList>

#include <optional>

namespace keydesk {

/// Of "multipart/form-data; boundary=…", without quotes; empty if it has none.
QString boundaryOf(const QString &contentType);

/// The parts of a multipart/form-data body as it stands in a .http file, where "< path" stands for a file's
/// content. Nothing if it holds what RequestPart cannot say: text around a file, a disposition with further
/// parameters, text outside of the parts.
std::optional<QList<RequestPart>> readMultipart(const QStringList &lines, const QString &boundary);
/// A part that is switched off is one comment line.
QStringList multipartLines(const QList<RequestPart> &parts, const QString &boundary);
/// `wanted`, or one that no part's content holds.
QString freeBoundary(const QList<RequestPart> &parts, const QString &wanted);

} // namespace keydesk
