#include "app/interchange/curl/ShellReader.h"

#include <QCoreApplication>
#include <QStringDecoder>

#include <utility>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct ReadBashText
{
    Q_DECLARE_TR_FUNCTIONS(ReadBash)
};

/// bash's rules of quoting (GNU Bash manual, sections 3.1.2, 3.5 and 3.6), as far as they decide what a program is given.
class BashReader final : public ShellReader
{
public:
    using ShellReader::ShellReader;

private:
    struct HereDocument
    {
        QString end;
        bool isPlain = false; ///< its word was quoted: no variables in it
        bool hasTabs = false; ///< "<<-": tabs at the beginning of lines go
        ShellPlace place;
    };

    Result<void> step() override
    {
        const ShellPlace where = place();
        const QChar c = here();
        if (c == u'\n') {
            take();
            return endLine();
        }
        if (c == u' ' || c == u'\t') {
            take();
            endWord();
            return {};
        }
        if (c == u'#' && !isInWord()) {
            readComment();
            return {};
        }
        if (c == u'\'')
            return readSingle();
        if (c == u'"')
            return readDouble();
        if (c == u'$' && ahead(1) == u'\'')
            return readAnsi();
        if (c == u'$' && ahead(1) == u'"') {
            skip(1);
            return readDouble();
        }
        if (c == u'\\') {
            take();
            if (atEnd())
                return {};
            if (const QChar next = take(); next != u'\n')
                add(next);
            return {};
        }
        if (c == u'$' || c == u'`')
            return readExpansion();
        if (isAmpersandOfUrl()) {
            note(where, ReadBashText::tr("The & here is in no quotes, and bash would end the command there. "
                                         "It was taken for a part of the URL."));
            add(take());
            return {};
        }
        if (c == u';' || c == u'&' || c == u'|' || c == u'(' || c == u')')
            return readOperator();
        if (c == u'<' || c == u'>')
            return readRedirection();
        add(take());
        return {};
    }

    Result<void> endLine()
    {
        if (!isInWord() && command().words.isEmpty() && at() > 1 && text().at(at() - 2) == u'\n')
            forgetComment(); // an empty line between
        endWord();
        if (const Result<void> read = readHereDocuments(); !read)
            return read;
        endCommand();
        return {};
    }

    /// In front of a query's next item, as people paste URLs.
    bool isAmpersandOfUrl()
    {
        if (here() != u'&' || !isInWord() || ahead(1) == u'&' || ahead(1) == u'>' || !ahead(1).isLetterOrNumber())
            return false;
        const QString &so = word().text;
        return so.contains(u'?') && (so.contains("://"_L1) || so.startsWith("{{"_L1) || so.startsWith("localhost"_L1));
    }

    Result<void> readOperator()
    {
        const ShellPlace where = place();
        const QChar c = take();
        const bool isPipe = c == u'|' && here() != u'|';
        if (here() == c && c != u'(' && c != u')')
            take();
        if (isPipe && here() == u'&')
            take();
        endWord();
        if (isPipe && !command().words.isEmpty())
            notePipe(where);
        if (!m_here.isEmpty()) {
            while (!atEnd() && here() != u'\n')
                take(); // the command's input comes behind this line
            return {};
        }
        endCommand();
        return {};
    }

    /// "2>&1", "> file", "< file", "<<EOF", "<<<word".
    Result<void> readRedirection()
    {
        const ShellPlace where = place();
        if (isInWord() && word().text.size() == 1 && word().text.at(0).isDigit())
            word().text.clear();
        else
            endWord();
        const QChar c = take();
        if (c == u'<' && here() == u'<') {
            take();
            if (here() == u'<') {
                take();
                m_target = Target::HereString;
            } else {
                m_target = Target::HereDocument;
                m_hereHasTabs = here() == u'-';
                if (m_hereHasTabs)
                    take();
            }
        } else {
            if (here() == u'>' || here() == u'&' || here() == u'|')
                take();
            m_target = c == u'<' ? Target::Input : Target::Output;
        }
        while (here() == u' ' || here() == u'\t')
            take();
        m_targetPlace = where;
        const bool isQuoted = here() == u'\'' || here() == u'"' || here() == u'\\';
        const qsizetype words = command().words.size();
        if (!isInWord())
            beginWord();
        word().text.clear();
        while (!atEnd() && !QStringView(u" \t\n;&|()<>").contains(here())) {
            if (const Result<void> read = step(); !read)
                return read;
        }
        const QString target = word().text;
        endWord();
        while (command().words.size() > words)
            command().words.removeLast();
        finishTarget(target, isQuoted);
        return {};
    }

