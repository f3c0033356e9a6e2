#include "app/interchange/curl/ShellReader.h"

#include <QCoreApplication>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct ReadPowerShellText
{
    Q_DECLARE_TR_FUNCTIONS(ReadPowerShell)
};

/// PowerShell's rules of quoting (about_Quoting_Rules, about_Special_Characters).
class PowerShellReader final : public ShellReader
{
public:
    using ShellReader::ShellReader;

private:
    Result<void> step() override
    {
        const ShellPlace where = place();
        const QChar c = here();
        if (c == u' ' || c == u'\t') {
            take();
            endWord();
            return {};
        }
        if (c == u'\n' || c == u';') {
            take();
            endCommand();
            return {};
        }
        if (c == u'|' || c == u'&') {
            take();
            if (here() == c)
                take();
            else if (c == u'|')
                notePipe(where);
            endCommand();
            return {};
        }
        if (c == u'#' && !isInWord()) {
            readComment();
            return {};
        }
        if (c == u'@' && !isInWord() && (hasAhead(u"@'\n") || hasAhead(u"@\"\n")))
            return readHereString();
        if (isSingle(c))
            return readSingle();
        if (isDouble(c))
            return readDouble();
        if (c == u'`') {
            take();
            if (!atEnd())
                escape();
            return {};
        }
        if (c == u'$')
            return readExpansion();
        add(take());
        return {};
    }

    // Word processors' quotes are quotes, too.
    static bool isSingle(QChar c) { return c == u'\'' || (c >= u'\u2018' && c <= u'\u201B'); }
    static bool isDouble(QChar c) { return c == u'"' || (c >= u'\u201C' && c <= u'\u201E'); }

    Result<void> readSingle()
    {
        const ShellPlace where = place();
        beginWord();
        take();
        while (!atEnd()) {
            const QChar c = take();
            if (isSingle(c)) {
                if (!isSingle(here()))
                    return {};
                take();
            }
            word().text += c;
        }
        return invalid(where, ReadPowerShellText::tr("The quote ' that begins here is never closed."));
    }

    Result<void> readDouble()
    {
        const ShellPlace where = place();
        beginWord();
        take();
        while (!atEnd()) {
            const QChar c = here();
            if (c == u'`' && at() + 1 < text().size()) {
                take();
                escape();
            } else if (c == u'$') {
                if (const Result<void> read = readExpansion(); !read)
                    return read;
            } else if (isDouble(c)) {
                take();
                if (!isDouble(here()))
                    return {};
                word().text += take();
            } else {
                word().text += take();
            }
        }
        return invalid(where, ReadPowerShellText::tr("The quote \" that begins here is never closed."));
    }

    /// What follows a backtick.
    void escape()
    {
        static constexpr QStringView letters = u"0abefnrtv";
        static constexpr std::u16string_view meant{u"\0\a\b\x1B\f\n\r\t\v", 9};
        const QChar c = take();
        if (c == u'\n')
            return; // the line goes on
        if (c == u'u' && here() == u'{') {
            QString digits;
            take();
            while (!atEnd() && here() != u'}' && digits.size() < 8)
                digits += take();
            if (here() == u'}')
                take();
            bool isNumber = false;
            const char32_t code = digits.toUInt(&isNumber, 16);
            if (isNumber && code <= QChar::LastValidCodePoint)
                add(QString::fromUcs4(&code, 1));
            return;
        }
        const qsizetype at = letters.indexOf(c);
        add(at < 0 ? c : QChar(meant.at(static_cast<std::size_t>(at))));
    }

    Result<void> readExpansion()
    {
        const ShellPlace where = place();
        beginWord();
        take();
        if (here() == u'(') {
            int depth = 0;
            while (!atEnd()) {
                const QChar c = take();
                if (c == u'`')
                    skip(1);
                depth += c == u'(' ? 1 : c == u')' ? -1 : 0;
                if (depth == 0) {
                    addOutput(where);
                    return {};
                }
            }
            return invalid(where, ReadPowerShellText::tr("The $( that begins here is never closed."));
        }
        const bool inBraces = here() == u'{';
        if (inBraces)
            take();
        const bool ofEnvironment = QStringView(text()).sliced(at()).startsWith(u"env:", Qt::CaseInsensitive);
        if (ofEnvironment)
            skip(4);
        const QString name = takeName();
        if (inBraces) {
            if (name.isEmpty() || here() != u'}')
                return invalid(where,
                               ReadPowerShellText::tr(
                                   "The ${ that begins here names no variable that Keydesk can name."));
            take();
        }
        if (name.isEmpty())
            add(ofEnvironment ? u"$env:"_s : u"$"_s);
        else
            addVariable(name);
        return {};
    }

    /// @' … '@ and @" … "@, each end on a line of its own.
    Result<void> readHereString()
    {
        const ShellPlace where = place();
        const bool isPlain = ahead(1) == u'\'';
        beginWord();
        skip(3);
        const QString end = isPlain ? u"\n'@"_s : u"\n\"@"_s;
        while (!atEnd()) {
            if (hasAhead(end) || (word().text.isEmpty() && hasAhead(QStringView(end).sliced(1)))) {
                skip(hasAhead(end) ? 3 : 2);
                return {};
            }
            if (!isPlain && here() == u'`' && at() + 1 < text().size()) {
                take();
                escape();
            } else if (!isPlain && here() == u'$') {
                if (const Result<void> read = readExpansion(); !read)
                    return read;
            } else {
                word().text += take();
            }
        }
        return invalid(where,
                       ReadPowerShellText::tr(
                           "The text that begins here has no end: a line that begins with %1 is missing.")
                           .arg(end.sliced(1)));
    }
};

} // namespace

Result<ShellText> readPowerShell(const QString &text, const QString &name, const std::atomic_bool &cancelled)
{
    return PowerShellReader(text, name, cancelled).read();
}

} // namespace keydesk
