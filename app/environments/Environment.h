#pragma once

#include "app/base/Error.h"
#include "app/http/ConnectionSettings.h"
#include "app/http/PreparedRequest.h"

#include <QHash>
#include <QList>
#include <QString>
#include <QUrl>
#include <QUuid>

#include <optional>

namespace keydesk {

/// Under which the value of a secret variable stands among an environment's keys, instead of a token kind.
QString secretVariablePlace(const QString &name);

/// Somebody to call as, beside the default one ("read only"): keys of its own for some kinds.
struct Identity
{
    QString name;
    QHash<QString, QUuid> keys; ///< token kind id → key

    bool operator==(const Identity &) const = default;
};

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
    QHash<QString, QUuid> keys; ///< of the default identity: token kind id → key
    QList<Identity> identities; ///< the further ones, in the user's order; names differ
    QString identity;           ///< the name of the one that calls are made as; empty: the default one
    ConnectionSettings connection{}; ///< as the user set it

    bool operator==(const Environment &) const = default;

    /// The key that calls are made with: the chosen identity's, or the default one's if that has none of this kind.
    [[nodiscard]] std::optional<QUuid> keyOf(const QString &kindId) const;
    /// The same as somebody else.
    [[nodiscard]] std::optional<QUuid> keyOf(const QString &kindId, const QString &identityName) const;
    /// Every key that it has, as whoever; none twice.
    [[nodiscard]] QList<QUuid> allKeys() const;
    /// Those that calls are made with: without the values of secret variables.
    [[nodiscard]] QList<QUuid> callKeys() const;

    /// `connection` as calls are made by it: whatever is stored, a protected environment checks certificates (SECURITY S11).
    [[nodiscard]] ConnectionSettings connectionInUse() const;

    /// `baseUrl` and the environment's own variables.
    [[nodiscard]] Variables allVariables() const;
    /// The names of its secret variables, with the keys that hold their values: the chosen identity's, or else the default one's.
    [[nodiscard]] QHash<QString, QUuid> secretVariables() const;
    /// Both, for {{…}}.
    [[nodiscard]] VariableSources sources() const;
};

/// A base URL that can be used: http or https, a host, no user info, query or fragment; plain http only for
/// loopback. Returns it normalised (trailing slash removed). The Error says what is wrong in words.
Result<QUrl> checkBaseUrl(const QString &text);

/// A name for people, trimmed, or what is wrong with it: empty, more than 255 characters, control characters.
Result<QString> checkName(const QString &text);

/// The names that `Environment::colour` may have, in the order they are offered.
QStringList environmentColours();

} // namespace keydesk
