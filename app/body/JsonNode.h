#pragma once

#include <QString>

#include <vector>

namespace keydesk {

/// A value of JSON text, as places in the text (in bytes). Valid for as long as the text stays what it is.
struct JsonNode
{
    enum class Type : quint8 { Object, Array, String, Number, Literal };

    Type type = Type::Literal;
    qint64 begin = 0;
    qint64 end = -1;       ///< behind its last byte; -1: a container whose end has not been reached yet
    qint64 nameBegin = -1; ///< of an object's member, with the quotes; -1: it has no name
    qint64 nameEnd = -1;

    bool operator==(const JsonNode &) const = default;
    [[nodiscard]] bool isContainer() const { return type == Type::Object || type == Type::Array; }
};

/// A string, number or literal of JSON text.
struct JsonToken
{
    qint64 begin = 0; ///< in bytes
    qint64 end = 0;
    bool isName = false; ///< of an object's member
};

/// Those of a stretch of the text, in order; cut to it.
struct JsonTokens
{
    std::vector<JsonToken> tokens;
    qint64 end = 0; ///< of the stretch
};

/// Where text stops being JSON (RFC 8259), and why.
struct JsonFault
{
    qint64 offset = 0; ///< in bytes
    qint64 begin =
        0; ///< of the string, number or other token that it is in: the index knows the text up to there
    QString reason;       ///< "a comma or } is missing"
    bool isAtEnd = false; ///< it may be none when more text follows

    bool operator==(const JsonFault &) const = default;
};

/// A value on the way to a place.
struct JsonPathStep
{
    JsonNode node;
    qint64 index = 0; ///< among its container's values; of a document, among the documents

    bool operator==(const JsonPathStep &) const = default;
};

} // namespace keydesk
