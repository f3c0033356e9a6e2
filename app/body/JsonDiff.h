#pragma once

#include "app/body/JsonTree.h"

#include <QString>

namespace keydesk {

/// One place where two documents are not the same.
struct JsonDifference
{
    enum class Kind { Changed, Added, Removed, Moved };

    Kind kind = Kind::Changed;
    QString path; ///< "$.data[2].status": in the right document, of what was removed in the left one
    QString left; ///< as it was sent, without white space; the beginning of a long one. Of what moved: its place
    QString right;

    bool operator==(const JsonDifference &) const = default;
};

struct JsonDiff
{
    static constexpr qsizetype mostListed = 10'000;
    static constexpr qsizetype mostShown = 2'000; ///< characters of a value

    QList<JsonDifference> differences; ///< in the order of the documents; the first `mostListed`
    qsizetype count = 0;               ///< of all of them
};

/// What differs in structure: members are compared by name, whatever their order; elements of arrays by their id where they have one, else as
/// they follow each other, so that one more in front is one difference. Numbers differ if they are written differently. Off the UI thread for
/// anything large.
JsonDiff diffJson(const JsonTree &left, const JsonTree &right);

} // namespace keydesk
