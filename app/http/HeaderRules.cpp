#include "app/http/HeaderRules.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct HeaderRulesText
{
    Q_DECLARE_TR_FUNCTIONS(HeaderRules)
};

bool isAlphanumeric(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// A name as it may stand in a message: it may be anything that was typed.
QString shown(const QByteArray &name)
{
    return QString::fromUtf8(name.left(80)).simplified();
}

/// Headers whose meaning is lost in a list, and where two are a mistake or an attack.
bool isSingle(const QByteArray &name)
{
    static const QList<QByteArray> names{"authorization",
                                         "proxy-authorization",
                                         "content-type",
                                         "content-length",
                                         "content-location",
                                         "date",
                                         "from",
                                         "host",
                                         "if-modified-since",
                                         "if-unmodified-since",
                                         "if-range",
                                         "origin",
                                         "range",
                                         "referer",
                                         "user-agent",
                                         "max-forwards",
                                         "content-disposition",
                                         "transfer-encoding"};
    return names.contains(name.toLower());
}

} // namespace

bool isToken(QByteArrayView text)
{
    static constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    return !text.isEmpty() && std::ranges::all_of(text, [](char c) {
        return isAlphanumeric(c) || others.find(c) != std::string_view::npos;
    });
}

bool isHeaderValue(QByteArrayView text)
{
    return std::ranges::all_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return c == '\t' || (byte >= 0x20 && byte != 0x7F);
    });
}

bool isSameHeader(QByteArrayView one, QByteArrayView other)
{
    return one.compare(other, Qt::CaseInsensitive) == 0;
}

const QByteArray *findHeader(const Headers &headers, QByteArrayView name)
{
    const auto found =
        std::ranges::find_if(headers, [&](const auto &header) { return isSameHeader(header.first, name); });
    return found == headers.end() ? nullptr : &found->second;
}

void setDefaultHeader(Headers &headers, const QByteArray &name, const QByteArray &value)
{
    if (!findHeader(headers, name))
        headers.append({name, value});
}

bool isEmptyDefault(QByteArrayView name, QByteArrayView value)
{
    return value.isEmpty() && (isSameHeader(name, "Host") || isSameHeader(name, "Connection") ||
                               isSameHeader(name, "User-Agent") || isSameHeader(name, "Accept-Encoding") ||
                               isSameHeader(name, "Accept-Language"));
}

Result<void> checkHeaders(const Headers &headers, qint64 bodySize)
{
    for (const auto &[name, value] : headers) {
        if (!isToken(name))
            return failure(Error::Kind::InvalidInput,
                           HeaderRulesText::tr("“%1” cannot be the name of a header: only letters, "
                                               "digits and !#$%&'*+-.^_`|~ can be in one.")
                               .arg(shown(name)));
        if (!isHeaderValue(value))
            return failure(Error::Kind::InvalidInput,
                           HeaderRulesText::tr(
                               "The value of the header %1 has a line break or another control character in "
                               "it. HTTP forbids that; "
                               "remove it.")
                               .arg(shown(name)));
        // The network layer frames the message itself: anything else here would be a request that servers and
        // proxies take apart differently (request smuggling).
        if (isSameHeader(name, "Content-Length") && value.trimmed() != QByteArray::number(bodySize))
            return failure(Error::Kind::InvalidInput,
                           HeaderRulesText::tr(
                               "The header Content-Length says %1, but the body has %2 bytes. Remove the "
                               "header: it is added by itself.")
                               .arg(shown(value))
                               .arg(bodySize));
        if (isSameHeader(name, "Transfer-Encoding"))
            return failure(Error::Kind::InvalidInput,
                           HeaderRulesText::tr("The header Transfer-Encoding cannot be sent: the "
                                               "body goes out whole, with its length. Remove it."));
    }
    return {};
}

Result<void> checkHandshake(const QByteArray &method, const Headers &headers, qint64 bodySize)
{
    if (method != "GET" || bodySize > 0)
        return failure(Error::Kind::InvalidInput,
                       HeaderRulesText::tr("A WebSocket is opened with GET and without a body. Choose GET."));
    for (const char *own : {"Host", "Connection", "Upgrade", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Accept",
                            "Sec-WebSocket-Extensions", "Content-Length", "Transfer-Encoding"}) {
        if (const QByteArray *value = findHeader(headers, own); value && !isEmptyDefault(own, *value))
            return failure(Error::Kind::InvalidInput,
                           HeaderRulesText::tr("The header %1 cannot be set for a WebSocket: the handshake "
                                               "has its own. Remove it or switch it off.")
                               .arg(QString::fromLatin1(own)));
    }
    return {};
}

Result<Headers> combineHeaders(const Headers &headers)
{
    Headers combined;
    for (const auto &[name, value] : headers) {
        const auto same = std::ranges::find_if(
            combined, [&, &wanted = name](const auto &header) { return isSameHeader(header.first, wanted); });
        if (same == combined.end()) {
            combined.append({name, value});
            continue;
        }
        if (isSingle(name))
            return failure(
                Error::Kind::InvalidInput,
                HeaderRulesText::tr(
                    "The header %1 is there more than once, and it can have only one value. Remove "
                    "or switch off all but one.")
                    .arg(shown(name)));
        // RFC 6265 section 5.4: a cookie header is no comma list.
        same->second += isSameHeader(name, "Cookie") ? "; " : ", ";
        same->second += value;
    }
    return combined;
}

} // namespace keydesk
