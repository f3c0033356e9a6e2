#include "app/interchange/curl/ShellReader.h"

#include <QCoreApplication>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct ReadCmdText
{
    Q_DECLARE_TR_FUNCTIONS(ReadCmd)
};

/// The Windows command line, read twice as it is there: cmd.exe takes carets, quotes and %NAME%, and the program's C runtime then splits
/// what is left into arguments (Microsoft's "Parsing C command-line arguments").
class CmdReader final : public ShellReader
{
public:
    using ShellReader::ShellReader;

private:
    Result<void> step() override
    {
        const ShellPlace where = place();
        const QChar c = here();
        if (c == u'%') {
            readPercent();
            return {};
        }
        if (c == u'^' && !m_cmdQuoted) {
            take();
            if (atEnd())
                return {};
            if (here() == u'\n') {
                take(); // the line goes on, and its first character means itself
                if (atEnd())
                    return {};
            }
            return argument(take(), where);
        }
        if (c == u'\n') {
            if (m_argumentQuoted)
                return invalid(m_quotePlace,
                               ReadCmdText::tr("The quote \" that begins here is not closed on its line."));
            take();
            finish();
            return {};
        }
        if (!m_cmdQuoted && (c == u'&' || c == u'|')) {
            take();
            if (here() == c)
                take();
            else if (c == u'|')
                notePipe(where);
            finish();
            return {};
        }
        if (!m_cmdQuoted && c == u'>' && !m_argumentQuoted) {
            skipRedirection();
            return {};
        }
        take();
        if (c == u'"')
            m_cmdQuoted = !m_cmdQuoted;
        return argument(c, where);
    }

    void finish()
    {
        flushBackslashes();
        m_argumentQuoted = false;
        m_cmdQuoted = false;
        endCommand();
    }

    void endCommand() override
    {
        flushBackslashes();
        ShellReader::endCommand();
    }

    void readPercent()
    {
        qsizetype end = 1;
        while (ahead(end).unicode() < 0x80 && (ahead(end).isLetterOrNumber() || ahead(end) == u'_'))
            ++end;
        take();
        flushBackslashes();
        if (end < 2 || ahead(end - 1) != u'%' || here().isDigit()) {
            if (here() == u'%')
                take(); // "%%" of a batch file
            add(u'%');
            return;
        }
        addVariable(takeName());
        take();
    }

    /// What the C runtime sees.
    Result<void> argument(QChar c, ShellPlace where)
    {
        if (c == u'\\') {
            beginWord();
            ++m_backslashes;
            return {};
        }
        if (c == u'"') {
            beginWord();
            add(QString(m_backslashes / 2, u'\\'));
            const bool isEscaped = m_backslashes % 2 == 1;
            m_backslashes = 0;
            if (isEscaped) {
                add(c);
            } else if (m_argumentQuoted && nextIsQuote()) {
                add(c); // "" within quotes
            } else {
                m_argumentQuoted = !m_argumentQuoted;
                m_quotePlace = where;
            }
            return {};
        }
        flushBackslashes();
        if ((c == u' ' || c == u'\t' || c == u'\n') && !m_argumentQuoted)
            endWord();
        else
            add(c);
        return {};
    }

    /// Takes it, with its caret.
    bool nextIsQuote()
    {
        const qsizetype by = here() == u'^' && !m_cmdQuoted ? 1 : 0;
        if (ahead(by) != u'"')
            return false;
        skip(by + 1);
        if (by == 0)
            m_cmdQuoted = !m_cmdQuoted;
        return true;
    }

    void flushBackslashes()
    {
        if (m_backslashes > 0)
            add(QString(m_backslashes, u'\\'));
        m_backslashes = 0;
    }

    /// "> file": where a command prints to is not the request's.
    void skipRedirection()
    {
        if (isInWord() && (word().text == "1"_L1 || word().text == "2"_L1))
            word().text.clear();
        take();
        if (here() == u'>')
            take();
        while (here() == u' ' || here() == u'\t')
            take();
        bool isQuoted = false;
        while (!atEnd() && here() != u'\n' && (isQuoted || !QStringView(u" \t&|").contains(here()) || (here() == u'&' && text().at(at() - 1) == u'>')))
            isQuoted = (take() == u'"') != isQuoted;
    }

    bool m_cmdQuoted = false;      // for cmd.exe
    bool m_argumentQuoted = false; // for the program
    int m_backslashes = 0;         // that are not decided yet
    ShellPlace m_quotePlace;
};

} // namespace

Result<ShellText> readCmd(const QString &text, const QString &name, const std::atomic_bool &cancelled)
{
    return CmdReader(text, name, cancelled).read();
}

} // namespace keydesk
