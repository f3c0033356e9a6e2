#include "app/storage/Migrations.h"

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

QString countChanges(const QString &table, const QString &name, const QString &operation)
{
    return u"CREATE TRIGGER count_%1_%2 AFTER %3 ON %1 BEGIN UPDATE changes SET count = count + 1 WHERE name = '%4'; END"_s.arg(
        table, operation.toLower(), operation, name);
}

} // namespace

// Times are milliseconds since 1970 UTC; ids are UUIDs without braces; lists are JSON.
const QList<QStringList> &migrations()
{
    static const QList<QStringList> all = {{
        uR"(CREATE TABLE installation (name TEXT PRIMARY KEY, value BLOB NOT NULL))"_s,
        uR"(CREATE TABLE environments (
            id TEXT PRIMARY KEY, position INTEGER NOT NULL, name TEXT NOT NULL, provider_id TEXT NOT NULL, base_url TEXT NOT NULL,
            colour TEXT NOT NULL, protected INTEGER NOT NULL DEFAULT 0, variables TEXT NOT NULL DEFAULT '[]'))"_s,
        uR"(CREATE TABLE keys (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, provider_id TEXT NOT NULL, kind_id TEXT NOT NULL, hint TEXT NOT NULL,
            fingerprint BLOB NOT NULL, header_name TEXT NOT NULL, header_prefix TEXT NOT NULL, abilities TEXT NOT NULL DEFAULT '[]',
            remote_id TEXT NOT NULL DEFAULT '', place TEXT NOT NULL, pending INTEGER NOT NULL, status TEXT NOT NULL,
            created_at INTEGER NOT NULL, last_used_at INTEGER, expires_at INTEGER, last_checked_at INTEGER,
            last_check_note TEXT NOT NULL DEFAULT ''))"_s,
        uR"(CREATE INDEX keys_by_fingerprint ON keys (fingerprint))"_s,
        uR"(CREATE TABLE key_origins (
            key_id TEXT NOT NULL REFERENCES keys (id) ON DELETE CASCADE, origin TEXT NOT NULL, PRIMARY KEY (key_id, origin)))"_s,
        uR"(CREATE TABLE environment_keys (
            environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE, kind_id TEXT NOT NULL,
            key_id TEXT NOT NULL REFERENCES keys (id) ON DELETE CASCADE, PRIMARY KEY (environment_id, kind_id)))"_s,
        uR"(CREATE TABLE key_events (
            id INTEGER PRIMARY KEY, key_id TEXT NOT NULL REFERENCES keys (id) ON DELETE CASCADE, at INTEGER NOT NULL, what TEXT NOT NULL))"_s,
        uR"(CREATE INDEX key_events_by_key ON key_events (key_id, at))"_s,
        uR"(CREATE TABLE leftover_secrets (id TEXT PRIMARY KEY, place TEXT NOT NULL))"_s,
        // Apart from their contents, so that the list and its search read few pages. An id is never given
        // twice.
        uR"(CREATE TABLE history (
            id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, method TEXT NOT NULL, url TEXT NOT NULL, environment_id TEXT NOT NULL,
            environment_name TEXT NOT NULL, key_name TEXT NOT NULL, status INTEGER NOT NULL, error_text TEXT NOT NULL,
            microseconds INTEGER NOT NULL, bytes INTEGER NOT NULL, echoed_token INTEGER NOT NULL))"_s,
        uR"(CREATE TABLE history_contents (
            id INTEGER PRIMARY KEY REFERENCES history (id) ON DELETE CASCADE, request TEXT NOT NULL, sent TEXT NOT NULL,
            response_head TEXT NOT NULL, response_body BLOB NOT NULL, body_truncated INTEGER NOT NULL))"_s,
        uR"(CREATE INDEX history_by_time ON history (at))"_s,
    }, {
        u"ALTER TABLE keys ADD COLUMN rotate_after_days INTEGER"_s,
        u"ALTER TABLE keys ADD COLUMN snoozed_until INTEGER"_s,
        // What happened stays when its key is gone: no reference to it. Rows of version 1 have no hash yet.
        uR"(CREATE TABLE audit (
            id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, key_id TEXT NOT NULL, key_name TEXT NOT NULL, action TEXT NOT NULL,
            what TEXT NOT NULL, hash BLOB NOT NULL DEFAULT X''))"_s,
        uR"(INSERT INTO audit (at, key_id, key_name, action, what)
            SELECT e.at, e.key_id, k.name, 'noted', e.what FROM key_events e JOIN keys k ON k.id = e.key_id ORDER BY e.at, e.id)"_s,
        u"DROP TABLE key_events"_s,
        // A key that is moved may be left over in more than one place.
        u"CREATE TABLE leftovers (id TEXT NOT NULL, place TEXT NOT NULL, PRIMARY KEY (id, place))"_s,
        u"INSERT INTO leftovers SELECT id, place FROM leftover_secrets"_s,
        u"DROP TABLE leftover_secrets"_s,
        u"ALTER TABLE leftovers RENAME TO leftover_secrets"_s,
        u"CREATE INDEX audit_by_key ON audit (key_id, id)"_s,
        // One key of a kind for each identity of an environment; '' is the default one.
        uR"(CREATE TABLE identity_keys (
            environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE, identity TEXT NOT NULL, kind_id TEXT NOT NULL,
            key_id TEXT NOT NULL REFERENCES keys (id) ON DELETE CASCADE, PRIMARY KEY (environment_id, identity, kind_id)))"_s,
        u"INSERT INTO identity_keys SELECT environment_id, '', kind_id, key_id FROM environment_keys"_s,
        u"DROP TABLE environment_keys"_s,
        u"ALTER TABLE identity_keys RENAME TO environment_keys"_s,
        u"CREATE INDEX environment_keys_by_key ON environment_keys (key_id)"_s,
        u"ALTER TABLE environments ADD COLUMN identities TEXT NOT NULL DEFAULT '[]'"_s,
        u"ALTER TABLE environments ADD COLUMN identity TEXT NOT NULL DEFAULT ''"_s,
        // Providers' lists of tokens as they were last seen; can be had again.
        uR"(CREATE TABLE remote_lists (
            environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE, kind_id TEXT NOT NULL, base_url TEXT NOT NULL,
            fetched_at INTEGER, tried_at INTEGER, error TEXT NOT NULL, tokens BLOB NOT NULL, PRIMARY KEY (environment_id, kind_id)))"_s,
        // Keys being replaced. No references: a token that is being taken back is revoked even if both keys are gone from here.
        uR"(CREATE TABLE rotations (
            id TEXT PRIMARY KEY, method TEXT NOT NULL, step TEXT NOT NULL, old_key_id TEXT NOT NULL, new_key_id TEXT NOT NULL,
            provider_id TEXT NOT NULL, kind_id TEXT NOT NULL, name TEXT NOT NULL, environment_id TEXT NOT NULL, remote_name TEXT NOT NULL,
            remote_id TEXT NOT NULL, old_ended INTEGER NOT NULL, switched TEXT NOT NULL, left_ms INTEGER, seen_at INTEGER,
            seen_since_boot INTEGER NOT NULL, seen_boot TEXT NOT NULL, started_at INTEGER, last_error TEXT NOT NULL))"_s,
        // How often a key was used; day is a Julian day of the calendar where it was used. Goes with its key.
        uR"(CREATE TABLE key_usage (
            key_id TEXT NOT NULL REFERENCES keys (id) ON DELETE CASCADE, day INTEGER NOT NULL, origin TEXT NOT NULL,
            environment_id TEXT NOT NULL, calls INTEGER NOT NULL, failures INTEGER NOT NULL, last_status INTEGER NOT NULL,
            last_at INTEGER NOT NULL, PRIMARY KEY (key_id, day, origin, environment_id)) WITHOUT ROWID)"_s,
        // On which day (Julian) the desktop was last told that a key is due.
        uR"(CREATE TABLE reminders (
            key_id TEXT PRIMARY KEY REFERENCES keys (id) ON DELETE CASCADE, day INTEGER NOT NULL) WITHOUT ROWID)"_s,
        // How a process notices that another one wrote: each write counts here.
        u"CREATE TABLE changes (name TEXT PRIMARY KEY, count INTEGER NOT NULL)"_s,
        u"INSERT INTO changes VALUES ('keys', 0), ('environments', 0)"_s,
        countChanges(u"keys"_s, u"keys"_s, u"INSERT"_s),
        countChanges(u"keys"_s, u"keys"_s, u"UPDATE"_s),
        countChanges(u"keys"_s, u"keys"_s, u"DELETE"_s),
        countChanges(u"key_origins"_s, u"keys"_s, u"INSERT"_s),
        countChanges(u"key_origins"_s, u"keys"_s, u"DELETE"_s),
        countChanges(u"environments"_s, u"environments"_s, u"INSERT"_s),
        countChanges(u"environments"_s, u"environments"_s, u"UPDATE"_s),
        countChanges(u"environments"_s, u"environments"_s, u"DELETE"_s),
        countChanges(u"environment_keys"_s, u"environments"_s, u"INSERT"_s),
        countChanges(u"environment_keys"_s, u"environments"_s, u"UPDATE"_s),
        countChanges(u"environment_keys"_s, u"environments"_s, u"DELETE"_s),
    }, {
        // The console's open tabs, each as redacted JSON.
        uR"(CREATE TABLE session_tabs (id TEXT PRIMARY KEY, position INTEGER NOT NULL, current INTEGER NOT NULL, tab BLOB NOT NULL))"_s,
    }, {
        // How an environment's calls reach their server, without secrets.
        u"ALTER TABLE environments ADD COLUMN connection TEXT NOT NULL DEFAULT '{}'"_s,
        // Where a key's token stands in a request, and the OAuth client that it is the secret of (JSON without a secret), if it is one.
        u"ALTER TABLE keys ADD COLUMN placement TEXT NOT NULL DEFAULT 'header'"_s,
        u"ALTER TABLE keys ADD COLUMN oauth TEXT NOT NULL DEFAULT ''"_s,
    }, {
        // Nothing here looks at the calls that there are: a million of them are taken in later, a few at a time (HistoryIndex).
        u"CREATE TABLE history_pins (id INTEGER PRIMARY KEY REFERENCES history (id) ON DELETE CASCADE)"_s,
        // The words of each call. The texts themselves are in `history` and `history_contents`, and places in them are not kept. Every beginning
        // of a word is there as such: looking all words up that begin so would take time for each call that has one.
        uR"(CREATE VIRTUAL TABLE history_search USING fts5 (
            words, content = '', columnsize = 0, detail = none, tokenize = 'ascii', prefix = '1 2 3 4 5 6 7 8 9 10 11'))"_s,
        // Parts of the index are merged when there are eight of a size: half the writing of the usual four, and no search is slower for it.
        u"INSERT INTO history_search (history_search, rank) VALUES ('automerge', 8)"_s,
        // By the hour since 1970 UTC; the ids between which its calls lie.
        uR"(CREATE TABLE history_hours (
            hour INTEGER NOT NULL, environment_id TEXT NOT NULL, key_name TEXT NOT NULL, calls INTEGER NOT NULL, failures INTEGER NOT NULL,
            bytes INTEGER NOT NULL, first_id INTEGER NOT NULL, last_id INTEGER NOT NULL,
            PRIMARY KEY (hour, environment_id, key_name)) WITHOUT ROWID)"_s,
        // Between which ids both know the calls, inclusive.
        u"CREATE TABLE history_indexed (first_id INTEGER NOT NULL, last_id INTEGER NOT NULL)"_s,
        u"INSERT INTO history_indexed SELECT coalesce(max(id), 0) + 1, coalesce(max(id), 0) FROM history"_s,
    }};
    return all;
}

} // namespace keydesk
