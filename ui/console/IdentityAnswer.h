#pragma once

#include "app/calls/CallController.h"

#include <QFrame>

class QLabel;
class QPushButton;

namespace keydesk {

class BodyView;
class Chip;
struct Core;

/// What one identity was answered: a column of RunAsEachDialog.
class IdentityAnswer : public QFrame
{
    Q_OBJECT

public:
    /// `identity`: empty for the default one.
    IdentityAnswer(Core &core, const QString &identity, QWidget *parent = nullptr);

    [[nodiscard]] QString name() const; ///< for people
    [[nodiscard]] const std::optional<CallOutcome> &outcome() const { return m_outcome; }

    /// The call is on its way, or what stops it is shown and `finished` follows.
    void send(const RequestSpec &request, CallContext context);
    void cancel();
    /// Says whether it differs from the default one's answer.
    void compareWith(const CallOutcome &other);

Q_SIGNALS:
    void finished();
    void compareRequested(); ///< with the default one's, in detail

private:
    void show(const CallOutcome &outcome);

    Core &m_core;
    const QString m_identity;
    CallController *m_call;
    std::optional<CallOutcome> m_outcome;
    QLabel *m_key;
    Chip *m_status;
    QLabel *m_facts;
    QLabel *m_difference;
    QPushButton *m_compare;
    BodyView *m_body;
};

} // namespace keydesk
