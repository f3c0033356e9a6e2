#pragma once

#include "app/base/Error.h"
#include "app/http/RequestSpec.h"
#include "app/interchange/collection/Collection.h"

#include <QList>
#include <QString>

#include <atomic>

namespace keydesk {

/// Whose rules of quoting a text follows.
enum class Shell { Bash, Cmd, PowerShell };

/// A place in a pasted text, from 1, in characters.
struct ShellPlace
{
    int line = 1;
    int column = 1;

    bool operator==(const ShellPlace &) const = default;
};

/// An argument as the program would get it, but for variables: "$NAME" of the shell is {{NAME}} in it.
struct ShellWord
{
    QString text;
    ShellPlace place;
    bool isWhole = true; ///< false: it has bytes that are no UTF-8, which are replaced
};

/// A program and its arguments.
struct ShellCommand
{
    QList<ShellWord> words; ///< never empty
    QString title;          ///< the comment on the line above it; empty: none
    std::optional<QString> input; ///< what a here-document gives it to read
};

/// A text in the words of its shell. Nothing of it was run, and no variable was looked up.
struct ShellText
{
    QList<ShellCommand> commands;
    QList<NameValue> variables; ///< "NAME=value" and "export NAME=value", in their order
    QList<ImportNote> notes;
};

/// By what only one of them has: carets at line ends (cmd), backticks at line ends and `$env:` (PowerShell). Bash otherwise.
Shell guessShell(const QString &text);

/// Errors (InvalidInput, Cancelled) name `name` (a file's; empty: a pasted text), line and column: a quote that nobody closes. Linear in
/// the length of the text. For any thread.
Result<ShellText> shellText(const QString &text, Shell shell, const QString &name, const std::atomic_bool &cancelled);

/// "line 3, column 7".
QString placeText(ShellPlace place);

} // namespace keydesk
