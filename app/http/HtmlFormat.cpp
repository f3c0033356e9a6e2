#include "app/http/HtmlFormat.h"

#include <QList>
#include <QSet>
#include <QStringList>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

// As in app/http/XmlFormat: a deep document must not cost the square of its size.
constexpr qsizetype deepestIndent = 48;

const QSet<QString> &inlineElements()
{
    static const QSet<QString> names{
        u"a"_s,    u"abbr"_s, u"b"_s,  u"bdi"_s,  u"bdo"_s,   u"br"_s,     u"cite"_s,   u"code"_s, u"data"_s,
        u"del"_s,  u"dfn"_s,  u"em"_s, u"font"_s, u"i"_s,     u"img"_s,    u"ins"_s,    u"kbd"_s,  u"label"_s,
        u"mark"_s, u"q"_s,    u"s"_s,  u"samp"_s, u"small"_s, u"span"_s,   u"strong"_s, u"sub"_s,  u"sup"_s,
        u"time"_s, u"tt"_s,   u"u"_s,  u"var"_s,  u"wbr"_s,   u"button"_s, u"input"_s};
    return names;
}

const QSet<QString> &voidElements()
{
    static const QSet<QString> names{u"area"_s,   u"base"_s,  u"br"_s,    u"col"_s,  u"embed"_s,
                                     u"hr"_s,     u"img"_s,   u"input"_s, u"link"_s, u"meta"_s,
                                     u"source"_s, u"track"_s, u"wbr"_s};
    return names;
}

/// Whose contents are no tags, or must keep their white space.
const QSet<QString> &keptElements()
{
    static const QSet<QString> names{u"script"_s, u"style"_s, u"pre"_s, u"textarea"_s, u"title"_s, u"xmp"_s};
    return names;
}

/// Whose end may be left out before another of them.
const QSet<QString> &siblings()
{
    static const QSet<QString> names{u"li"_s, u"p"_s,  u"dt"_s, u"dd"_s,
                                     u"tr"_s, u"td"_s, u"th"_s, u"option"_s};
    return names;
}

struct HtmlToken
{
    enum class Type { Text, Start, End, Single }; ///< Single: has no end

    Type type = Type::Text;
    QStringView text;
    QString name; ///< of a tag, in small letters
    bool isBlock = false;
};

class HtmlTokenizer
{
public:
    explicit HtmlTokenizer(QStringView text)
        : m_text(text)
    {
    }

    QList<HtmlToken> tokens(const std::atomic<bool> &stop)
    {
        QList<HtmlToken> tokens;
        while (m_at < m_text.size() && !stop) {
            const qsizetype begin = m_at;
            HtmlToken token = next();
            token.text = m_text.sliced(begin, m_at - begin);
            if (token.type == HtmlToken::Type::Text && !tokens.isEmpty() &&
                tokens.last().type == HtmlToken::Type::Text)
                tokens.last().text = QStringView(tokens.last().text.data(), m_text.data() + m_at);
            else
                tokens.append(token);
        }
        return tokens;
    }

private:
    HtmlToken next()
    {
        const QStringView rest = m_text.sliced(m_at);
        const auto letterAt = [&](qsizetype place) {
            return place < rest.size() && rest.at(place).isLetter();
        };
        if (rest.startsWith(u"<!--")) {
            skipPast(u"-->", m_at + 4);
            return {HtmlToken::Type::Single, {}, {}, true};
        }
        if (rest.startsWith(u"<!") || rest.startsWith(u"<?")) {
            skipPast(u">", m_at + 2);
            return {HtmlToken::Type::Single, {}, {}, true};
        }
        const bool isEnd = rest.startsWith(u"</") && letterAt(2);
        if (!isEnd && !(rest.startsWith(u'<') && letterAt(1))) {
            const qsizetype tag = m_text.indexOf(u'<', m_at + 1);
            m_at = tag < 0 ? m_text.size() : tag;
            return {};
        }
        const qsizetype nameBegin = m_at + (isEnd ? 2 : 1);
        qsizetype nameEnd = nameBegin;
        while (nameEnd < m_text.size() && !m_text.at(nameEnd).isSpace() && m_text.at(nameEnd) != u'>' &&
               m_text.at(nameEnd) != u'/')
            ++nameEnd;
        const QString name = m_text.sliced(nameBegin, nameEnd - nameBegin).toString().toLower();
        skipTag(nameEnd);
        const bool isBlock = !inlineElements().contains(name);
        if (isEnd)
            return {HtmlToken::Type::End, {}, name, isBlock};
        if (keptElements().contains(name)) {
            skipContents(name);
            return {HtmlToken::Type::Single, {}, name, true};
        }
        const bool isSingle = voidElements().contains(name) || m_text.at(m_at - 2) == u'/';
        return {isSingle ? HtmlToken::Type::Single : HtmlToken::Type::Start, {}, name, isBlock};
    }

