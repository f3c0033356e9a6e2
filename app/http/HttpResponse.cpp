#include "app/http/HttpResponse.h"

#include "app/http/HeaderRules.h"

#include <QLocale>

#include <algorithm>
#include <array>
#include <string_view>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct Phrase
{
    int status;
    std::string_view text;
};

// https://www.iana.org/assignments/http-status-codes, sorted. 418 is there as unused, but everybody knows it
// (RFC 2324).
constexpr auto phrases = std::to_array<Phrase>({
    {100, "Continue"},
    {101, "Switching Protocols"},
    {102, "Processing"},
    {103, "Early Hints"},
    {104, "Upload Resumption Supported"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {204, "No Content"},
    {205, "Reset Content"},
    {206, "Partial Content"},
    {207, "Multi-Status"},
    {208, "Already Reported"},
    {226, "IM Used"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {305, "Use Proxy"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {418, "I'm a teapot"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {423, "Locked"},
    {424, "Failed Dependency"},
    {425, "Too Early"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {451, "Unavailable For Legal Reasons"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {506, "Variant Also Negotiates"},
    {507, "Insufficient Storage"},
    {508, "Loop Detected"},
    {510, "Not Extended"},
    {511, "Network Authentication Required"},
});

} // namespace

HttpResponse HttpResponse::withBody(qint64 most) const
{
    HttpResponse whole = *this;
    if (!spool || spool->size() > most)
        return whole;
    whole.body = spool->read(0, spool->size());
    whole.spool.reset();
    whole.truncated = truncated || !brokenOff.isEmpty();
    return whole;
}

QByteArray reasonPhrase(int status)
{
    const auto found = std::ranges::lower_bound(phrases, status, {}, &Phrase::status);
    if (found == phrases.end() || found->status != status)
        return {};
    return QByteArray(found->text.data(), static_cast<qsizetype>(found->text.size()));
}

QByteArray HttpResponse::header(QByteArrayView name) const
{
    const QByteArray *value = findHeader(headers, name);
    return value ? *value : QByteArray();
}

QByteArray HttpResponse::contentType() const
{
    return header("Content-Type").split(';').first().trimmed().toLower();
}

QDateTime httpDate(const QByteArray &text)
{
    // The fixed form, and the two obsolete ones that a recipient must accept. The name of the day says nothing more, and Qt would check it
    // against 19xx for a year of two digits.
    QString written = QString::fromLatin1(text.trimmed()).simplified();
    written.remove(0, written.indexOf(u' ') + 1);
    const std::array<QString, 3> forms{u"dd MMM yyyy HH:mm:ss 'GMT'"_s, u"dd-MMM-yy HH:mm:ss 'GMT'"_s,
                                       u"MMM d HH:mm:ss yyyy"_s};
    for (const QString &form : forms) {
        const QDateTime found = QLocale::c().toDateTime(written, form);
        if (found.isValid()) {
            const bool twoDigits = found.date().year() < 1970;
            return QDateTime(twoDigits ? found.date().addYears(100) : found.date(), found.time(), Qt::UTC);
        }
    }
    return {};
}

} // namespace keydesk
