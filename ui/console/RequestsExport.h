#pragma once

#include "app/base/Background.h"
#include "app/interchange/collection/ExportRequests.h"

#include <QObject>

#include <memory>

class QWidget;

namespace keydesk {

struct Core;

/// Asks where saved requests are to be exported to and in which format, and exports them.
class RequestsExport : public QObject
{
    Q_OBJECT

public:
    /// `window`: what the dialogs belong to; owns this.
    RequestsExport(Core &core, QWidget &window);
    ~RequestsExport() override;

    /// The .http file, or all of the folder, at `path`.
    void ask(const QString &path);

Q_SIGNALS:
    void message(const QString &text);
    void failed(const keydesk::Error &error);

private:
    void exportTo(const QString &path, CollectionFormat format, const QString &target);
    void tell(const QString &target, const Result<ExportedRequests> &exported);

    Core &m_core;
    QWidget &m_window;
    std::shared_ptr<std::atomic_bool> m_cancelled; // of the export that goes on
    Background m_background;
};

} // namespace keydesk
