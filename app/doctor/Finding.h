#pragma once

#include <QList>
#include <QString>

namespace keydesk {

/// What one check found. Holds no secret, and no value that may be one.
struct Finding
{
    enum class State {
        Ok,
        Note, ///< as it may be, but good to know
        Problem,
    };

    QString id; ///< of the check: "database"; it never changes. Several findings may come of one check
    State state = State::Ok;
    QString message; ///< a sentence or two
    QString fix;     ///< a command or a step; never empty for a problem

    bool operator==(const Finding &) const = default;
};

using Findings = QList<Finding>;

} // namespace keydesk
