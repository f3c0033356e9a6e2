#include "app/interchange/snippets/SnippetRequest.h"

#include "app/http/HeaderRules.h"

#include <algorithm>

namespace keydesk {

using Kind = SnippetPiece::Kind;

bool isPlainText(const SnippetValue &value)
{
    return std::ranges::all_of(value, [](const SnippetPiece &piece) { return piece.kind == Kind::Text; });
}

bool hasFile(const SnippetValue &value)
{
    return std::ranges::any_of(value, [](const SnippetPiece &piece) { return piece.kind == Kind::File; });
}

QByteArray plainText(const SnippetValue &value)
{
    QByteArray text;
    for (const SnippetPiece &piece : value)
        text += piece.text;
    return text;
}

SnippetValue SnippetRequest::wholeUrl() const
{
    SnippetValue whole = url;
    if (queryKey) {
        const QByteArray written = plainText(url);
        const qsizetype query = written.indexOf('?');
        const QByteArray separator = query < 0 ? "?" : query + 1 == written.size() ? "" : "&"; // as `withQueryItem` does it
        const QByteArray item = separator + queryKey->name + '=';
        if (!whole.isEmpty() && whole.last().kind == Kind::Text)
            whole.last().text += item;
        else
            whole.append({Kind::Text, item});
        whole.append({Kind::Secret, {}, queryKey->secret, SecretEscape::Percent});
    }
    return whole;
}

const SnippetHeader *SnippetRequest::header(QByteArrayView name) const
{
    const auto found = std::ranges::find_if(headers, [name](const SnippetHeader &each) { return isSameHeader(each.name, name); });
    return found == headers.end() ? nullptr : &*found;
}

bool SnippetRequest::needsLength() const
{
    static const QList<QByteArray> without{"GET", "HEAD", "OPTIONS", "TRACE", "DELETE"};
    return !without.contains(method);
}

bool isTooLongForArgument(const SnippetValue &body)
{
    constexpr qsizetype most = 100'000; // leaves room for what quoting and values add
    return plainText(body).size() > most;
}

const SnippetValue *basicPair(const SnippetHeader &header)
{
    const bool isBasic = isSameHeader(header.name, "Authorization") && header.value.size() == 2 &&
                         isSameHeader(header.value.first().text, "Basic ") && header.value.last().kind == Kind::Base64;
    return isBasic ? &header.value.last().inside : nullptr;
}

} // namespace keydesk
