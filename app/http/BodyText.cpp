#include "app/http/BodyText.h"

#include "app/base/Redactor.h"
#include "app/http/JsonFormat.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringDecoder>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

// Tokens are looked for a little beyond what is shown, so that one that lies across the cut is found whole.
constexpr qsizetype slack = 64 * 1024;
constexpr qsizetype hexLimit = 64 * 1024;
constexpr qsizetype sniffed = 4096;

struct BodyTextText
{
    Q_DECLARE_TR_FUNCTIONS(BodyText)
};

bool isJsonType(const QByteArray &type)
{
    return type == "application/json" || type.endsWith("+json") || type == "text/json";
}

bool isTextType(const QByteArray &type)
{
    return type.startsWith("text/") || isJsonType(type) || type.endsWith("+xml") ||
           type == "application/xml" || type == "application/javascript" ||
           type == "application/x-www-form-urlencoded" || type == "application/x-ndjson" ||
           type == "application/yaml" || type == "application/x-yaml";
}

bool looksLikeText(const QByteArray &body)
{
    const QByteArray start = body.first(qMin(body.size(), sniffed));
    if (start.contains('\0'))
        return false;
    QStringDecoder decoder(QStringDecoder::Utf8);
    const QString text =
        decoder.decode(start); // an unfinished character at the end is no error to a stateful decoder
    return !decoder.hasError() && !text.contains(QChar::ReplacementCharacter);
}

bool looksLikeJson(const QByteArray &body)
{
    const QByteArray start = body.first(qMin(body.size(), sniffed)).trimmed();
    return start.startsWith('{') || start.startsWith('[');
}

QString formatName(const QByteArray &type, BodyText::Kind kind)
{
    if (kind == BodyText::Kind::Json)
        return u"JSON"_s;
    if (type == "text/html")
        return u"HTML"_s;
    if (type == "text/xml" || type == "application/xml" || type.endsWith("+xml"))
        return u"XML"_s;
    if (kind == BodyText::Kind::Image)
        return BodyTextText::tr("%1 image").arg(QString::fromLatin1(type.mid(6)).toUpper());
    if (kind == BodyText::Kind::Text && (type.isEmpty() || type == "text/plain"))
        return BodyTextText::tr("Text");
    return type.isEmpty() ? BodyTextText::tr("Binary") : QString::fromUtf8(type);
}

BodyText::Kind kindOf(const QByteArray &type, const QByteArray &charset, const QByteArray &body)
{
    if (body.isEmpty())
        return BodyText::Kind::Empty;
    if (isJsonType(type))
        return BodyText::Kind::Json;
    if (type.startsWith("image/") && !type.endsWith("+xml"))
        return BodyText::Kind::Image;
    const bool isText = isTextType(type) || !charset.isEmpty() || looksLikeText(body);
    if (!isText)
        return BodyText::Kind::Binary;
    const bool unspecific = type.isEmpty() || type == "text/plain" || type == "application/octet-stream";
    if (unspecific && looksLikeJson(body) && !prettyJson(body, JsonDialect::Strict, shownBodyLimit).problem)
        return BodyText::Kind::Json;
    return BodyText::Kind::Text;
}

QString hexView(const QByteArray &bytes)
{
    QString text;
    text.reserve(bytes.size() * 5);
    for (qsizetype line = 0; line < bytes.size(); line += 16) {
        text += u"%1  "_s.arg(static_cast<qlonglong>(line), 8, 16, QLatin1Char('0'));
        QString characters;
        for (qsizetype i = line; i < line + 16; ++i) {
            if (i == line + 8)
                text += u' ';
            if (i >= bytes.size()) {
                text += u"   "_s;
                continue;
            }
            const auto byte = static_cast<uchar>(bytes.at(i));
            text += u"%1 "_s.arg(static_cast<uint>(byte), 2, 16, QLatin1Char('0'));
            characters += byte >= 0x20 && byte < 0x7F ? QChar(static_cast<char16_t>(byte)) : QChar(u'·');
        }
        text += u" "_s + characters + u'\n';
    }
    return text;
}

QString shownCut(qint64 shown, qint64 all)
{
    return BodyTextText::tr("Shown are the first %1 of %2. Save the body to see all of it.")
        .arg(sizeText(shown), sizeText(all));
}

/// The end of what can be shown: the limit of the whole, or that of a line.
qsizetype endOfShown(const QByteArray &bytes)
{
    const qsizetype end = qMin(bytes.size(), shownBodyLimit);
    for (qsizetype line = 0; line < end;) {
        const qsizetype next = bytes.indexOf('\n', line);
        if ((next < 0 ? bytes.size() : next) - line > shownLineLimit)
            return qMin(end, line + shownLineLimit);
        if (next < 0)
            break;
        line = next + 1;
    }
    return end;
}

// Not inside a UTF-8 character.
void cutTo(QByteArray &bytes, qsizetype limit)
{
    if (bytes.size() <= limit)
        return;
    while (limit > 0 && (static_cast<uchar>(bytes.at(limit)) & 0xC0U) == 0x80U)
        --limit;
    bytes.truncate(limit);
}

class Reader
{
public:
    Reader(const HttpResponse &response, BodyLayout layout, const Redactor &redactor)
        : m_response(response)
        , m_redactor(redactor)
        , m_pretty(layout == BodyLayout::Pretty)
    {
    }

