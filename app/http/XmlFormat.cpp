#include "app/http/XmlFormat.h"

#include <QCoreApplication>
#include <QList>
#include <QStringList>
#include <QXmlStreamReader>

#include <algorithm>
#include <vector>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

// Indentation stops growing here: otherwise a deep document costs the square of its size.
constexpr qsizetype deepestIndent = 48;

struct XmlFormatText
{
    Q_DECLARE_TR_FUNCTIONS(XmlFormat)
};

QString messageOf(const QXmlStreamReader &reader, const QStringList &open)
{
    if (reader.error() != QXmlStreamReader::PrematureEndOfDocumentError)
        return reader.errorString();
    return open.isEmpty()
               ? XmlFormatText::tr("The document ends too early.")
               : XmlFormatText::tr("The document ends before the element %1 does.").arg(open.last().left(80));
}

/// A stretch of a document that is known to be well-formed. QXmlStreamReader does not tell to the character
/// where its tokens end.
struct XmlToken
{
    enum class Type {
        Text,
        Blank,
        Start,
        End,
        Other
    }; ///< Other: an empty element, a comment, a declaration …

    Type type = Type::Other;
    QStringView text;
};

class XmlTokenizer
{
public:
    explicit XmlTokenizer(QStringView text)
        : m_text(text)
    {
    }

    QList<XmlToken> tokens()
    {
        QList<XmlToken> tokens;
        while (m_at < m_text.size()) {
            const qsizetype start = m_at;
            XmlToken token{skip(), {}};
            token.text = m_text.sliced(start, m_at - start);
            if (token.type == XmlToken::Type::Text && token.text.trimmed().isEmpty())
                token.type = XmlToken::Type::Blank;
            tokens.append(token);
        }
        return tokens;
    }

private:
    XmlToken::Type skip()
    {
        const QStringView rest = m_text.sliced(m_at);
        if (!rest.startsWith(u'<')) {
            skipTo(u"<", 0);
            return XmlToken::Type::Text;
        }
        if (rest.startsWith(u"<![CDATA[")) {
            skipTo(u"]]>", 3);
            return XmlToken::Type::Text;
        }
        if (rest.startsWith(u"<!--")) {
            m_at += 4; // `<!-->` is no comment, but the beginning of one
            skipTo(u"-->", 3);
            return XmlToken::Type::Other;
        }
        if (rest.startsWith(u"<?")) {
            skipTo(u"?>", 2);
            return XmlToken::Type::Other;
        }
        skipTag();
        if (rest.startsWith(u"<!") || m_text.at(m_at - 2) == u'/')
            return XmlToken::Type::Other;
        return rest.startsWith(u"</") ? XmlToken::Type::End : XmlToken::Type::Start;
    }

    void skipTo(QStringView end, qsizetype length)
    {
        const qsizetype found = m_text.indexOf(end, m_at);
        m_at = found < 0 ? m_text.size() : found + length;
    }

    /// Past the > that is in no quotes and, in a document type, in no brackets.
    void skipTag()
    {
        QChar quote;
        int brackets = 0;
        for (; m_at < m_text.size(); ++m_at) {
            const QChar c = m_text.at(m_at);
            if (!quote.isNull()) {
                quote = c == quote ? QChar() : quote;
            } else if (c == u'"' || c == u'\'') {
                quote = c;
            } else if (c == u'[' || c == u']') {
                brackets += c == u'[' ? 1 : -1;
            } else if (c == u'>' && brackets == 0) {
                ++m_at;
                return;
            }
        }
    }

    QStringView m_text;
    qsizetype m_at = 0;
};

class XmlPrinter
{
public:
    explicit XmlPrinter(const QList<XmlToken> &tokens)
        : m_tokens(tokens)
        , m_keeps(tokens.size())
    {
        findKept();
    }

