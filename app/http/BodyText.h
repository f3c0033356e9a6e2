#pragma once

#include "app/http/HttpResponse.h"

#include <QStringList>

namespace keydesk {

class Redactor;

/// The body of a response as text for a screen.
struct BodyText
{
    enum class Kind {
        Empty,
        Json,
        Text,
        Image,  ///< by its type; `text` is the hexadecimal view
        Binary, ///< likewise
    };

    Kind kind = Kind::Empty;
    QString format;        ///< "JSON", "HTML", "PNG image", or the content type
    QString charset;       ///< "UTF-8"; empty for Image and Binary
    QString text;          ///< known tokens are replaced
    bool isPretty = false; ///< laid out as asked; false also when the text would not allow it
    bool cut = false;      ///< only the beginning stands in `text`
    bool echoedToken = false;
    QStringList notes; ///< what has to be said about it, whole sentences
};

enum class BodyLayout { Pretty, Raw };

/// Bytes of a body that are shown as text; more is cut off, with a note that says so.
inline constexpr qsizetype shownBodyLimit = 2 * 1024 * 1024;
/// The same for one line: laying out a line takes far longer than as much text on many.
inline constexpr qsizetype shownLineLimit = 256 * 1024;

/// Pure, and as slow as the body is large: call it off the UI thread for anything big.
BodyText bodyText(const HttpResponse &response, BodyLayout layout, const Redactor &redactor);

/// The charset that a Content-Type names; empty: none.
QByteArray charsetOf(const QByteArray &contentType);
/// "1.2 kB", "104 B", "4.5 MB": decimal, as browsers count.
QString sizeText(qint64 bytes);
/// "148 ms", "1.34 s", "2 min 5 s".
QString durationText(std::chrono::microseconds elapsed);

} // namespace keydesk
