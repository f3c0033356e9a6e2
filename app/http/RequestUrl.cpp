#include "app/http/RequestUrl.h"

#include "app/http/Origin.h"
#include "app/http/StreamKind.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct RequestUrlText
{
    Q_DECLARE_TR_FUNCTIONS(RequestUrl)
};

tl::unexpected<Error> invalid(const QString &message, const QString &detail = {})
{
    return failure(Error::Kind::InvalidInput, message, detail);
}

bool hasControlCharacter(const QString &text)
{
    return std::ranges::any_of(text, [](QChar c) { return c.unicode() < 0x20 || c.unicode() == 0x7F; });
}

/// `text` behind the base, as text: resolving it as RFC 3986 does would throw away the base's path.
Result<QString> behindBase(const QString &text, const QUrl &baseUrl)
{
    if (text.startsWith("//"_L1) || text.startsWith(u'\\'))
        return invalid(
            RequestUrlText::tr(
                "The URL begins with %1. Write https:// in front of a host, or begin a path with one slash.")
                .arg(text.left(2)));
    static const QRegularExpression hostAndPort(u"^[A-Za-z0-9.-]+:[0-9]+(?:[/?#]|$)"_s);
    static const QRegularExpression scheme(u"^([A-Za-z][A-Za-z0-9+.-]*):"_s);
    if (hostAndPort.match(text).hasMatch())
        return invalid(
            RequestUrlText::tr("The URL has no scheme. Write https:// or http:// in front of the host."));
    if (const auto match = scheme.match(text); match.hasMatch())
        return invalid(
            RequestUrlText::tr(
                "Only https and http URLs can be called, not “%1”. If this is a path, begin it with a slash.")
                .arg(match.captured(1)));
    if (baseUrl.isEmpty())
        return invalid(RequestUrlText::tr(
            "The URL has no scheme, and there is no base URL that it could follow. Write the "
            "whole URL, beginning with "
            "https://, or choose an environment."));
    QString base = baseUrl.toString(QUrl::FullyEncoded | QUrl::RemoveQuery | QUrl::RemoveFragment);
    while (base.endsWith(u'/'))
        base.chop(1);
    const bool needsSlash = !text.startsWith(u'/') && !text.startsWith(u'?') && !text.startsWith(u'#');
    return QString(base + (needsSlash ? u"/"_s : QString()) + text);
}

QByteArray encoded(const QString &text, QueryEncoding encoding)
{
    if (encoding == QueryEncoding::Encoded)
        return QUrl::toPercentEncoding(text);
    QString written = QString::fromLatin1(QUrl::toPercentEncoding(text, "!$&'()*+,/:;=?@")); // RFC 3986 section 3.4
    static const QRegularExpression escapeEncoded(u"%25([0-9A-Fa-f]{2})"_s);
    return written.replace(escapeEncoded, u"%\\1"_s).toLatin1();
}

void appendParams(QUrl &url, const QList<NameValue> &params, QueryEncoding encoding)
{
    QString query = url.query(QUrl::FullyEncoded);
    for (const NameValue &param : params) {
        if (!query.isEmpty() && !query.endsWith(u'&'))
            query += u'&';
        query += QString::fromLatin1(encoded(param.name, encoding) + '=' + encoded(param.value, encoding));
    }
    if (!params.isEmpty())
        url.setQuery(query, QUrl::StrictMode);
}

} // namespace

bool namesItsHost(const QString &text)
{
    static const QRegularExpression absolute(u"^[A-Za-z][A-Za-z0-9+.-]*://"_s);
    return absolute.match(text.trimmed()).hasMatch();
}

Result<QUrl> requestUrl(const QString &text, const QUrl &baseUrl, const QList<NameValue> &params, QueryEncoding encoding)
{
    const QString trimmed = text.trimmed();
    if (trimmed.isEmpty())
        return invalid(RequestUrlText::tr("The URL is empty. Write a path such as /health, or a whole URL."));
    if (hasControlCharacter(trimmed))
        return invalid(RequestUrlText::tr(
            "The URL has a line break, a tab or another control character in it. Remove it."));
    const Result<QString> whole =
        namesItsHost(trimmed) ? Result<QString>(trimmed) : behindBase(trimmed, baseUrl);
    if (!whole)
        return tl::unexpected(whole.error());
    QUrl url(*whole, QUrl::TolerantMode);
    // First of all: each change to a QUrl makes it forget that it was invalid.
    const auto origin = Origin::fromUrl(handshakeUrl(url));
    if (!origin)
        return tl::unexpected(origin.error());
    url.setFragment({}); // never sent
    url.setHost(origin->host(), QUrl::StrictMode);
    if (origin->isDefaultPort())
        url.setPort(-1);
    appendParams(url, params, encoding);
    if (!url.isValid())
        return invalid(RequestUrlText::tr("This is not a URL that can be called."), url.errorString());
    return url;
}

} // namespace keydesk
