#include "app/body/JsonRowText.h"

#include "app/base/VisibleText.h"
#include "app/http/BodyText.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringDecoder>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

using Kind = JsonPlace::Kind;
using Part = JsonRowText::Part;

namespace {

struct JsonRowTextText
{
    Q_DECLARE_TR_FUNCTIONS(JsonRowText)
};

struct Escape
{
    int length = 0; ///< in bytes; 0: there is none
    char16_t unit = 0;
};

Escape escapeAt(QByteArrayView bytes, qsizetype at)
{
    constexpr int longest = 6; // \u00e9
    if (at + 1 >= bytes.size() || bytes.at(at) != '\\')
        return {};
    switch (bytes.at(at + 1)) {
    case 'b':
        return {2, u'\b'};
    case 'f':
        return {2, u'\f'};
    case 'n':
        return {2, u'\n'};
    case 'r':
        return {2, u'\r'};
    case 't':
        return {2, u'\t'};
    case 'u':
        break;
    default:
        return {2, char16_t(uchar(bytes.at(at + 1)))};
    }
    bool isNumber = false;
    const uint unit =
        at + longest <= bytes.size() ? QByteArray(bytes.data() + at + 2, 4).toUInt(&isNumber, 16) : 0;
    return isNumber ? Escape{longest, char16_t(unit)} : Escape{};
}

bool isWithinCharacter(char byte)
{
    return (uchar(byte) & 0xC0U) == 0x80U;
}

/// Bytes of the character or the escape at `at`.
qsizetype unitLength(QByteArrayView bytes, qsizetype at)
{
    if (const Escape escape = escapeAt(bytes, at); escape.length > 0)
        return escape.length;
    qsizetype end = at + 1;
    while (end < bytes.size() && isWithinCharacter(bytes.at(end)))
        ++end;
    return end - at;
}

class Builder
{
public:
    Builder(const JsonRows &rows, const JsonTextStyle &style)
        : m_rows(rows)
        , m_style(style)
    {
    }

    void add(Part part, const QString &words, qint64 offset)
    {
        const auto begin = int(m_row.text.size());
        m_row.text += words;
        m_row.offsets.insert(m_row.offsets.size(), words.size(), offset);
        close(part, begin);
    }

    /// Of the text, as they are.
    void addBytes(Part part, qint64 from, qint64 end)
    {
        const auto begin = int(m_row.text.size());
        addShown(m_rows.pieces().bytes().read(from, end - from), from);
        close(part, begin);
    }

    /// No more than `longest` bytes; neither a character nor an escape is cut.
    void addValue(Part part, qint64 from, qint64 end)
    {
        constexpr int longestUnit = 6; // \u00e9
        const auto begin = int(m_row.text.size());
        const bool isCut = end - from > m_style.longest;
        QByteArray bytes =
            m_rows.pieces().bytes().read(from, isCut ? m_style.longest + longestUnit : end - from);
        if (isCut) {
            qsizetype cut = 0;
            for (qsizetype next = 0; next <= m_style.longest && next < bytes.size();
                 next += unitLength(bytes, next))
                cut = next;
            bytes.truncate(cut);
        }
        if (m_style.decodesEscapes)
            addDecoded(bytes, from);
        else
            addShown(bytes, from);
        close(part, begin);
        if (isCut) {
            add(Part::Note, JsonRowTextText::tr("… (%1)").arg(sizeText(end - from)), from + bytes.size());
            m_row.isCut = true;
        }
    }

    void addSummary(const JsonNode &node)
    {
        const bool isObject = node.type == JsonNode::Type::Object;
        const std::optional<qint64> count = m_rows.index().childCount(node);
        const QString inside = count ? QLocale().toString(*count) : u"…"_s;
        add(Part::Punctuation, isObject ? u"{ "_s : u"[ "_s, node.begin);
        add(Part::Note, inside, node.begin + 1);
        add(Part::Punctuation, isObject ? u" }"_s : u" ]"_s, node.begin + 1);
    }

    JsonRowText take(qint64 end)
    {
        m_row.offsets << end;
        return std::move(m_row);
    }

private:
    void close(Part part, int begin)
    {
        if (m_row.text.size() > begin)
            m_row.spans.push_back({part, begin, int(m_row.text.size())});
    }

    void addShown(QByteArrayView bytes, qint64 from)
    {
        if (!m_style.marksControls) {
            const QString text = QString::fromUtf8(bytes);
            m_row.text += text;
            m_row.offsets.insert(m_row.offsets.size(), text.size(), from);
            return;
        }
        const ShownText shown = shownText(bytes, TextCoding::Utf8);
        m_row.text += shown.text;
        for (qsizetype i = 0; i < shown.text.size(); ++i)
            m_row.offsets << from + shown.offsets.at(i);
    }

    void addDecoded(QByteArrayView bytes, qint64 from)
    {
        qsizetype at = 0;
        while (at < bytes.size()) {
            const Escape escape = escapeAt(bytes, at);
            if (escape.length == 0) {
                const qsizetype next = bytes.indexOf('\\', at + 1);
                const qsizetype end = next < 0 ? bytes.size() : next;
                addShown(bytes.sliced(at, end - at), from + at);
                at = end;
                continue;
            }
            QString meant(QChar(escape.unit));
            qsizetype length = escape.length;
            if (QChar::isHighSurrogate(escape.unit)) {
                const Escape low = escapeAt(bytes, at + length);
                if (low.length > 0 && QChar::isLowSurrogate(low.unit)) {
                    meant += QChar(low.unit);
                    length += low.length;
                }
            }
            if (meant.size() == 1 && QChar(escape.unit).isSurrogate())
                meant = QString::fromLatin1(bytes.sliced(at, length)); // half a character
            else if (escape.unit < 0x20 || isInvisible(QChar(escape.unit)))
                meant = u"⟨U+%1⟩"_s.arg(uint(escape.unit), 4, 16, QChar(u'0')).toUpper();
            m_row.text += meant;
            m_row.offsets.insert(m_row.offsets.size(), meant.size(), from + at);
            at += length;
        }
    }

