#include "app/interchange/snippets/ShellWords.h"

#include <QCoreApplication>

#include <algorithm>

namespace keydesk {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(ShellWords)
};

using Kind = SnippetPiece::Kind;

bool hasInvisible(const QByteArray &text, bool lineBreaksToo)
{
    const auto characters = QString::fromUtf8(text).toUcs4();
    return std::ranges::any_of(characters, [lineBreaksToo](char32_t c) { return isInvisible(c) && (lineBreaksToo || c != U'\n'); });
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

/// A quote within an argument, for Windows' C runtime: \" and as many backslashes again before it as there are.
QByteArray forRuntime(QByteArrayView text)
{
    QByteArray out = room(text);
    qsizetype backslashes = 0;
    for (const char c : text) {
        if (c == '"')
            out += QByteArray(backslashes + 1, '\\');
        backslashes = c == '\\' ? backslashes + 1 : 0;
        out += c;
    }
    return out;
}

void noteCodePage(SnippetWriter &writer, const SnippetValue &value)
{
    if (std::ranges::any_of(plainText(value), [](char c) { return (c & 0x80) != 0; }))
        writer.note(Text::tr("On Windows, curl takes its arguments in the code page of the system: characters outside ASCII may arrive changed."));
}

/// For before the quote that ends the argument: the runtime would take it for one of the text.
QByteArray lastBackslashes(const SnippetValue &value)
{
    const QByteArray text = value.isEmpty() ? QByteArray() : value.last().text;
    qsizetype count = 0;
    while (count < text.size() && text.at(text.size() - 1 - count) == '\\')
        ++count;
    return {count, '\\'};
}

char nextOf(const SnippetValue &value, qsizetype after)
{
    return after + 1 < value.size() && value.at(after + 1).kind == Kind::Text ? value.at(after + 1).text.front() : '\0';
}

QByteArray powerShellNamed(SnippetWriter &writer, const SnippetPiece &piece, char next)
{
    if (piece.kind == Kind::Base64) {
        QByteArray inside;
        for (qsizetype i = 0; i < piece.inside.size(); ++i)
            inside += writer.isNamed(piece.inside.at(i)) ? powerShellNamed(writer, piece.inside.at(i), nextOf(piece.inside, i))
                                                         : writer.literal(piece.inside.at(i), inPowerShellDoubleQuotes);
        return "$([Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes(\"" + inside + "\")))";
    }
    const QByteArray name = "$env:" + writer.variable(piece);
    if (piece.encoding == SecretEscape::Percent || piece.encoding == SecretEscape::Form)
        return "$([uri]::EscapeDataString(" + name + ')' + (piece.encoding == SecretEscape::Form ? ".Replace('%20', '+'))" : ")");
    if (piece.encoding == SecretEscape::Xml)
        return "$([Security.SecurityElement]::Escape(" + name + "))";
    writer.unencoded(piece, name);
    return isNameCharacter(next) || next == ':' || next == '.' || next == '?' ? "${env:" + writer.variable(piece) + '}' : name;
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
    return escapedAsInC(text, "'\\", [](char32_t c) {
        QByteArray code;
        const QByteArray bytes = QString::fromUcs4(&c, 1).toUtf8();
        for (const char byte : bytes)
            code += "\\x" + QByteArray(1, byte).toHex();
        return code;
    }).replace('!', "\\x21"); // the history would look for it behind an escaped quote
}

QByteArray BashWords::word(const SnippetValue &value)
{
    const QByteArray text = plainText(value);
    if (text.contains('\0'))
        m_writer.limit(Text::tr("A null character cannot stand in an argument: what follows it is lost."));
    const bool hasNamed = m_writer.hasNamed(value);
    if (hasNamed && isSafeInDoubleQuotes(text) && std::ranges::all_of(value, [this](const SnippetPiece &piece) { return piece.kind == Kind::Text || m_writer.isNamed(piece); })) {
        QByteArray whole = "\"";
        for (qsizetype i = 0; i < value.size(); ++i)
            whole += value.at(i).kind == Kind::Text ? value.at(i).text : named(value.at(i), nextOf(value, i));
        return whole + '"';
    }
    const bool isAnsi = hasInvisible(text, false);
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

// PowerShell takes the typographic quotes U+2018 to U+201B and U+201C to U+201E for plain ones too.
QByteArray inPowerShellQuotes(QByteArrayView text)
{
    QByteArray out = forRuntime(text);
    for (const char *quote : {"'", "\xE2\x80\x98", "\xE2\x80\x99", "\xE2\x80\x9A", "\xE2\x80\x9B"})
        out.replace(quote, QByteArray(quote) + quote);
    return out;
}

QByteArray inPowerShellDoubleQuotes(QByteArrayView text)
{
    QByteArray out = room(text);
    QString characters = QString::fromUtf8(forRuntime(text));
    for (const char32_t c : characters.toUcs4()) {
        if (c == U'\n')
            out += "`n";
        else if (c == U'\r')
            out += "`r";
        else if (c == U'\t')
            out += "`t";
        else if (isInvisible(c))
            out += "$([char]0x" + QByteArray::number(static_cast<uint>(c), 16) + ')';
        else if (c == U'`' || c == U'$' || c == U'"' || (c >= 0x201C && c <= 0x201E))
            out += '`' + QString::fromUcs4(&c, 1).toUtf8();
        else
            out += QString::fromUcs4(&c, 1).toUtf8();
    }
    wipe(characters);
    return out;
}

QByteArray powerShellWord(SnippetWriter &writer, const SnippetValue &value)
{
    noteCodePage(writer, value);
    const bool isDouble = writer.hasNamed(value) || hasInvisible(plainText(value), true);
    QByteArray whole;
    for (qsizetype i = 0; i < value.size(); ++i) {
        if (writer.isNamed(value.at(i)))
            whole += powerShellNamed(writer, value.at(i), nextOf(value, i));
        else
            whole += writer.literal(value.at(i), isDouble ? inPowerShellDoubleQuotes : inPowerShellQuotes);
    }
    const char quote = isDouble ? '"' : '\'';
    return quote + whole + quote;
}

QByteArray inCmdCarets(QByteArrayView text)
{
    QByteArray out = room(text);
    QByteArray inside = forRuntime(text);
    // Without its quotes cmd reads each character: ^ keeps its special ones, and at the prompt %NAME% too.
    for (const char c : inside) {
        if (c == '\n') {
            out += "^\n\n"; // the second one is what it keeps
            continue;
        }
        if (std::string_view("^&|<>()%!\"").find(c) != std::string_view::npos)
            out += '^';
        out += c;
    }
    wipe(inside);
    return out;
}

QByteArray inCmdQuotes(QByteArrayView text)
{
    return forRuntime(text);
}

QByteArray cmdWord(SnippetWriter &writer, const SnippetValue &value)
{
    noteCodePage(writer, value);
    const QByteArray text = plainText(value);
    if (text.contains('%'))
        writer.note(Text::tr("This is for the prompt. In a batch file each % is written as %%."));
    if (text.contains('!'))
        writer.note(Text::tr("Where delayed expansion is on (cmd /V:ON), cmd changes the character !."));
    const auto characters = QString::fromUtf8(text).toUcs4();
    if (std::ranges::any_of(characters, [](char32_t c) { return isInvisible(c) && c != U'\n' && c != U'\t'; }))
        writer.limit(Text::tr("cmd does not pass on carriage returns and other control characters."));
    QByteArray whole;
    if (!writer.hasNamed(value)) {
        for (const SnippetPiece &piece : value)
            whole += writer.literal(piece, inCmdCarets);
        return "^\"" + whole + lastBackslashes(value) + "^\"";
    }
    // Within cmd's own quotes the value of a variable is not read as a command.
    for (const SnippetPiece &piece : value) {
        if (!writer.isNamed(piece)) {
            whole += writer.literal(piece, inCmdQuotes);
            continue;
        }
        if (piece.kind == Kind::Base64) {
            writer.limit(Text::tr("cmd has no Base64: %1 has to hold it already.").arg(QString::fromLatin1(writer.variable(piece.inside.first()))));
            whole += '%' + writer.variable(piece.inside.first()) + '%';
            continue;
        }
        whole += writer.unencoded(piece, '%' + writer.variable(piece) + '%');
        writer.note(Text::tr("cmd puts the value of %1 into the line before it reads it: a quotation mark in it ends the argument.")
                        .arg(QString::fromLatin1(writer.variable(piece))));
    }
    if (text.contains('%') || text.contains('\n'))
        writer.limit(Text::tr("cmd does not take a % or a line break beside a variable as it stands."));
    return '"' + whole + lastBackslashes(value) + '"';
}

} // namespace keydesk
