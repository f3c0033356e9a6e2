#pragma once

#include <QRegularExpression>
#include <QString>
#include <QStringList>

#include <tl/expected.hpp>

#include <optional>

namespace keydesk {

/// Where a text stops being an expectation, and why.
struct ExpectationProblem
{
    qsizetype offset = 0; ///< in characters, from 0
    QString message;      ///< a sentence

    bool operator==(const ExpectationProblem &) const = default;
};

/// What an answer is expected to be, as a line of a request's file says after "# @expect":
///
///     status 200 · status 2xx · status in 200, 201 · status != 404
///     header Content-Type contains json · header X-Id exists · header Set-Cookie absent
///     body $.data[0].id exists · body $.items is array · body $.name = "Ann" · body //item/@id > 3
///     body contains text · body matches /^ok$/i
///     time < 500 ms · size <= 10 kB
///
/// Comparisons: = != < <= > >= contains, not contains, matches /regex/flags (i, m, s), exists, absent, is <type>, in a, b. A value in double
/// quotes is a JSON string and equals text alone; {{variables}} in values get theirs when the answer is checked.
struct Expectation
{
    enum class Subject { Status, Header, Body, Time, Size };
    enum class Check { Equals, Differs, Less, AtMost, Greater, AtLeast, Contains, Lacks, Matches, Exists, Absent, IsType, OneOf };

    struct Value
    {
        QString text;          ///< without quotes, with variables
        bool isQuoted = false; ///< it is text, whatever it looks like

        bool operator==(const Value &) const = default;
    };

    Subject subject = Subject::Status;
    Check check = Check::Equals;
    QString name;        ///< a header's, or a path in the body (JSONPath, XPath); empty: all of the body
    QList<Value> values; ///< one; several for OneOf; none for Exists and Absent. A type's name; a pattern without slashes
    QRegularExpression::PatternOptions patternOptions = QRegularExpression::NoPatternOption;
    QString text; ///< as written

    bool operator==(const Expectation &) const = default;

    /// `text` is what stands after "@expect".
    static tl::expected<Expectation, ExpectationProblem> parse(const QString &text);
};

/// An expectation where it stands in a file, readable or not.
struct WrittenExpectation
{
    int line = 0;   ///< from 1
    int column = 1; ///< of `text`, in characters, from 1
    QString text;   ///< what stands after "@expect"

    bool operator==(const WrittenExpectation &) const = default;
};

/// "500 ms" in microseconds, "10 kB" in bytes (decimal; KiB and MiB are binary). Nothing if it is no time, or no size.
std::optional<double> expectationAmount(Expectation::Subject subject, const QString &text);
/// The types that `is` knows.
QStringList expectationTypes();

} // namespace keydesk
