#include "app/workspace/HttpSend.h"

#include "app/http/RequestUrl.h"
#include "app/http/SecretMarkers.h"
#include "app/interchange/SourceFile.h"
#include "app/workspace/HttpFile.h"

#include <QCoreApplication>
#include <QDir>
#include <QRegularExpression>
#include <QStringDecoder>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct HttpSendText
{
    Q_DECLARE_TR_FUNCTIONS(HttpSend)
};

class Sender
{
public:
    Sender(const QString &folder, const VariableSources &sources)
        : m_folder(folder)
        , m_sources(sources)
    {
    }

    Result<HttpSendable> run(RequestSpec spec)
    {
        makeUrlWhole(spec);
        for (NameValue &row : spec.headers)
            encodeBasic(row);
        if (const auto filled = includeFiles(spec.body); !filled)
            return tl::unexpected(filled.error());
        return HttpSendable{spec, m_sources};
    }

private:
    /// Both other tools take http if nothing says otherwise; a Host header with 443 or 8443 says https (REST
    /// Client).
    static void makeUrlWhole(RequestSpec &spec)
    {
        static const QRegularExpression bareHost(
            u"^(?:localhost|[\\w-]+(?:\\.[\\w-]+)+)(?::\\d+)?(?:[/?#]|$)|^[\\w.-]+:\\d+(?:[/?#]|$)"_s);
        if (namesItsHost(spec.url))
            return;
        const auto host = std::ranges::find_if(spec.headers, [](const NameValue &row) {
            return row.enabled && row.name.trimmed().compare("host"_L1, Qt::CaseInsensitive) == 0;
        });
        if (spec.url.startsWith(u'/') && host != spec.headers.end() && !host->value.trimmed().isEmpty()) {
            QString where = host->value.trimmed();
            if (!namesItsHost(where)) {
                const QString port = where.section(u':', -1);
                where.prepend(port == "443"_L1 || port == "8443"_L1 ? u"https://"_s : u"http://"_s);
            }
            spec.url.prepend(where);
            spec.headers.erase(host);
        } else if (const auto match = bareHost.match(spec.url); match.hasMatch()) {
            // "agents.json" alone is a path behind the base URL.
            const bool isHost =
                spec.url.contains(u'/') || spec.url.contains(u':') || spec.url.startsWith("localhost"_L1);
            if (isHost)
                spec.url.prepend("http://"_L1);
        }
    }

    void encodeBasic(NameValue &row)
    {
        static const QRegularExpression form(u"^Basic\\s+(.+)$"_s, QRegularExpression::CaseInsensitiveOption);
        if (row.name.trimmed().compare("authorization"_L1, Qt::CaseInsensitive) != 0)
            return;
        const auto match = form.match(row.value.trimmed());
        if (!match.hasMatch())
            return;
        const QString given = match.captured(1).trimmed();
        QList<UnresolvedName> unresolved;
        const QString credentials = resolveVariables(given, m_sources, &unresolved);
        const qsizetype space = credentials.indexOf(u' ');
        const qsizetype colon = credentials.indexOf(u':');
        // Base64 has neither; what has no value is told of when the request is prepared.
        if (!unresolved.isEmpty() || (space < 0 && colon < 0))
            return;
        QString pair = credentials;
        if (space >= 0 && (colon < 0 || space < colon))
            pair = credentials.first(space) + u':' + credentials.sliced(space + 1).trimmed();
        // With a secret in it, it is encoded when that is known.
        row.value = u"Basic "_s + (hasSecretMarker(pair.toUtf8()) ? pair : QString::fromLatin1(pair.toUtf8().toBase64()));
    }

    Result<void> includeFiles(RequestBody &body)
    {
        using Kind = RequestBody::Kind;
        if (body.kind == Kind::Json || body.kind == Kind::Text || body.kind == Kind::Xml ||
            body.kind == Kind::GraphQl) {
            if (const auto done = includeFiles(body.text); !done)
                return done;
        }
        return body.kind == Kind::GraphQl ? includeFiles(body.graphQlVariables) : Result<void>();
    }

