#include "app/base/PlainText.h"

namespace keydesk {

namespace {

bool isDeceptive(QChar c)
{
    const char16_t code = c.unicode();
    return c.category() == QChar::Other_Control || (code >= 0x200b && code <= 0x200f) ||
           (code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f) || code == 0xfeff;
}

/// ASCII with single spaces between the words, as most are: nothing is to be done.
bool isSimpleAscii(QStringView words)
{
    bool isBehindSpace = true;
    for (const QChar c : words) {
        const bool isSpace = c == u' ';
        if ((isSpace && isBehindSpace) || c < u' ' || c > u'~')
            return false;
        isBehindSpace = isSpace;
    }
    return !isBehindSpace || words.isEmpty();
}

} // namespace

QString plainText(const QString &words)
{
    if (isSimpleAscii(words))
        return words;
    QString plain =
        words.isValidUtf16() ? words.simplified() : QString::fromUtf8(words.toUtf8()).simplified();
    plain.removeIf(isDeceptive);
    return plain;
}

} // namespace keydesk
