#pragma once

#include "app/base/Redactor.h"
#include "app/http/HttpClient.h"
#include "tests/support/CallWatcher.h"
#include "tests/support/FakeTokens.h"

#include <QHash>

namespace keydesk::test {

/// An HttpClient for environments with connection settings of their own.
class Connections
{
public:
    Connections()
    {
        client.setOptions({std::chrono::seconds(20), 1'000'000, QNetworkProxy::NoProxy});
        client.setConnections([this](const QUuid &id) { return m_environments.value(id); });
    }

    /// A request of an environment that is connected like this, and whose base URL is at the origin of `url`.
    [[nodiscard]] PreparedRequest request(const QUrl &url, const ConnectionSettings &settings)
    {
        PreparedRequest made;
        made.url = url;
        made.environmentId = QUuid::createUuid();
        m_environments.insert(*made.environmentId, {settings, Origin::fromUrl(url).value_or(Origin())});
        return made;
    }
    [[nodiscard]] PreparedRequest withKey(PreparedRequest made)
    {
        made.keyId = tokens.add(token, {*Origin::fromUrl(made.url)});
        return made;
    }
    [[nodiscard]] QUuid secret(const QByteArray &bytes) { return tokens.add(bytes, {}); }

    inline static const QByteArray token = "talq_0123456789abcdef0123456789abcdef";

    FakeTokens tokens;
    Redactor redactor;
    HttpClient client{tokens, redactor};

private:
    QHash<QUuid, HttpClient::Connection> m_environments;
};

} // namespace keydesk::test
