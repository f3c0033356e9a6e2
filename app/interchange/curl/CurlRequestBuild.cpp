#include "app/http/BodyBuilder.h"
#include "app/http/RequestUrl.h"
#include "app/interchange/collection/TextBody.h"
#include "app/interchange/curl/CurlRequest.h"
#include "app/workspace/HttpEncoding.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QRegularExpression>
#include <QUrl>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;
using Kind = RequestBody::Kind;
using What = ImportNote::What;

namespace {

struct CurlRequestBuildText
{
    Q_DECLARE_TR_FUNCTIONS(CurlRequest)
};

/// "user:password" of "https://user:password@host/", which is taken out.
QString takeUserInfo(QString &url)
{
    const qsizetype authority = url.indexOf("://"_L1);
    if (authority < 0)
        return {};
    const qsizetype begin = authority + 3;
    qsizetype end = begin;
    while (end < url.size() && !QStringView(u"/?#").contains(url.at(end)))
        ++end;
    const qsizetype at = url.lastIndexOf(u'@', end - 1);
    if (at < begin)
        return {};
    const QString pair = QUrl::fromPercentEncoding(url.sliced(begin, at - begin).toUtf8());
    url.remove(begin, at + 1 - begin);
    return pair.contains(u':') ? pair : pair + u':';
}

} // namespace

bool CurlRequest::hasHeader(QLatin1StringView name) const
{
    return m_removed.contains(name) || std::ranges::any_of(m_headers, [name](const NameValue &row) { return row.name.compare(name, Qt::CaseInsensitive) == 0; });
}

void CurlRequest::addDefault(RequestSpec &spec, QLatin1StringView name, const QString &value) const
{
    if (!value.isEmpty() && !hasHeader(QLatin1StringView(QByteArray(name.data(), name.size()).toLower())))
        spec.headers.append({name, value, true});
}

QList<CollectionRequest> CurlRequest::requests(const QString &title)
{
    if (!m_isWhole && !m_urls.isEmpty())
        note(m_urls.constFirst(),
             CurlRequestBuildText::tr(
                 "The command has bytes that are not UTF-8. They were replaced: send them from a file."));
    QList<CollectionRequest> requests;
    for (qsizetype number = 0; number < m_urls.size(); ++number) {
        if (auto made = request(m_urls.at(number), title, number))
            requests.append(std::move(*made));
    }
    return requests;
}

QString CurlRequest::methodOf(bool hasBody) const
{
    if (!m_method.isEmpty())
        return m_method;
    if (m_isHead)
        return u"HEAD"_s;
    if (!m_uploads.isEmpty())
        return u"PUT"_s;
    if (m_isGet)
        return u"GET"_s;
    return hasBody ? u"POST"_s : u"GET"_s;
}

std::optional<CollectionRequest> CurlRequest::request(const ShellWord &url, const QString &title, qsizetype number)
{
    CollectionRequest made;
    made.spec.name = title.simplified();
    made.options = m_options;
    if (!setUrl(made.spec, url))
        return {};
    made.spec.method = methodOf(m_hasData || !m_parts.isEmpty());
    setHeaders(made.spec);
    if (made.spec.method != "HEAD"_L1 && !m_isHead)
        setBody(made.spec, url, number);
    return made;
}

bool CurlRequest::setUrl(RequestSpec &spec, const ShellWord &word)
{
    QString url = word.text.trimmed();
    if (url.isEmpty())
        return false;
    static const QRegularExpression scheme(u"^([A-Za-z][A-Za-z0-9+.-]*)://"_s);
    if (const auto match = scheme.match(url); match.hasMatch()) {
        static const QStringList known{u"http"_s, u"https"_s, u"ws"_s, u"wss"_s};
        if (!known.contains(match.captured(1).toLower())) {
            note(word, CurlRequestBuildText::tr(
                           "A URL that begins with %1:// is none that Keydesk calls. It was left out.")
                           .arg(match.captured(1).left(20)));
            return false;
        }
    } else if (!url.startsWith("{{"_L1)) {
        url.prepend(m_scheme + u"://"_s);
    }
    if (m_globs) {
        static const QRegularExpression glob(u"(?<!\\\\)(?:\\[[^\\]:]*-[^\\]:]*(?::\\d+)?\\]|(?<!\\{)\\{[^{}]*\\}(?!\\}))"_s);
        if (glob.match(url).hasMatch())
            note(word, CurlRequestBuildText::tr("curl would call a URL for each of what stands in {…} or "
                                                "[…]. It was taken as it is written."));
        static const QRegularExpression escaped(u"\\\\([\\[\\]{}])"_s);
        url.replace(escaped, u"\\1"_s);
    }
    if (const QString pair = takeUserInfo(url); !pair.isEmpty()) {
        note(word,
             CurlRequestBuildText::tr("The user and password in the URL are now the header Authorization."),
             What::Changed);
        if (m_authorization.isEmpty())
            m_authorization = u"Basic "_s + QString::fromLatin1(pair.toUtf8().toBase64());
    }
    // What Keydesk writes for a path behind the environment's base URL.
    if (url.startsWith("{{baseUrl}}/"_L1))
        url.remove(0, u"{{baseUrl}}"_s.size());
    addQuery(url);
    spec.url = url;
    return true;
}

