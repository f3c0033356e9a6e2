#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <QUuid>

namespace keydesk {

/// A row of params, headers, form fields or variables. A disabled row is kept but not used.
struct NameValue
{
    QString name;
    QString value;
    bool enabled = true;

    bool operator==(const NameValue &) const = default;
};

/// As everything that keeps rows writes them: an array of objects.
QJsonArray rowsToJson(const QList<NameValue> &rows);
QList<NameValue> rowsFromJson(const QJsonValue &value);

/// A part of a multipart body. A disabled part is kept but not sent.
struct RequestPart
{
    QString name;
    QString value;
    QString file;             ///< not empty: the content is this file's, instead of `value`
    QString fileName;         ///< what the server is told; empty: the file's own name, if there is a file
    QString contentType;      ///< empty: as the file or the value has it
    QList<NameValue> headers; ///< further ones, of this part alone
    bool enabled = true;

    bool operator==(const RequestPart &) const = default;
};

struct RequestBody
{
    enum class Kind { None, Json, Text, Xml, Form, Multipart, File, GraphQl };

    Kind kind = Kind::None;
    QString text;               ///< for Json, Text, Xml, and GraphQl's query
    QList<NameValue> form;      ///< for Form (application/x-www-form-urlencoded)
    QString graphQlVariables{}; ///< JSON text, may be empty
    QString graphQlOperation{}; ///< the operation's name, may be empty
    QList<RequestPart> parts{}; ///< for Multipart (multipart/form-data)
    QString file{};             ///< for File: a path; as all texts here it may have {{variables}}

    bool operator==(const RequestBody &) const = default;
};

/// Which key a request names. Automatic: the environment's key for `kindId` (its provider's first kind if
/// empty).
struct KeyChoice
{
    enum class Mode { Automatic, None, Chosen };

    Mode mode = Mode::Automatic;
    QUuid keyId;    ///< for Chosen
    QString kindId; ///< for Automatic

    bool operator==(const KeyChoice &) const = default;
};

/// A request as the user wrote it: with {{variables}}, perhaps relative to the environment's base URL. Holds
/// no token.
struct RequestSpec
{
    QString name;
    QString method = QStringLiteral("GET");
    QString url;
    QList<NameValue> params;
    QList<NameValue> headers;
    RequestBody body;
    KeyChoice key;
    QList<NameValue> pathParts{}; ///< for each {name} of the URL's path; always used, `enabled` means nothing here

    bool operator==(const RequestSpec &) const = default;

    [[nodiscard]] QJsonObject toJson() const;
    /// Unknown members are ignored, missing ones take their defaults.
    static RequestSpec fromJson(const QJsonObject &object);
};

} // namespace keydesk
