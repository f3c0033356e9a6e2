#pragma once

#include "app/http/Cookie.h"

#include <QHash>
#include <QObject>

namespace keydesk {

class Redactor;

/// The cookies of the running program, a jar for each environment and one for calls without one. In memory only, never written
/// (SECURITY S1). What is in one jar never goes out for another. UI thread.
class CookieJars : public QObject
{
    Q_OBJECT

public:
    using Owner = std::optional<QUuid>; ///< the environment; nothing: none is chosen

    static constexpr int mostOfHost = 50;
    static constexpr int mostInJar = 3000; ///< beyond both the oldest goes

    /// `redactor` outlives this; it learns the values that look like secrets.
    explicit CookieJars(Redactor &redactor, QObject *parent = nullptr);

    /// Oldest first, without those that have expired.
    [[nodiscard]] QList<Cookie> cookies(const Owner &owner) const;
    [[nodiscard]] QByteArray header(const Owner &owner, const QUrl &url) const { return cookieHeader(cookies(owner), url); }

    /// What an answer from `url` sets.
    void take(const Owner &owner, const QUrl &url, const Headers &answer);
    /// As by hand: in place of the one that it is the same as.
    void put(const Owner &owner, const Cookie &cookie);
    void remove(const Owner &owner, const Cookie &cookie);
    /// All of a jar at once: for Delete All, and its undo.
    void replace(const Owner &owner, const QList<Cookie> &cookies);
    void clear(const Owner &owner) { replace(owner, {}); }

Q_SIGNALS:
    void changed(const std::optional<QUuid> &owner); ///< by an answer or by hand; not when a cookie expires

private:
    void insert(QList<Cookie> &jar, const Cookie &cookie);

    Redactor &m_redactor;
    QHash<QUuid, QList<Cookie>> m_jars; // by environment; the null id for none
};

} // namespace keydesk
