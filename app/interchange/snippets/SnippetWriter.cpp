#include "app/interchange/snippets/SnippetWriter.h"

#include <QCoreApplication>

#include <algorithm>

namespace keydesk {

namespace {

struct SnippetWriterText
{
    Q_DECLARE_TR_FUNCTIONS(SnippetWriter)
};

using Kind = SnippetPiece::Kind;

QString encodingName(SecretEscape encoding)
{
    switch (encoding) {
    case SecretEscape::Json:
        return SnippetWriterText::tr("escaped as in a JSON string");
    case SecretEscape::Xml:
        return SnippetWriterText::tr("escaped as in XML");
    case SecretEscape::None:
    case SecretEscape::Percent:
    case SecretEscape::Form:
        break;
    }
    return SnippetWriterText::tr("percent-encoded");
}

} // namespace

SnippetWriter::SnippetWriter(const SnippetRequest &request, SnippetSecrets secrets)
    : m_request(request)
    , m_secrets(secrets)
    , m_mark("gap" + QUuid::createUuid().toByteArray(QUuid::Id128))
    , m_notes(request.notes)
{
}

bool SnippetWriter::isNamed(const SnippetPiece &piece) const
{
    if (piece.kind == Kind::Base64)
        return hasNamed(piece.inside);
    return piece.kind == Kind::Secret && (m_secrets == SnippetSecrets::ByName || !m_request.secrets.at(piece.secret).canBeRead);
}

bool SnippetWriter::hasNamed(const SnippetValue &value) const
{
    return std::ranges::any_of(value, [this](const SnippetPiece &piece) { return isNamed(piece); });
}

bool SnippetWriter::anyNamed(const std::function<bool(const SnippetPiece &)> &matches) const
{
    const std::function<bool(const SnippetValue &)> among = [&](const SnippetValue &value) {
        return std::ranges::any_of(value, [&](const SnippetPiece &piece) { return (isNamed(piece) && matches(piece)) || among(piece.inside); });
    };
    return among(m_request.wholeUrl()) || among(m_request.body) ||
           std::ranges::any_of(m_request.headers, [&](const SnippetHeader &header) { return among(header.value); });
}

bool SnippetWriter::anyNamed(SecretEscape encoding) const
{
    return anyNamed([encoding](const SnippetPiece &piece) { return piece.kind == Kind::Secret && piece.encoding == encoding; });
}

bool SnippetWriter::anyBase64() const
{
    return anyNamed([](const SnippetPiece &piece) { return piece.kind == Kind::Base64; });
}

const QByteArray &SnippetWriter::variable(const SnippetPiece &piece) const
{
    return m_request.secrets.at(piece.secret).variable;
}

QByteArray SnippetWriter::literal(const SnippetPiece &piece, EscapeText escape)
{
    if (piece.kind == Kind::Text)
        return escape(piece.text);
    const QByteArray mark = m_mark + QByteArray::number(m_gaps.size()).rightJustified(5, '0');
    m_gaps.append({mark, piece, escape});
    return mark;
}

void SnippetWriter::limit(const QString &sentence)
{
    if (!m_limits.contains(sentence))
        m_limits.append(sentence);
}

void SnippetWriter::note(const QString &sentence)
{
    if (!m_notes.contains(sentence))
        m_notes.append(sentence);
}

QByteArray SnippetWriter::comments(const QByteArray &start) const
{
    QByteArray lines;
    for (const QString &limit : m_limits)
        lines += start + limit.simplified().toUtf8() + '\n';
    return lines;
}

QByteArray SnippetWriter::unencoded(const SnippetPiece &piece, const QByteArray &expression)
{
    if (piece.encoding != SecretEscape::None)
        limit(SnippetWriterText::tr("The value of %1 goes in as it is: it has to be %2 already.")
                  .arg(QString::fromLatin1(variable(piece)), encodingName(piece.encoding)));
    return expression;
}

CodeSnippet SnippetWriter::finished(const QByteArray &text) const
{
    return {text, m_limits + m_notes, m_gaps, m_request.secrets};
}

namespace {

QByteArray namedExpression(SnippetWriter &writer, const ExpressionLanguage &language, const SnippetPiece &piece)
{
    if (piece.kind == Kind::Base64)
        return language.base64(expression(writer, language, piece.inside));
    const QByteArray named = language.named(writer.variable(piece));
    const QByteArray encoded = piece.encoding == SecretEscape::None ? named : language.encoded(named, piece.encoding);
    return encoded.isNull() ? writer.unencoded(piece, named) : encoded;
}

} // namespace

QByteArrayList expressionParts(SnippetWriter &writer, const ExpressionLanguage &language, const SnippetValue &value, bool byLine)
{
    QByteArrayList parts;
    QByteArray literal;
    const auto endLiteral = [&] {
        if (!literal.isNull())
            parts.append(language.open + literal + language.close);
        literal = {};
    };
    for (const SnippetPiece &piece : value) {
        if (writer.isNamed(piece)) {
            endLiteral();
            parts.append(namedExpression(writer, language, piece));
            continue;
        }
        if (!byLine || piece.kind != Kind::Text) {
            literal += writer.literal(piece, language.escape);
            continue;
        }
        for (qsizetype from = 0; from < piece.text.size();) {
            const qsizetype newline = piece.text.indexOf('\n', from);
            const qsizetype end = newline < 0 ? piece.text.size() : newline + 1;
            literal += language.escape(QByteArrayView(piece.text).sliced(from, end - from));
            if (newline >= 0)
                endLiteral();
            from = end;
        }
    }
    endLiteral();
    if (parts.isEmpty())
        parts.append(language.open + language.close);
    return parts;
}

QByteArray expression(SnippetWriter &writer, const ExpressionLanguage &language, const SnippetValue &value)
{
    const QByteArrayList parts = expressionParts(writer, language, value);
    return parts.size() == 1 ? parts.first() : language.groupOpen + parts.join(language.join) + language.groupClose;
}

QByteArray linedExpression(SnippetWriter &writer, const ExpressionLanguage &language, const SnippetValue &value, const QByteArray &indent)
{
    constexpr qsizetype mostLines = 200; // compilers go down into a long sum step by step, and not for ever
    const QByteArrayList parts = expressionParts(writer, language, value, plainText(value).count('\n') <= mostLines);
    QByteArray operation = language.join;
    // The operator begins the line where a line that ends is a statement; a comma ends it.
    const bool isComma = operation.startsWith(',');
    QByteArray text = parts.first();
    for (const QByteArray &part : parts.sliced(1)) {
        if (part.startsWith(language.open) && text.endsWith("\\n" + language.close))
            text += isComma ? ",\n" + indent + part : operation.trimmed().prepend(' ') + '\n' + indent + part;
        else
            text += operation + part;
    }
    return parts.size() == 1 ? text : language.groupOpen + text + language.groupClose;
}

void noteBrackets(SnippetWriter &writer)
{
    const QByteArray url = plainText(writer.request().url);
    const qsizetype query = url.indexOf('?');
    if (query >= 0 && (url.indexOf('[', query) >= 0 || url.indexOf(']', query) >= 0))
        writer.limit(SnippetWriterText::tr("The library requests percent-encodes [ and ] in the query."));
}

QList<SnippetValue> cutAtFiles(const SnippetValue &body)
{
    QList<SnippetValue> cut;
    bool isText = false;
    for (const SnippetPiece &piece : body) {
        if (piece.kind == Kind::File) {
            cut.append(SnippetValue{piece});
            isText = false;
            continue;
        }
        if (!isText)
            cut.append(SnippetValue());
        cut.last().append(piece);
        isText = true;
    }
    return cut;
}

bool isInvisible(char32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x61C || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF;
}

QByteArray utf16Code(char32_t c)
{
    QByteArray code;
    for (const QChar unit : QChar::fromUcs4(c))
        code += "\\u" + QByteArray::number(unit.unicode(), 16).rightJustified(4, '0');
    return code;
}

QByteArray escapedAsInC(QByteArrayView text, QByteArrayView special, QByteArray (*code)(char32_t c), bool asciiOnly)
{
    QByteArray out;
    out.reserve(text.size() * 12 + 16); // growing would leave copies of a token behind
    QString characters = QString::fromUtf8(text);
    for (qsizetype at = 0; at < characters.size(); ++at) {
        const QChar unit = characters.at(at);
        const bool isPair = unit.isHighSurrogate() && at + 1 < characters.size();
        const char32_t c = isPair ? QChar::surrogateToUcs4(unit, characters.at(++at)) : char32_t(unit.unicode());
        if (c == U'\n')
            out += "\\n";
        else if (c == U'\r')
            out += "\\r";
        else if (c == U'\t')
            out += "\\t";
        else if (isInvisible(c) || (asciiOnly && c > 0x7E))
            out += code(c);
        else if (c < 0x80 && special.contains(static_cast<char>(c)))
            (out += '\\') += static_cast<char>(c);
        else
            out += QString::fromUcs4(&c, 1).toUtf8();
    }
    wipe(characters);
    return out;
}

} // namespace keydesk
