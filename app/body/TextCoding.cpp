#include "app/body/TextCoding.h"

#include "app/base/VisibleText.h"

#include <QCoreApplication>
#include <QStringConverter>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

/// A character and how many bytes it takes; none: a byte that is not of a character.
struct Character
{
    char32_t code = 0;
    int size = 1;
    bool valid = false;
};

uchar at(QByteArrayView bytes, qsizetype index)
{
    return static_cast<uchar>(bytes[index]);
}

/// RFC 3629: neither longer than needed, nor a surrogate, nor beyond U+10FFFF.
Character utf8Character(QByteArrayView bytes, qsizetype index)
{
    const uchar lead = at(bytes, index);
    if (lead < 0x80)
        return {lead, 1, true};
    const int size = lead >= 0xC2 && lead < 0xE0   ? 2
                     : lead >= 0xE0 && lead < 0xF0 ? 3
                     : lead >= 0xF0 && lead < 0xF5 ? 4
                                                   : 0;
    if (size == 0 || index + size > bytes.size())
        return {};
    char32_t code = lead & (0x7FU >> size);
    for (int i = 1; i < size; ++i) {
        const uchar next = at(bytes, index + i);
        if ((next & 0xC0U) != 0x80U)
            return {};
        code = code << 6U | (next & 0x3FU);
    }
    const bool tooLong = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
    if (tooLong || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
        return {};
    return {code, size, true};
}

Character utf16Character(QByteArrayView bytes, qsizetype index, bool littleEndian)
{
    const auto unit = [&](qsizetype place) -> char32_t {
        const uchar first = at(bytes, place);
        const uchar second = at(bytes, place + 1);
        return littleEndian ? first | second << 8U : first << 8U | second;
    };
    if (index + 2 > bytes.size())
        return {};
    const char32_t first = unit(index);
    if (first < 0xD800 || first >= 0xE000)
        return {first, 2, true};
    if (first >= 0xDC00 || index + 4 > bytes.size())
        return {0, 2, false};
    const char32_t second = unit(index + 2);
    if (second < 0xDC00 || second >= 0xE000)
        return {0, 2, false};
    return {0x10000 + ((first - 0xD800) << 10U) + (second - 0xDC00), 4, true};
}

Character characterAt(QByteArrayView bytes, qsizetype index, TextCoding coding)
{
    switch (coding) {
    case TextCoding::Utf8:
        return utf8Character(bytes, index);
    case TextCoding::Utf16LittleEndian:
        return utf16Character(bytes, index, true);
    case TextCoding::Utf16BigEndian:
        return utf16Character(bytes, index, false);
    case TextCoding::Latin1:
        break;
    }
    return {at(bytes, index), 1, true};
}

/// Every second byte is zero where most of a text in UTF-16 is Latin.
bool looksLikeUtf16(QByteArrayView head, int zeroAt)
{
    qsizetype zeros = 0;
    qsizetype others = 0;
    for (qsizetype i = 0; i + 1 < head.size(); i += 2) {
        zeros += head[i + zeroAt] == 0 ? 1 : 0;
        others += head[i + 1 - zeroAt] == 0 ? 1 : 0;
    }
    // One zero may be anything.
    return zeros > std::max<qsizetype>(1, head.size() / 5) && others * 20 < zeros;
}

/// A text of another coding has hardly any bytes that make a character of UTF-8 by chance.
bool isUtf8(QByteArrayView head)
{
    qsizetype characters = 0; // beyond ASCII
    qsizetype others = 0;
    for (qsizetype i = 0; i < head.size();) {
        const Character character = utf8Character(head, i);
        const bool isCutOff = i + 3 >= head.size() && at(head, i) >= 0xC2 && at(head, i) < 0xF5 &&
                              std::all_of(head.begin() + i + 1, head.end(), [](char byte) {
                                  return (static_cast<uchar>(byte) & 0xC0U) == 0x80U;
                              });
        characters += character.valid ? (character.size > 1 ? 1 : 0) : 0;
        others += character.valid || isCutOff ? 0 : 1;
        i += character.size;
    }
    return characters >= others;
}

bool isLineFeed(QByteArrayView bytes, qsizetype index, TextCoding coding)
{
    if (index >= bytes.size())
        return false;
    const Character character = characterAt(bytes, index, coding);
    return character.valid && character.code == '\n';
}

QStringConverter::Encoding qtEncoding(TextCoding coding)
{
    switch (coding) {
    case TextCoding::Utf8:
        return QStringConverter::Utf8;
    case TextCoding::Utf16LittleEndian:
        return QStringConverter::Utf16LE;
    case TextCoding::Utf16BigEndian:
        return QStringConverter::Utf16BE;
    case TextCoding::Latin1:
        break;
    }
    return QStringConverter::Latin1;
}

} // namespace

