#include "app/cli/ShellWords.h"

#include <QStringView>

using namespace Qt::StringLiterals;

namespace keydesk::cli {

namespace {

using Quote = BashLine::Quote;

class Reader
{
public:
    explicit Reader(QStringView line)
        : m_line(line)
    {
    }

    BashLine read()
    {
        while (m_at < m_line.size())
            take(m_line.at(m_at));
        m_read.words.append(m_word);
        m_read.typed = m_line.sliced(m_begin).toString();
        return m_read;
    }

private:
    void take(QChar c)
    {
        switch (m_read.open) {
        case Quote::None:
            return takePlain(c);
        case Quote::Single:
            return c == u'\'' ? close() : keep(c);
        case Quote::Double:
            if (c == u'"')
                return close();
            return c == u'\\' && QStringView(u"$`\"\\").contains(next()) ? skipAndKeep() : keep(c);
        case Quote::Ansi:
            if (c == u'\'')
                return close();
            return c == u'\\' ? takeEscape() : keep(c);
        }
    }

    void takePlain(QChar c)
    {
        if (c == u' ' || c == u'\t' || c == u'\n') {
            if (m_at > m_begin)
                m_read.words.append(m_word);
            m_word.clear();
            m_begin = ++m_at;
        } else if (c == u'\'' || c == u'"') {
            open(c == u'"' ? Quote::Double : Quote::Single, 1);
        } else if (c == u'$' && next() == u'\'') {
            open(Quote::Ansi, 2);
        } else if (c == u'\\') {
            ++m_at;
            if (m_at < m_line.size())
                keep(m_line.at(m_at));
        } else {
            keep(c);
        }
    }

    /// Those that bashQuoted writes, and a quote or a backslash.
    void takeEscape()
    {
        QByteArray bytes;
        while (m_at + 3 < m_line.size() && m_line.at(m_at) == u'\\') {
            bool isOctal = false;
            const int byte = m_line.sliced(m_at + 1, 3).toInt(&isOctal, 8);
            if (!isOctal)
                break;
            bytes.append(static_cast<char>(byte));
            m_at += 4;
        }
        if (bytes.isEmpty())
            skipAndKeep();
        else
            m_word += QString::fromUtf8(bytes);
    }

    void open(Quote quote, qsizetype size)
    {
        m_read.open = quote;
        m_at += size;
    }
    void close()
    {
        m_read.open = Quote::None;
        ++m_at;
    }
    void keep(QChar c)
    {
        m_word += c;
        ++m_at;
    }
    void skipAndKeep()
    {
        ++m_at;
        if (m_at < m_line.size())
            keep(m_line.at(m_at));
    }
    [[nodiscard]] QChar next() const { return m_at + 1 < m_line.size() ? m_line.at(m_at + 1) : QChar(); }

    const QStringView m_line;
    qsizetype m_at = 0;
    qsizetype m_begin = 0; // of the word
    QString m_word;
    BashLine m_read;
};

bool isInvisible(char32_t c)
{
    switch (QChar::category(c)) {
    case QChar::Other_Control:
    case QChar::Other_Format:
    case QChar::Other_Surrogate:
    case QChar::Other_NotAssigned:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return true;
    default:
        return false;
    }
}

QString inOctal(const QString &character)
{
    QString numbers;
    for (const char byte : character.toUtf8())
        numbers += u"\\%1"_s.arg(static_cast<uint>(static_cast<unsigned char>(byte)), 3, 8, QLatin1Char('0'));
    return numbers;
}

/// Between the quotes that are open.
QString numbered(const QString &character, Quote open)
{
    const QString numbers = inOctal(character);
    switch (open) {
    case Quote::None:
        return u"$'"_s + numbers + u'\'';
    case Quote::Single:
        return u"'$'"_s + numbers + u"''"_s;
    case Quote::Double:
        return u"\"$'"_s + numbers + u"'\""_s;
    case Quote::Ansi:
        break;
    }
    return numbers;
}

QString quotedOne(QChar c, Quote open)
{
    switch (open) {
    case Quote::None:
        return c.isLetterOrNumber() || QStringView(u"_-./:=@%+,").contains(c) || c.unicode() > 0x7f ? QString(c) : QString(u'\\') + c;
    case Quote::Single:
        return c == u'\'' ? u"'\\''"_s : QString(c);
    case Quote::Double:
        if (c == u'!') // which a backslash would not keep from the history, and stay
            return u"\"'!'\""_s;
        return QStringView(u"$`\"\\").contains(c) ? QString(u'\\') + c : QString(c);
    case Quote::Ansi:
        break;
    }
    return c == u'\'' || c == u'\\' ? QString(u'\\') + c : QString(c);
}

} // namespace

BashLine readBashLine(const QString &line)
{
    return Reader(line).read();
}

QString bashQuoted(const QString &text, Quote open)
{
    QString quoted;
    for (const char32_t point : text.toUcs4()) {
        const QString character = QString::fromUcs4(&point, 1);
        if (isInvisible(point))
            quoted += numbered(character, open);
        else
            quoted += character.size() == 1 ? quotedOne(character.front(), open) : character;
    }
    return quoted;
}

} // namespace keydesk::cli
