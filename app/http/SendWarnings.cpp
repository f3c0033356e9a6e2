#include "app/http/SendWarnings.h"

#include "app/http/HeaderRules.h"
#include "app/http/XmlFormat.h"

#include <QCoreApplication>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct SendWarningsText
{
    Q_DECLARE_TR_FUNCTIONS(SendWarnings)
};

/// A header row that is sent, as it will be.
struct SentRow
{
    int row = 0;
    QByteArray name;
    QByteArray value;

    [[nodiscard]] bool is(QByteArrayView other) const { return isSameHeader(name, other); }
};

QList<SentRow> sentRows(const QList<NameValue> &rows, const Variables &variables)
{
    QList<SentRow> sent;
    for (int row = 0; row < rows.size(); ++row) {
        const auto filled = [&](const QString &text) {
            return resolveVariables(text, variables, nullptr).trimmed().toUtf8();
        };
        if (rows.at(row).enabled && !rows.at(row).name.trimmed().isEmpty())
            sent.append({row, filled(rows.at(row).name), filled(rows.at(row).value)});
    }
    return sent;
}

QString shown(const QByteArray &text)
{
    return QString::fromUtf8(text).left(80).simplified();
}

bool isAscii(const QByteArray &bytes)
{
    return std::ranges::all_of(bytes, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// What one header line comes to by itself; empty if it goes out as it stands.
QString headerWarning(const SentRow &header, const RequestBody &body)
{
    if (isEmptyDefault(header.name, header.value))
        return SendWarningsText::tr(
                   "An empty %1 cannot be sent: Keydesk's own goes out instead. “Sent” shows it.")
            .arg(shown(header.name));
    if (header.is("Expect"))
        return SendWarningsText::tr(
            "Keydesk does not wait for “100 Continue”: the body goes out right after this header.");
    if (header.is("Upgrade"))
        return SendWarningsText::tr(
            "Keydesk does not switch to another protocol: the server's answer to this header is shown, "
            "and then the "
            "connection ends.");
    if (header.is("Content-Encoding") && body.kind != RequestBody::Kind::None &&
        body.kind != RequestBody::Kind::File)
        return SendWarningsText::tr(
            "Keydesk does not compress: the body goes out as it is written, whatever Content-Encoding says.");
    if (!isAscii(header.value))
        return SendWarningsText::
            tr("The value of %1 has characters outside ASCII. They go out as UTF-8, which many servers do "
               "not expect in a "
               "header.")
                .arg(shown(header.name));
    return {};
}

/// Without the values: a variable may be a secret.
QString repeatWarning(const QByteArray &name)
{
    if (isSameHeader(name, "Cookie"))
        return SendWarningsText::tr(
            "There is more than one Cookie. They go out in one line, with “; ” between them.");
    return SendWarningsText::tr(
               "There is more than one %1. They go out in one line, with commas between them. To a server "
               "that "
               "keeps to HTTP that is the same (RFC 9110).")
        .arg(shown(name));
}

/// At the last of those that share a name, which is where the list ends.
void warnOfRepeats(QList<RequestProblem> &warnings, const QList<SentRow> &rows)
{
    Headers headers;
    for (const SentRow &row : rows)
        headers.append({row.name, row.value});
    const auto combined = combineHeaders(headers);
    if (!combined)
        return; // that stops the request, and is said when it is sent
    for (const auto &header : *combined) {
        const QByteArray &name = header.first;
        int count = 0;
        int last = -1;
        for (const SentRow &row : rows) {
            if (!isSameHeader(row.name, name))
                continue;
            ++count;
            last = row.row;
        }
        if (count > 1)
            warnings.append({RequestProblem::Field::Header, last, 0, 0, repeatWarning(name), true});
    }
}

QString contentTypeWarning(const QByteArray &type, const RequestBody &body)
{
    const bool isMultipart = type.toLower().startsWith("multipart/");
    if (body.kind == RequestBody::Kind::Multipart && !isMultipart)
        return SendWarningsText::tr(
            "The body is multipart, but this Content-Type is not: the server cannot take it apart.");
    if (body.kind == RequestBody::Kind::Form && isMultipart)
        return SendWarningsText::tr(
            "The body is a form of another type than this Content-Type says. Choose “Multipart” for "
            "the body.");
    return {};
}

QString xmlWarning(const QString &text)
{
    const QString encoding = declaredXmlEncoding(text);
    if (encoding.isEmpty() || encoding.compare("utf-8"_L1, Qt::CaseInsensitive) == 0 ||
        encoding.compare("us-ascii"_L1, Qt::CaseInsensitive) == 0)
        return {};
    return SendWarningsText::tr("The document says that it is %1, but the body goes out as UTF-8.")
        .arg(encoding.left(40));
}

} // namespace

QList<RequestProblem> sendWarnings(const RequestSpec &spec, const Variables &variables)
{
    using Field = RequestProblem::Field;
    QList<RequestProblem> warnings;
    const auto warn = [&warnings](Field field, int row, const QString &message) {
        if (!message.isEmpty())
            warnings.append({field, row, 0, 0, message, true});
    };
    const QList<SentRow> headers = sentRows(spec.headers, variables);
    for (const SentRow &header : headers) {
        warn(Field::Header, header.row, headerWarning(header, spec.body));
        if (header.is("Content-Type"))
            warn(Field::Header, header.row, contentTypeWarning(header.value, spec.body));
    }
    warnOfRepeats(warnings, headers);
    if (spec.body.kind == RequestBody::Kind::Xml)
        warn(Field::Body, -1, xmlWarning(spec.body.text));
    if (spec.method.trimmed() == "TRACE"_L1 && spec.body.kind != RequestBody::Kind::None)
        warn(Field::Body, -1,
             SendWarningsText::tr("HTTP allows no body in a TRACE request. It goes out all the same."));
    return warnings;
}

} // namespace keydesk
