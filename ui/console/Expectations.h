#pragma once

#include <QObject>
#include <QPointer>
#include <QUuid>

class QWidget;

namespace keydesk {

struct Core;
struct Error;
class ExpectationsDialog;
class OpenRequests;

/// Lets the expectations of the current request be seen and changed: in its file, or in its tab until it has one.
class Expectations : public QObject
{
    Q_OBJECT

public:
    Expectations(Core &core, OpenRequests &requests, QWidget &page);

    void edit();

Q_SIGNALS:
    void message(const QString &text);

private:
    void save(const QUuid &request);

    Core &m_core;
    OpenRequests &m_requests;
    QWidget &m_page;
    QPointer<ExpectationsDialog> m_dialog;
};

} // namespace keydesk
