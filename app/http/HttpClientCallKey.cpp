#include "app/http/HttpClientCall.h"

#include "app/base/Redactor.h"
#include "app/http/HeaderRules.h"

#include <QCoreApplication>

#include <algorithm>
#include <chrono>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace keydesk {

namespace {

// A keychain that is unlocked answers faster than this; showing that it is waited for would only flicker.
constexpr auto patience = 100ms;

struct HttpClientCallKeyText
{
    Q_DECLARE_TR_FUNCTIONS(HttpClient)
};

QString joined(const QList<Origin> &origins)
{
    QStringList texts;
    for (const Origin &origin : origins)
        texts.append(origin.toString());
    return texts.isEmpty() ? HttpClientCallKeyText::tr("no origin yet") : texts.join(u", "_s);
}

} // namespace

const Secret &HttpClient::Call::token() const
{
    return m_oneTimeToken ? *m_oneTimeToken->token : m_token;
}

/// Fills `m_named` if a key is to go along.
Result<void> HttpClient::Call::findCredential()
{
    if (m_request.oneTimeToken) {
        const OneTimeToken &oneTime = *m_request.oneTimeToken;
        m_named = KeyBinding{HttpClientCallKeyText::tr("the token"), oneTime.form, oneTime.origins};
    } else if (m_request.keyId) {
        m_named = m_client.m_tokens.binding(*m_request.keyId);
        if (!m_named) {
            m_trace.keyWithheld = HttpClientCallKeyText::tr(
                "The key that this request names is no longer there. Choose another one.");
            return failure(Error::Kind::NotFound, m_trace.keyWithheld);
        }
    }
    if (!m_named)
        return {};
    // What is shown is what is sent: a header or a parameter of that name that stands in the request is not
    // replaced behind its back.
    const KeyForm &form = m_named->form;
    const bool inQuery = form.placement == KeyPlacement::Query;
    const QString name = QString::fromUtf8(form.name);
    if (inQuery ? hasQueryItem(m_request.url, form.name)
                : findHeader(m_request.headers, form.name) != nullptr) {
        m_trace.keyWithheld =
            inQuery ? HttpClientCallKeyText::tr(
                          "The request has a parameter %1 of its own, which was sent instead of the key's.")
                          .arg(name)
                    : HttpClientCallKeyText::tr(
                          "The request has a header %1 of its own, which was sent instead of the key's.")
                          .arg(name);
        m_named.reset();
        return {};
    }
    if (inQuery ? form.name.isEmpty() : !isToken(form.name) || !isHeaderValue(form.prefix)) {
        m_trace.keyWithheld =
            inQuery ? HttpClientCallKeyText::tr(
                          "The query parameter that the key goes into has no name. Correct it in "
                          "the key's provider.")
                    : HttpClientCallKeyText::tr(
                          "The header that the key goes into, “%1”, is not one that HTTP allows. "
                          "Correct it in the key's provider.")
                          .arg(name.left(80).simplified());
        return failure(Error::Kind::InvalidInput, m_trace.keyWithheld);
    }
    return {};
}

/// Whether nobody on the way to `target` reads a secret.
Result<void> HttpClient::Call::checkTransport(const Origin &target, const QString &secretName) const
{
    if (!target.isSecure())
        return failure(Error::Kind::InsecureTransport,
                       HttpClientCallKeyText::tr(
                           "Nothing was sent: %1 is plain http to another machine, where anybody on the "
                           "way could read “%2”. Use https.")
                           .arg(target.toString(), secretName));
    // SECURITY S11: loopback is plain, but a proxy is not loopback, wherever it listens.
    if (target.scheme() == "http"_L1 && m_connection.settings.usesOwnProxyFor(m_origin))
        return failure(Error::Kind::InsecureTransport,
                       HttpClientCallKeyText::tr(
                           "Nothing was sent: %1 is plain http, and the proxy %2 would read “%3”. Use https, "
                           "or no proxy in the "
                           "connection settings of this environment.")
                           .arg(target.toString(), m_connection.settings.proxyText(), secretName));
    return {};
}

