#pragma once

#include "app/base/Error.h"

#include <QObject>

class QWidget;

namespace keydesk {

class HistoryStore;

/// Asks where the history is to be exported to, and exports it, with its progress.
class HarExport : public QObject
{
    Q_OBJECT

public:
    /// `window`: what the dialogs belong to; owns this.
    HarExport(HistoryStore &history, QWidget &window);

    /// These calls; none: all of them.
    void ask(const QList<qint64> &ids);

Q_SIGNALS:
    void message(const QString &text);
    void failed(const keydesk::Error &error);

private:
    void exportTo(const QString &path, const QList<qint64> &ids);

    HistoryStore &m_history;
    QWidget &m_window;
};

} // namespace keydesk
