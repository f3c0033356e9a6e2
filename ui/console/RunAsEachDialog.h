#pragma once

#include "app/calls/CallContext.h"

#include <QDialog>

#include <vector>

class QLabel;
class QPushButton;

namespace keydesk {

struct Core;
class IdentityAnswer;

/// One request sent once as each identity of an environment, the answers side by side: status, time, size, body, and whether an answer is
/// the default one's. Sends when it is made, some calls at once; every call goes into the history like any other. Closing it stops what
/// is still on its way.
class RunAsEachDialog : public QDialog
{
    Q_OBJECT

public:
    RunAsEachDialog(Core &core, const RequestSpec &request, const CallContext &context, QWidget *parent = nullptr);
    ~RunAsEachDialog() override;

    QSize sizeHint() const override;

Q_SIGNALS:
    void allAnswered();

private:
    void sendNext();
    void stop();
    void compare(const IdentityAnswer &answer);
    void summarise();

    Core &m_core;
    const RequestSpec m_request;
    const CallContext m_context; // with an environment
    std::vector<IdentityAnswer *> m_answers; // in the order of the identities, the default one first
    std::size_t m_sent = 0;
    int m_running = 0;
    QLabel *m_summary;
    QPushButton *m_stop;
};

} // namespace keydesk
