#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

namespace keydesk {

/// A member of a JSON object, and where its value stands, so that it can be kept as it is.
struct JsonMember
{
    QString name;
    qsizetype begin = 0;
    qsizetype end = 0;
};

/// Those of the outermost object. `json` has been checked: it is one.
QList<JsonMember> jsonMembers(const QByteArray &json);

} // namespace keydesk
