#pragma once

#include "app/calls/RunReport.h"

#include <QByteArray>

namespace keydesk {

class Redactor;

/// A run as a file for others. Both are UTF-8, name files as the report shows them, hold nothing of what was sent or answered but what the
/// expectations found, and no secret: the redactor looks at every text once more, since a token may have become known after it was found.

/// JUnit XML as Jenkins, GitLab and Maven Surefire read it: a testsuite for each file, a testcase for each request (its time in seconds), a
/// failure for each expectation that is not met, skipped with its reason; a file that could not be read is a testcase with an error.
QByteArray junitReport(const RunReport &report, const Redactor &redactor);

/// One HTML page that needs nothing else: no scripts, no fonts or pictures from elsewhere; light or dark as the browser is.
QByteArray htmlReport(const RunReport &report, const Redactor &redactor);

} // namespace keydesk
