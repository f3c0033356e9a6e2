#include "app/workspace/JsonMembers.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace keydesk {

namespace {

bool isSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// Behind the string that begins at `at`.
qsizetype stringEnd(const QByteArray &json, qsizetype at)
{
    for (++at; at < json.size() && json.at(at) != '"'; ++at) {
        if (json.at(at) == '\\')
            ++at;
    }
    return at + 1;
}

/// Behind the value that begins at `at`.
qsizetype valueEnd(const QByteArray &json, qsizetype at)
{
    int depth = 0;
    while (at < json.size()) {
        const char c = json.at(at);
        if (c == '"') {
            at = stringEnd(json, at);
            if (depth == 0)
                return at;
            continue;
        }
        if (c == '{' || c == '[')
            ++depth;
        if ((c == '}' || c == ']') && --depth <= 0)
            return depth < 0 ? at : at + 1;
        if (depth == 0 && (c == ',' || isSpace(c)))
            return at;
        ++at;
    }
    return at;
}

} // namespace

QList<JsonMember> jsonMembers(const QByteArray &json)
{
    QList<JsonMember> members;
    qsizetype at = json.indexOf('{') + 1;
    const auto skipSpace = [&json, &at] {
        while (at < json.size() && isSpace(json.at(at)))
            ++at;
    };
    while (at > 0 && at < json.size()) {
        skipSpace();
        if (at >= json.size() || json.at(at) != '"')
            break;
        const qsizetype nameEnd = stringEnd(json, at);
        const QByteArray quoted = '[' + json.sliced(at, nameEnd - at) + ']';
        at = nameEnd;
        skipSpace();
        ++at; // the colon
        skipSpace();
        const qsizetype end = valueEnd(json, at);
        members.append({QJsonDocument::fromJson(quoted).array().first().toString(), at, end});
        at = end;
        skipSpace();
        if (at < json.size() && json.at(at) == ',')
            ++at;
    }
    return members;
}

} // namespace keydesk
