#include "ui/console/RunResults.h"

#include "app/base/VisibleText.h"
#include "app/http/BodyText.h"
#include "ui/console/OutcomeWords.h"
#include "ui/theme/Icon.h"

#include <QHeaderView>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

using Outcome = RequestResult::State; // the view has a State of its own

constexpr int nameWidth = 300;
enum Column { Name, How, Why };

OutcomeWord stateWord(Outcome state)
{
    switch (state) {
    case Outcome::Passed:
        return {RunResults::tr("Passed"), u"check"_s, theme::Role::Success};
    case Outcome::Failed:
        return {RunResults::tr("Failed"), u"refused"_s, theme::Role::Danger};
    case Outcome::Skipped:
        return {RunResults::tr("Skipped"), u"info"_s, theme::Role::Caution};
    case Outcome::Sending:
        return {RunResults::tr("Sending…"), u"send"_s, theme::Role::Accent};
    case Outcome::Waiting:
        break;
    }
    return {RunResults::tr("Waiting"), u"clock"_s, theme::Role::SecondText};
}

void setRow(QTreeWidgetItem &item, const OutcomeWord &word, const QString &why)
{
    const QString shown = withVisibleControls(why);
    item.setIcon(How, icon(word.icon, word.ink));
    item.setText(How, word.word);
    item.setText(Why, QString(shown).replace(u'\n', u' '));
    item.setToolTip(Why, plainTip(shown));
    item.setData(Why, Qt::UserRole, shown);
}

} // namespace

RunResults::RunResults(QWidget *parent)
    : QTreeWidget(parent)
{
    setColumnCount(3);
    setHeaderHidden(true);
    setUniformRowHeights(true);
    setFrameShape(QFrame::NoFrame);
    setTextElideMode(Qt::ElideRight);
    setAccessibleName(tr("Results"));
    header()->setStretchLastSection(true);
    header()->resizeSection(Name, nameWidth);
    header()->setSectionResizeMode(How, QHeaderView::ResizeToContents);
    connect(this, &QTreeWidget::currentItemChanged, this,
            [this](const QTreeWidgetItem *item) { Q_EMIT detailChanged(item ? item->data(Why, Qt::UserRole).toString() : QString()); });
}

void RunResults::setReport(const RunReport &report)
{
    clear();
    for (int file = 0; file < report.files.size(); ++file) {
        const FileResult &result = report.files.at(file);
        auto *item = new QTreeWidgetItem(this, {withVisibleControls(result.name)});
        item->setFont(Name, theme::groupFont(font()));
        if (!result.problem.isEmpty())
            setRow(*item, {tr("Cannot be read"), u"warning"_s, theme::Role::Danger}, result.problem);
        item->setExpanded(true);
        for (int request = 0; request < result.requests.size(); ++request) {
            new QTreeWidgetItem(item);
            showRequest(report, file, request);
        }
    }
}

void RunResults::showRequest(const RunReport &report, int file, int request)
{
    QTreeWidgetItem *item = topLevelItem(file)->child(request);
    const RequestResult &result = report.files.at(file).requests.at(request);
    item->setText(Name, withVisibleControls(result.name));
    item->setToolTip(Name, plainTip(withVisibleControls(result.method + u' ' + result.url)));
    QStringList facts;
    if (result.status > 0)
        facts << result.answer;
    if (result.state == Outcome::Passed || result.state == Outcome::Failed)
        facts << durationText(result.elapsed);
    if (!result.expectations.isEmpty())
        facts << expectationsSummary(result.expectations);
    if (!result.reason.isEmpty())
        facts << result.reason;
    setRow(*item, stateWord(result.state), facts.join(u" · "_s));
    qDeleteAll(item->takeChildren());
    for (const ExpectationOutcome &each : result.expectations) {
        auto *child = new QTreeWidgetItem(item, {withVisibleControls(each.text)});
        setRow(*child, outcomeWord(each), each.message);
    }
    item->setExpanded(result.state == Outcome::Failed);
    if (result.state == Outcome::Sending)
        scrollToItem(item);
}

} // namespace keydesk
