#include "app/http/HttpClient.h"

#include "app/http/HttpClientCall.h"

#include <QNetworkAccessManager>
#include <QSslConfiguration>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr qsizetype mostNetworks = 8; // each has a thread and connections of its own

} // namespace

HttpClient::HttpClient(TokenSource &tokens, Redactor &redactor, QObject *parent)
    : HttpClient(tokens, redactor, &QNetworkProxyFactory::systemProxyForQuery, parent)
{
}

HttpClient::HttpClient(TokenSource &tokens, Redactor &redactor, Proxies::Lookup systemProxy, QObject *parent)
    : QObject(parent)
    , m_tokens(tokens)
    , m_redactor(redactor)
    , m_cookies(redactor)
    , m_systemProxy(std::move(systemProxy))
{
}

HttpClient::~HttpClient()
{
    // Before the networks that their replies belong to.
    qDeleteAll(findChildren<HttpCall *>(Qt::FindDirectChildrenOnly));
}

void HttpClient::setOptions(const Options &options)
{
    m_options = options;
    for (const auto &network : std::as_const(m_networks))
        network->setProxy(options.proxy);
}

HttpClient::Options HttpClient::options() const
{
    return m_options;
}

void HttpClient::setConnections(Connections connections)
{
    m_connections = std::move(connections);
}

void HttpClient::setMakeTokensKnown(MakeTokensKnown make)
{
    m_makeTokensKnown = std::move(make);
}

HttpClient::Connection HttpClient::connectionOf(const PreparedRequest &request) const
{
    return m_connections && request.environmentId ? m_connections(*request.environmentId) : Connection();
}

void HttpClient::findNetwork(const Connection &connection, QObject *guard, NetworkFound found)
{
    const ConnectionSettings &settings = connection.settings;
    auto key = std::make_shared<NetworkKey>();
    key->connection = connection;
    key->files = tlsFilesStamp(settings);
    const QUuid passphrase = settings.certificateFile.isEmpty() ? QUuid() : settings.passphraseId;
    const QUuid password = settings.hasOwnProxy() ? settings.proxyPasswordId : QUuid();
    const auto takePassword = [this, key, guard, found](Result<std::shared_ptr<const Secret>> secret) {
        if (!secret) {
            found(tl::unexpected(secret.error()));
            return;
        }
        key->proxyPassword = *secret;
        openNetwork(*key, guard, found);
    };
    readSecret(passphrase, tr("the client certificate's passphrase"), guard,
               [this, key, guard, found, password, takePassword](Result<std::shared_ptr<const Secret>> secret) {
                   if (!secret) {
                       found(tl::unexpected(secret.error()));
                       return;
                   }
                   key->passphrase = *secret;
                   readSecret(password, tr("the proxy's password"), guard, takePassword);
               });
}

/// Anew for each call, so that it is not used any longer than its store lets it be.
void HttpClient::readSecret(const QUuid &id, const QString &what, QObject *guard, SecretRead done)
{
    if (id.isNull()) {
        done(std::shared_ptr<const Secret>());
        return;
    }
    m_tokens.readToken(id, guard, [what, done = std::move(done)](Result<Secret> secret) {
        if (secret)
            done(std::make_shared<const Secret>(std::move(*secret)));
        else if (secret.error().kind == Error::Kind::NotFound)
            done(failure(Error::Kind::InvalidInput,
                         tr("Nothing was sent: %1 is not stored any more. Enter it again in the connection settings of this environment.")
                             .arg(what),
                         secret.error().detail));
        else
            done(failure(secret.error().kind,
                         tr("Nothing was sent: %1 cannot be read. %2").arg(what, secret.error().message), secret.error().detail));
    });
}

void HttpClient::openNetwork(const NetworkKey &key, QObject *guard, const NetworkFound &found)
{
    const auto known = std::ranges::find_if(m_networks, [&key](const auto &network) { return network->key().equals(key); });
    if (known != m_networks.end()) {
        std::rotate(m_networks.begin(), known, known + 1);
        found(m_networks.first());
        return;
    }
    const auto open = [this, key, found](const tl::expected<TlsFiles, TlsFileProblem> &files) {
        if (!files) {
            found(failure(files.error().error.kind, tr("Nothing was sent. %1").arg(files.error().error.message),
                          files.error().error.detail));
            return;
        }
        auto network = std::make_shared<Network>(std::make_unique<QNetworkAccessManager>(), m_systemProxy, key, *files);
        network->setProxy(m_options.proxy);
        m_networks.prepend(network);
        while (m_networks.size() > mostNetworks)
            m_networks.removeLast();
        found(network);
    };
    const ConnectionSettings &settings = key.connection.settings;
    if (settings.caFile.isEmpty() && settings.certificateFile.isEmpty()) {
        open(TlsFiles());
        return;
    }
    const auto read = [settings, passphrase = key.passphrase] {
        auto files = readTlsFiles(settings, passphrase.get());
        if (files && !files->authorities.isEmpty())
            files->authorities += QSslConfiguration::systemCaCertificates();
        return files;
    };
    m_background.run(guard, read, open);
}

HttpCall *HttpClient::send(const PreparedRequest &request)
{
    auto *call = new Call(*this, request);
    call->start();
    return call;
}

} // namespace keydesk