    void skipPast(QStringView end, qsizetype from)
    {
        const qsizetype found = m_text.indexOf(end, from);
        m_at = found < 0 ? m_text.size() : found + end.size();
    }

    /// Past the > that is in no quotes. A quote counts where a value may begin.
    void skipTag(qsizetype from)
    {
        QChar quote;
        QChar before; // that is no space
        for (m_at = from; m_at < m_text.size(); ++m_at) {
            const QChar c = m_text.at(m_at);
            if (!quote.isNull()) {
                quote = c == quote ? QChar() : quote;
            } else if ((c == u'"' || c == u'\'') && before == u'=') {
                quote = c;
            } else if (c == u'>') {
                ++m_at;
                return;
            }
            before = c.isSpace() ? before : c;
        }
    }

    void skipContents(const QString &name)
    {
        const qsizetype end = m_text.indexOf(u"</"_s + name, m_at, Qt::CaseInsensitive);
        if (end < 0)
            m_at = m_text.size();
        else
            skipTag(end + 2);
    }

    QStringView m_text;
    qsizetype m_at = 0;
};

class HtmlPrinter
{
public:
    explicit HtmlPrinter(const QList<HtmlToken> &tokens)
        : m_tokens(tokens)
    {
    }

    QString print(const std::atomic<bool> &stop)
    {
        for (m_at = 0; m_at < m_tokens.size() && !stop; ++m_at) {
            const HtmlToken &token = m_tokens.at(m_at);
            if (!token.isBlock) {
                flow(token);
                continue;
            }
            if (token.type == HtmlToken::Type::End)
                close(token.name);
            if (token.type == HtmlToken::Type::Start && siblings().contains(token.name) &&
                !m_open.isEmpty() && m_open.last() == token.name)
                m_open.removeLast();
            newLine();
            m_text += token.text;
            if (token.type == HtmlToken::Type::Start && !copyOneLine())
                m_open.append(token.name);
            m_flows = false;
        }
        return m_text + u'\n';
    }

private:
    /// White space between words is one blank: as it is shown.
    void flow(const HtmlToken &token)
    {
        if (token.type != HtmlToken::Type::Text) {
            beginWord();
            m_text += token.text;
            return;
        }
        const auto isBlank = [](QChar c) {
            return c == u' ' || c == u'\n' || c == u'\t' || c == u'\r' || c == u'\f';
        };
        for (qsizetype i = 0; i < token.text.size(); ++i) {
            const QChar c = token.text.at(i);
            if (isBlank(c)) {
                m_owesBlank = true;
                continue;
            }
            beginWord();
            m_text += c;
        }
    }

    void beginWord()
    {
        if (!m_flows)
            newLine();
        else if (m_owesBlank)
            m_text += u' ';
        m_owesBlank = false;
        m_flows = true;
    }

    /// What has nothing but text in it, and its end.
    bool copyOneLine()
    {
        qsizetype end = m_at + 1;
        while (end < m_tokens.size() && !m_tokens.at(end).isBlock)
            ++end;
        if (end >= m_tokens.size() || m_tokens.at(end).type != HtmlToken::Type::End ||
            m_tokens.at(end).name != m_tokens.at(m_at).name)
            return false;
        m_flows = true;
        const qsizetype contents = m_text.size();
        for (++m_at; m_at < end; ++m_at)
            flow(m_tokens.at(m_at));
        if (contents < m_text.size() && m_text.at(contents) == u' ')
            m_text.remove(contents, 1);
        m_text += m_tokens.at(end).text;
        return true;
    }

    void close(const QString &name)
    {
        constexpr qsizetype farthest = 256; // in a document whose ends are not those of its beginnings
        for (qsizetype open = m_open.size() - 1; open >= 0 && open > m_open.size() - farthest; --open) {
            if (m_open.at(open) == name) {
                m_open.resize(open);
                return;
            }
        }
    }

    void newLine()
    {
        m_owesBlank = false;
        if (!m_text.isEmpty())
            m_text += u'\n' + QString(2 * std::min(m_open.size(), deepestIndent), u' ');
    }

    const QList<HtmlToken> &m_tokens;
    qsizetype m_at = 0;
    QStringList m_open;
    QString m_text;
    bool m_flows = false;     // something stands in the line that goes on
    bool m_owesBlank = false; // before the next word
};

} // namespace

QString prettyHtml(const QString &text, const std::atomic<bool> &stop)
{
    const QList<HtmlToken> tokens = HtmlTokenizer(text).tokens(stop);
    return HtmlPrinter(tokens).print(stop);
}

} // namespace keydesk