/// SECURITY S2: before the token is even read.
Result<void> HttpClient::Call::checkOrigins(const Origin &target, const KeyBinding &binding) const
{
    QList<Origin> targets{target};
    // A server that serves several sites goes by the Host header (RFC 9110 section 7.2), so a typed one is a
    // target as well.
    if (const QByteArray *host = findHeader(m_request.headers, "Host"); host && !host->isEmpty()) {
        const auto typed = Origin::fromString(target.scheme() + "://"_L1 + QString::fromUtf8(*host));
        if (!typed)
            return tl::unexpected(typed.error());
        targets.append(*typed);
    }
    for (const Origin &origin : std::as_const(targets)) {
        if (const auto checked = checkTransport(origin, binding.keyName); !checked)
            return checked;
        if (!binding.origins.contains(origin))
            return failure(
                Error::Kind::OriginNotBound,
                HttpClientCallKeyText::tr(
                    "Nothing was sent: “%1” may not go to %2. It is bound to: %3. Correct the URL, "
                    "choose another key, or bind "
                    "the key to this origin if you trust it.")
                    .arg(binding.keyName, origin.toString(), joined(binding.origins)));
    }
    return {};
}

void HttpClient::Call::readToken()
{
    if (m_request.oneTimeToken) {
        m_oneTimeToken = m_request.oneTimeToken;
        takeToken(Secret());
        return;
    }
    m_hop.enter(HopTiming::Phase::Keychain);
    m_waitsForKeychain = true;
    m_client.m_tokens.readTokenFor(m_request.environmentId, *m_request.keyId, this,
                                   [this](Result<Secret> token) { takeToken(std::move(token)); });
    sayIfKeychainWaits();
}

void HttpClient::Call::sayIfKeychainWaits()
{
    QTimer::singleShot(patience, this, [this] {
        if ((m_waitsForKeychain || m_waitsForTokens) && !m_outcome)
            Q_EMIT waitingForToken();
    });
}

void HttpClient::Call::takeToken(Result<Secret> token)
{
    m_waitsForKeychain = false;
    if (m_outcome)
        return;
    if (!token) {
        m_trace.keyWithheld = token.error().message;
        finish(tl::unexpected(token.error()));
        return;
    }
    m_token = std::move(*token);
    if (const auto checked = checkToken(); !checked) {
        m_trace.keyWithheld = checked.error().message;
        finish(tl::unexpected(checked.error()));
        return;
    }
    makeKnown(m_client.m_redactor, m_named->form.placement, this->token());
    readSecrets();
}

/// As the key's: each may go to its own origins only.
Result<void> HttpClient::Call::checkSecrets()
{
    for (const QUuid &id : std::as_const(m_request.secrets)) {
        const std::optional<KeyBinding> binding = m_client.m_tokens.binding(id);
        if (!binding)
            return failure(Error::Kind::NotFound,
                           HttpClientCallKeyText::tr("The value of a secret variable that this request names "
                                                     "is no longer there. Enter it again in "
                                                     "the environment."));
        if (const auto checked = checkOrigins(m_origin, *binding); !checked)
            return checked;
    }
    return {};
}

/// One after the other; then the request goes out.
void HttpClient::Call::readSecrets()
{
    for (const QUuid &id : std::as_const(m_request.secrets)) {
        if (m_secrets.contains(id))
            continue;
        m_waitsForKeychain = true;
        m_client.m_tokens.readToken(id, this, [this, id](Result<Secret> value) {
            m_waitsForKeychain = false;
            if (m_outcome)
                return;
            if (!value) {
                finish(tl::unexpected(value.error()));
                return;
            }
            m_client.m_redactor.add(*value);
            m_secrets.insert_or_assign(id, std::move(*value));
            readSecrets();
        });
        sayIfKeychainWaits();
        return;
    }
    sendHop();
}

Result<void> HttpClient::Call::checkToken() const
{
    if (m_oneTimeToken && !m_oneTimeToken->token)
        return failure(Error::Kind::InvalidInput, HttpClientCallKeyText::tr("There is no token to send."));
    const std::string_view bytes = token().reveal();
    if (bytes.empty())
        return failure(
            Error::Kind::InvalidInput,
            HttpClientCallKeyText::tr("Nothing was sent: the token of “%1” is empty.").arg(m_named->keyName));
    if (m_named->form.placement == KeyPlacement::Query)
        return {}; // every byte is encoded there
    if (!isHeaderValue(QByteArrayView(bytes.data(), static_cast<qsizetype>(bytes.size()))))
        return failure(
            Error::Kind::InvalidInput,
            HttpClientCallKeyText::tr(
                "Nothing was sent: the token of “%1” has a line break or another control character "
                "in it, which cannot be in a "
                "header. Add the token again without it.")
                .arg(m_named->keyName));
    if (m_named->form.placement == KeyPlacement::Basic && bytes.find(':') == std::string_view::npos)
        return failure(
            Error::Kind::InvalidInput,
            HttpClientCallKeyText::tr(
                "Nothing was sent: “%1” is not a user name and a password with a colon between them. Add "
                "the key again.")
                .arg(m_named->keyName));
    return {};
}

} // namespace keydesk
