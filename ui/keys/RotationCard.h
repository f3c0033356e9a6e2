#pragma once

#include "ui/setup/Card.h"

#include <QUuid>

#include <optional>

class QPushButton;

namespace keydesk {

class RoleLabel;
class RotationService;
struct Error;

/// How a rotation stands, with what can be done about it. Hidden while there is none.
class RotationCard : public Card
{
    Q_OBJECT

public:
    explicit RotationCard(RotationService &service, QWidget *parent = nullptr);

    /// The rotation that this key is the old or the new key of.
    void showKey(const std::optional<QUuid> &keyId);

Q_SIGNALS:
    void rotateRequested(const QUuid &keyId); ///< to the dialog, which opens where the rotation is
    void message(const QString &text);
    void failed(const keydesk::Error &error);

private:
    void refresh();

    RotationService &m_service;
    std::optional<QUuid> m_key;
    QUuid m_rotation;
    RoleLabel *m_text;
    QPushButton *m_undo;
    QPushButton *m_open;
};

} // namespace keydesk
