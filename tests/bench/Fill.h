#pragma once

#include "app/Core.h"

#include <QSqlQuery>

namespace keydesk::bench {

/// `keys` keys and `calls` calls, once: what a person has after years. Ends the program if that fails.
inline void fill(Core &core, int keys, int calls)
{
    using namespace Qt::StringLiterals;
    auto held = core.database->run(u"SELECT count(*) FROM keys"_s);
    if (!held || !held->next())
        qFatal("the database cannot be read");
    if (held->value(0).toInt() > 0)
        return;
    held->finish();
    const auto outcome = core.database->transaction([&]() -> Result<void> {
        for (int i = 0; i < keys; ++i) {
            const QString id = QUuid::createUuid().toString(QUuid::WithoutBraces);
            auto row = core.database->run(
                u"INSERT INTO keys (id, name, provider_id, kind_id, hint, fingerprint, header_name, header_prefix, place, pending, "
                "status, created_at) VALUES (?, ?, 'talkover', 'environment', ?, ?, 'Authorization', 'Bearer ', 'keychain', 0, 'works', ?)"_s,
                {id, u"Key %1"_s.arg(i), u"talq_••••%1"_s.arg(i % 10'000, 4, 10, QLatin1Char('0')), id.toLatin1(), qint64(1'700'000'000'000) + i});
            if (!row)
                return tl::unexpected(row.error());
            row = core.database->run(u"INSERT INTO key_origins VALUES (?, 'https://app.talkover.ai')"_s, {id});
            if (!row)
                return tl::unexpected(row.error());
        }
        auto done = core.database->run(
            u"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "INSERT INTO history (at, method, url, environment_id, environment_name, key_name, status, error_text, microseconds, bytes, "
            "echoed_token) "
            "SELECT 1700000000000 + i, 'GET', 'https://app.talkover.ai/api/v1/agents?page=' || i, '', 'Production', 'Key', 200, '', 84000, 1200, "
            "0 FROM n"_s,
            QVariantList{calls});
        if (done)
            done = core.database->run(
                u"INSERT INTO history_contents (id, request, sent, response_head, response_body, body_truncated) "
                "SELECT id, '{}', 'GET /api/v1/agents', 'HTTP/1.1 200 OK', '{\"success\":true}', 0 FROM history"_s);
        if (!done)
            return tl::unexpected(done.error());
        return {};
    });
    if (!outcome)
        qFatal("%s", qPrintable(outcome.error().message + outcome.error().detail));
}

} // namespace keydesk::bench
