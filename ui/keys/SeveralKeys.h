#pragma once

#include "app/keys/CheckAllJob.h"

#include <QObject>
#include <QPointer>

class QWidget;

namespace keydesk {

class RotationStore;

/// Checks or deletes several keys at once: what will happen is named before, with how many there are, and what
/// happened after.
class SeveralKeys : public QObject
{
    Q_OBJECT

public:
    SeveralKeys(const KeyStore &keys, KeyService &service, const EnvironmentStore &environments, QWidget *parent);

    /// With progress and Cancel; what was checked by then stays checked.
    void check(const QList<QUuid> &ids);
    /// Asks first. `rotations` may be null.
    void remove(const QList<QUuid> &ids, const RotationStore *rotations);

Q_SIGNALS:
    void message(const QString &text);
    void failed(const keydesk::Error &error);

private:
    [[nodiscard]] QString consequences(const QList<ApiKey> &keys, const RotationStore *rotations) const;
    void removeNow(const QList<QUuid> &ids);

    const KeyStore &m_keys;
    KeyService &m_service;
    const EnvironmentStore &m_environments;
    QWidget *m_window;
    QPointer<CheckAllJob> m_check;
};

} // namespace keydesk
