#include "app/calls/NetworkOptions.h"

#include "app/storage/Settings.h"

#include <QUrl>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

QNetworkProxy proxyOf(const Settings &settings)
{
    switch (settings.proxy()) {
    case Settings::Proxy::System:
        return QNetworkProxy(QNetworkProxy::DefaultProxy);
    case Settings::Proxy::None:
        return QNetworkProxy(QNetworkProxy::NoProxy);
    case Settings::Proxy::Manual:
        break;
    }
    const QUrl url(settings.proxyUrl());
    const bool socks = url.scheme().startsWith("socks"_L1);
    if (url.host().isEmpty())
        return QNetworkProxy(QNetworkProxy::DefaultProxy);
    return QNetworkProxy(socks ? QNetworkProxy::Socks5Proxy : QNetworkProxy::HttpProxy, url.host(),
                         static_cast<quint16>(url.port(socks ? 1080 : 8080)));
}

} // namespace

HttpClient::Options networkOptions(const Settings &settings)
{
    HttpClient::Options options;
    options.timeout = std::chrono::seconds(settings.timeoutSeconds());
    options.spoolLimit = qint64(settings.responseLimitMegabytes()) * 1024 * 1024;
    options.responseLimit = std::min(options.responseLimit, options.spoolLimit);
    options.proxy = proxyOf(settings);
    return options;
}

} // namespace keydesk
