#include "app/base/VisibleText.h"

#include <QStringList>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

bool isInvisible(QChar c)
{
    const char16_t code = c.unicode();
    if (code < 0x20)
        return code != u'\n' && code != u'\t';
    return (code >= 0x7f && code <= 0x9f) || code == 0xad || code == 0x61c ||
           (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2060 && code <= 0x206f) || code == 0xfeff || (code >= 0xfff9 && code <= 0xfffb);
}

QString withVisibleControls(const QString &text)
{
    const auto first = std::find_if(text.cbegin(), text.cend(), isInvisible);
    if (first == text.cend())
        return text;
    QString shown;
    shown.reserve(text.size() + 64);
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text.at(i);
        // The line ends of Windows are line ends; QPlainTextEdit makes them \n.
        if (c == u'\r' && i + 1 < text.size() && text.at(i + 1) == u'\n')
            continue;
        if (isInvisible(c))
            shown += u"⟨U+%1⟩"_s.arg(uint(c.unicode()), 4, 16, QChar(u'0')).toUpper();
        else
            shown += c;
    }
    return shown;
}

QString plainTip(const QString &text)
{
    if (text.isEmpty())
        return {};
    constexpr qsizetype widest = 90; // characters that stay on a line
    const QStringList lines = text.split(u'\n');
    const bool isNarrow =
        std::all_of(lines.cbegin(), lines.cend(), [](const QString &line) { return line.size() <= widest; });
    return (isNarrow ? u"<p style=\"white-space:pre\">%1</p>"_s : u"<p>%1</p>"_s)
        .arg(text.toHtmlEscaped().replace(u'\n', "<br>"_L1));
}

} // namespace keydesk