    void finishTarget(const QString &target, bool isQuoted)
    {
        switch (m_target) {
        case Target::HereDocument:
            m_here.append({target, isQuoted, m_hereHasTabs, m_targetPlace});
            break;
        case Target::HereString:
            command().input = target + u'\n';
            break;
        case Target::Input:
            note(m_targetPlace,
                 ReadBashText::tr("The command reads a file as its input. Choose that file for the body."),
                 ImportNote::What::NotExpressed);
            break;
        case Target::Output:
            break; // where a command prints to is not the request's
        }
    }

    /// The lines behind a command's own.
    Result<void> readHereDocuments()
    {
        const QList<HereDocument> documents = std::exchange(m_here, {});
        for (const HereDocument &document : documents) {
            QString content;
            bool isEnded = false;
            while (!atEnd() && !isEnded) {
                QString line;
                while (!atEnd() && here() != u'\n')
                    line += take();
                skip(1);
                while (document.hasTabs && line.startsWith(u'\t'))
                    line.remove(0, 1);
                isEnded = line == document.end;
                if (!isEnded)
                    content += line + u'\n';
            }
            if (!isEnded)
                return invalid(
                    document.place,
                    ReadBashText::tr("The text that begins here has no end: a line “%1” is missing.")
                        .arg(document.end.left(40)));
            command().input = document.isPlain ? content : withVariables(content);
        }
        return {};
    }

    /// "$NAME" and "${NAME}" of a here-document.
    static QString withVariables(const QString &content)
    {
        QString filled;
        for (qsizetype i = 0; i < content.size(); ++i) {
            const QChar c = content.at(i);
            if (c == u'\\' && i + 1 < content.size() && QStringView(u"$`\\").contains(content.at(i + 1))) {
                filled += content.at(++i);
                continue;
            }
            if (c != u'$') {
                filled += c;
                continue;
            }
            const bool inBraces = i + 1 < content.size() && content.at(i + 1) == u'{';
            qsizetype end = i + 1 + inBraces;
            const qsizetype begin = end;
            while (end < content.size() && content.at(end).unicode() < 0x80 && (content.at(end).isLetterOrNumber() || content.at(end) == u'_'))
                ++end;
            const bool isName = end > begin && !content.at(begin).isDigit() && (!inBraces || (end < content.size() && content.at(end) == u'}'));
            if (!isName) {
                filled += c;
                continue;
            }
            filled += u"{{"_s + content.sliced(begin, end - begin) + u"}}"_s;
            i = end - 1 + inBraces;
        }
        return filled;
    }

    Result<void> readSingle()
    {
        const ShellPlace where = place();
        beginWord();
        take();
        while (!atEnd() && here() != u'\'')
            word().text += take();
        if (atEnd())
            return invalid(where, ReadBashText::tr("The quote ' that begins here is never closed."));
        take();
        return {};
    }

    Result<void> readDouble()
    {
        const ShellPlace where = place();
        beginWord();
        take();
        while (!atEnd() && here() != u'"') {
            if (here() == u'\\') {
                const QChar next = ahead(1);
                if (next == u'\n') {
                    skip(2);
                } else if (QStringView(u"$`\"\\").contains(next) && !next.isNull()) {
                    take();
                    word().text += take();
                } else {
                    word().text += take();
                }
            } else if (here() == u'$' || here() == u'`') {
                if (const Result<void> read = readExpansion(); !read)
                    return read;
            } else {
                word().text += take();
            }
        }
        if (atEnd())
            return invalid(where, ReadBashText::tr("The quote \" that begins here is never closed."));
        take();
        return {};
    }

    /// $'…': the escapes of ANSI C.
    Result<void> readAnsi()
    {
        const ShellPlace where = place();
        beginWord();
        skip(2);
        QByteArray bytes;
        bool isCut = false; // a null ends the string, as in C
        while (!atEnd() && here() != u'\'') {
            QByteArray next;
            if (here() == u'\\') {
                take();
                if (atEnd())
                    break;
                next = escape(isCut);
            } else {
                QString plain(take());
                if (plain.at(0).isHighSurrogate() && here().isLowSurrogate())
                    plain += take();
                next = plain.toUtf8();
            }
            if (!isCut)
                bytes += next;
        }
        if (atEnd())
            return invalid(where, ReadBashText::tr("The quote $' that begins here is never closed."));
        take();
        QStringDecoder decoder(QStringDecoder::Utf8);
        word().text += QString(decoder(bytes));
        if (decoder.hasError())
            word().isWhole = false;
        return {};
    }

