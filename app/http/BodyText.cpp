#include "app/http/BodyText.h"

#include "app/base/Redactor.h"
#include "app/body/TextCoding.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringDecoder>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype sniffed = 64 * 1024;

struct BodyTextText
{
    Q_DECLARE_TR_FUNCTIONS(BodyText)
};

/// UTF-32 has no coding among those that are shown.
std::optional<QStringConverter::Encoding> utf32Of(const QByteArray &body, const QByteArray &charset)
{
    const auto marked = QStringConverter::encodingForData(body.first(qMin(body.size(), qsizetype{4})));
    const auto named = QStringConverter::encodingForName(charset.constData());
    for (const auto &each : {marked, named}) {
        if (each == QStringConverter::Utf32 || each == QStringConverter::Utf32LE ||
            each == QStringConverter::Utf32BE)
            return each;
    }
    return {};
}

/// None: it is no text.
std::optional<TextCoding> textCoding(const QByteArray &body, const QByteArray &charset)
{
    const QByteArrayView head = QByteArrayView(body).first(qMin(body.size(), sniffed));
    const TextCoding coding = guessCoding(head, charset);
    return unitSize(coding) == 1 && head.contains('\0') ? std::nullopt : std::optional(coding);
}

QString decoded(const QByteArray &body, TextCoding coding)
{
    return plainText(QByteArrayView(body).sliced(markSize(body, coding)), coding);
}

/// The text of a body in another coding than UTF-8, and that coding's name; none: it is no text, or in UTF-8.
std::optional<std::pair<QString, QString>> otherText(const QByteArray &body, const QByteArray &charset)
{
    if (const auto utf32 = utf32Of(body, charset))
        return {{QStringDecoder(*utf32).decode(body), u"UTF-32"_s}};
    const std::optional<TextCoding> coding = textCoding(body, charset);
    if (!coding || *coding == TextCoding::Utf8)
        return {};
    return {{decoded(body, *coding), codingName(*coding)}};
}

} // namespace

ShownBody shownBody(const HttpResponse &response, const Redactor &redactor)
{
    ShownBody shown{response.body, response.header("Content-Type"), {}};
    const QByteArray charset = charsetOf(shown.contentType);
    const auto other = otherText(response.body, charset);
    // A token is found as its characters, and what stands for it is in UTF-8. JSON is read in UTF-8 alone.
    const auto redacted = redactor.redact(other ? other->first.toUtf8() : response.body);
    const bool isConverted = other && (redacted.hits > 0 || other->second == "UTF-32"_L1 ||
                                       response.contentType().contains("json"));
    if (redacted.hits > 0 || isConverted)
        shown.bytes = redacted.bytes;
    if (isConverted) {
        shown.contentType = response.contentType() + "; charset=utf-8";
        shown.notes.append(BodyTextText::tr("The text came in %1. It is shown in UTF-8.").arg(other->second));
    } else if (!charset.isEmpty() && !codingOf(charset)) {
        shown.notes.append(
            BodyTextText::tr("The server says the text is in “%1”, which Keydesk does not know. It is shown "
                             "as what it looks like.")
                .arg(QString::fromUtf8(charset)));
    }
    if (redacted.hits > 0)
        shown.notes.append(maskedNote());
    return shown;
}

std::optional<QString> textOf(const ShownBody &body)
{
    const std::optional<TextCoding> coding = textCoding(body.bytes, charsetOf(body.contentType));
    return coding ? std::optional(decoded(body.bytes, *coding)) : std::nullopt;
}

QString maskedNote()
{
    return BodyTextText::tr(
        "The response holds a token that Keydesk knows. It is replaced by •••• here, in the history "
        "and in saved files.");
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
        return BodyTextText::tr("%1 s").arg(
            QLocale().toString(static_cast<double>(milliseconds) / 1000.0, 'f', 2));
    return BodyTextText::tr("%1 min %2 s").arg(milliseconds / 60'000).arg(milliseconds % 60'000 / 1000);
}

} // namespace keydesk
