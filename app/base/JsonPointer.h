#pragma once

#include <QJsonValue>
#include <QStringView>

namespace keydesk {

/// What stands at a JSON Pointer (RFC 6901): "" is `root` itself, "/data/0/id" walks into it, `~1` is '/',
/// `~0` is '~'. Undefined if nothing stands there or the pointer is not one.
QJsonValue atPointer(const QJsonValue &root, QStringView pointer);

/// What stands there as text: a string as it is, a whole number without a fraction ("12"), true and false;
/// empty for anything else.
QString textAtPointer(const QJsonValue &root, QStringView pointer);

} // namespace keydesk
