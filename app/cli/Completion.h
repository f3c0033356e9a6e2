#pragma once

#include "app/cli/Options.h"

#include <QList>

namespace keydesk::cli {

class Program;

/// What may stand at the end of a command line that is being typed.
struct Completion
{
    enum class Rest { None, Files, Folders, Command }; ///< what the shell adds by itself; Command: of another program's command line

    struct Word
    {
        QString text;        ///< whole, "--format=curl"
        QString description; ///< empty: it says what it is itself
    };

    QList<Word> words;
    Rest rest = Rest::None;
    Value names = Value::Text; ///< an Environment's, Key's or Request's name may stand there, too
    QString before;            ///< what stands in front of such a name, in the same word: "--environment="
    QString config;            ///< what was given to --config and --data
    QString data;
};

/// `words`: all behind the program's name, the last of which is being typed. Everything that may stand there at all is told, whether it begins
/// like that one or not. Reads nothing but the tree of commands.
Completion completionOf(const Program &program, const QStringList &words);

} // namespace keydesk::cli
