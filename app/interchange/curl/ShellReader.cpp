#include "app/interchange/curl/ShellReader.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct ShellReaderText
{
    Q_DECLARE_TR_FUNCTIONS(ShellReader)
};

bool beginsName(QChar c)
{
    return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || c == u'_';
}

bool isOfName(QChar c)
{
    return beginsName(c) || (c >= u'0' && c <= u'9');
}

/// "NAME=value", else nothing.
std::optional<NameValue> assignment(const QString &word)
{
    const qsizetype equals = word.indexOf(u'=');
    if (equals <= 0 || !beginsName(word.at(0)) || !std::all_of(word.cbegin(), word.cbegin() + equals, isOfName))
        return {};
    return NameValue{word.first(equals), word.sliced(equals + 1), true};
}

} // namespace

QString placeText(ShellPlace place)
{
    return ShellReaderText::tr("line %1, column %2").arg(place.line).arg(place.column);
}

Result<ShellText> ShellReader::read()
{
    qsizetype asked = 0;
    while (!atEnd()) {
        if (m_at - asked > 65'536) {
            asked = m_at;
            if (m_cancelled)
                return failure(Error::Kind::Cancelled,
                               ShellReaderText::tr("Reading the commands was stopped."));
        }
        m_stepPlace = place();
        if (const Result<void> read = step(); !read)
            return tl::unexpected(read.error());
    }
    endCommand();
    return std::move(m_result);
}

QChar ShellReader::take()
{
    const QChar c = m_text.at(m_at++);
    if (c == u'\n') {
        ++m_line;
        m_lineBegin = m_at;
    }
    return c;
}

void ShellReader::skip(qsizetype count)
{
    for (qsizetype i = 0; i < count && !atEnd(); ++i)
        take();
}

void ShellReader::beginWord()
{
    if (m_isInWord)
        return;
    m_isInWord = true;
    m_word = {};
    m_word.place = m_stepPlace;
}

void ShellReader::add(QChar c)
{
    beginWord();
    m_word.text += c;
}

void ShellReader::add(const QString &text)
{
    beginWord();
    m_word.text += text;
}

void ShellReader::addVariable(const QString &name)
{
    add(u"{{"_s + name + u"}}"_s);
}

void ShellReader::endWord()
{
    if (!m_isInWord)
        return;
    m_isInWord = false;
    m_command.words.append(std::move(m_word));
    m_word = {};
    if (m_command.words.size() == 1 && !m_comment.isEmpty()) {
        if (m_command.words.constFirst().place.line == m_commentLine + 1)
            m_command.title = m_comment;
        m_comment.clear();
    }
}

/// Assignments before a program, and those that are all of a command, are variables of the text.
void ShellReader::endCommand()
{
    endWord();
    ShellCommand command = std::move(m_command);
    m_command = {};
    QList<ShellWord> &words = command.words;
    // PowerShell: $name = "value".
    if (words.size() == 3 && words.at(1).text == "="_L1 && words.at(0).text.startsWith("{{"_L1) && words.at(0).text.endsWith("}}"_L1)) {
        m_result.variables.append({words.at(0).text.sliced(2).chopped(2), words.at(2).text, true});
        return;
    }
    if (words.size() > 1 && (words.constFirst().text == "export"_L1 || words.constFirst().text == "set"_L1) &&
        assignment(words.at(1).text))
        words.removeFirst();
    qsizetype first = 0;
    for (; first < words.size(); ++first) {
        const auto found = assignment(words.at(first).text);
        if (!found)
            break;
        m_result.variables.append(*found);
    }
    words.remove(0, first);
    if (!words.isEmpty())
        m_result.commands.append(std::move(command));
}

void ShellReader::addOutput(ShellPlace where)
{
    const QString name = u"output%1"_s.arg(++m_outputs);
    addVariable(name);
    note(where, ShellReaderText::tr("Nothing of a command is run: {{%1}} stands where the output of another "
                                    "one was to come. Give it a value.")
                    .arg(name));
}

void ShellReader::setComment(const QString &text)
{
    m_comment = text.trimmed();
    m_commentLine = m_line;
}

void ShellReader::readComment()
{
    QString comment;
    skip(1);
    while (!atEnd() && here() != u'\n')
        comment += take();
    if (m_command.words.isEmpty())
        setComment(comment);
}

void ShellReader::notePipe(ShellPlace where)
{
    note(where,
         ShellReaderText::tr(
             "What this command prints goes into another one: Keydesk shows the answer instead."),
         ImportNote::What::NotExpressed);
}

QString ShellReader::takeName()
{
    QString name;
    if (!beginsName(here()))
        return name;
    while (isOfName(here()))
        name += take();
    return name;
}

void ShellReader::note(ShellPlace where, const QString &sentence, ImportNote::What what)
{
    m_result.notes.append({what, placeText(where), sentence});
}

tl::unexpected<Error> ShellReader::invalid(ShellPlace where, const QString &sentence) const
{
    return failure(Error::Kind::InvalidInput,
                   ShellReaderText::tr("%1, %2: %3")
                       .arg(m_name.isEmpty() ? ShellReaderText::tr("The pasted text") : m_name,
                            placeText(where), sentence));
}

Shell guessShell(const QString &text)
{
    static const QRegularExpression caret(u"\\^[ \\t]*\\n|\\^\""_s);
    static const QRegularExpression backtick(u"(?<![`\\\\])`[ \\t]*\\n|\\$env:|@['\"]\\n|(?:^|\\s)curl\\.exe\\s"_s,
                                             QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression percent(u"%[A-Za-z_][A-Za-z0-9_]{2,}%"_s);
    static const QRegularExpression onlyBash(u"\\\\\\n|(?:^|\\s)\\$?'|\\$[A-Za-z_{(]"_s);
    if (caret.match(text).hasMatch())
        return Shell::Cmd;
    if (backtick.match(text).hasMatch() && !text.contains("\\\n"_L1))
        return Shell::PowerShell;
    if (percent.match(text).hasMatch() && !onlyBash.match(text).hasMatch())
        return Shell::Cmd;
    return Shell::Bash;
}

Result<ShellText> shellText(const QString &text, Shell shell, const QString &name, const std::atomic_bool &cancelled)
{
    QString lines = text;
    if (lines.contains(u'\r')) {
        lines.replace("\r\n"_L1, "\n"_L1);
        lines.replace(u'\r', u'\n');
    }
    switch (shell) {
    case Shell::Cmd:
        return readCmd(lines, name, cancelled);
    case Shell::PowerShell:
        return readPowerShell(lines, name, cancelled);
    case Shell::Bash:
        break;
    }
    return readBash(lines, name, cancelled);
}

} // namespace keydesk
