#pragma once

#include <QObject>

#include <utility>

namespace keydesk {

/// Runs `work` in the next turn of the event loop of `guard`'s thread, unless `guard` dies first. The way every asynchronous
/// contract here keeps its promise never to call back inside the call.
template <typename Work>
void later(QObject *guard, Work &&work)
{
    QMetaObject::invokeMethod(guard, std::forward<Work>(work), Qt::QueuedConnection);
}

} // namespace keydesk
