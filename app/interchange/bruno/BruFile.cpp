#include "app/interchange/bruno/BruFile.h"

#include "app/interchange/tools/ToolFile.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct BruFileText
{
    Q_DECLARE_TR_FUNCTIONS(BruFile)
};

bool isTextBlock(const QString &name)
{
    static const QStringList names{u"body"_s,         u"body:json"_s,         u"body:text"_s, u"body:xml"_s, u"body:sparql"_s,
                                   u"body:graphql"_s, u"body:graphql:vars"_s, u"tests"_s,     u"docs"_s,     u"example"_s,
                                   u"script"_s};
    return names.contains(name) || name.startsWith("script:"_L1);
}

/// Without up to `most` blanks before it.
QString outdented(const QString &line, int most)
{
    qsizetype at = 0;
    while (at < most && at < line.size() && (line.at(at) == u' ' || line.at(at) == u'\t'))
        ++at;
    return line.sliced(at);
}

const QString quotes = u"'''"_s;

class Reader
{
public:
    Reader(const QString &text, const QString &fileName)
        : m_lines(text.split(u'\n'))
        , m_fileName(fileName)
    {
    }

    Result<QList<BruBlock>> read()
    {
        static const QRegularExpression head(u"^\\s*([A-Za-z][\\w:.-]*)\\s*([{\\[])(.*)$"_s);
        static const QRegularExpression single(u"^[A-Za-z][\\w-]*:"_s); // "color: #fff" of an environment
        QList<BruBlock> blocks;
        for (; m_at < m_lines.size(); ++m_at) {
            const QString &line = m_lines.at(m_at);
            const auto match = head.match(line);
            if (line.trimmed().isEmpty() || (!match.hasMatch() && single.match(line).hasMatch()))
                continue;
            if (!match.hasMatch())
                return wrong(m_at, BruFileText::tr(
                                       "a block begins here with its name and a brace, as in “headers {”"));
            m_block = {match.captured(1), BruBlock::Kind::Rows, {}, {}, static_cast<int>(m_at) + 1};
            const QString rest = match.captured(3);
            const Result<void> done = match.captured(2) == u'['   ? readNames(rest)
                                      : isTextBlock(m_block.name) ? readText(rest)
                                                                  : readRows(rest);
            if (!done)
                return tl::unexpected(done.error());
            blocks.append(m_block);
        }
        if (blocks.isEmpty())
            return toolFailure(m_fileName, BruFileText::tr("It holds no block of a Bruno file."));
        return blocks;
    }

private:
    [[nodiscard]] tl::unexpected<Error> wrong(qsizetype line, const QString &what) const
    {
        return toolFailure(m_fileName, BruFileText::tr("Line %1: %2.").arg(line + 1).arg(what));
    }

    [[nodiscard]] tl::unexpected<Error> notClosed() const
    {
        return wrong(m_block.line - 1,
                     BruFileText::tr("the block “%1” is not closed by a brace at the beginning of a line")
                         .arg(m_block.name.left(60)));
    }

    /// Up to the line that begins with the closing brace.
    Result<void> readText(const QString &rest)
    {
        m_block.kind = BruBlock::Kind::Text;
        if (rest.trimmed() == "}"_L1)
            return {};
        QStringList lines;
        if (!rest.trimmed().isEmpty())
            lines.append(rest.trimmed());
        for (++m_at; m_at < m_lines.size(); ++m_at) {
            if (m_lines.at(m_at).startsWith(u'}')) {
                while (!lines.isEmpty() && lines.first().trimmed().isEmpty())
                    lines.removeFirst();
                m_block.text = lines.join(u'\n');
                return {};
            }
            lines.append(outdented(m_lines.at(m_at), 2));
        }
        return notClosed();
    }

    /// "[ a, b ]", over one line or several.
    Result<void> readNames(const QString &rest)
    {
        QString text = rest;
        for (bool isClosed = rest.contains(u']'); !isClosed;) {
            if (++m_at >= m_lines.size())
                return notClosed();
            const QString line = m_lines.at(m_at).trimmed();
            if (line.startsWith(u'@')) // a description
                continue;
            text += u'\n' + line;
            isClosed = line.contains(u']');
        }
        static const QRegularExpression between(u"[,\\s]+"_s);
        for (const QString &name : text.first(text.indexOf(u']')).split(between, Qt::SkipEmptyParts))
            m_block.rows.append(rowOf(name, {}, static_cast<int>(m_at) + 1));
        return {};
    }

