#include "app/workspace/HttpParts.h"

#include "app/workspace/HttpEncoding.h"

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;
using Kind = HttpLine::Kind;

namespace {

QString decoded(const HttpFile &file, QByteArrayView bytes)
{
    return file.isUtf8() ? QString::fromUtf8(bytes) : QString::fromLatin1(bytes);
}

/// What follows "# @disabled " on a line; null if it says something else.
QString disabledText(const HttpFile &file, const HttpLine &line)
{
    if (line.kind != Kind::Annotation)
        return {};
    const HttpAnnotation annotation = httpAnnotation(file.bytes(line));
    return annotation.name == disabledAnnotation.toLatin1() ? decoded(file, annotation.value) : QString();
}

class PartsReader
{
public:
    PartsReader(const HttpFile &file, const HttpBlock &block)
        : m_file(file)
        , m_block(block)
    {
    }

    HttpParts read()
    {
        m_parts.isGraphQlMethod =
            m_file.decode(m_block.method).compare("GRAPHQL"_L1, Qt::CaseInsensitive) == 0;
        for (int line = m_block.firstLine; line < m_block.headersEnd; ++line)
            readAnnotation(line);
        readQuery();
        for (int line = m_block.headersBegin; line < m_block.headersEnd; ++line)
            readHeader(line);
        for (int line = m_block.bodyBegin; line < m_block.bodyEnd; ++line)
            readBody(line);
        return std::move(m_parts);
    }

private:
    [[nodiscard]] const HttpLine &at(int line) const
    {
        return m_file.lines().at(static_cast<std::size_t>(line));
    }

    void readAnnotation(int line)
    {
        if (at(line).kind != Kind::Annotation)
            return;
        const HttpAnnotation annotation = httpAnnotation(m_file.bytes(at(line)));
        if (annotation.name == "key") {
            m_parts.keyLine = line;
            m_parts.keyText = decoded(m_file, annotation.value);
        } else if (annotation.name == "path" && annotation.value.contains('=')) {
            const QString text = decoded(m_file, annotation.value);
            const qsizetype equals = text.indexOf(u'=');
            m_parts.pathParts.append({{text.first(equals).trimmed(), text.sliced(equals + 1).trimmed(), true},
                                      {at(line).begin, at(line).next},
                                      {},
                                      {}});
        } else if (annotation.name == "body" && annotation.value == "exact") {
            m_parts.exactLine = line;
        } else if (annotation.name == "graphql-operation") {
            m_parts.operationLine = line;
            m_parts.operation = decoded(m_file, annotation.value);
        }
    }

    /// The items of all lines as one query; which of them become rows is decided as for a whole URL.
    void readQuery()
    {
        QString url;
        for (const HttpSpan &piece : m_block.target)
            url += m_file.decode(piece);
        const HttpUrlParts parts = splitHttpUrl(url);
        m_parts.query.url = parts.url;
        QList<HttpRow> written;
        bool isLineEach = true;
        const auto add = [&](int line, QString text, bool enabled) {
            const bool isFirstLine = line == m_block.requestLine;
            if (isFirstLine) {
                const qsizetype question = queryBegin(text);
                if (question < 0)
                    return;
                text = text.sliced(question);
                isLineEach = false;
            }
            const QString items = text.startsWith(u'?') || text.startsWith(u'&') ? text.sliced(1) : text;
            const QStringList each = splitHttpItems(items);
            isLineEach = isLineEach && each.size() == 1;
            for (const QString &item : each) {
                auto row = readHttpItem(item, HttpItems::Query);
                if (!row)
                    continue;
                row->enabled = enabled;
                written.append({*row, {at(line).begin, at(line).next}, {}, item});
            }
        };
        qsizetype piece = 0;
        for (int line = m_block.requestLine; line < m_block.headersEnd; ++line) {
            const HttpLine &here = at(line);
            const bool hasPiece = piece < m_block.target.size() &&
                                  m_block.target.at(piece).begin >= here.begin &&
                                  m_block.target.at(piece).end <= here.end;
            if (hasPiece) {
                add(line, m_file.decode(m_block.target.at(piece)), true);
                ++piece;
            } else if (const QString text = disabledText(m_file, here); isDisabledParam(text)) {
                add(line, text, false);
            }
        }
        // What the lines say row by row holds only if it is what they say together.
        QList<NameValue> enabled;
        for (const HttpRow &row : std::as_const(written)) {
            if (row.row.enabled)
                enabled.append(row.row);
        }
        const bool fits = enabled == parts.params;
        m_parts.query.isLineEach = isLineEach && fits;
        if (fits) {
            m_parts.query.rows = written;
            return;
        }
        for (const NameValue &row : parts.params)
            m_parts.query.rows.append({row, {}, {}, writeHttpItem(row, HttpItems::Query)});
        for (const HttpRow &row : std::as_const(written)) {
            if (!row.row.enabled)
                m_parts.query.rows.append(row);
        }
    }

