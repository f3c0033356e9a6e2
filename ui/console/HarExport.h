#pragma once

#include "app/base/Error.h"

#include <QObject>

#include <functional>

class QWidget;

namespace keydesk {

class HistoryExport;
class HistoryStore;
struct HistoryQuery;

/// Asks where the history is to be exported to, and exports it, with its progress.
class HarExport : public QObject
{
    Q_OBJECT

public:
    /// `window`: what the dialogs belong to; owns this.
    HarExport(HistoryStore &history, QWidget &window);

    /// These calls; none: all of them.
    void ask(const QList<qint64> &ids);
    void askFound(const HistoryQuery &query);

Q_SIGNALS:
    void message(const QString &text);
    void failed(const keydesk::Error &error);

private:
    void askWhere(const std::function<void(HistoryExport &)> &start);
    void exportTo(const QString &path, const std::function<void(HistoryExport &)> &start);

    HistoryStore &m_history;
    QWidget &m_window;
};

} // namespace keydesk