    Result<void> readRows(const QString &rest)
    {
        if (rest.trimmed() == "}"_L1)
            return {};
        QString line = rest;
        while (true) {
            if (!line.trimmed().isEmpty()) {
                if (const auto done = readRow(line); !done)
                    return done;
            }
            if (++m_at >= m_lines.size())
                return notClosed();
            line = m_lines.at(m_at);
            if (line.startsWith(u'}'))
                return {};
        }
    }

    Result<void> readRow(const QString &line)
    {
        static const QRegularExpression quoted(u"^\\s*(~?)\"((?:[^\"\\\\]|\\\\.)*)\"\\s*:"_s);
        static const QRegularExpression annotation(u"^\\s*@[^\\s():]+(?:\\(.*\\))?\\s*$"_s);
        static const QRegularExpression longAnnotation(u"^\\s*@[^\\s():]+\\('''"_s);
        if (longAnnotation.match(line).hasMatch() && line.count(quotes) == 1)
            return skipAnnotation();
        if (annotation.match(line).hasMatch())
            return {};
        if (const auto match = quoted.match(line); match.hasMatch()) {
            QString name = match.captured(2);
            name.replace("\\\""_L1, "\""_L1);
            return readValue(match.captured(1) + name, line.sliced(match.capturedEnd()));
        }
        const qsizetype colon = line.indexOf(u':');
        if (colon < 0)
            return wrong(
                m_at, BruFileText::tr("a row of the block “%1” has no colon between its name and its value")
                          .arg(m_block.name.left(60)));
        return readValue(line.first(colon).trimmed(), line.sliced(colon + 1));
    }

    Result<void> skipAnnotation()
    {
        while (++m_at < m_lines.size()) {
            if (m_lines.at(m_at).contains(quotes))
                return {};
        }
        return notClosed();
    }

    Result<void> readValue(const QString &name, const QString &written)
    {
        const int line = static_cast<int>(m_at) + 1;
        const QString value = written.trimmed();
        if (value == "["_L1)
            return readList(name, line);
        if (!value.startsWith(quotes)) {
            m_block.rows.append(rowOf(name, value, line));
            return {};
        }
        QStringList lines{value.sliced(quotes.size())};
        while (!lines.last().contains(quotes)) {
            if (++m_at >= m_lines.size())
                return wrong(line - 1,
                             BruFileText::tr("the text that begins with ''' does not end with '''"));
            lines.append(outdented(m_lines.at(m_at), 4));
        }
        const qsizetype end = lines.last().indexOf(quotes);
        const QString behind = lines.last().sliced(end + quotes.size()).trimmed(); // "@contentType(…)"
        lines.last().truncate(end);
        const QString text = lines.join(u'\n').trimmed();
        m_block.rows.append(rowOf(name, behind.isEmpty() ? text : text + u' ' + behind, line));
        return {};
    }

    /// One item on each line: "tags: [".
    Result<void> readList(const QString &name, int line)
    {
        QStringList items;
        while (++m_at < m_lines.size()) {
            const QString item = m_lines.at(m_at).trimmed();
            if (item.startsWith(u']')) {
                m_block.rows.append(rowOf(name, items.join(u'\n'), line));
                return {};
            }
            if (!item.isEmpty())
                items.append(item);
        }
        return wrong(line - 1, BruFileText::tr("the list that begins with [ does not end with ]"));
    }

    static BruRow rowOf(const QString &name, const QString &value, int line)
    {
        const bool isDisabled = name.startsWith(u'~');
        return {isDisabled ? name.sliced(1) : name, value, !isDisabled, line};
    }

    const QStringList m_lines;
    const QString m_fileName;
    qsizetype m_at = 0;
    BruBlock m_block;
};

} // namespace

QString BruBlock::value(const QString &wanted) const
{
    const auto row = std::ranges::find(rows, wanted, &BruRow::name);
    return row == rows.cend() ? QString() : row->value;
}

Result<BruFile> BruFile::read(const QString &text, const QString &fileName)
{
    return Reader(text, fileName).read().map([](const QList<BruBlock> &blocks) {
        BruFile file;
        file.m_blocks = blocks;
        return file;
    });
}

const BruBlock *BruFile::block(const QString &name) const
{
    const auto found = std::ranges::find(m_blocks, name, &BruBlock::name);
    return found == m_blocks.cend() ? nullptr : &*found;
}

QList<BruRow> BruFile::rows(const QString &name) const
{
    QList<BruRow> rows;
    for (const BruBlock &block : m_blocks) {
        if (block.name == name)
            rows += block.rows;
    }
    return rows;
}

QString BruFile::value(const QString &blockName, const QString &row) const
{
    const BruBlock *found = block(blockName);
    return found ? found->value(row) : QString();
}

QString BruFile::text(const QString &blockName) const
{
    const BruBlock *found = block(blockName);
    return found ? found->text : QString();
}

} // namespace keydesk
