#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

namespace keydesk {

/// A member of a JSON object, and where its value stands, so that it alone can be replaced.
struct JsonMember
{
    QString name;
    qsizetype begin = 0;
    qsizetype end = 0;
};

/// Those of the outermost object. `json` has been checked: it is one.
QList<JsonMember> jsonMembers(const QByteArray &json);
/// With a further member ("name": value, indented) at the end.
QByteArray withJsonMember(const QByteArray &json, const QByteArray &member);

} // namespace keydesk
