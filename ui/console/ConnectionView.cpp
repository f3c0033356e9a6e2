#include "ui/console/ConnectionView.h"

#include "ui/console/PaneParts.h"
#include "ui/setup/RoleLabel.h"
#include "ui/theme/Icon.h"
#include "ui/widgets/IconView.h"

#include <QApplication>
#include <QBoxLayout>
#include <QClipboard>
#include <QHeaderView>
#include <QPushButton>
#include <QTreeWidget>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

ConnectionView::ConnectionView(QWidget *parent)
    : QWidget(parent)
    , m_sign(new IconView(u"shield"_s))
    , m_verdict(new RoleLabel)
    , m_copy(new QPushButton(icon(u"copy"_s), tr("Copy")))
    , m_facts(new QTreeWidget)
{
    m_copy->setAccessibleName(tr("Copy connection facts"));
    m_copy->setFlat(true);
    m_facts->setAccessibleName(tr("Connection facts"));
    m_facts->setColumnCount(2);
    m_facts->setHeaderLabels({tr("Fact"), tr("Value")});
    m_facts->setHeaderHidden(true);
    m_facts->setFrameShape(QFrame::NoFrame);
    m_facts->setUniformRowHeights(true);
    m_facts->setTabKeyNavigation(false);
    m_facts->header()->setStretchLastSection(true);

    auto *top = new QHBoxLayout;
    top->setContentsMargins(theme::panePadding, theme::gap, theme::panePadding, theme::gap);
    top->setSpacing(theme::gap);
    top->addWidget(m_sign);
    top->addWidget(m_verdict, 1);
    top->addWidget(m_copy);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(top);
    layout->addWidget(new Hairline);
    layout->addWidget(m_facts, 1);
    connect(m_copy, &QPushButton::clicked, this,
            [this] { QApplication::clipboard()->setText(connectionText(m_connections)); });
}

void ConnectionView::setConnections(const QList<ConnectionFacts> &connections, const QString &absence)
{
    m_connections = connections;
    m_facts->clear();
    for (const ConnectionFacts &connection : connections) {
        QTreeWidgetItem *hop = nullptr;
        for (const FactGroup &group : shownFacts(connection)) {
            auto *title = hop ? new QTreeWidgetItem(hop, {group.title}) : new QTreeWidgetItem(m_facts, {group.title});
            title->setFont(0, theme::groupFont(m_facts->font()));
            title->setFirstColumnSpanned(true);
            title->setExpanded(true);
            for (const auto &[name, value] : group.facts)
                (new QTreeWidgetItem(title, {name, value}))->setToolTip(1, u"<p>%1</p>"_s.arg(value.toHtmlEscaped()));
            if (!hop)
                hop = title;
        }
    }
    m_facts->resizeColumnToContents(0);
    m_facts->setVisible(!connections.isEmpty());
    m_copy->setVisible(!connections.isEmpty());
    m_sign->setVisible(!connections.isEmpty());
    if (connections.isEmpty())
        m_verdict->setText(absence);
    else
        showVerdict();
}

void ConnectionView::showVerdict()
{
    const auto isBad = [](const ConnectionFacts &each) { return !each.isEstablished || (each.isEncrypted() && !each.isVerified); };
    const auto bad = std::ranges::find_if(m_connections, isBad);
    const ConnectionFacts &shown = bad == m_connections.end() ? m_connections.constLast() : *bad;
    // A problem follows as a sentence of its own.
    QString text = shown.problems.isEmpty() ? verdictOf(shown) : tr("%1:").arg(verdictOf(shown));
    if (shown.isVerified)
        text = tr("The server proved that it is %1.").arg(shown.origin.host());
    else if (!shown.isEncrypted() && shown.isEstablished)
        text = tr("Not encrypted: anybody on the way can read and change it.");
    else if (shown.isEstablished)
        text = tr("Not verified, as this environment does not check certificates.");
    if (!shown.problems.isEmpty())
        text += u' ' + shown.problems.join(u' ');
    const theme::Role ink = shown.isVerified ? theme::Role::Success : bad != m_connections.end() ? theme::Role::Danger : theme::Role::Caution;
    m_sign->setIcon(shown.isVerified ? u"shield"_s : u"warning"_s, ink);
    m_verdict->setInk(ink);
    m_verdict->setText(text);
}

} // namespace keydesk
