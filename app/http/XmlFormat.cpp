#include "app/http/XmlFormat.h"

#include <QCoreApplication>
#include <QList>
#include <QStringList>
#include <QXmlStreamReader>

#include <vector>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

// Indentation stops growing here: otherwise a deep document costs the square of its size.
constexpr qsizetype deepestIndent = 48;

QString tr(const char *text)
{
    return QCoreApplication::translate("XmlFormat", text);
}

QString messageOf(const QXmlStreamReader &reader, const QStringList &open)
{
    if (reader.error() != QXmlStreamReader::PrematureEndOfDocumentError)
        return reader.errorString();
    return open.isEmpty() ? tr("The document ends too early.")
                          : tr("The document ends before the element %1 does.").arg(open.last().left(80));
}

/// A token and the text that it stood for.
struct Token
{
    QXmlStreamReader::TokenType type = QXmlStreamReader::NoToken;
    QString text;
    bool isBlank = false; ///< white space only
};

/// Nothing if the text is not well-formed.
std::optional<QList<Token>> tokensOf(const QString &text)
{
    QXmlStreamReader reader(text);
    QList<Token> tokens;
    qsizetype at = 0;
    while (!reader.atEnd()) {
        const auto type = reader.readNext();
        const qsizetype end = reader.characterOffset();
        if (end < at || end > text.size())
            return std::nullopt;
        const QString part = text.sliced(at, end - at);
        at = end;
        tokens.append({type, part, type == QXmlStreamReader::Characters && part.trimmed().isEmpty()});
    }
    if (reader.hasError() || at != text.size())
        return std::nullopt;
    return tokens;
}

class Printer
{
public:
    explicit Printer(const QList<Token> &tokens)
        : m_tokens(tokens)
        , m_keeps(tokens.size())
    {
        findKept();
    }

    QString print()
    {
        for (m_at = 0; m_at < m_tokens.size(); ++m_at) {
            const Token &token = m_tokens.at(m_at);
            if (token.isBlank || token.text.isEmpty()) // an empty one: the end of <a/>
                continue;
            if (m_keeps.at(m_at)) {
                copyElement();
                continue;
            }
            if (token.type == QXmlStreamReader::EndElement)
                --m_depth;
            newLine();
            m_text += token.text.trimmed();
            if (token.type == QXmlStreamReader::StartElement && !isClosedAtOnce(m_at))
                ++m_depth;
        }
        return m_text + u'\n';
    }

private:
    [[nodiscard]] bool isClosedAtOnce(qsizetype at) const
    {
        return at + 1 < m_tokens.size() && m_tokens.at(at + 1).type == QXmlStreamReader::EndElement &&
               m_tokens.at(at + 1).text.isEmpty();
    }

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
            const Token &token = m_tokens.at(at);
            if (token.type == QXmlStreamReader::EndElement) {
                m_keeps[open.back().at] =
                    open.back().hasText || (open.back().isBlank && !token.text.isEmpty());
                open.pop_back();
                continue;
            }
            if (!open.empty() && !token.isBlank) {
                open.back().isBlank = false;
                open.back().hasText = open.back().hasText ||
                                      token.type == QXmlStreamReader::EntityReference ||
                                      token.type == QXmlStreamReader::Characters;
            }
            if (token.type == QXmlStreamReader::StartElement)
                open.push_back({at});
        }
    }

    void copyElement()
    {
        newLine();
        int depth = 0;
        for (; m_at < m_tokens.size(); ++m_at) {
            const Token &token = m_tokens.at(m_at);
            m_text += token.text;
            if (token.type == QXmlStreamReader::StartElement)
                ++depth;
            if (token.type == QXmlStreamReader::EndElement && --depth == 0)
                return;
        }
    }

    void newLine()
    {
        if (!m_text.isEmpty())
            m_text += u'\n' + QString(2 * qMin(m_depth, deepestIndent), u' ');
    }

    const QList<Token> &m_tokens;
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
    return tr("Line %1, column %2: %3").arg(line).arg(column).arg(message);
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

std::optional<QString> prettyXml(const QString &text)
{
    const auto tokens = tokensOf(text);
    if (!tokens)
        return std::nullopt;
    QString pretty = Printer(*tokens).print();
    // The places that the reader gives for its tokens are not documented to the character: what comes out is
    // used only if it says the same.
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
