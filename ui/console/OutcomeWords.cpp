#include "ui/console/OutcomeWords.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

QString tr(const char *text, int n = -1)
{
    return QCoreApplication::translate("OutcomeWords", text, nullptr, n);
}

} // namespace

OutcomeWord outcomeWord(const ExpectationOutcome &outcome)
{
    switch (outcome.state) {
    case ExpectationOutcome::State::Met:
        return {tr("Met"), u"check"_s, theme::Role::Success};
    case ExpectationOutcome::State::Unmet:
        return {tr("Not met"), u"refused"_s, theme::Role::Danger};
    case ExpectationOutcome::State::Unreadable:
        return {tr("Cannot be read"), u"warning"_s, theme::Role::Caution};
    }
    return {};
}

QString expectationsSummary(const QList<ExpectationOutcome> &outcomes)
{
    const auto met = std::ranges::count_if(outcomes, &ExpectationOutcome::isMet);
    return tr("%1 of %n expectation(s) met", static_cast<int>(outcomes.size())).arg(met);
}

} // namespace keydesk
