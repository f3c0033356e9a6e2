#include "app/workspace/HttpEncoding.h"

#include <functional>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

/// Hands over the text in pieces: {{…}} with true, everything between with false.
void eachPiece(const QString &text, const std::function<void(QStringView, bool)> &visit)
{
    const QStringView all(text);
    qsizetype done = 0;
    while (done < all.size()) {
        const qsizetype open = all.indexOf(u"{{", done);
        const qsizetype close = open < 0 ? -1 : all.indexOf(u"}}", open + 2);
        if (close < 0) {
            visit(all.sliced(done), false);
            return;
        }
        if (open > done)
            visit(all.sliced(done, open - done), false);
        visit(all.sliced(open, close + 2 - open), true);
        done = close + 2;
    }
}

bool isHex(QChar c)
{
    return (c >= u'0' && c <= u'9') || (c >= u'a' && c <= u'f') || (c >= u'A' && c <= u'F');
}

std::optional<QString> decodedItems(const QString &text, HttpItems items)
{
    QString result;
    bool isSound = true;
    eachPiece(text, [&](QStringView piece, bool isVariable) {
        if (isVariable) {
            result += piece;
            return;
        }
        for (qsizetype at = 0; at < piece.size(); ++at) {
            if (piece.at(at) == u'%' &&
                !(at + 2 < piece.size() && isHex(piece.at(at + 1)) && isHex(piece.at(at + 2))))
                isSound = false;
            if (piece.at(at) == u'+' && items == HttpItems::Query)
                isSound = false;
        }
        QByteArray bytes = piece.toUtf8();
        if (items == HttpItems::Form)
            bytes.replace('+', ' ');
        bytes = QByteArray::fromPercentEncoding(bytes);
        isSound = isSound && QUtf8StringView(bytes.constData(), bytes.size()).isValidUtf8();
        const QString plain = QString::fromUtf8(bytes);
        // "%7B%7Bname" would become a variable.
        isSound = isSound && !(bytes.contains("{{") && !piece.contains(u"{{"));
        for (const QChar c : plain)
            isSound = isSound && (c.unicode() >= 0x20 || items == HttpItems::Form) && c.unicode() != 0;
        result += plain;
    });
    if (!isSound)
        return std::nullopt;
    return result;
}

bool mustBeEscaped(QChar c, bool isName, HttpItems items)
{
    if (c.unicode() < 0x20 || c.unicode() == 0x7F || c == u'%' || c == u'&' || c == u'#' || c == u'+')
        return true;
    return (c == u' ' && items == HttpItems::Query) || (c == u'=' && isName) || c.unicode() == 0x85 ||
           c.unicode() == 0xA0 || (c.isSpace() && c != u' ');
}

QString encoded(const QString &text, bool isName, HttpItems items)
{
    QString result;
    eachPiece(text, [&](QStringView piece, bool isVariable) {
        if (isVariable) {
            result += piece;
            return;
        }
        for (const QChar c : piece) {
            if (c == u' ' && items == HttpItems::Form)
                result += u'+';
            else if (mustBeEscaped(c, isName, items))
                result += QString::fromLatin1(QString(c).toUtf8().toPercentEncoding());
            else
                result += c;
        }
    });
    return result;
}

/// Outside of {{…}}, or -1.
qsizetype indexOutside(const QString &text, QChar wanted)
{
    qsizetype found = -1;
    qsizetype at = 0;
    eachPiece(text, [&](QStringView piece, bool isVariable) {
        if (found < 0 && !isVariable) {
            const qsizetype here = piece.indexOf(wanted);
            found = here < 0 ? -1 : at + here;
        }
        at += piece.size();
    });
    return found;
}

} // namespace

std::optional<NameValue> readHttpItem(const QString &text, HttpItems items)
{
    const qsizetype equals = indexOutside(text, u'=');
    if (equals < 0)
        return std::nullopt;
    const auto name = decodedItems(text.first(equals), items);
    const auto value = decodedItems(text.sliced(equals + 1), items);
    if (!name || !value || name->isEmpty())
        return std::nullopt;
    return NameValue{*name, *value, true};
}

QString writeHttpItem(const NameValue &row, HttpItems items)
{
    return encoded(row.name, true, items) + u'=' + encoded(row.value, false, items);
}

QStringList splitHttpItems(const QString &text)
{
    QStringList items;
    QString item;
    eachPiece(text, [&](QStringView piece, bool isVariable) {
        if (isVariable) {
            item += piece;
            return;
        }
        const auto parts = piece.split(u'&');
        for (qsizetype i = 0; i < parts.size(); ++i) {
            if (i > 0) {
                items.append(item);
                item.clear();
            }
            item += parts.at(i);
        }
    });
    items.append(item);
    return items;
}

qsizetype queryBegin(const QString &url)
{
    const qsizetype at = indexOutside(url, u'?');
    const qsizetype fragment = indexOutside(url, u'#');
    return fragment >= 0 && fragment < at ? -1 : at;
}

HttpUrlParts splitHttpUrl(const QString &url)
{
    const qsizetype question = queryBegin(url);
    if (question < 0 || indexOutside(url, u'#') >= 0)
        return {url, {}};
    QStringList items = splitHttpItems(url.sliced(question + 1));
    QList<NameValue> params;
    while (!items.isEmpty()) {
        const auto row = readHttpItem(items.last(), HttpItems::Query);
        if (!row)
            break;
        params.prepend(*row);
        items.removeLast();
    }
    if (items.isEmpty() && !params.isEmpty())
        return {url.first(question), params};
    if (params.isEmpty())
        return {url, {}};
    return {url.first(question + 1) + items.join(u'&'), params};
}

} // namespace keydesk