    Result<void> includeFiles(QString &text)
    {
        if (!text.contains(u'<'))
            return {};
        QStringList lines = text.split(u'\n');
        for (qsizetype line = 0; line < lines.size(); ++line) {
            const HttpInclude include = httpInclude(lines.at(line));
            if (include.path.isEmpty())
                continue;
            const auto content = contentOf(include, line + 1);
            if (!content)
                return tl::unexpected(content.error());
            const QString name = u"<%1"_s.arg(m_sources.literals.size());
            m_sources.literals.insert(name, *content);
            lines[line] = u"{{"_s + name + u"}}"_s;
        }
        text = lines.join(u'\n');
        return {};
    }

    Result<QString> contentOf(const HttpInclude &include, qsizetype line)
    {
        const auto at = [line](const QString &message) {
            return HttpSendText::tr("Line %1 of the body: %2").arg(line).arg(message);
        };
        QList<UnresolvedName> unresolved;
        const QString path = resolveVariables(include.path, m_sources, &unresolved);
        if (!unresolved.isEmpty())
            return failure(Error::Kind::InvalidInput,
                           at(HttpSendText::tr("{{%1}} has no value: %2.")
                                  .arg(unresolved.first().name, unresolved.first().why)));
        if (hasSecretMarker(path.toUtf8()))
            return failure(
                Error::Kind::InvalidInput,
                at(HttpSendText::tr("A secret variable cannot name a file. Use a plain variable there.")));
        const QString whole = QDir(m_folder).absoluteFilePath(path);
        const auto file = readSourceFile(whole);
        if (!file)
            return failure(file.error().kind, at(file.error().message), file.error().detail);
        m_bytes += file->bytes.size();
        if (m_bytes > HttpFile::limit)
            return failure(
                Error::Kind::TooLarge,
                at(HttpSendText::tr("%1 makes the body too large to be put together. Send it as a file body.")
                       .arg(whole)));
        const std::string_view bytes = file->bytes.reveal();
        const QByteArrayView view(bytes.data(), static_cast<qsizetype>(bytes.size()));
        QStringDecoder decoder(include.encoding.isEmpty() ? "UTF-8"
                                                          : include.encoding.toLatin1().constData());
        if (!decoder.isValid() && include.encoding.startsWith("latin"_L1, Qt::CaseInsensitive))
            decoder = QStringDecoder(QStringDecoder::Latin1);
        if (!decoder.isValid())
            return failure(
                Error::Kind::Unsupported,
                at(HttpSendText::tr("Keydesk does not know the encoding %1.").arg(include.encoding)));
        const QString text = decoder(view);
        if (decoder.hasError())
            return failure(Error::Kind::InvalidInput,
                           at(HttpSendText::tr(
                                  "%1 is not text. Send it as a file body, or as a part of a multipart body.")
                                  .arg(whole)));
        if (!include.variables)
            return text;
        const QString filled = resolveVariables(text, m_sources, &unresolved);
        if (!unresolved.isEmpty())
            return failure(Error::Kind::InvalidInput,
                           at(HttpSendText::tr("In %1, {{%2}} has no value: %3.")
                                  .arg(whole, unresolved.first().name, unresolved.first().why)));
        return filled;
    }

    const QString m_folder;
    VariableSources m_sources;
    qsizetype m_bytes = 0;
};

} // namespace

Result<HttpSendable> sendableRequest(const RequestSpec &spec, const QString &folder,
                                     const VariableSources &sources)
{
    auto sendable = Sender(folder, sources).run(spec);
    // A multipart body that stands there as text: its line ends are CRLF (RFC 7578).
    if (sendable && sendable->spec.body.kind == RequestBody::Kind::Text) {
        const bool isMultipart = std::ranges::any_of(sendable->spec.headers, [](const NameValue &row) {
            return row.enabled && row.name.compare("content-type"_L1, Qt::CaseInsensitive) == 0 &&
                   row.value.trimmed().startsWith("multipart/"_L1, Qt::CaseInsensitive);
        });
        if (isMultipart)
            sendable->spec.body.text.replace(u"\n"_s, u"\r\n"_s);
    }
    return sendable;
}

} // namespace keydesk
