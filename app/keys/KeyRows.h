#pragma once

#include "app/base/Error.h"
#include "app/keys/ApiKey.h"

#include <QVariant>

#include <optional>

namespace keydesk {

class Database;

// How keys stand in SQLite: the columns of `keys`, and the words for places and states.

struct KeyRows
{
    QList<ApiKey> keys;
    QList<ApiKey> pending;
    qint64 change = 0; ///< the count of changes that they are as of
};

Result<KeyRows> readKeyRows(Database &database);
/// One that is not pending; NotFound if there is none.
Result<ApiKey> readKeyRow(Database &database, const QUuid &id);
/// Grows with every write to the keys, whoever writes.
Result<qint64> countKeyChanges(Database &database);

struct KeyColumn
{
    /// Who writes it. What a person wrote is not written over unseen; what Keydesk observes, the latest stands.
    enum class Who { Nobody, User, Keydesk };
    QString name;
    Who who;
};

/// The columns of `keyValues`, in its order.
const QList<KeyColumn> &keyColumnList();
/// The names of those, then `pending`.
QString keyColumns();
/// Values for the columns of `keyColumns`, but `pending`.
QVariantList keyValues(const ApiKey &key);

QString placeWord(SecretPlace place);
SecretPlace placeFromWord(const QString &word);

/// Empty, never NULL: the columns are NOT NULL, and Qt binds a null QString as NULL.
QVariant textValue(const QString &text);
QVariant timeValue(const QDateTime &time);

} // namespace keydesk
