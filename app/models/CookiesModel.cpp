#include "app/models/CookiesModel.h"

#include <QDateTime>
#include <QHash>
#include <QLocale>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

QString flagsOf(const Cookie &cookie)
{
    QStringList flags;
    if (cookie.subdomains)
        flags.append(CookiesModel::tr("subdomains"));
    if (cookie.data.isSecure())
        flags.append(u"Secure"_s);
    if (cookie.data.isHttpOnly())
        flags.append(u"HttpOnly"_s);
    switch (cookie.data.sameSitePolicy()) {
    case QNetworkCookie::SameSite::Default:
        break;
    case QNetworkCookie::SameSite::None:
        flags.append(u"SameSite=None"_s);
        break;
    case QNetworkCookie::SameSite::Lax:
        flags.append(u"SameSite=Lax"_s);
        break;
    case QNetworkCookie::SameSite::Strict:
        flags.append(u"SameSite=Strict"_s);
        break;
    }
    return flags.join(u", "_s);
}

/// Of two cookies alike in it the later one replaces the other (Cookie::isSameAs).
QString idOf(const Cookie &cookie)
{
    return QStringList{cookie.origin.toString(), cookie.data.path(), QString::fromLatin1(cookie.data.name())}.join(u'\n');
}

} // namespace

void CookiesModel::setCookies(const QList<Cookie> &cookies)
{
    QHash<QString, int> wanted;
    for (int i = 0; i < cookies.size(); ++i)
        wanted.insert(idOf(cookies.at(i)), i);
    for (int row = static_cast<int>(m_cookies.size()) - 1; row >= 0; --row) {
        const auto found = wanted.constFind(idOf(m_cookies.at(row)));
        if (found == wanted.cend()) {
            beginRemoveRows({}, row, row);
            m_cookies.removeAt(row);
            endRemoveRows();
            continue;
        }
        const Cookie &now = cookies.at(*found);
        wanted.erase(found);
        if (now != m_cookies.at(row)) {
            m_cookies[row] = now;
            Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
        }
    }
    if (wanted.isEmpty())
        return;
    const int first = static_cast<int>(m_cookies.size());
    beginInsertRows({}, first, first + static_cast<int>(wanted.size()) - 1);
    for (const Cookie &cookie : cookies) {
        if (wanted.contains(idOf(cookie)))
            m_cookies.append(cookie);
    }
    endInsertRows();
}

int CookiesModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_cookies.size());
}

int CookiesModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString CookiesModel::text(const Cookie &cookie, int column)
{
    switch (column) {
    case Name:
        return QString::fromUtf8(cookie.data.name());
    case Value:
        return cookie.data.value().isEmpty() ? QString() : u"••••••••"_s;
    case Origin:
        return cookie.origin.toString();
    case Path:
        return cookie.data.path();
    case Expires:
        return cookie.data.isSessionCookie() ? tr("when Keydesk closes")
                                             : QLocale().toString(cookie.data.expirationDate().toLocalTime(), QLocale::ShortFormat);
    case Flags:
        return flagsOf(cookie);
    default:
        return {};
    }
}

QVariant CookiesModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Cookie &cookie = m_cookies.at(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return text(cookie, index.column());
    case Qt::ToolTipRole:
        return text(cookie, index.column()).toHtmlEscaped();
    case Qt::AccessibleTextRole:
        return index.column() == Value && !cookie.data.value().isEmpty() ? tr("hidden") : text(cookie, index.column());
    case SortRole:
        if (index.column() == Expires)
            return cookie.data.isSessionCookie() ? QDateTime::fromMSecsSinceEpoch(0) : cookie.data.expirationDate();
        return text(cookie, index.column());
    case SearchRole:
        return QStringList{text(cookie, Name), text(cookie, Origin), text(cookie, Path), text(cookie, Flags)}.join(u'\n');
    default:
        return {};
    }
}

QVariant CookiesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name:
        return tr("Name");
    case Value:
        return tr("Value");
    case Origin:
        return tr("Goes to");
    case Path:
        return tr("Path");
    case Expires:
        return tr("Expires");
    case Flags:
        return tr("Flags");
    default:
        return {};
    }
}

} // namespace keydesk
