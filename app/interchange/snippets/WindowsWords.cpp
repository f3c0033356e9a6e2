#include "app/interchange/snippets/ShellWords.h"

#include <QCoreApplication>

#include <algorithm>

namespace keydesk {

namespace {

struct WindowsWordsText
{
    Q_DECLARE_TR_FUNCTIONS(WindowsWords)
};

using Kind = SnippetPiece::Kind;

bool hasInvisible(const QByteArray &text)
{
    const auto characters = QString::fromUtf8(text).toUcs4();
    return std::ranges::any_of(characters, [](char32_t c) { return isInvisible(c); });
}

bool isNameCharacter(char c)
{
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
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
        writer.note(WindowsWordsText::tr("On Windows, curl takes its arguments in the code page of the "
                                         "system: characters outside ASCII may arrive changed."));
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
    const bool isDouble = writer.hasNamed(value) || hasInvisible(plainText(value));
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

/// "" is a quotation mark to the program, and cmd stays within its quotes: what stands behind it is no command. A % is written outside of them.
QByteArray inCmdQuotes(QByteArrayView text)
{
    QByteArray out = room(text);
    qsizetype slashes = 0; // those before a quotation mark are doubled
    for (const char c : text) {
        if (c == '"' || c == '%')
            out += QByteArray(slashes, '\\');
        slashes = c == '\\' ? slashes + 1 : 0;
        if (c == '"')
            out += "\"\"";
        else if (c == '%')
            out += "\"^%\"";
        else
            out += c == '\n' || c == '\r' ? ' ' : c; // which would end the command
    }
    return out;
}

QByteArray cmdWord(SnippetWriter &writer, const SnippetValue &value)
{
    noteCodePage(writer, value);
    const QByteArray text = plainText(value);
    if (text.contains('%'))
        writer.note(WindowsWordsText::tr("This is for the prompt. In a batch file each % is written as %%."));
    if (text.contains('!'))
        writer.note(
            WindowsWordsText::tr("Where delayed expansion is on (cmd /V:ON), cmd changes the character !."));
    const auto characters = QString::fromUtf8(text).toUcs4();
    if (std::ranges::any_of(characters, [](char32_t c) { return isInvisible(c) && c != U'\n' && c != U'\t'; }))
        writer.limit(
            WindowsWordsText::tr("cmd does not pass on carriage returns and other control characters."));
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
            writer.limit(WindowsWordsText::tr("cmd has no Base64: %1 has to hold it already.")
                             .arg(QString::fromLatin1(writer.variable(piece.inside.first()))));
            whole += '%' + writer.variable(piece.inside.first()) + '%';
            continue;
        }
        whole += writer.unencoded(piece, '%' + writer.variable(piece) + '%');
        writer.note(WindowsWordsText::tr("cmd puts the value of %1 into the line before it reads it: a "
                                         "quotation mark in it ends the argument.")
                        .arg(QString::fromLatin1(writer.variable(piece))));
    }
    if (text.contains('\n') || text.contains('\r'))
        writer.limit(
            WindowsWordsText::tr("cmd does not take a line break beside a variable: a space stands there."));
    return '"' + whole + lastBackslashes(value) + '"';
}

} // namespace keydesk
