#pragma once

#include "app/keys/MoveKeyJobs.h"

#include <QObject>

class QAction;
class QMenu;
class QWidget;

namespace keydesk {

/// The actions that move keys to another store, and what is shown while they run. Several keys have a window
/// with progress and Cancel; moving to memory is asked about, because the keys are gone when Keydesk ends.
class MoveKeys : public QObject
{
    Q_OBJECT

public:
    MoveKeys(const KeyStore &keys, KeyService &service, QWidget *parent);

    /// One action with a menu, for the Key menu and the context menu.
    [[nodiscard]] QAction *menuAction() const;
    void setKeys(const QList<QUuid> &ids);

Q_SIGNALS:
    void message(const QString &text);
    void failed(const keydesk::Error &error);

private:
    void ask(SecretPlace to);
    void move(const QList<QUuid> &ids, SecretPlace to);
    void moved(SecretPlace to, int all, const MoveKeysJob::Outcome &outcome);

    const KeyStore &m_keys;
    KeyService &m_service;
    QWidget *m_window;
    QMenu *m_menu;
    QList<QUuid> m_ids;
};

} // namespace keydesk