    static bool isDisabledParam(const QString &text)
    {
        return text.startsWith(u'?') || text.startsWith(u'&');
    }

    static NameValue headerOf(const QString &text, bool enabled)
    {
        const qsizetype colon = text.indexOf(u':');
        return {text.first(colon).trimmed(), text.sliced(colon + 1).trimmed(), enabled};
    }

    void readHeader(int line)
    {
        const HttpLine &here = at(line);
        const HttpSpan whole{here.begin, here.next};
        if (here.kind == Kind::Header) {
            const QByteArrayView bytes = m_file.bytes(here);
            const QByteArrayView value = bytes.sliced(bytes.indexOf(':') + 1).trimmed();
            const qsizetype begin = here.begin + (value.data() - bytes.data());
            m_parts.headers.append(
                {headerOf(m_file.decode(here), true), whole, {begin, begin + value.size()}, {}});
        } else if (here.kind == Kind::Fold && !m_parts.headers.isEmpty()) {
            HttpRow &folded = m_parts.headers.last();
            const QString more = m_file.decode(here).trimmed();
            folded.row.value += folded.row.value.isEmpty() ? more : u' ' + more;
            folded.lines.end = here.next;
            folded.valueSpan = {};
        } else if (const QString text = disabledText(m_file, here);
                   !isDisabledParam(text) && text.contains(u':')) {
            m_parts.headers.append({headerOf(text, false), whole, {}, {}});
        }
    }

    void readBody(int line)
    {
        const HttpLine &here = at(line);
        const bool isComment = here.kind == Kind::Comment || here.kind == Kind::Annotation;
        const bool isOurs =
            here.kind == Kind::Annotation && httpAnnotation(m_file.bytes(here)).name.startsWith("disabled");
        if (!isComment || isOurs || m_block.exactBody)
            m_parts.bodyLines.append(m_file.decode(here));
    }

    const HttpFile &m_file;
    const HttpBlock &m_block;
    HttpParts m_parts;
};

} // namespace

QList<NameValue> rowsOf(const QList<HttpRow> &rows)
{
    QList<NameValue> values;
    for (const HttpRow &row : rows)
        values.append(row.row);
    return values;
}

HttpParts httpParts(const HttpFile &file, const HttpBlock &block)
{
    return PartsReader(file, block).read();
}

QString keyText(const KeyChoice &key)
{
    switch (key.mode) {
    case KeyChoice::Mode::None:
        return u"none"_s;
    case KeyChoice::Mode::Chosen:
        return key.keyId.isNull() ? QString() : u"id:"_s + key.keyId.toString(QUuid::WithoutBraces);
    case KeyChoice::Mode::Automatic:
        return key.kindId.trimmed().isEmpty() ? QString() : u"kind:"_s + key.kindId.trimmed();
    }
    return {};
}

KeyChoice keyFromText(const QString &text)
{
    KeyChoice key;
    if (text == "none"_L1) {
        key.mode = KeyChoice::Mode::None;
    } else if (text.startsWith("id:"_L1)) {
        key.keyId = QUuid::fromString(text.sliced(3));
        key.mode = key.keyId.isNull() ? KeyChoice::Mode::Automatic : KeyChoice::Mode::Chosen;
    } else if (text.startsWith("kind:"_L1)) {
        key.kindId = text.sliced(5).trimmed();
    }
    return key;
}

} // namespace keydesk
