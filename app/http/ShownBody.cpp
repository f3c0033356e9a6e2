#include "app/http/ShownBody.h"

#include "app/base/Redactor.h"
#include "app/body/TextCoding.h"
#include "app/http/BodyText.h"

#include <QCoreApplication>
#include <QStringDecoder>

namespace keydesk {

namespace {

constexpr qsizetype sniffed = 64 * 1024;

QString tr(const char *text)
{
    return QCoreApplication::translate("ShownBody", text);
}

bool isUtf32(QStringConverter::Encoding encoding)
{
    return encoding == QStringConverter::Utf32 || encoding == QStringConverter::Utf32LE ||
           encoding == QStringConverter::Utf32BE;
}

/// UTF-32 has no coding among those that are shown.
std::optional<QStringConverter::Encoding> utf32Of(const QByteArray &body, const QByteArray &charset)
{
    const auto named = QStringConverter::encodingForName(charset.constData());
    const auto marked = QStringConverter::encodingForData(body.first(qMin(body.size(), qsizetype{4})));
    for (const auto &each : {marked, named}) {
        if (each && isUtf32(*each))
            return each;
    }
    return {};
}

} // namespace

ShownBody shownBody(const HttpResponse &response, const Redactor &redactor)
{
    ShownBody shown{response.body, response.header("Content-Type"), {}};
    const QByteArray charset = charsetOf(shown.contentType);
    const auto useUtf8 = [&shown, &response](const QString &text) {
        shown.bytes = text.toUtf8();
        shown.contentType = response.contentType() + "; charset=utf-8";
    };
    if (const auto utf32 = utf32Of(response.body, charset))
        useUtf8(QStringDecoder(*utf32).decode(response.body));
    else if (!charset.isEmpty() && !codingOf(charset))
        shown.notes.append(tr("The server says the text is in “%1”, which Keydesk does not know. It is shown "
                              "as what it looks like.")
                               .arg(QString::fromLatin1(charset)));

    const QByteArrayView head = QByteArrayView(shown.bytes).first(qMin(shown.bytes.size(), sniffed));
    const TextCoding coding = guessCoding(head, charsetOf(shown.contentType));
    const bool isText = unitSize(coding) == 2 || !head.contains('\0');
    Redactor::Redacted redacted = redactor.redact(shown.bytes);
    if (isText && coding != TextCoding::Utf8 && (redacted.hits > 0 || unitSize(coding) == 2)) {
        // A token is found as its characters, and what stands for it is in UTF-8.
        const qsizetype mark = markSize(head, coding);
        redacted = redactor.redact(plainText(QByteArrayView(shown.bytes).sliced(mark), coding).toUtf8());
        if (redacted.hits > 0)
            useUtf8(QString::fromUtf8(redacted.bytes));
    } else if (redacted.hits > 0) {
        shown.bytes = redacted.bytes;
    }
    if (redacted.hits > 0)
        shown.notes.append(maskedNote());
    return shown;
}

QString maskedNote()
{
    return tr("The response holds a token that Keydesk knows. It is replaced by •••• here, in the history "
              "and in saved files.");
}

} // namespace keydesk
