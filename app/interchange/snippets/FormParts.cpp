#include "app/interchange/snippets/FormParts.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

/// The body as one text, with a mark in the place of each piece that is none.
class Flat
{
public:
    explicit Flat(const SnippetValue &body)
        : m_mark("piece" + QUuid::createUuid().toByteArray(QUuid::Id128))
    {
        for (const SnippetPiece &piece : body) {
            if (piece.kind == SnippetPiece::Kind::Text) {
                text += piece.text;
            } else {
                text += m_mark + QByteArray::number(m_pieces.size()).rightJustified(6, '0');
                m_pieces.append(piece);
            }
        }
    }

    [[nodiscard]] SnippetValue piecesOf(const QByteArray &part) const
    {
        SnippetValue value;
        qsizetype done = 0;
        for (qsizetype at = part.indexOf(m_mark); at >= 0; at = part.indexOf(m_mark, done)) {
            if (at > done)
                value.append({SnippetPiece::Kind::Text, part.sliced(done, at - done)});
            value.append(m_pieces.at(part.sliced(at + m_mark.size(), 6).toInt()));
            done = at + m_mark.size() + 6;
        }
        if (done < part.size())
            value.append({SnippetPiece::Kind::Text, part.sliced(done)});
        return value;
    }

    [[nodiscard]] bool hasPieces(const QByteArray &part) const { return part.contains(m_mark); }

    QByteArray text;

private:
    const QByteArray m_mark;
    SnippetValue m_pieces;
};

void readHeader(const QByteArray &line, SnippetPart &part)
{
    static const QRegularExpression disposition(u"^Content-Disposition: form-data; name=\"([^\"]*)\"(?:; filename=\"([^\"]*)\")?$"_s);
    if (const auto match = disposition.match(QString::fromUtf8(line)); match.hasMatch()) {
        part.name = match.captured(1).toUtf8();
        if (match.hasCaptured(2))
            part.fileName = match.captured(2).toUtf8();
        return;
    }
    constexpr QByteArrayView type("Content-Type: ");
    if (line.startsWith(type))
        part.contentType = line.sliced(type.size());
    else
        part.hasOtherHeaders = true;
}

} // namespace

std::optional<QList<SnippetPart>> formParts(const SnippetRequest &request)
{
    // The beginning of a boundary that Keydesk made up: another one changes nothing.
    constexpr QByteArrayView own("multipart/form-data; boundary=keydesk-");
    const SnippetHeader *type = request.header("Content-Type");
    if (!type || !isPlainText(type->value) || !plainText(type->value).startsWith(own))
        return {};
    const QByteArray delimiter = "--" + plainText(type->value).sliced(QByteArrayView("multipart/form-data; boundary=").size());
    const Flat flat(request.body);
    QList<SnippetPart> parts;
    for (qsizetype at = 0; flat.text.indexOf(delimiter + "\r\n", at) == at;) {
        const qsizetype begin = at + delimiter.size() + 2;
        const qsizetype headEnd = flat.text.indexOf("\r\n\r\n", begin);
        const qsizetype end = headEnd < 0 ? -1 : flat.text.indexOf("\r\n" + delimiter, headEnd + 2);
        if (end < 0)
            return {};
        SnippetPart part;
        const QByteArray head = flat.text.sliced(begin, headEnd - begin);
        const QList<QByteArray> lines = head.split('\n');
        for (const QByteArray &line : lines) {
            if (flat.hasPieces(line))
                return {};
            readHeader(line.trimmed(), part);
        }
        part.content = flat.piecesOf(flat.text.sliced(qMin(headEnd + 4, end), qMax<qsizetype>(end - headEnd - 4, 0)));
        if (part.name.isNull() || (hasFile(part.content) && part.content.size() > 1))
            return {};
        parts.append(part);
        at = end + 2;
    }
    return parts.isEmpty() ? std::nullopt : std::optional(parts);
}

} // namespace keydesk