    const JsonRows &m_rows;
    const JsonTextStyle &m_style;
    JsonRowText m_row;
};

void addNode(Builder &builder, const JsonRows &rows, const JsonPlace &place)
{
    const JsonNode &node = place.node();
    const bool isTree = rows.look() == JsonRows::Look::Tree;
    const bool isObject = node.type == JsonNode::Type::Object;
    if (node.nameBegin >= 0 && place.kind != Kind::Closing) {
        if (isTree)
            builder.addValue(Part::Name, node.nameBegin + 1, node.nameEnd - 1);
        else
            builder.addValue(Part::Name, node.nameBegin, node.nameEnd);
        builder.add(Part::Punctuation, u": "_s, node.nameEnd);
    } else if (isTree && place.path.size() > 1) {
        builder.add(Part::Note, QString::number(place.path.back().index), node.begin);
        builder.add(Part::Punctuation, u": "_s, node.begin);
    }
    switch (place.kind) {
    case Kind::Opening:
        if (isTree)
            builder.addSummary(node);
        else
            builder.addBytes(Part::Punctuation, node.begin, node.begin + 1);
        return;
    case Kind::Folded:
        builder.addSummary(node);
        break;
    case Kind::Closing:
        builder.addBytes(Part::Punctuation, node.end - 1, node.end);
        break;
    default:
        if (node.isContainer())
            builder.add(Part::Punctuation, isObject ? u"{}"_s : u"[]"_s, node.begin);
        else
            builder.addValue(node.type == JsonNode::Type::String ? Part::String : Part::Number, node.begin,
                             node.end);
    }
    if (!isTree && rows.hasNext(place))
        builder.add(Part::Punctuation, u","_s, node.end);
}

} // namespace

int JsonRowText::positionOf(qint64 offset) const
{
    return int(std::lower_bound(offsets.cbegin(), offsets.cend() - 1, offset) - offsets.cbegin());
}

JsonRowText jsonRowText(const JsonRows &rows, const JsonPlace &place, const JsonTextStyle &style)
{
    Builder builder(rows, style);
    if (place.kind == Kind::Raw) {
        builder.addBytes(Part::Note, place.rawBegin, place.rawEnd);
        return builder.take(place.rawEnd);
    }
    if (place.kind == Kind::Fault) {
        const std::optional<JsonFault> fault = rows.index().fault();
        if (fault)
            builder.add(Part::Note,
                        JsonRowTextText::tr("No JSON at byte %1: %2.")
                            .arg(QLocale().toString(fault->offset), fault->reason),
                        place.rawBegin);
        return builder.take(place.rawBegin);
    }
    addNode(builder, rows, place);
    const JsonNode &node = place.node();
    return builder.take(node.end >= 0 && place.kind != Kind::Opening ? node.end : node.begin + 1);
}

QString decodedJson(QByteArrayView inside, const std::atomic<bool> &stop)
{
    constexpr qsizetype step = 1024 * 1024;
    QStringDecoder decode(QStringDecoder::Utf8,
                          QStringDecoder::Flag::Stateless | QStringDecoder::Flag::ConvertInitialBom);
    QString text;
    qsizetype at = 0;
    while (at < inside.size() && !stop) {
        if (const Escape escape = escapeAt(inside, at); escape.length > 0) {
            text += QChar(escape.unit);
            at += escape.length;
            continue;
        }
        const qsizetype most = std::min(inside.size(), at + step);
        const qsizetype next = inside.first(most).indexOf('\\', at + 1);
        qsizetype end = next < 0 ? most : next;
        for (qsizetype least = std::max(at + 1, end - 3);
             end < inside.size() && end > least && isWithinCharacter(inside.at(end));)
            --end; // a character has four bytes at most
        text += QString(decode(inside.sliced(at, end - at)));
        at = end;
    }
    return text;
}

QString jsonStep(const FileBytes &bytes, const JsonIndex::PathStep &step)
{
    const JsonNode &node = step.node;
    if (node.nameBegin < 0)
        return u"[%1]"_s.arg(step.index);
    const QByteArray name = bytes.read(node.nameBegin, node.nameEnd - node.nameBegin);
    const auto isWord = [](char c) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    const bool isPlain = name.size() > 2 && std::all_of(name.cbegin() + 1, name.cend() - 1, isWord) &&
                         !(name.at(1) >= '0' && name.at(1) <= '9');
    return isPlain ? u'.' + QString::fromLatin1(name.sliced(1, name.size() - 2))
                   : u'[' + QString::fromUtf8(name) + u']';
}

QString jsonPath(const FileBytes &bytes, const std::vector<JsonIndex::PathStep> &path)
{
    QString text = u"$"_s;
    for (size_t level = 1; level < path.size(); ++level)
        text += jsonStep(bytes, path[level]);
    return text;
}

QString jsonPointer(const FileBytes &bytes, const std::vector<JsonIndex::PathStep> &path)
{
    QString text;
    for (size_t level = 1; level < path.size(); ++level) {
        const JsonNode &node = path[level].node;
        text += u'/';
        if (node.nameBegin < 0)
            text += QString::number(path[level].index);
        else
            text += decodedJson(bytes.read(node.nameBegin + 1, node.nameEnd - node.nameBegin - 2))
                        .replace(u'~', u"~0"_s)
                        .replace(u'/', u"~1"_s);
    }
    return text;
}

} // namespace keydesk
