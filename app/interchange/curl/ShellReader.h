#pragma once

#include "app/interchange/curl/ShellWords.h"

namespace keydesk {

/// What the readers of all shells share: a place in the text that moves on, the word and the command that are being read.
class ShellReader
{
public:
    ShellReader(const QString &text, const QString &name, const std::atomic_bool &cancelled)
        : m_text(text)
        , m_name(name)
        , m_cancelled(cancelled)
    {
    }
    virtual ~ShellReader() = default;
    ShellReader(const ShellReader &) = delete;
    ShellReader &operator=(const ShellReader &) = delete;

    Result<ShellText> read();

protected:
    /// Reads what begins here, at least one character, outside of any quotes. The Error ends it all.
    virtual Result<void> step() = 0;

    [[nodiscard]] bool atEnd() const { return m_at >= m_text.size(); }
    [[nodiscard]] QChar here() const { return ahead(0); }
    /// The null character behind the end.
    [[nodiscard]] QChar ahead(qsizetype by) const { return m_at + by < m_text.size() ? m_text.at(m_at + by) : QChar(); }
    [[nodiscard]] bool hasAhead(QStringView text) const { return QStringView(m_text).sliced(m_at).startsWith(text); }
    QChar take();
    void skip(qsizetype count);
    [[nodiscard]] ShellPlace place() const { return {m_line, static_cast<int>(m_at - m_lineBegin) + 1}; }
    [[nodiscard]] qsizetype at() const { return m_at; }
    [[nodiscard]] const QString &text() const { return m_text; }

    void beginWord();
    void add(QChar c);
    void add(const QString &text);
    void addVariable(const QString &name);
    [[nodiscard]] bool isInWord() const { return m_isInWord; }
    [[nodiscard]] ShellWord &word() { return m_word; }
    [[nodiscard]] ShellCommand &command() { return m_command; }
    void endWord();
    virtual void endCommand();
    /// Something that would be run, such as $(…): a variable stands in its place.
    void addOutput(ShellPlace where);
    /// A comment's text, which is the title of a command on the next line.
    void setComment(const QString &text);
    /// From its mark to the end of the line; between a command's words it is forgotten.
    void readComment();
    void forgetComment() { m_comment.clear(); }
    /// Takes a name of a variable: a letter or "_", then letters, digits and "_"; empty if none stands here.
    QString takeName();

    void note(ShellPlace where, const QString &sentence, ImportNote::What what = ImportNote::What::Changed);
    void notePipe(ShellPlace where);
    [[nodiscard]] tl::unexpected<Error> invalid(ShellPlace where, const QString &sentence) const;

private:
    const QString &m_text;
    QString m_name;
    const std::atomic_bool &m_cancelled;
    qsizetype m_at = 0;
    int m_line = 1;
    qsizetype m_lineBegin = 0;
    ShellPlace m_stepPlace; // where what is being read began
    bool m_isInWord = false;
    ShellWord m_word;
    ShellCommand m_command;
    QString m_comment;
    int m_commentLine = 0;
    int m_outputs = 0;
    ShellText m_result;
};

/// A reader of each kind.
Result<ShellText> readBash(const QString &text, const QString &name, const std::atomic_bool &cancelled);
Result<ShellText> readCmd(const QString &text, const QString &name, const std::atomic_bool &cancelled);
Result<ShellText> readPowerShell(const QString &text, const QString &name, const std::atomic_bool &cancelled);

} // namespace keydesk
