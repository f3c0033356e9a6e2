#include "app/calls/RunReport.h"

#include <QCoreApplication>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct RunReportText
{
    Q_DECLARE_TR_FUNCTIONS(RunReport)
};

} // namespace

int RequestResult::unmet() const
{
    return static_cast<int>(std::ranges::count_if(expectations, [](const ExpectationOutcome &each) { return !each.isMet(); }));
}

int RunReport::count() const
{
    int all = 0;
    for (const FileResult &file : files)
        all += static_cast<int>(file.requests.size());
    return all;
}

int RunReport::count(RequestResult::State state) const
{
    qsizetype all = 0;
    for (const FileResult &file : files)
        all += std::ranges::count(file.requests, state, &RequestResult::state);
    return static_cast<int>(all);
}

int RunReport::unreadableFiles() const
{
    return static_cast<int>(std::ranges::count_if(files, [](const FileResult &file) { return !file.problem.isEmpty(); }));
}

bool RunReport::isOk() const
{
    return count(RequestResult::State::Failed) == 0 && unreadableFiles() == 0;
}

QString RunReport::summary() const
{
    const int passed = count(RequestResult::State::Passed);
    const int failed = count(RequestResult::State::Failed);
    const int skipped = count(RequestResult::State::Skipped);
    QStringList parts{RunReportText::tr("%n passed", nullptr, passed),
                      RunReportText::tr("%n failed", nullptr, failed)};
    if (skipped > 0)
        parts << RunReportText::tr("%n skipped", nullptr, skipped);
    if (const int unreadable = unreadableFiles(); unreadable > 0)
        parts << (unreadable == 1 ? RunReportText::tr("1 file could not be read")
                                  : RunReportText::tr("%1 files could not be read").arg(unreadable));
    return parts.join(u" · "_s);
}

} // namespace keydesk
