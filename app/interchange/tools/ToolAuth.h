#pragma once

#include "app/http/RequestSpec.h"

namespace keydesk {

/// How another tool's request or folder says who is asking. A value; it may hold a credential, as the file does.
struct ToolAuth
{
    enum class Where {
        Inherited, ///< as the folder around it says
        Nowhere,   ///< none is sent
        Header,
        Query,
    };

    Where where = Where::Inherited;
    NameValue row{}; ///< for Header and Query
    QString left{};  ///< a sentence on what Keydesk has nothing for; empty: nothing. Never holds a credential

    bool operator==(const ToolAuth &) const = default;
};

ToolAuth noAuth();
/// "Authorization: Basic user password", which Keydesk encodes when it sends; what that form cannot hold is encoded here.
ToolAuth basicAuth(const QString &user, const QString &password);
/// `prefix` may be empty.
ToolAuth bearerAuth(const QString &token, const QString &prefix = QStringLiteral("Bearer"));
ToolAuth keyInHeader(const QString &name, const QString &value);
ToolAuth keyInQuery(const QString &name, const QString &value);
ToolAuth keyInCookie(const QString &name, const QString &value);
/// Its access tokens come from a server. The request takes the environment's key, which Keydesk gets in that way once it is told how.
ToolAuth oauth2Auth(const QString &grant);
/// Keydesk cannot do it; nothing is sent. `kind` is the tool's word for it.
ToolAuth unknownAuth(const QString &kind);

} // namespace keydesk
