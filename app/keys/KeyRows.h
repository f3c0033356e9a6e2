#pragma once

#include "app/keys/ApiKey.h"

#include <QVariant>

#include <optional>

class QSqlQuery;

namespace keydesk {

/// How keys stand in SQLite: the columns of `keys`, and the words for places and states.
struct KeyRow
{
    ApiKey key; ///< without its origins, which have a table of their own
    bool pending = false;
};

struct KeyColumn
{
    /// Who writes it. What a person wrote is not written over unseen; what Keydesk observes, the latest stands.
    enum class Who { Nobody, User, Keydesk };
    QString name;
    Who who;
};

/// The columns of `keyValues`, in its order.
const QList<KeyColumn> &keyColumnList();
/// The columns that `keyRow` reads, in its order: those, then `pending`.
QString keyColumns();
/// Nothing if the row cannot be one that Keydesk wrote.
std::optional<KeyRow> keyRow(const QSqlQuery &query);
/// Values for the columns of `keyColumns`, but `pending`.
QVariantList keyValues(const ApiKey &key);

QString placeWord(SecretPlace place);
SecretPlace placeFromWord(const QString &word);

/// Empty, never NULL: the columns are NOT NULL, and Qt binds a null QString as NULL.
QVariant textValue(const QString &text);
QVariant timeValue(const QDateTime &time);
QString idText(const QUuid &id);

} // namespace keydesk
