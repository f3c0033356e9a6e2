#include "ui/console/RequestTabs.h"

#include "ui/console/OpenRequests.h"
#include "ui/theme/Icon.h"

#include <QContextMenuEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr int widestTitle = 28; // average characters

} // namespace

RequestTabs::RequestTabs(OpenRequests &requests, QWidget *parent)
    : QTabBar(parent)
    , m_requests(requests)
{
    setAccessibleName(tr("Open requests"));
    setAutoHide(true);
    setMovable(true);
    setExpanding(false);
    setDrawBase(false);
    setElideMode(Qt::ElideNone); // `follow` has done it
    setUsesScrollButtons(true);
    connect(&requests, &OpenRequests::tabsChanged, this, &RequestTabs::follow);
    connect(this, &QTabBar::currentChanged, this, [this](int index) {
        if (!m_following)
            m_requests.setCurrent(index);
    });
    connect(this, &QTabBar::tabMoved, this, [this](int from, int to) {
        if (!m_following)
            m_requests.move(from, to);
    });
}

void RequestTabs::follow()
{
    if (m_following)
        return;
    m_following = true;
    while (count() > m_requests.count())
        removeTab(count() - 1);
    while (count() < m_requests.count())
        addCloseButton(addTab(QString()));
    for (int index = 0; index < count(); ++index) {
        const OpenRequest &request = m_requests.at(index);
        const bool isEdited = m_requests.isEdited(index);
        const QString title = fontMetrics().elidedText(request.title(), Qt::ElideRight, fontMetrics().averageCharWidth() * widestTitle);
        const QString plain = QString(title).replace(u'&', u"&&"_s);
        const QString mark = isEdited ? u"•"_s : QString();
        if (tabText(index) != plain || tabData(index).toString() != mark) {
            setTabData(index, mark);
            setTabText(index, plain); // data alone does not lay the bar out again
        }
        QString tip = request.title();
        if (request.isSaved())
            tip += u'\n' + request.place.file;
        if (isEdited)
            tip += u'\n' + (request.isSaved() ? tr("Edited, not saved") : tr("Edited, in no file"));
        setTabToolTip(index, tip);
        setAccessibleTabName(index, isEdited ? tr("%1, edited").arg(request.title()) : request.title());
        if (QWidget *button = tabButton(index, RightSide))
            button->setAccessibleName(tr("Close %1").arg(request.title()));
    }
    setCurrentIndex(m_requests.currentIndex());
    updateGeometry();
    m_following = false;
}

void RequestTabs::addCloseButton(int index)
{
    auto *button = new QToolButton;
    button->setIcon(icon(u"close"_s, theme::Role::SecondText));
    button->setIconSize({12, 12});
    button->setFixedSize(20, 20);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::NoFocus); // Ctrl+W closes
    button->setToolTip(tr("Close (Ctrl+W)"));
    connect(button, &QToolButton::clicked, this, [this, button] {
        for (int at = 0; at < count(); ++at) {
            if (tabButton(at, RightSide) == button) {
                m_requests.close(at);
                return;
            }
        }
    });
    setTabButton(index, RightSide, button);
}

void RequestTabs::mouseReleaseEvent(QMouseEvent *event)
{
    QTabBar::mouseReleaseEvent(event);
    if (const int index = tabAt(event->position().toPoint()); event->button() == Qt::MiddleButton && index >= 0)
        m_requests.close(index);
}

void RequestTabs::contextMenuEvent(QContextMenuEvent *event)
{
    const int index = event->reason() == QContextMenuEvent::Mouse ? tabAt(event->pos()) : currentIndex();
    if (index < 0)
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Close"), this, [this, index] { m_requests.close(index); });
    menu->addAction(tr("Close Others"), this, [this, index] { m_requests.closeOthers(index); });
    menu->addAction(tr("Duplicate"), this, [this, index] { m_requests.duplicate(index); });
    QAction *reopen = menu->addAction(tr("Reopen Closed Request"), &m_requests, &OpenRequests::reopen);
    reopen->setEnabled(m_requests.canReopen());
    menu->popup(event->reason() == QContextMenuEvent::Mouse ? event->globalPos() : mapToGlobal(tabRect(index).bottomLeft()));
}

} // namespace keydesk
