#pragma once

#include "app/base/Error.h"

#include <QByteArray>
#include <QJsonValue>

#include <optional>

namespace keydesk {

/// A part of an earlier call: {{login.response.body.$.token}}, {{login.response.headers.X-Id}},
/// {{login.request.body.*}}.
struct AnswerReference
{
    enum class Side { Request, Response };
    enum class Part { Body, Header };

    QString request; ///< its name, as "@name" gives it
    Side side = Side::Response;
    Part part = Part::Body;
    QString path; ///< of a body: "*" or empty (all of it), JSONPath ("$.a[0]") or XPath ("//a/b"); of a
                  ///< header: its name

    bool operator==(const AnswerReference &) const = default;
    /// Nothing if the text has another form.
    static std::optional<AnswerReference> parse(const QString &text);
};

/// What a path finds in a JSON text, as text: strings as they are, other values as JSON. A subset of
/// JSONPath: "$", members (".a",
/// "['a']"), indices ("[0]", "[-1]"), "[*]" and ".*" (the first). The Error's message is a part of a
/// sentence.
Result<QString> findInJson(const QByteArray &json, const QString &path);
/// The same in steps, for who asks several things of one text: the value of the text, what a path finds in a value, and that as text.
Result<QJsonValue> parseJsonText(const QByteArray &json);
Result<QJsonValue> followJsonPath(const QJsonValue &root, const QString &path);
QString jsonValueText(const QJsonValue &value);
/// Whether it is a path of this subset.
bool isJsonPath(const QString &path);

/// What a simple XPath finds first in an XML text: "/a/b", "//a/b", "[2]", "/@name" and "/text()" at the end.
/// Else as above.
Result<QString> findInXml(const QByteArray &xml, const QString &path);

/// Why there is none of this name yet.
QString noAnswer(const QString &request);

} // namespace keydesk
