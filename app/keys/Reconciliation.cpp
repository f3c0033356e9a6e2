#include "app/keys/Reconciliation.h"

#include <QHash>

#include <algorithm>
#include <chrono>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

using namespace std::chrono_literals;

/// A key is stored here some time after it was made there, and clocks differ.
constexpr qint64 createdTolerance = std::chrono::seconds(48h).count();

QString lastFourOf(const ApiKey &key)
{
    const QString end = key.hint.right(4);
    return end.contains(QChar(0x2022)) ? QString() : end;
}

QString comparable(const QString &name)
{
    return name.trimmed().toCaseFolded();
}

bool createdTogether(const ApiKey &key, const RemoteToken &token)
{
    return key.createdAt.isValid() && token.createdAt.isValid() &&
           qAbs(token.createdAt.secsTo(key.createdAt)) <= createdTolerance;
}

/// The strength of a guess; 0: it cannot be, or nothing speaks for it.
int likelihood(const ApiKey &key, const RemoteToken &token)
{
    const QString four = lastFourOf(key);
    const bool bothEnds = !four.isEmpty() && !token.lastFour.isEmpty();
    if (bothEnds && four != token.lastFour)
        return 0;
    const bool sameName = comparable(key.name) == comparable(token.name);
    const bool together = createdTogether(key, token);
    if (bothEnds)
        return 4 + (sameName ? 2 : 0) + (together ? 1 : 0);
    return sameName && together ? 3 : 0;
}

/// Pairs each of one side with the likeliest of the other, where there is exactly one and it thinks the same.
class Matchmaker
{
public:
    void consider(qsizetype key, qsizetype token, int strength)
    {
        note(m_ofKey[key], token, strength);
        note(m_ofToken[token], key, strength);
    }
    [[nodiscard]] QHash<qsizetype, qsizetype> pairs() const
    {
        QHash<qsizetype, qsizetype> found;
        for (auto best = m_ofKey.begin(); best != m_ofKey.end(); ++best) {
            const Best back = m_ofToken.value(best->with);
            if (best->alone && back.alone && back.with == best.key())
                found.insert(best.key(), best->with);
        }
        return found;
    }

private:
    struct Best
    {
        qsizetype with = -1;
        int strength = 0;
        bool alone = true;
    };
    static void note(Best &best, qsizetype with, int strength)
    {
        if (strength > best.strength)
            best = {with, strength, true};
        else if (strength == best.strength)
            best.alone = false;
    }

    QHash<qsizetype, Best> m_ofKey;
    QHash<qsizetype, Best> m_ofToken;
};

void suggest(QList<Reconciled> &rows)
{
    // Candidates by what they must have in common, or ten thousand of each would be a hundred million pairs.
    QMultiHash<QString, qsizetype> byEnd;
    QMultiHash<QString, qsizetype> byName;
    for (qsizetype i = 0; i < rows.size(); ++i) {
        if (rows[i].standing != Reconciled::Standing::OnlyThere)
            continue;
        if (!rows[i].remote->lastFour.isEmpty())
            byEnd.insert(rows[i].remote->lastFour, i);
        else
            byName.insert(comparable(rows[i].remote->name), i);
    }
    constexpr qsizetype mostCandidates = 50; // beyond that a guess would be none
    Matchmaker matchmaker;
    for (qsizetype k = 0; k < rows.size(); ++k) {
        if (rows[k].standing != Reconciled::Standing::Unlinked)
            continue;
        const ApiKey &key = *rows[k].key;
        const QString name = comparable(key.name);
        for (const auto &[table, wanted] : {std::pair{&byEnd, lastFourOf(key)}, std::pair{&byName, name}}) {
            if (wanted.isEmpty() || table->count(wanted) > mostCandidates)
                continue;
            for (auto found = table->constFind(wanted); found != table->constEnd() && found.key() == wanted;
                 ++found) {
                if (const int strength = likelihood(key, *rows[*found].remote); strength > 0)
                    matchmaker.consider(k, *found, strength);
            }
        }
    }
    const QHash<qsizetype, qsizetype> pairs = matchmaker.pairs();
    for (auto pair = pairs.begin(); pair != pairs.end(); ++pair) {
        rows[pair.key()].likelyRemoteId = rows[pair.value()].remote->id;
        rows[pair.value()].likelyKey = rows[pair.key()].key->id;
    }
}

} // namespace

QList<Reconciled> reconcile(const QList<ApiKey> &keys, const RemoteTokens &tokens)
{
    QHash<QString, qsizetype> byRemoteId;
    for (qsizetype i = keys.size(); i-- > 0;) {
        if (!keys[i].remoteId.isEmpty())
            byRemoteId.insert(keys[i].remoteId, i); // of two, the older one
    }
    QList<Reconciled> rows;
    rows.reserve(tokens.tokens.size() + keys.size());
    QSet<qsizetype> matched;
    for (const RemoteToken &token : tokens.tokens) {
        Reconciled row;
        row.remote = token;
        if (const auto found = byRemoteId.constFind(token.id); found != byRemoteId.constEnd()) {
            row.standing = Reconciled::Standing::Matched;
            row.key = keys[*found];
            matched << *found;
        }
        rows.append(row);
    }
    for (qsizetype i = 0; i < keys.size(); ++i) {
        const ApiKey &key = keys[i];
        // Of a list that was cut, what is missing may stand further down.
        const bool unknown = key.remoteId.isEmpty() || tokens.cut || byRemoteId.value(key.remoteId) != i;
        if (matched.contains(i))
            continue;
        Reconciled row;
        row.standing = unknown ? Reconciled::Standing::Unlinked : Reconciled::Standing::Gone;
        row.key = key;
        rows.append(row);
    }
    suggest(rows);
    return rows;
}

std::optional<ApiKey> learnt(const ApiKey &key, const RemoteToken &token)
{
    ApiKey updated = key;
    if (!token.abilities.isEmpty())
        updated.abilities = token.abilities;
    if (token.expiresAt.isValid())
        updated.expiresAt = token.expiresAt;
    switch (token.state) {
    case RemoteToken::State::Revoked:
        updated.status = ApiKey::Status::Revoked;
        break;
    case RemoteToken::State::Expired:
        updated.status = ApiKey::Status::Expired;
        break;
    case RemoteToken::State::Paused:
        if (updated.status == ApiKey::Status::Works || updated.status == ApiKey::Status::Unchecked)
            updated.status = ApiKey::Status::Refused;
        break;
    case RemoteToken::State::Active:
        // It was believed to be over, and is not.
        if (updated.status == ApiKey::Status::Revoked || updated.status == ApiKey::Status::Expired)
            updated.status = ApiKey::Status::Unchecked;
        break;
    }
    if (updated == key)
        return {};
    return updated;
}

bool canBe(const Secret &secret, const RemoteToken &token)
{
    const std::string_view bytes = secret.reveal();
    const QByteArray prefix = token.prefix.toUtf8();
    const QByteArray end = token.lastFour.toUtf8();
    return bytes.starts_with(std::string_view(prefix.constData(), static_cast<std::size_t>(prefix.size()))) &&
           bytes.ends_with(std::string_view(end.constData(), static_cast<std::size_t>(end.size())));
}

} // namespace keydesk