    BodyText read()
    {
        const QByteArray type = m_response.contentType();
        const QByteArray charset = charsetOf(m_response.header("Content-Type"));
        m_out.kind = kindOf(type, charset, m_response.body);
        m_out.format = formatName(type, m_out.kind);
        switch (m_out.kind) {
        case BodyText::Kind::Empty:
            break;
        case BodyText::Kind::Image:
        case BodyText::Kind::Binary:
            readBytes();
            break;
        case BodyText::Kind::Json:
        case BodyText::Kind::Text:
            readText(charset);
            break;
        }
        if (m_out.echoedToken)
            m_out.notes.append(
                BodyTextText::tr("The response holds a token that Keydesk knows. It is replaced by •••• here, in the "
                   "history and in saved files."));
        return m_out;
    }

private:
    QByteArray redacted(const QByteArray &bytes)
    {
        auto result = m_redactor.redact(bytes);
        m_out.echoedToken = m_out.echoedToken || result.hits > 0;
        return result.bytes;
    }

    void readBytes()
    {
        QByteArray bytes = redacted(m_response.body.first(qMin(m_response.body.size(), hexLimit + slack)));
        m_out.cut = m_response.body.size() > hexLimit;
        bytes.truncate(hexLimit);
        m_out.text = hexView(bytes);
        if (m_out.kind == BodyText::Kind::Binary)
            m_out.notes.append(BodyTextText::tr("This is not text; its bytes are shown in hexadecimal."));
        if (m_out.cut)
            m_out.notes.append(shownCut(hexLimit, m_response.body.size()));
    }

    /// The body in UTF-8, whatever it came in.
    QByteArray asUtf8(const QByteArray &charset)
    {
        const QByteArray &body = m_response.body;
        const auto mark = QStringConverter::encodingForData(body);
        QStringDecoder decoder;
        if (mark && *mark != QStringConverter::Utf8)
            decoder = QStringDecoder(*mark);
        else if (!charset.isEmpty())
            decoder = QStringDecoder(charset.constData());
        m_out.charset =
            decoder.isValid() && decoder.name() ? QString::fromLatin1(decoder.name()) : u"UTF-8"_s;
        if (!charset.isEmpty() && !decoder.isValid() && !mark)
            m_out.notes.append(
                BodyTextText::tr("The server says the text is in “%1”, which Keydesk does not know. It is shown as UTF-8.")
                    .arg(QString::fromLatin1(charset)));
        if (!decoder.isValid() || m_out.charset.compare("UTF-8"_L1, Qt::CaseInsensitive) == 0)
            return body;
        const QByteArray start = body.first(qMin(body.size(), 4 * (shownBodyLimit + slack)));
        m_out.cut = start.size() < body.size();
        return QString(decoder.decode(start)).toUtf8();
    }

    void readText(const QByteArray &charset)
    {
        const QByteArray all = asUtf8(charset);
        QByteArray shown;
        if (m_pretty && m_out.kind == BodyText::Kind::Json) {
            const JsonText json = prettyJson(all, JsonDialect::Strict, shownBodyLimit + slack);
            m_out.isPretty = !json.problem || m_response.truncated;
            if (m_out.isPretty) {
                shown = json.text;
                m_out.cut = m_out.cut || json.cut;
            } else {
                m_out.notes.append(
                    BodyTextText::tr("The body says it is JSON, but it is not valid. %1 It is shown as it came.")
                        .arg(json.problem->sentence()));
            }
        }
        if (!m_out.isPretty)
            shown = all.first(qMin(all.size(), shownBodyLimit + slack));
        shown = redacted(shown);
        const qsizetype end = endOfShown(shown);
        if (shown.size() > end || (!m_out.isPretty && all.size() > shownBodyLimit))
            m_out.cut = true;
        cutTo(shown, end);
        if (m_out.cut)
            m_out.notes.append(shownCut(shown.size(), m_response.body.size()));

        QStringDecoder decoder(QStringDecoder::Utf8);
        m_out.text = decoder.decode(shown);
        if (decoder.hasError())
            m_out.notes.append(BodyTextText::tr("Some bytes are not valid %1. They are shown as �.").arg(u"UTF-8"_s));
    }

    const HttpResponse &m_response;
    const Redactor &m_redactor;
    bool m_pretty;
    BodyText m_out;
};

} // namespace

BodyText bodyText(const HttpResponse &response, BodyLayout layout, const Redactor &redactor)
{
    return Reader(response, layout, redactor).read();
}

QByteArray charsetOf(const QByteArray &contentType)
{
    const qsizetype at = contentType.toLower().indexOf("charset=");
    if (at < 0)
        return {};
    QByteArray name = contentType.mid(at + 8);
    if (const qsizetype end = name.indexOf(';'); end >= 0)
        name.truncate(end);
    return name.trimmed().replace('"', "").replace('\'', "");
}

QString sizeText(qint64 bytes)
{
    if (bytes < 1000)
        return BodyTextText::tr("%1 B").arg(bytes);
    return QLocale().formattedDataSize(bytes, bytes < 1'000'000 ? 1 : 2, QLocale::DataSizeSIFormat);
}

QString durationText(std::chrono::microseconds elapsed)
{
    const qint64 milliseconds = (elapsed.count() + 500) / 1000;
    if (milliseconds < 1000)
        return BodyTextText::tr("%1 ms").arg(milliseconds);
    if (milliseconds < 60'000)
        return BodyTextText::tr("%1 s").arg(QLocale().toString(static_cast<double>(milliseconds) / 1000.0, 'f', 2));
    return BodyTextText::tr("%1 min %2 s").arg(milliseconds / 60'000).arg(milliseconds % 60'000 / 1000);
}

} // namespace keydesk
