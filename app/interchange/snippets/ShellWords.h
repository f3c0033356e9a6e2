#pragma once

#include "app/interchange/snippets/SnippetWriter.h"

namespace keydesk {

// Values as one argument of a command, quoted so that the command gets every byte as it is. Secrets that are named stand as variables
// in the quotes.

/// For bash and zsh: '…', $'…' where there are characters that do not show, "…" where only a variable needs it.
class BashWords
{
public:
    explicit BashWords(SnippetWriter &writer)
        : m_writer(writer)
    {
    }

    QByteArray word(const SnippetValue &value);
    QByteArray word(const QByteArray &text) { return word(SnippetValue{{SnippetPiece::Kind::Text, text}}); }
    /// Commands that write the body, for a pipe: "{ printf %s '…'; cat '/path'; }".
    QByteArray bodyCommands(const SnippetValue &body);
    /// Functions that the words so far call: they stand before them.
    [[nodiscard]] QByteArray functions() const;

private:
    QByteArray named(const SnippetPiece &piece, char next);

    SnippetWriter &m_writer;
    bool m_encodes = false;
};

/// For PowerShell, as an argument of a program: its quotes, and within them those of Windows' C runtime.
QByteArray powerShellWord(SnippetWriter &writer, const SnippetValue &value);
/// For the prompt of cmd likewise.
QByteArray cmdWord(SnippetWriter &writer, const SnippetValue &value);

// What stands inside the quotes.
QByteArray inBashQuotes(QByteArrayView text);       ///< '…'
QByteArray inBashAnsiQuotes(QByteArrayView text);   ///< $'…'
QByteArray inPowerShellQuotes(QByteArrayView text); ///< '…'
QByteArray inPowerShellDoubleQuotes(QByteArrayView text);
QByteArray inCmdCarets(QByteArrayView text); ///< ^"…^"
QByteArray inCmdQuotes(QByteArrayView text); ///< "…"

} // namespace keydesk
