#include "app/cli/commands/Complete.h"

#include "app/base/VisibleText.h"
#include "app/cli/Program.h"
#include "app/cli/SavedRequests.h"
#include "app/cli/Session.h"
#include "app/cli/ShellWords.h"
#include "app/cli/StandardInput.h"
#include "app/environments/EnvironmentStore.h"
#include "app/keys/KeyStore.h"
#include "app/storage/Database.h"
#include "app/storage/Settings.h"

#include <QDir>
#include <QFile>

using namespace Qt::StringLiterals;

namespace keydesk::cli {

namespace {

constexpr qint64 longestLine = 1024 * 1024; // bytes

QByteArray restName(Completion::Rest rest)
{
    switch (rest) {
    case Completion::Rest::None:
        break;
    case Completion::Rest::Files:
        return "files";
    case Completion::Rest::Folders:
        return "folders";
    case Completion::Rest::Command:
        return "command";
    }
    return "none";
}

QStringList namesIn(const Paths &paths, Value kind)
{
    const QString settingsFile = QDir(paths.config).filePath(u"settings.ini"_s);
    const QString databaseFile = QDir(paths.data).filePath(u"keydesk.db"_s);
    if (kind == Value::Request)
        return QFile::exists(settingsFile)
                   ? savedRequestNames(
                         Settings(settingsFile, nullptr, Settings::Use::LookOnly).workspaceFolder())
                   : QStringList();
    if ((kind != Value::Environment && kind != Value::Key) || !QFile::exists(databaseFile))
        return {};
    const Result<std::unique_ptr<Database>> database = Database::openReadOnly(databaseFile);
    if (!database)
        return {};
    QStringList names;
    if (kind == Value::Key) {
        const KeyStore keys(**database);
        for (const ApiKey &key : keys.all()) {
            if (isApiKey(key))
                names << key.name;
        }
        return names;
    }
    for (const Environment &environment : EnvironmentStore::read(**database).value_or(QList<Environment>()))
        names << environment.name;
    return names;
}

Completion completed(const QStringList &words)
{
    Completion completion = completionOf(Program(), words);
    QStringList names = namesIn(Paths::places(completion.config, completion.data), completion.names);
    names.removeDuplicates();
    for (const QString &name : std::as_const(names)) {
        if (!name.contains(QChar::Null)) // no command line can hold it
            completion.words.append({completion.before + name, {}});
    }
    return completion;
}

QByteArray forBash(const QStringList &input)
{
    const BashLine line = readBashLine(input.constFirst());
    if (line.words.size() < 2)
        return {};
    // What stays of the word that is being typed: bash replaces only what is behind the last =, : or opening quote.
    const BashLine staying = readBashLine(line.typed.chopped(std::min(input.value(1).size(), line.typed.size())));
    const QString typed = line.words.constLast();
    const Completion completion = completed(line.words.sliced(1));
    QByteArray told = restName(completion.rest) + '\n';
    for (const Completion::Word &word : completion.words) {
        if (word.text.startsWith(typed))
            told += bashQuoted(word.text.sliced(staying.words.constLast().size()), staying.open).toLocal8Bit() + '\n';
    }
    return told;
}

QByteArray forZsh(const QStringList &words)
{
    const Completion completion = completed(words);
    qsizetype widest = 0;
    for (const Completion::Word &word : completion.words)
        widest = std::max(widest, word.text.size());
    QByteArray told = restName(completion.rest) + '\0';
    for (const Completion::Word &word : completion.words) {
        const QString text = withVisibleControls(word.text);
        const QString shown = word.description.isEmpty() ? text : text.leftJustified(widest) + u" -- "_s + withVisibleControls(word.description);
        told += word.text.toLocal8Bit() + '\0' + shown.toLocal8Bit() + '\0';
    }
    return told;
}

QByteArray forFish(const QStringList &words)
{
    const Completion completion = completed(words);
    QByteArray told = restName(completion.rest) + '\0';
    for (const Completion::Word &word : completion.words) {
        if (!word.text.contains(u'\t') && !word.text.contains(u'\n')) // they end a word in what fish is told
            told += word.text.toLocal8Bit() + '\t' + withVisibleControls(word.description).toLocal8Bit() + '\0';
    }
    return told;
}

} // namespace

Complete::Complete()
    : Command(u"complete"_s, tr("Tells a shell what may follow."))
{
}

void Complete::declare(CLI::App &app)
{
    addChoice(app, "shell", m_shell, {u"bash"_s, u"zsh"_s, u"fish"_s}, tr("The shell."));
}

void Complete::start()
{
    const Result<QByteArray> read = readInput(session().signalWatch(), longestLine);
    QStringList parts;
    if (read) {
        for (const QByteArray &part : read->split('\0'))
            parts << QString::fromLocal8Bit(part);
        parts.removeLast(); // behind the last NUL
    }
    if (!parts.isEmpty())
        session().output().data(m_shell == "bash"_L1 ? forBash(parts) : m_shell == "zsh"_L1 ? forZsh(parts) : forFish(parts));
    end(ExitCode::Ok);
}

} // namespace keydesk::cli