    QString print()
    {
        for (m_at = 0; m_at < m_tokens.size(); ++m_at) {
            const XmlToken &token = m_tokens.at(m_at);
            if (token.type == XmlToken::Type::Blank)
                continue;
            if (m_keeps.at(m_at)) {
                copyElement();
                continue;
            }
            if (token.type == XmlToken::Type::End)
                --m_depth;
            newLine();
            m_text += token.text.trimmed();
            if (token.type == XmlToken::Type::Start)
                ++m_depth;
        }
        return m_text + u'\n';
    }

private:
    /// Elements with text right in them, or with nothing but white space: it may mean something.
    void findKept()
    {
        struct Open
        {
            qsizetype at;
            bool hasText = false;
            bool isBlank = true;
        };
        std::vector<Open> open;
        for (qsizetype at = 0; at < m_tokens.size(); ++at) {
            const XmlToken::Type type = m_tokens.at(at).type;
            if (type == XmlToken::Type::End) {
                if (open.empty())
                    return;
                m_keeps[open.back().at] = open.back().hasText || open.back().isBlank;
                open.pop_back();
                continue;
            }
            if (!open.empty() && type != XmlToken::Type::Blank) {
                open.back().isBlank = false;
                open.back().hasText = open.back().hasText || type == XmlToken::Type::Text;
            }
            if (type == XmlToken::Type::Start)
                open.push_back({at});
        }
    }

    void copyElement()
    {
        newLine();
        int depth = 0;
        for (; m_at < m_tokens.size(); ++m_at) {
            const XmlToken &token = m_tokens.at(m_at);
            m_text += token.text;
            if (token.type == XmlToken::Type::Start)
                ++depth;
            if (token.type == XmlToken::Type::End && --depth == 0)
                return;
        }
    }

    void newLine()
    {
        if (!m_text.isEmpty())
            m_text += u'\n' + QString(2 * std::clamp<qsizetype>(m_depth, 0, deepestIndent), u' ');
    }

    const QList<XmlToken> &m_tokens;
    QList<bool> m_keeps; // as they are, one for each token
    qsizetype m_at = 0;
    qsizetype m_depth = 0;
    QString m_text;
};

/// What a document says, without the white space between its elements.
QStringList contentOf(const QString &text)
{
    QStringList content;
    QXmlStreamReader reader(text);
    while (!reader.atEnd()) {
        reader.readNext();
        if (reader.isCharacters() && reader.isWhitespace() && !reader.isCDATA())
            continue;
        content << reader.tokenString() << reader.qualifiedName().toString() << reader.text().toString();
        for (const QXmlStreamAttribute &attribute : reader.attributes())
            content << attribute.qualifiedName().toString() << attribute.value().toString();
    }
    return content;
}

} // namespace

QString XmlProblem::sentence() const
{
    return XmlFormatText::tr("Line %1, column %2: %3").arg(line).arg(column).arg(message);
}

std::optional<XmlProblem> checkXml(const QString &text)
{
    QXmlStreamReader reader(text);
    QStringList open;
    while (!reader.atEnd()) {
        switch (reader.readNext()) {
        case QXmlStreamReader::StartElement:
            open.append(reader.qualifiedName().toString());
            break;
        case QXmlStreamReader::EndElement:
            open.removeLast();
            break;
        default:
            break;
        }
    }
    if (!reader.hasError())
        return std::nullopt;
    return XmlProblem{int(reader.lineNumber()), int(reader.columnNumber()) + 1, messageOf(reader, open)};
}

std::optional<QString> prettyXml(const QString &text, const std::atomic<bool> &stop)
{
    if (checkXml(text) || stop)
        return std::nullopt;
    const QList<XmlToken> tokens = XmlTokenizer(text).tokens();
    if (stop)
        return std::nullopt;
    QString pretty = XmlPrinter(tokens).print();
    if (stop)
        return std::nullopt;
    // A document type may hold more than the tokens know of: what comes out is used only if it says the same.
    if (contentOf(pretty) != contentOf(text))
        return std::nullopt;
    return pretty;
}

QString declaredXmlEncoding(const QString &text)
{
    QXmlStreamReader reader(text);
    reader.readNext();
    return reader.documentEncoding().toString();
}

} // namespace keydesk
