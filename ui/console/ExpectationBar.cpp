#include "ui/console/ExpectationBar.h"

#include "app/base/VisibleText.h"
#include "ui/console/OutcomeWords.h"
#include "ui/widgets/IconView.h"

#include <QBoxLayout>
#include <QPainter>
#include <QPushButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr int mostReasons = 3; // more are in the dialog; this stands above the answer

} // namespace

ExpectationBar::ExpectationBar(QWidget *parent)
    : Pane(parent)
    , m_icon(new IconView(u"check"_s))
    , m_summary(new QLabel)
    , m_all(new QPushButton(tr("Expectations…")))
{
    m_summary->setTextFormat(Qt::PlainText);
    m_summary->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_all->setAutoDefault(false);
    connect(m_all, &QPushButton::clicked, this, &ExpectationBar::allRequested);
    setAccessibleName(tr("Expectations"));

    auto *reasons = new QVBoxLayout;
    reasons->setSpacing(2);
    for (int line = 0; line < mostReasons; ++line) {
        auto *reason = new ElidedLabel;
        reason->setTextFormat(Qt::PlainText);
        reason->setTextInteractionFlags(Qt::TextSelectableByMouse);
        m_reasons.append(reason);
        reasons->addWidget(reason);
    }

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(theme::panePadding, 4, theme::panePadding, 5);
    row->setSpacing(theme::gap);
    row->addWidget(m_icon);
    row->addWidget(m_summary);
    row->addSpacing(theme::gap);
    row->addLayout(reasons, 1);
    row->addWidget(m_all);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setOutcomes({});
}

void ExpectationBar::setOutcomes(const QList<ExpectationOutcome> &outcomes)
{
    setVisible(!outcomes.isEmpty());
    if (outcomes.isEmpty())
        return;
    const auto unmet = std::ranges::find_if_not(outcomes, &ExpectationOutcome::isMet);
    const OutcomeWord word = outcomeWord(unmet == outcomes.end() ? outcomes.constFirst() : *unmet);
    m_icon->setIcon(word.icon, word.ink);
    m_summary->setText(expectationsSummary(outcomes));
    QStringList reasons;
    for (const ExpectationOutcome &each : outcomes) {
        if (!each.isMet())
            reasons << withVisibleControls(tr("%1: %2. %3").arg(outcomeWord(each).word, each.text, each.message));
    }
    setAccessibleDescription((QStringList{m_summary->text()} + reasons).join(u'\n'));
    const QString all = plainTip(reasons.join(u'\n'));
    for (int line = 0; line < mostReasons; ++line) {
        const bool isMore = line == mostReasons - 1 && reasons.size() > mostReasons;
        m_reasons.at(line)->setText(isMore ? tr("and %n more", nullptr, static_cast<int>(reasons.size()) - line) : reasons.value(line));
        m_reasons.at(line)->setToolTip(all);
        m_reasons.at(line)->setVisible(line == 0 || line < reasons.size());
    }
}

void ExpectationBar::paintEvent(QPaintEvent *event)
{
    Pane::paintEvent(event);
    QPainter(this).fillRect(0, height() - 1, width(), 1, theme::colour(palette(), theme::Role::Hairline));
}

} // namespace keydesk
