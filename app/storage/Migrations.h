#pragma once

#include <QList>
#include <QString>
#include <QStringList>

namespace keydesk {

/// Migration N (counted from 1) brings a database from version N-1 to N; each is a list of statements run in
/// one transaction. The version stands in `PRAGMA user_version`. Never change one that has been released: add
/// the next.
const QList<QStringList> &migrations();

} // namespace keydesk