    QByteArray escape(bool &isCut)
    {
        const QChar c = take();
        static constexpr QStringView letters = u"abeEfnrtv\\'\"?";
        static constexpr std::string_view meant = "\a\b\x1B\x1B\f\n\r\t\v\\'\"?";
        if (const qsizetype at = letters.indexOf(c); at >= 0)
            return QByteArray(1, meant.at(static_cast<std::size_t>(at)));
        const auto number = [this](int base, int most, uint so = 0) {
            for (int i = 0; i < most; ++i) {
                bool isDigit = false;
                const uint digit = QStringView(text()).sliced(qMin(at(), text().size()), atEnd() ? 0 : 1).toUInt(&isDigit, base);
                if (!isDigit)
                    break;
                so = so * static_cast<uint>(base) + digit;
                take();
            }
            return so;
        };
        const auto isHex = [this] { return QStringView(u"0123456789abcdefABCDEF").contains(here()) && !atEnd(); };
        if (c >= u'0' && c <= u'7') {
            const uint byte = number(8, 2, static_cast<uint>(c.unicode() - u'0')) & 0xFFU;
            isCut = isCut || byte == 0;
            return byte == 0 ? QByteArray() : QByteArray(1, static_cast<char>(byte));
        }
        if (c == u'x' && isHex()) {
            const uint byte = number(16, 2);
            isCut = isCut || byte == 0;
            return byte == 0 ? QByteArray() : QByteArray(1, static_cast<char>(byte));
        }
        if ((c == u'u' || c == u'U') && isHex()) {
            const char32_t code = number(16, c == u'u' ? 4 : 8);
            isCut = isCut || code == 0;
            if (code == 0)
                return {};
            // Half of a pair, as browsers write what is outside of the first plane: the other half follows.
            if (QChar::isHighSurrogate(code) && here() == u'\\' && ahead(1) == u'u') {
                skip(2);
                const char32_t low = number(16, 4);
                return QString(QChar(static_cast<char16_t>(code))).append(QChar(static_cast<char16_t>(low))).toUtf8();
            }
            return QString::fromUcs4(&code, 1).toUtf8();
        }
        if (c == u'c' && !atEnd())
            return QByteArray(1, static_cast<char>(take().toUpper().unicode() & 0x1FU));
        return QByteArray("\\") + QString(c).toUtf8();
    }

    /// Whatever begins with $ or `, in quotes or not.
    Result<void> readExpansion()
    {
        const ShellPlace where = place();
        beginWord();
        if (here() == u'`') {
            take();
            while (!atEnd() && here() != u'`')
                skip(here() == u'\\' ? 2 : 1);
            if (atEnd())
                return invalid(where, ReadBashText::tr("The ` that begins here is never closed."));
            take();
            addOutput(where);
            return {};
        }
        take();
        if (here() == u'(')
            return skipCommand(where);
        if (here() == u'{')
            return readBraces(where);
        if (const QString name = takeName(); !name.isEmpty()) {
            addVariable(name);
            return {};
        }
        add(u'$');
        if (here().isDigit() || (!here().isNull() && QStringView(u"@*#?!$-").contains(here())))
            note(where, ReadBashText::tr("A parameter of the shell stands here. It was left as it is."));
        return {};
    }

    Result<void> skipCommand(ShellPlace where)
    {
        int depth = 0;
        QChar quote;
        while (!atEnd()) {
            const QChar c = take();
            if (c == u'\\' && quote != u'\'') {
                skip(1);
            } else if (!quote.isNull()) {
                if (c == quote)
                    quote = {};
            } else if (c == u'\'' || c == u'"') {
                quote = c;
            } else if (c == u'(') {
                ++depth;
            } else if (c == u')' && --depth == 0) {
                addOutput(where);
                return {};
            }
        }
        return invalid(where, ReadBashText::tr("The $( that begins here is never closed."));
    }

    Result<void> readBraces(ShellPlace where)
    {
        take();
        const QString name = takeName();
        bool isPlain = !name.isEmpty();
        int depth = 1;
        while (!atEnd()) {
            const QChar c = take();
            if (c == u'{')
                ++depth;
            if (c == u'}' && --depth == 0)
                break;
            isPlain = false;
            if (c == u'\\')
                skip(1);
        }
        if (depth > 0)
            return invalid(where, ReadBashText::tr("The ${ that begins here is never closed."));
        if (name.isEmpty()) {
            addOutput(where);
            return {};
        }
        addVariable(name);
        if (!isPlain)
            note(
                where,
                ReadBashText::tr(
                    "Only the name of the variable {{%1}} was taken, not what the shell does with its value.")
                    .arg(name.left(80)));
        return {};
    }

    enum class Target { HereDocument, HereString, Input, Output };

    Target m_target = Target::Output;
    ShellPlace m_targetPlace;
    bool m_hereHasTabs = false;
    QList<HereDocument> m_here;
};

} // namespace

Result<ShellText> readBash(const QString &text, const QString &name, const std::atomic_bool &cancelled)
{
    return BashReader(text, name, cancelled).read();
}

} // namespace keydesk
