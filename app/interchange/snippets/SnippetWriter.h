#pragma once

#include "app/interchange/snippets/CodeSnippet.h"

#include <functional>

namespace keydesk {

/// What a generator writes with: it decides whether a secret is named or leaves a gap, and collects the notes. One for each snippet.
class SnippetWriter
{
public:
    SnippetWriter(const SnippetRequest &request, SnippetSecrets secrets);

    [[nodiscard]] const SnippetRequest &request() const { return m_request; }
    /// Whether this is written as the name of a variable, or made of one.
    [[nodiscard]] bool isNamed(const SnippetPiece &piece) const;
    [[nodiscard]] bool hasNamed(const SnippetValue &value) const;
    /// Whether a secret of the request, wherever it stands, is named and is one that `matches`: what a language has to import.
    [[nodiscard]] bool anyNamed(const std::function<bool(const SnippetPiece &)> &matches) const;
    [[nodiscard]] bool anyNamed(SecretEscape encoding) const;
    [[nodiscard]] bool anyBase64() const;
    [[nodiscard]] const QByteArray &variable(const SnippetPiece &piece) const;
    /// A piece as it stands inside a literal: text escaped, or the gap for a value. For pieces that are not named, and no files.
    QByteArray literal(const SnippetPiece &piece, EscapeText escape);

    /// What this language cannot do: for people beside the snippet, and a comment in it.
    void limit(const QString &sentence);
    /// What to know, beside the snippet only.
    void note(const QString &sentence);
    /// The limits so far, each a comment that begins with `start`.
    [[nodiscard]] QByteArray comments(const QByteArray &start) const;
    /// Says that the value of a variable is put in as it stands where it would have to be encoded.
    QByteArray unencoded(const SnippetPiece &piece, const QByteArray &expression);

    [[nodiscard]] CodeSnippet finished(const QByteArray &text) const;

private:
    const SnippetRequest &m_request;
    const SnippetSecrets m_secrets;
    const QByteArray m_mark;
    QStringList m_limits;
    QStringList m_notes;
    QList<SnippetGap> m_gaps;
};

/// A language whose strings are literals and expressions that are joined.
struct ExpressionLanguage
{
    EscapeText escape;
    QByteArray open; ///< of a literal
    QByteArray close;
    QByteArray join; ///< " + "
    QByteArray (*named)(const QByteArray &variable);
    /// Null array: this language has no short way.
    QByteArray (*encoded)(const QByteArray &expression, SecretEscape encoding);
    QByteArray (*base64)(const QByteArray &expression);
    /// What stands around an expression of more than one part where it is one of several arguments.
    QByteArray groupOpen = {};
    QByteArray groupClose = {};
};

/// The parts that come to `value` when they are joined: literals and expressions. Text is divided after each line break if `byLine`.
QByteArrayList expressionParts(SnippetWriter &writer, const ExpressionLanguage &language, const SnippetValue &value, bool byLine = false);
/// Joined, in one line.
QByteArray expression(SnippetWriter &writer, const ExpressionLanguage &language, const SnippetValue &value);
/// Joined, a line of text in a line (unless there are very many), with this indentation from the second one on.
QByteArray linedExpression(SnippetWriter &writer, const ExpressionLanguage &language, const SnippetValue &value, const QByteArray &indent);

/// For what sends through Python's urllib3.
void noteBrackets(SnippetWriter &writer);

/// A body cut at its files: texts and files by turns.
QList<SnippetValue> cutAtFiles(const SnippetValue &body);

/// As in C and its kin: \" \\ \n \r \t, and what cannot be seen (controls, bidi, zero-width: Trojan Source) as `code` writes it.
QByteArray escapedAsInC(QByteArrayView text, QByteArrayView special, QByteArray (*code)(char32_t c), bool asciiOnly = false);
/// Characters that must not stand in code as they are: they do not show, or change what shows.
bool isInvisible(char32_t c);
/// \uXXXX, two of them beyond the BMP.
QByteArray utf16Code(char32_t c);

} // namespace keydesk