std::optional<TextCoding> codingOf(const QByteArray &charset)
{
    const QByteArray name = charset.toLower();
    if (name == "utf-8" || name == "utf8" || name == "us-ascii")
        return TextCoding::Utf8;
    if (name == "utf-16le")
        return TextCoding::Utf16LittleEndian;
    if (name == "utf-16" || name == "utf-16be") // RFC 2781: without a mark, UTF-16 is big-endian
        return TextCoding::Utf16BigEndian;
    if (name == "iso-8859-1" || name == "latin1")
        return TextCoding::Latin1;
    return {};
}

TextCoding guessCoding(QByteArrayView head, const QByteArray &charset)
{
    if (head.startsWith("\xEF\xBB\xBF"))
        return TextCoding::Utf8;
    if (head.startsWith("\xFF\xFE"))
        return TextCoding::Utf16LittleEndian;
    if (head.startsWith("\xFE\xFF"))
        return TextCoding::Utf16BigEndian;
    if (const std::optional<TextCoding> named = codingOf(charset))
        return *named;
    if (looksLikeUtf16(head, 1))
        return TextCoding::Utf16LittleEndian;
    if (looksLikeUtf16(head, 0))
        return TextCoding::Utf16BigEndian;
    return isUtf8(head) ? TextCoding::Utf8 : TextCoding::Latin1;
}

QString codingName(TextCoding coding)
{
    switch (coding) {
    case TextCoding::Utf8:
        return u"UTF-8"_s;
    case TextCoding::Utf16LittleEndian:
        return u"UTF-16 LE"_s;
    case TextCoding::Utf16BigEndian:
        return u"UTF-16 BE"_s;
    case TextCoding::Latin1:
        break;
    }
    return u"Latin-1"_s;
}

int markSize(QByteArrayView head, TextCoding coding)
{
    if (coding == TextCoding::Utf8)
        return head.startsWith("\xEF\xBB\xBF") ? 3 : 0;
    if (coding == TextCoding::Utf16LittleEndian)
        return head.startsWith("\xFF\xFE") ? 2 : 0;
    return coding == TextCoding::Utf16BigEndian && head.startsWith("\xFE\xFF") ? 2 : 0;
}

int unitSize(TextCoding coding)
{
    return coding == TextCoding::Utf16LittleEndian || coding == TextCoding::Utf16BigEndian ? 2 : 1;
}

ShownText shownText(QByteArrayView bytes, TextCoding coding)
{
    ShownText shown;
    shown.text.reserve(bytes.size());
    shown.offsets.reserve(bytes.size() + 1);
    const auto write = [&shown](const QString &text, qsizetype from) {
        shown.text += text;
        shown.offsets.insert(shown.offsets.size(), text.size(), static_cast<qint32>(from));
    };
    for (qsizetype i = 0; i < bytes.size();) {
        const Character character = characterAt(bytes, i, coding);
        const int size = static_cast<int>(std::min<qsizetype>(character.size, bytes.size() - i));
        if (!character.valid) {
            write(u"⟨%1⟩"_s.arg(QString::fromLatin1(bytes.sliced(i, size).toByteArray().toHex().toUpper())),
                  i);
            ++shown.marked;
        } else if (character.code == '\r' && isLineFeed(bytes, i + size, coding)) {
            // of the line's end
        } else if (character.code < 0x10000 && isInvisible(QChar(static_cast<char16_t>(character.code)))) {
            write(u"⟨U+%1⟩"_s.arg(static_cast<uint>(character.code), 4, 16, QChar(u'0')).toUpper(), i);
            ++shown.marked;
        } else if (character.code < 0x10000) {
            shown.text += QChar(static_cast<char16_t>(character.code));
            shown.offsets.append(static_cast<qint32>(i));
        } else {
            write(QString::fromUcs4(&character.code, 1), i);
        }
        i += size;
    }
    shown.offsets.append(static_cast<qint32>(bytes.size()));
    return shown;
}

QString plainText(QByteArrayView bytes, TextCoding coding)
{
    QStringDecoder decoder(qtEncoding(coding),
                           QStringConverter::Flag::Stateless | QStringConverter::Flag::ConvertInitialBom);
    return decoder.decode(bytes);
}

QByteArray encoded(const QString &text, TextCoding coding)
{
    QStringEncoder encoder(qtEncoding(coding));
    const QByteArray bytes = encoder.encode(text);
    return encoder.hasError() ? QByteArray() : bytes;
}

} // namespace keydesk
