#include "app/http/BodyBuilder.h"
#include "app/http/RequestUrl.h"
#include "app/http/VariableReference.h"
#include "app/interchange/collection/TextBody.h"
#include "app/interchange/curl/BashQuote.h"
#include "app/interchange/curl/Curl.h"
#include "app/workspace/HttpBody.h"
#include "app/workspace/HttpEncoding.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;
using Kind = RequestBody::Kind;

namespace {

struct WriteCurlText
{
    Q_DECLARE_TR_FUNCTIONS(WriteCurl)
};

bool isUsed(const NameValue &row)
{
    return row.enabled && !row.name.trimmed().isEmpty();
}

/// A value of -F with something behind it: in curl's own quotes.
QString formQuoted(QString text)
{
    text.replace(u'\\', "\\\\"_L1);
    text.replace(u'"', "\\\""_L1);
    return u'"' + text + u'"';
}

class CommandWriter
{
public:
    CommandWriter(const CollectionRequest &request, BashQuote &quote)
        : m_spec(request.spec)
        , m_options(request.options)
        , m_quote(quote)
    {
    }

    QString write()
    {
        m_hasBody = m_spec.body.kind != Kind::None;
        writeMethod();
        writeUrl();
        if (m_options.followRedirects)
            add({u"-L"_s});
        if (m_options.timeoutMs)
            add({u"--max-time"_s, QString::number(*m_options.timeoutMs / 1000.0)});
        if (m_options.connectionTimeoutMs)
            add({u"--connect-timeout"_s, QString::number(*m_options.connectionTimeoutMs / 1000.0)});
        for (const NameValue &row : m_spec.headers) {
            if (isUsed(row))
                addHeader(row.name.trimmed(), row.value.trimmed());
        }
        writeBody();
        return u"curl "_s + m_arguments.join(" \\\n  "_L1);
    }

private:
    /// An option and its value, on a line.
    void add(const QStringList &words)
    {
        QStringList quoted;
        for (const QString &word : words)
            quoted.append(quoted.isEmpty() ? word : m_quote.word(word));
        m_arguments.append(quoted.join(u' '));
    }

    void addHeader(const QString &name, const QString &value) { add({u"-H"_s, value.isEmpty() ? name + u';' : name + u": "_s + value}); }

    [[nodiscard]] bool hasHeader(QLatin1StringView name) const
    {
        return std::ranges::any_of(m_spec.headers, [name](const NameValue &row) { return isUsed(row) && row.name.trimmed().compare(name, Qt::CaseInsensitive) == 0; });
    }

    void writeMethod()
    {
        const QString method = m_spec.method.trimmed();
        const QString usual = !m_hasBody ? u"GET"_s : m_spec.body.kind == Kind::File ? u"PUT"_s : u"POST"_s;
        if (method == "HEAD"_L1 && !m_hasBody)
            add({u"-I"_s});
        else if (method != usual)
            add({u"-X"_s, method});
    }

    void writeUrl()
    {
        QString url = wholeUrl(m_spec);
        if (!namesItsHost(url) && !url.startsWith("{{"_L1))
            url.prepend(url.startsWith(u'/') ? u"{{baseUrl}}"_s : u"{{baseUrl}}/"_s);
        QString plain = url;
        while (const auto reference = nextVariable(plain))
            plain.remove(reference->start, reference->length);
        if (plain.contains(u'{') || plain.contains(u'['))
            add({u"--globoff"_s});
        add({u"--url"_s, url});
    }

    void addContentType(const QString &type)
    {
        if (!hasHeader("content-type"_L1))
            addHeader(u"Content-Type"_s, type);
    }

    void writeBody()
    {
        const RequestBody &body = m_spec.body;
        switch (body.kind) {
        case Kind::None:
            break;
        case Kind::Json:
        case Kind::Text:
        case Kind::Xml:
            addContentType(kindHeaders(body.kind).constFirst().value);
            add({u"--data-raw"_s, body.text});
            break;
        case Kind::GraphQl:
            writeGraphQl(body);
            break;
        case Kind::Form:
            writeForm(body);
            break;
        case Kind::Multipart:
            for (const RequestPart &part : body.parts)
                writePart(part);
            break;
        case Kind::File:
            addContentType(QString::fromLatin1(fileContentType(body.file)));
            add({u"--upload-file"_s, body.file});
            break;
        }
    }

