#pragma once

#include "app/base/Error.h"
#include "app/http/PreparedRequest.h"

#include <QHash>
#include <QList>
#include <QString>
#include <QUrl>
#include <QUuid>

namespace keydesk {

/// A place to call: one provider's API under one base URL, with the keys and variables to use there.
struct Environment
{
    QUuid id;
    QString name;
    QString providerId;
    QString baseUrl;          ///< parts such as {domain} filled in
    QString colour;           ///< a name of the palette: red, orange, amber, green, teal, blue, violet, grey
    bool isProtected = false; ///< ask before anything but GET, HEAD, OPTIONS
    Variables variables;
    QHash<QString, QUuid> keys; ///< token kind id → key

    bool operator==(const Environment &) const = default;

    /// `baseUrl` and the environment's own variables.
    [[nodiscard]] Variables allVariables() const;
};

/// A base URL that can be used: http or https, a host, no user info, query or fragment; plain http only for
/// loopback. Returns it normalised (trailing slash removed). The Error says what is wrong in words.
Result<QUrl> checkBaseUrl(const QString &text);

/// A name for people, trimmed, or what is wrong with it: empty, more than 255 characters, control characters.
Result<QString> checkName(const QString &text);

/// The names that `Environment::colour` may have, in the order they are offered.
QStringList environmentColours();

} // namespace keydesk
