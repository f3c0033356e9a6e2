#pragma once

#include "ui/console/Drafts.h"

#include <QObject>
#include <QTimer>

namespace keydesk {

struct Core;
class RequestEditor;

/// Brings requests into the editor without losing what was edited there, and remembers the last one, without
/// its credentials, for the next start.
class RequestOpener : public QObject
{
    Q_OBJECT

public:
    RequestOpener(Core &core, RequestEditor &editor, QObject *parent = nullptr);

    /// The request of the last run, or the environment's check call.
    void restore();
    void remember();
    /// The one in the editor, and those that were edited and left.
    [[nodiscard]] QList<RequestSpec> edited() const;
    void rememberSoon() { m_rememberSoon.start(); }

    /// A request that no list holds.
    void open(const RequestSpec &request);
    void openFromTree(const QString &id, const QString &providerId, const RequestSpec &request);
    void openFromHistory(qint64 callId, const RequestSpec &request);

private:
    void open(const QString &id, const RequestSpec &request);
    void offerBack(const QString &id, const RequestSpec &original);
    void offerOriginal();
    void offerEnvironment(const QString &providerId);

    Core &m_core;
    RequestEditor &m_editor;
    Drafts m_drafts;
    QTimer m_rememberSoon;
    int m_unlisted = 0;
};

} // namespace keydesk
