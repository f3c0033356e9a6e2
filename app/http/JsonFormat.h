#pragma once

#include <QByteArray>
#include <QString>

#include <optional>

namespace keydesk {

/// Where JSON text stops being JSON (RFC 8259), and why.
struct JsonProblem
{
    qsizetype offset = 0; ///< in bytes
    int line = 1;
    int column = 1; ///< in characters, from 1
    QString message;

    bool operator==(const JsonProblem &) const = default;
    /// "Line 3, column 12: a comma or } is missing."
    [[nodiscard]] QString sentence() const;
};

struct JsonText
{
    QByteArray text;  ///< up to the problem, or to the limit
    bool cut = false; ///< the limit was reached: the rest was neither read nor checked
    std::optional<JsonProblem> problem;

    [[nodiscard]] bool isWhole() const { return !cut && !problem; }
};

enum class JsonDialect {
    Strict,
    WithVariables, ///< {{name}} may stand where a value may
};

inline constexpr qsizetype noJsonLimit = -1;

/// JSON with line breaks and indentation. Only white space changes: numbers, escapes and the order of names
/// stay as they were written, which a parser that builds values cannot promise. Not recursive: depth costs a
/// byte a level. `limit` bounds the output in bytes.
JsonText prettyJson(const QByteArray &json, JsonDialect dialect = JsonDialect::Strict,
                    qsizetype limit = noJsonLimit);
/// Without white space between the parts.
JsonText minifiedJson(const QByteArray &json, JsonDialect dialect = JsonDialect::Strict);
std::optional<JsonProblem> checkJson(const QByteArray &json, JsonDialect dialect = JsonDialect::Strict);
/// What a member adds to its object's path: `.status`, or `["first name"]`.
QString jsonPathStep(const QString &name);

} // namespace keydesk
