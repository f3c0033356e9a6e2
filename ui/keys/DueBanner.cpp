#include "ui/keys/DueBanner.h"

#include "app/keys/DueWatch.h"
#include "ui/theme/Paint.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/IconView.h"
#include "ui/widgets/WrapLabel.h"

#include <QAction>
#include <QLocale>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace keydesk {

DueBanner::DueBanner(const DueWatch &watch, const QList<QAction *> &snoozes, QAction *endSnooze,
                     QWidget *parent)
    : QFrame(parent)
    , m_watch(watch)
    , m_icon(new IconView(u"warning"_s))
    , m_text(new WrapLabel)
{
    setFrameShape(QFrame::NoFrame);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto *snooze = new QPushButton(tr("Snooze"));
    snooze->setProperty("compact", true);
    snooze->setFlat(true);
    auto *menu = new QMenu(snooze);
    menu->addActions(snoozes);
    snooze->setMenu(menu);
    m_snooze = snooze;
    auto *end = new QPushButton(endSnooze->text());
    end->setProperty("compact", true);
    end->setFlat(true);
    connect(end, &QPushButton::clicked, endSnooze, &QAction::trigger);
    m_end = end;

    auto *words = new QVBoxLayout;
    words->setSpacing(4);
    words->addWidget(m_text);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_snooze);
    buttons->addWidget(m_end);
    buttons->addStretch(1);
    words->addLayout(buttons);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(theme::panePadding, 10, theme::panePadding, theme::gap);
    layout->setSpacing(theme::gap);
    layout->addWidget(m_icon, 0, Qt::AlignTop);
    layout->addLayout(words, 1);
}

void DueBanner::show(const ApiKey &key)
{
    const KeyDue due = m_watch.of(key.id);
    m_snoozed = due.snoozed;
    const QString advice = dueAdvice(key, due, m_watch.now());
    m_text->setText(!m_snoozed
                        ? advice
                        : tr("It %1. No reminder until %2.")
                              .arg(dueWords(due),
                                   QLocale().toString(key.snoozedUntil.toLocalTime().date(), tr("d MMMM"))));
    m_icon->setIcon(m_snoozed ? u"clock"_s : u"warning"_s,
                    m_snoozed ? theme::Role::SecondText : theme::Role::Caution);
    m_snooze->setVisible(!m_snoozed);
    m_end->setVisible(m_snoozed);
    setAccessibleName(m_text->text());
    setVisible(due.kind != KeyDue::Kind::Nothing);
    update();
}

void DueBanner::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    paint::box(&painter, rect(),
               theme::colour(palette(), m_snoozed ? theme::Role::NeutralFill : theme::Role::CautionFill), {},
               theme::radius + 2);
}

} // namespace keydesk
