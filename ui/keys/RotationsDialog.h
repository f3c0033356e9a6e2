#pragma once

#include <QDialog>

class QVBoxLayout;

namespace keydesk {

class EmptyState;
class RotationService;
struct Error;

/// “Scheduled Revocations”: every rotation that is not over, with what can be done about each.
class RotationsDialog : public QDialog
{
    Q_OBJECT

public:
    explicit RotationsDialog(RotationService &service, QWidget *parent = nullptr);

Q_SIGNALS:
    void rotateRequested(const QUuid &keyId);
    void message(const QString &text);
    void failed(const keydesk::Error &error);

private:
    void refill();

    RotationService &m_service;
    QVBoxLayout *m_cards;
    QList<QUuid> m_shown; // rotations
};

} // namespace keydesk
