#include "app/interchange/snippets/ShellWords.h"

#include <QCoreApplication>

#include <algorithm>

namespace keydesk {

namespace {

struct BashWordsText
{
    Q_DECLARE_TR_FUNCTIONS(BashWords)
};

using Kind = SnippetPiece::Kind;

bool hasInvisible(const QByteArray &text)
{
    const auto characters = QString::fromUtf8(text).toUcs4();
    return std::ranges::any_of(characters, [](char32_t c) { return isInvisible(c) && c != U'\n'; });
}

bool isNameCharacter(char c)
{
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Nothing in "…" that bash or its history takes for something else.
bool isSafeInDoubleQuotes(const QByteArray &text)
{
    return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F && std::string_view("\"$`\\!").find(c) == std::string_view::npos; });
}

QByteArray room(QByteArrayView text)
{
    QByteArray out;
    out.reserve(text.size() * 12 + 16); // growing would leave copies of a token behind
    return out;
}

char nextOf(const SnippetValue &value, qsizetype after)
{
    return after + 1 < value.size() && value.at(after + 1).kind == Kind::Text ? value.at(after + 1).text.front() : '\0';
}

} // namespace

QByteArray inBashQuotes(QByteArrayView text)
{
    QByteArray out = room(text);
    for (const char c : text)
        c == '\'' ? out += "'\\''" : out += c;
    return out;
}

QByteArray inBashAnsiQuotes(QByteArrayView text)
{
    return escapedAsInC(text, "'\\",
                        [](char32_t c) {
                            QByteArray code;
                            const QByteArray bytes = QString::fromUcs4(&c, 1).toUtf8();
                            for (const char byte : bytes)
                                code += "\\x" + QByteArray(1, byte).toHex();
                            return code;
                        })
        .replace('!', "\\x21"); // the history would look for it behind an escaped quote
}

QByteArray BashWords::word(const SnippetValue &value)
{
    const QByteArray text = plainText(value);
    if (text.contains('\0'))
        m_writer.limit(
            BashWordsText::tr("A null character cannot stand in an argument: what follows it is lost."));
    const bool hasNamed = m_writer.hasNamed(value);
    if (hasNamed && isSafeInDoubleQuotes(text) &&
        std::ranges::all_of(value, [this](const SnippetPiece &piece) { return piece.kind == Kind::Text || m_writer.isNamed(piece); })) {
        QByteArray whole = "\"";
        for (qsizetype i = 0; i < value.size(); ++i)
            whole += value.at(i).kind == Kind::Text ? value.at(i).text : named(value.at(i), nextOf(value, i));
        return whole + '"';
    }
    const bool isAnsi = hasInvisible(text);
    QByteArray whole;
    QByteArray literal;
    const auto endLiteral = [&] {
        if (!literal.isNull())
            whole += (isAnsi ? "$'" : "'") + literal + '\'';
        literal = {};
    };
    for (const SnippetPiece &piece : value) {
        if (m_writer.isNamed(piece)) {
            endLiteral();
            whole += '"' + named(piece, '\0') + '"';
        } else {
            literal += m_writer.literal(piece, isAnsi ? inBashAnsiQuotes : inBashQuotes);
        }
    }
    endLiteral();
    return whole.isEmpty() ? "''" : whole;
}

/// As it stands in double quotes.
QByteArray BashWords::named(const SnippetPiece &piece, char next)
{
    if (piece.kind == Kind::Base64)
        return "$(printf %s " + word(piece.inside) + " | base64 | tr -d '\\n')";
    const QByteArray &name = m_writer.variable(piece);
    if (piece.encoding == SecretEscape::Percent || piece.encoding == SecretEscape::Form) {
        m_encodes = true;
        return "$(percent_encode \"$" + name + (piece.encoding == SecretEscape::Form ? "\" | sed 's/%20/+/g')" : "\")");
    }
    m_writer.unencoded(piece, name);
    return isNameCharacter(next) || next == '[' ? "${" + name + '}' : '$' + name;
}

QByteArray BashWords::bodyCommands(const SnippetValue &body)
{
    QByteArrayList commands;
    for (const SnippetValue &each : cutAtFiles(body))
        commands.append(hasFile(each) ? "cat " + word(each.first().file.toUtf8()) : "printf %s " + word(each));
    return commands.size() == 1 ? commands.first() : "{ " + commands.join("; ") + "; }";
}

QByteArray BashWords::functions() const
{
    return m_encodes ? "percent_encode() {\n"
                       "  local LC_ALL=C i c\n"
                       "  for ((i = 0; i < ${#1}; i++)); do\n"
                       "    c=${1:i:1}\n"
                       "    case $c in\n"
                       "      [a-zA-Z0-9._~-]) printf %s \"$c\" ;;\n"
                       "      *) printf %s \"$c\" | od -An -v -tx1 | tr -d '\\n' | tr ' a-f' '%A-F' ;;\n"
                       "    esac\n"
                       "  done\n"
                       "}\n\n"
                     : QByteArray();
}

} // namespace keydesk
