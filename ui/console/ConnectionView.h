#pragma once

#include "app/http/ConnectionFacts.h"

#include <QWidget>

class QPushButton;
class QTreeWidget;

namespace keydesk {

class IconView;
class RoleLabel;

/// How a call was connected, hop after hop: whether the server proved who it is, TLS, proxy, certificates. To be read and copied.
class ConnectionView : public QWidget
{
    Q_OBJECT

public:
    explicit ConnectionView(QWidget *parent = nullptr);

    /// `absence`: what to say if there are none.
    void setConnections(const QList<ConnectionFacts> &connections, const QString &absence);

private:
    void showVerdict();

    QList<ConnectionFacts> m_connections;
    IconView *m_sign;
    RoleLabel *m_verdict;
    QPushButton *m_copy;
    QTreeWidget *m_facts;
};

} // namespace keydesk
