#pragma once

#include "app/workspace/RequestFiles.h"
#include "ui/UndoHistory.h"

#include <QObject>
#include <QPointer>
#include <QUuid>

class QWidget;

namespace keydesk {

struct Core;
class ExpectationsDialog;
class OpenRequests;

/// Lets the expectations of the current request be seen and changed: in its file, or in its tab until it has one. Each change can be taken
/// back.
class Expectations : public QObject
{
    Q_OBJECT

public:
    Expectations(Core &core, OpenRequests &requests, QWidget &page);

    void edit();
    /// One more.
    void add(const QString &expectation);

Q_SIGNALS:
    void message(const QString &text);
    void undoable(const keydesk::UndoStep &step);
    void failed(const keydesk::Error &error);

private:
    void save(const QUuid &request);
    Result<void> change(const QUuid &request, const QStringList &wanted);
    void show(const QUuid &request, const RequestPlace &place, const QStringList &expectations);

    Core &m_core;
    OpenRequests &m_requests;
    QWidget &m_page;
    QPointer<ExpectationsDialog> m_dialog;
};

} // namespace keydesk
