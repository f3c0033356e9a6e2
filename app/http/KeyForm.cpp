#include "app/http/KeyForm.h"

#include "app/base/Redactor.h"

#include <QList>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

QByteArray decoded(QByteArray name)
{
    name.replace('+', ' ');
    return QByteArray::fromPercentEncoding(name);
}

QByteArray itemName(const QByteArray &item)
{
    const qsizetype equals = item.indexOf('=');
    return decoded(equals < 0 ? item : item.first(equals));
}

QList<QByteArray> itemsOf(const QUrl &url)
{
    return url.query(QUrl::FullyEncoded).toLatin1().split('&');
}

} // namespace

Secret valueOf(const KeyForm &form, const Secret &token)
{
    const std::string_view bytes = token.reveal();
    QByteArray value = QByteArray::fromRawData(bytes.data(), static_cast<qsizetype>(bytes.size()));
    if (form.placement == KeyPlacement::Query)
        return Secret::take(value.toPercentEncoding());
    if (form.placement == KeyPlacement::Basic)
        value = value.toBase64();
    QByteArray whole;
    whole.reserve(form.prefix.size() + value.size()); // growing would leave a copy behind
    whole.append(form.prefix).append(value);
    if (form.placement == KeyPlacement::Basic)
        wipe(value);
    return Secret::take(std::move(whole));
}

QString shownAs(const KeyForm &form, const QString &value)
{
    const QString name = QString::fromUtf8(form.name);
    const QString prefix = QString::fromUtf8(form.prefix);
    switch (form.placement) {
    case KeyPlacement::Query:
        return name + u'=' + value;
    case KeyPlacement::Basic:
        return name + u": "_s + prefix + u"base64("_s + value + u')';
    case KeyPlacement::Header:
        break;
    }
    return name + u": "_s + prefix + value;
}

QString hintOf(KeyPlacement placement, const Secret &token)
{
    constexpr std::size_t longestName = 40;
    const std::string_view bytes = token.reveal();
    const std::size_t colon = bytes.find(':');
    if (placement != KeyPlacement::Basic || colon == std::string_view::npos)
        return tokenHint(token);
    if (colon + 1 == bytes.size())
        return tokenHint(secretPartOf(placement, token)) + u':';
    const QString user = QString::fromUtf8(bytes.data(), static_cast<qsizetype>(colon));
    return (colon <= longestName ? user : user.left(longestName) + u'…') + u":••••"_s;
}

Secret secretPartOf(KeyPlacement placement, const Secret &token)
{
    const std::string_view bytes = token.reveal();
    const std::size_t colon = bytes.find(':');
    if (placement != KeyPlacement::Basic || colon == std::string_view::npos)
        return {};
    return Secret(colon + 1 < bytes.size() ? bytes.substr(colon + 1) : bytes.substr(0, colon));
}

void makeKnown(Redactor &redactor, KeyPlacement placement, const Secret &token)
{
    redactor.add(token);
    if (placement != KeyPlacement::Basic)
        return;
    // A pair that is too short to be looked for is long enough in Base64.
    redactor.add(valueOf({KeyPlacement::Basic, {}, {}}, token));
    redactor.add(secretPartOf(placement, token));
}

bool hasQueryItem(const QUrl &url, const QByteArray &name)
{
    const QList<QByteArray> items = itemsOf(url);
    return std::any_of(items.begin(), items.end(),
                       [&name](const QByteArray &item) { return !item.isEmpty() && itemName(item) == name; });
}

QUrl withoutQueryItem(const QUrl &url, const QByteArray &name)
{
    QList<QByteArray> items = itemsOf(url);
    if (items.removeIf(
            [&name](const QByteArray &item) { return !item.isEmpty() && itemName(item) == name; }) == 0)
        return url;
    QUrl without = url;
    without.setQuery(items.isEmpty() ? QString() : QString::fromLatin1(items.join('&')));
    return without;
}

QUrl withQueryItem(const QUrl &url, const QByteArray &name, const QByteArray &value)
{
    QString query = url.query(QUrl::FullyEncoded);
    query.reserve(query.size() + 3 * name.size() + value.size() + 2);
    if (!query.isEmpty())
        query += u'&';
    query += QLatin1String(name.toPercentEncoding()) + u'=' + QLatin1String(value);
    QUrl with = url;
    with.setQuery(query);
    wipe(query);
    return with;
}

} // namespace keydesk
