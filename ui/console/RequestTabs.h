#pragma once

#include <QTabBar>

namespace keydesk {

class OpenRequests;

/// The bar of open requests, from two on: titles, a dot for what is edited, close, drag, a menu each.
class RequestTabs : public QTabBar
{
    Q_OBJECT

public:
    explicit RequestTabs(OpenRequests &requests, QWidget *parent = nullptr);

protected:
    void mouseReleaseEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    void follow();
    void addCloseButton(int index);

    OpenRequests &m_requests;
    bool m_following = false;
};

} // namespace keydesk
