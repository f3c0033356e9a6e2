#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

#include <optional>

namespace keydesk {

/// How bytes stand for characters.
enum class TextCoding { Utf8, Utf16LittleEndian, Utf16BigEndian, Latin1 };

/// Of a text that begins with `head` (a few kilobytes are enough): its byte order mark, or else the `charset`
/// that was named with it, or else what the bytes look like. Latin-1 where nothing else fits: it has a
/// character for every byte.
TextCoding guessCoding(QByteArrayView head, const QByteArray &charset = {});
/// That a charset names; none: it is not among these.
std::optional<TextCoding> codingOf(const QByteArray &charset);
/// "UTF-16 LE"
QString codingName(TextCoding coding);
/// Of the byte order mark that `head` begins with; 0: none.
int markSize(QByteArrayView head, TextCoding coding);
/// Bytes of a unit: 2 in UTF-16.
int unitSize(TextCoding coding);

/// A piece of a text as it is shown. What would change the display instead of standing in it (controls but
/// tabs, bidi overrides, characters without width: app/base/VisibleText.h) is written as ⟨U+202E⟩, and a byte
/// that is none of a character as ⟨FF⟩. A carriage return before a line feed is left out.
struct ShownText
{
    QString text;
    QList<qint32> offsets; ///< of the byte where each UTF-16 unit of `text` comes from; one more at the end
    qsizetype marked = 0;  ///< how many were written so
};

ShownText shownText(QByteArrayView bytes, TextCoding coding);
/// The text itself, U+FFFD for what is none.
QString plainText(QByteArrayView bytes, TextCoding coding);
/// Empty if the coding has no bytes for one of the characters.
QByteArray encoded(const QString &text, TextCoding coding);

} // namespace keydesk
