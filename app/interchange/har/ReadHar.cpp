#include "app/http/JsonFormat.h"
#include "app/interchange/collection/TextBody.h"
#include "app/interchange/har/Har.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStringDecoder>

#include <algorithm>
#include <utility>

namespace keydesk {

using namespace Qt::StringLiterals;
using What = ImportNote::What;

namespace {

struct ReadHarText
{
    Q_DECLARE_TR_FUNCTIONS(ReadHar)
};

/// What browsers and network layers put in by themselves.
bool isAutomatic(const QString &name)
{
    static const QStringList known{u"host"_s,       u"content-length"_s,    u"accept-encoding"_s, u"connection"_s, u"proxy-connection"_s,         u"keep-alive"_s, u"te"_s,
                                   u"upgrade"_s,    u"transfer-encoding"_s, u"pragma"_s,          u"priority"_s,   u"upgrade-insecure-requests"_s, u"dnt"_s};
    const QString lower = name.toLower();
    return lower.startsWith(u':') || lower.startsWith("sec-"_L1) || known.contains(lower);
}

QString text(const QJsonObject &object, QLatin1StringView name)
{
    return object.value(name).toVariant().toString(); // some write numbers
}

/// The first bytes that open more brackets than may be open; -1: none do. The parser itself is recursive.
qsizetype tooDeepAt(const QByteArray &json)
{
    int depth = 0;
    bool inString = false;
    for (qsizetype at = 0; at < json.size(); ++at) {
        const char c = json.at(at);
        if (inString) {
            if (c == '\\')
                ++at;
            else if (c == '"')
                inString = false;
        } else if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            if (++depth > collectionDepthLimit)
                return at;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return -1;
}

class Reader
{
public:
    explicit Reader(const CollectionSource &source)
        : m_source(source)
    {
    }

    Result<ImportedCollection> read(const QByteArray &bytes)
    {
        const Result<QJsonObject> log = logOf(bytes);
        if (!log)
            return tl::unexpected(log.error());
        if (const Result<void> checked = checkVersion(text(*log, "version"_L1)); !checked)
            return tl::unexpected(checked.error());
        readPages(log->value("pages"_L1).toArray());
        m_imported.collection.name = QFileInfo(m_source.fileName).completeBaseName();
        m_imported.collection.about = text(*log, "comment"_L1);
        const QJsonArray entries = log->value("entries"_L1).toArray();
        if (entries.size() > collectionRequestLimit)
            return failure(
                Error::Kind::TooLarge,
                ReadHarText::tr("%1 holds more than %2 requests.").arg(name()).arg(collectionRequestLimit));
        for (qsizetype number = 0; number < entries.size(); ++number) {
            if (m_source.cancelled)
                return failure(Error::Kind::Cancelled, ReadHarText::tr("Reading the file was stopped."));
            readEntry(entries.at(number).toObject(), u"log.entries[%1]"_s.arg(number));
        }
        if (m_imported.collection.requests.isEmpty())
            return invalid(ReadHarText::tr("log.entries has no request that Keydesk can send."));
        if (m_skipped > 0)
            note({},
                 ReadHarText::tr("%n entries are no calls over HTTP and were left out.", nullptr, m_skipped),
                 What::NotExpressed);
        if (m_automatic > 0)
            note({}, ReadHarText::tr("%n headers that a browser adds by itself were left out.", nullptr,
                                     m_automatic));
        putFoldersTogether();
        return std::move(m_imported);
    }

private:
    [[nodiscard]] QString name() const
    {
        return m_source.fileName.isEmpty() ? ReadHarText::tr("The pasted text") : m_source.fileName;
    }
    [[nodiscard]] tl::unexpected<Error> invalid(const QString &sentence) const { return failure(Error::Kind::InvalidInput, u"%1: %2"_s.arg(name(), sentence)); }
    void note(const QString &place, const QString &sentence, What what = What::Changed) { m_imported.notes.append({what, place, sentence}); }

    Result<QJsonObject> logOf(QByteArray bytes)
    {
        if (bytes.size() > collectionFileLimit)
            return failure(Error::Kind::TooLarge, ReadHarText::tr("%1 is larger than 64 MB.").arg(name()));
        if (bytes.startsWith("\xEF\xBB\xBF"))
            bytes.remove(0, 3);
        if (const qsizetype deep = tooDeepAt(bytes); deep >= 0)
            return invalid(ReadHarText::tr("line %1: values are nested more than %2 deep.")
                               .arg(QByteArrayView(bytes).first(deep).count('\n') + 1)
                               .arg(collectionDepthLimit));
        if (const auto problem = checkJson(bytes))
            return invalid(problem->sentence());
        QJsonParseError error;
        const QJsonDocument document = QJsonDocument::fromJson(bytes, &error);
        if (error.error != QJsonParseError::NoError)
            return invalid(
                ReadHarText::tr("line %1 is not JSON that can be read.")
                    .arg(
                        QByteArrayView(bytes).first(qMin<qsizetype>(error.offset, bytes.size())).count('\n') +
                        1));
        const QJsonObject log = document.object().value("log"_L1).toObject();
        if (!log.value("entries"_L1).isArray())
            return invalid(ReadHarText::tr("this is no HTTP Archive: there is no log.entries in it."));
        return log;
    }

    /// Without one, 1.1 is meant.
    Result<void> checkVersion(const QString &version)
    {
        const bool isOlder = version.isEmpty() || version == "1.1"_L1;
        if (!isOlder && version != "1.2"_L1)
            return failure(Error::Kind::Unsupported,
                           ReadHarText::tr("%1: log.version is “%2”. Keydesk reads HAR 1.2 and 1.1.")
                               .arg(name(), version.left(20).simplified()));
        if (isOlder)
            note(u"log.version"_s,
                 ReadHarText::tr("The file is HAR 1.1. It was read as HAR 1.2, which adds to it."));
        m_imported.format = isOlder ? u"HAR 1.1"_s : u"HAR 1.2"_s;
        return {};
    }

    void readPages(const QJsonArray &pages)
    {
        for (const QJsonValue &each : pages) {
            const QJsonObject page = each.toObject();
            const QString title = text(page, "title"_L1).simplified();
            m_pages.insert(text(page, "id"_L1), title.isEmpty() ? text(page, "id"_L1) : title);
        }
    }

    void readEntry(const QJsonObject &entry, const QString &place)
    {
        const QJsonObject asked = entry.value("request"_L1).toObject();
        CollectionRequest made;
        RequestSpec &spec = made.spec;
        spec.method = text(asked, "method"_L1).trimmed();
        spec.url = text(asked, "url"_L1).trimmed();
        const QString scheme = spec.url.section(u':', 0, 0).toLower();
        if (scheme != "http"_L1 && scheme != "https"_L1 && scheme != "ws"_L1 && scheme != "wss"_L1) {
            ++m_skipped;
            return;
        }
        if (spec.method.isEmpty())
            spec.method = u"GET"_s;
        if (const qsizetype hash = spec.url.indexOf(u'#'); hash >= 0)
            spec.url.truncate(hash);
        if (!spec.url.contains(u'?'))
            spec.params = rowsOf(asked.value("queryString"_L1).toArray());
        made.about = text(asked, "comment"_L1);
        spec.name = text(entry, "comment"_L1).simplified().left(200);
        const QString page = text(entry, "pageref"_L1);
        if (!page.isEmpty())
            made.folder = {m_pages.value(page, page)};
        readHeaders(asked, spec);
        readBody(asked.value("postData"_L1).toObject(), spec, place + u".request.postData"_s);
        m_imported.collection.requests.append(made);
    }

    static QList<NameValue> rowsOf(const QJsonArray &array)
    {
        QList<NameValue> rows;
        for (const QJsonValue &each : array) {
            const QJsonObject row = each.toObject();
            if (const QString rowName = text(row, "name"_L1); !rowName.isEmpty())
                rows.append({rowName, text(row, "value"_L1), true});
        }
        return rows;
    }

    void readHeaders(const QJsonObject &asked, RequestSpec &spec)
    {
        const QList<NameValue> rows = rowsOf(asked.value("headers"_L1).toArray());
        for (const NameValue &row : rows) {
            if (isAutomatic(row.name))
                ++m_automatic;
            else
                spec.headers.append(row);
        }
        QStringList cookies;
        const QList<NameValue> named = rowsOf(asked.value("cookies"_L1).toArray());
        for (const NameValue &cookie : named)
            cookies.append(cookie.name + u'=' + cookie.value);
        if (!cookies.isEmpty() && headerValue(spec, "cookie"_L1).isNull())
            spec.headers.append({u"Cookie"_s, cookies.join("; "_L1), true});
    }

    void readBody(const QJsonObject &data, RequestSpec &spec, const QString &place)
    {
        if (data.isEmpty())
            return;
        const QString mime = text(data, "mimeType"_L1).trimmed();
        const QString type = mime.section(u';', 0, 0).trimmed().toLower();
        const QJsonArray params = data.value("params"_L1).toArray();
        const Result<QString> content = contentOf(data);
        if (!content) {
            note(place, content.error().message, What::NotExpressed);
            return;
        }
        if (type == "multipart/form-data"_L1) {
            readParts(params, spec, place, !content->isEmpty());
            return;
        }
        const bool hasType = !headerValue(spec, "content-type"_L1).isNull();
        if (!hasType && !mime.isEmpty() && mime != "?"_L1)
            spec.headers.append({u"Content-Type"_s, mime, true});
        if (content->isEmpty() && !params.isEmpty()) {
            spec.body.kind = RequestBody::Kind::Form;
            spec.body.form = rowsOf(params);
            if (headerValue(spec, "content-type"_L1) == "application/x-www-form-urlencoded"_L1)
                removeContentType(spec);
            return;
        }
        if (setTextBody(spec, *content))
            note(place,
                 ReadHarText::tr(
                     "A line of the body would have named a file to be sent. A space stands before it now."));
    }

    static void removeContentType(RequestSpec &spec)
    {
        spec.headers.removeIf([](const NameValue &row) { return row.name.compare("content-type"_L1, Qt::CaseInsensitive) == 0; });
    }

    /// Some tools write bytes that are no text in Base64, which HAR 1.2 says of answers only.
    static Result<QString> contentOf(const QJsonObject &data)
    {
        const QString written = text(data, "text"_L1);
        if (text(data, "encoding"_L1).compare("base64"_L1, Qt::CaseInsensitive) != 0)
            return written;
        const auto bytes = QByteArray::fromBase64Encoding(written.toLatin1(), QByteArray::AbortOnBase64DecodingErrors);
        if (!bytes)
            return failure(
                Error::Kind::InvalidInput,
                ReadHarText::tr("The body is not the Base64 that it says to be. It was left out."));
        QStringDecoder decoder(QStringDecoder::Utf8);
        const QString decoded = decoder(*bytes);
        if (decoder.hasError())
            return failure(Error::Kind::InvalidInput,
                           ReadHarText::tr("The body is not text. It was left out: send it from a file."));
        return decoded;
    }

    void readParts(const QJsonArray &params, RequestSpec &spec, const QString &place, bool hasText)
    {
        removeContentType(spec); // its boundary is made anew
        if (params.isEmpty()) {
            if (hasText)
                note(place,
                     ReadHarText::tr("The parts of the multipart body are not listed. It was left out."),
                     What::NotExpressed);
            return;
        }
        spec.body.kind = RequestBody::Kind::Multipart;
        for (const QJsonValue &each : params) {
            const QJsonObject param = each.toObject();
            RequestPart part;
            part.name = text(param, "name"_L1);
            part.value = text(param, "value"_L1);
            part.contentType = text(param, "contentType"_L1);
            part.fileName = text(param, "fileName"_L1);
            if (!part.fileName.isEmpty() && part.value.isEmpty())
                note(place,
                     ReadHarText::tr("The content of the file “%1” is not in the archive. Choose the file.")
                         .arg(part.fileName.left(80)),
                     What::NotExpressed);
            spec.body.parts.append(part);
        }
    }

    /// Entries of one page need not follow each other.
    void putFoldersTogether()
    {
        QHash<QStringList, qsizetype> order;
        for (const CollectionRequest &request : std::as_const(m_imported.collection.requests)) {
            if (!order.contains(request.folder))
                order.insert(request.folder, order.size());
        }
        std::ranges::stable_sort(m_imported.collection.requests,
                                 [&order](const CollectionRequest &one, const CollectionRequest &other) { return order.value(one.folder) < order.value(other.folder); });
    }

    const CollectionSource &m_source;
    QHash<QString, QString> m_pages;
    int m_skipped = 0;
    int m_automatic = 0;
    ImportedCollection m_imported;
};

} // namespace

Result<ImportedCollection> readHar(const QByteArray &bytes, const CollectionSource &source)
{
    return Reader(source).read(bytes);
}

} // namespace keydesk