void CurlRequest::addQuery(QString &url) const
{
    QStringList items = m_query;
    if (m_isGet && m_hasData) {
        items.clear();
        QString data;
        for (const Data &each : m_data)
            data += each.text;
        items.append(data);
    }
    if (items.isEmpty())
        return;
    QString fragment;
    if (const qsizetype hash = url.indexOf(u'#'); hash >= 0) {
        fragment = url.sliced(hash);
        url.truncate(hash);
    }
    static const QRegularExpression onlyHost(u"^[A-Za-z]+://[^/?]*$"_s);
    if (onlyHost.match(url).hasMatch())
        url += u'/';
    const QString query = items.join(u'&');
    const qsizetype begin = queryBegin(url);
    url += (begin < 0 ? u"?"_s : begin == url.size() - 1 || url.endsWith(u'&') ? QString() : u"&"_s) + query + fragment;
}

void CurlRequest::setHeaders(RequestSpec &spec) const
{
    spec.headers = m_headers;
    addDefault(spec, "User-Agent"_L1, m_agent);
    addDefault(spec, "Referer"_L1, m_referer);
    addDefault(spec, "Authorization"_L1, m_bearer.isEmpty() ? m_authorization : m_bearer);
    addDefault(spec, "Cookie"_L1, m_cookies.join(u';'));
    addDefault(spec, "Range"_L1, m_range);
    if (m_isJson)
        addDefault(spec, "Accept"_L1, u"application/json"_s);
}

void CurlRequest::setBody(RequestSpec &spec, const ShellWord &at, qsizetype number)
{
    if (!m_uploads.isEmpty()) {
        const QString file = m_uploads.at(qMin(number, m_uploads.size() - 1)).text;
        if (file == "-"_L1 || file == "."_L1 || file.isEmpty()) {
            if (m_input)
                setTextBody(spec, *m_input);
            else
                note(at,
                     CurlRequestBuildText::tr(
                         "The body comes from another command or a terminal. Write it, or choose its file."));
            return;
        }
        if (QUrl(spec.url).path().endsWith(u'/') && !spec.url.contains(u'?'))
            spec.url += QFileInfo(file).fileName();
        spec.body.kind = Kind::File;
        spec.body.file = file;
    } else if (!m_parts.isEmpty()) {
        spec.body.kind = Kind::Multipart;
        spec.body.parts = m_parts;
    } else if (m_hasData && !m_isGet) {
        addDefault(spec, "Content-Type"_L1, m_isJson ? u"application/json"_s : u"application/x-www-form-urlencoded"_s);
        const bool anyFile = std::ranges::any_of(m_data, [](const Data &data) { return !data.file.isEmpty(); });
        if (anyFile && m_data.size() == 1) {
            spec.body.kind = Kind::File;
            spec.body.file = m_data.constFirst().file;
        } else {
            QString text;
            for (const Data &data : std::as_const(m_data))
                text += data.text;
            if (anyFile)
                note(at, CurlRequestBuildText::tr(
                             "The body was to be put together from text and files. Only its text is there."));
            if (setTextBody(spec, text))
                note(at,
                     CurlRequestBuildText::tr("A line of the body would have named a file to be sent. A "
                                              "space stands before it now."),
                     What::Changed);
        }
    }
    // What the file's own name says anyway.
    if (spec.body.kind == Kind::File && headerValue(spec, "content-type"_L1) == QString::fromLatin1(fileContentType(spec.body.file)))
        spec.headers.removeIf([](const NameValue &row) { return row.name.compare("content-type"_L1, Qt::CaseInsensitive) == 0; });
}

} // namespace keydesk
