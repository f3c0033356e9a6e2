#include "ui/console/LimitBar.h"

#include <QBoxLayout>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr int meterWidth = 72;
constexpr int meterSteps = 100;

} // namespace

LimitBar::LimitBar(QWidget *parent)
    : Pane(parent)
    , m_meter(new QProgressBar)
    , m_text(new ElidedLabel)
    , m_countdown(new ElidedLabel)
    , m_cancel(new QPushButton(tr("Cancel")))
{
    m_meter->setAccessibleName(tr("Rate limit"));
    m_meter->setRange(0, meterSteps);
    m_meter->setTextVisible(false);
    m_meter->setFixedWidth(meterWidth);
    m_cancel->setAccessibleName(tr("Cancel sending again"));
    m_cancel->setAutoDefault(false);
    connect(m_cancel, &QPushButton::clicked, this, &LimitBar::stopWaiting);

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(theme::panePadding, 2, theme::panePadding, 3);
    row->setSpacing(theme::gap);
    row->addWidget(m_meter);
    row->addWidget(m_text, 1);
    row->addWidget(m_countdown);
    row->addWidget(m_cancel);
    setMinimumHeight(theme::rowHeight);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);

    m_second.setInterval(std::chrono::seconds(1));
    connect(&m_second, &QTimer::timeout, this, &LimitBar::showNow);
    setLimits({});
}

void LimitBar::setLimits(const QList<RateLimit> &limits)
{
    m_limits = limits;
    m_isWaiting = false;
    showNow();
}

void LimitBar::startWaiting(std::chrono::seconds wait)
{
    m_isWaiting = true;
    m_due.setRemainingTime(wait);
    showNow();
    m_cancel->setFocus(Qt::OtherFocusReason); // whoever has second thoughts need not look for it
}

void LimitBar::stopWaiting()
{
    if (!m_isWaiting)
        return;
    m_isWaiting = false;
    showNow();
}

void LimitBar::showNow()
{
    if (m_isWaiting && m_due.hasExpired()) {
        stopWaiting();
        Q_EMIT sendDue();
        return;
    }
    const QDateTime now = QDateTime::currentDateTimeUtc();
    setVisible(!m_limits.isEmpty() || m_isWaiting);
    showMeter(now);
    const qint64 left = (m_due.remainingTime() + 999) / 1000;
    m_countdown->setText(m_isWaiting ? tr("Sending again in %1").arg(waitText(left)) : QString());
    m_countdown->setVisible(m_isWaiting);
    m_cancel->setVisible(m_isWaiting);
    const bool counts = m_isWaiting || std::ranges::any_of(m_limits, [&now](const RateLimit &limit) { return limit.resetsAt.isValid() && limit.resetsAt > now; });
    if (!counts)
        m_second.stop();
    else if (!m_second.isActive() && isVisible())
        m_second.start();
}

void LimitBar::showMeter(const QDateTime &now)
{
    const RateLimit *first = tightest(m_limits);
    const bool isKnown = first && first->remaining && first->limit.value_or(0) > 0;
    m_meter->setVisible(isKnown);
    if (isKnown)
        m_meter->setValue(static_cast<int>(meterSteps * std::min(1.0, static_cast<double>(*first->remaining) / static_cast<double>(*first->limit))));
    m_text->setText(first ? rateLimitText(*first, now) : QString());
    QStringList all;
    for (const RateLimit &limit : std::as_const(m_limits))
        all.append(rateLimitText(limit, now));
    m_meter->setAccessibleDescription(all.join(u'\n'));
    m_text->setToolTip(all.join(u'\n'));
}

void LimitBar::paintEvent(QPaintEvent *event)
{
    Pane::paintEvent(event);
    QPainter(this).fillRect(0, height() - 1, width(), 1, theme::colour(palette(), theme::Role::Hairline));
}

void LimitBar::showEvent(QShowEvent *event)
{
    Pane::showEvent(event);
    showNow();
}

/// A request that nobody sees is not sent. A window that is made small is still looked at.
void LimitBar::hideEvent(QHideEvent *event)
{
    Pane::hideEvent(event);
    m_second.stop();
    if (!event->spontaneous())
        m_isWaiting = false;
}

} // namespace keydesk