    /// The query is what the server is sent, in JSON; variables stand in it as they are.
    void writeGraphQl(const RequestBody &body)
    {
        addContentType(u"application/json"_s);
        const auto built = buildBody(body, {}, {});
        add({u"--data-raw"_s, built && !built->content.pieces().isEmpty() ? QString::fromUtf8(built->content.pieces().constFirst().bytes) : body.text});
    }

    void writeForm(const RequestBody &body)
    {
        QStringList items;
        for (const NameValue &row : body.form) {
            if (row.enabled && (!row.name.isEmpty() || !row.value.isEmpty()))
                items.append(writeHttpItem({row.name, row.value, true}, HttpItems::Form));
        }
        add({u"--data-raw"_s, items.join(u'&')});
    }

    void writePart(const RequestPart &part)
    {
        if (!part.enabled || part == RequestPart())
            return;
        const QString name = QString(part.name).replace(u'=', "%3D"_L1); // what stands behind the first = is the content
        QString more;
        // curl would read the file that a type such as "text/plain;headers=@FILE" names.
        static const QRegularExpression option(u";\\s*(?:headers|filename|encoder|type)\\s*="_s, QRegularExpression::CaseInsensitiveOption);
        if (part.contentType.contains(option))
            more += u";headers="_s + formQuoted(u"Content-Type: "_s + part.contentType);
        else if (!part.contentType.isEmpty())
            more += u";type="_s + part.contentType;
        else if (!part.file.isEmpty())
            more += u";type="_s + QString::fromLatin1(fileContentType(part.file));
        if (!part.fileName.isEmpty())
            more += u";filename="_s + formQuoted(part.fileName);
        for (const NameValue &header : part.headers) {
            if (isUsed(header))
                more += u";headers="_s + formQuoted(header.name.trimmed() + u": "_s + header.value.trimmed());
        }
        if (part.file.isEmpty() && more.isEmpty())
            add({u"--form-string"_s, name + u'=' + part.value});
        else
            add({u"-F"_s, name + (part.file.isEmpty() ? u"="_s + formQuoted(part.value) : u"=@"_s + formQuoted(part.file)) + more});
    }

    const RequestSpec &m_spec;
    const HttpOptions &m_options;
    BashQuote &m_quote;
    QStringList m_arguments;
    bool m_hasBody = false;
};

QString variablesComment(const BashQuote &quote)
{
    QStringList names = quote.variables().keys();
    if (names.isEmpty())
        return {};
    names.sort();
    QString comment =
        u"# "_s +
        WriteCurlText::tr("Give these variables their values first: %1.").arg(u'$' + names.join(", $"_L1)) +
        u'\n';
    for (const QString &name : std::as_const(names)) {
        if (const QString own = quote.variables().value(name); own != name)
            comment +=
                u"# "_s +
                (own.startsWith(u'%')
                     ? WriteCurlText::tr("$%1 is {{%2}} in Keydesk: percent-encode its value yourself.")
                     : WriteCurlText::tr("$%1 is {{%2}} in Keydesk."))
                    .arg(name, own.simplified()) +
                u'\n';
    }
    if (names.contains("baseUrl"_L1))
        comment +=
            u"# "_s +
            WriteCurlText::tr("$baseUrl is the base URL of the environment, without a slash at its end.") +
            u'\n';
    return comment + u'\n';
}

} // namespace

QByteArray writeCurl(const Collection &collection)
{
    BashQuote quote;
    QStringList commands;
    for (const CollectionRequest &request : collection.requests) {
        const QString name = request.spec.name.simplified();
        commands.append((name.isEmpty() ? QString() : u"# "_s + name + u'\n') + CommandWriter(request, quote).write() + u'\n');
    }
    return (variablesComment(quote) + commands.join(u'\n')).toUtf8();
}

} // namespace keydesk
