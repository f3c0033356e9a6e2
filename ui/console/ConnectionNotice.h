#pragma once

#include "app/environments/Environment.h"

#include <QWidget>

namespace keydesk {

class RoleLabel;

/// Beside Send, for as long as the environment's certificates are not checked (SECURITY S11). Hidden otherwise.
class ConnectionNotice : public QWidget
{
    Q_OBJECT

public:
    explicit ConnectionNotice(QWidget *parent = nullptr);

    void setEnvironment(const std::optional<Environment> &environment);

Q_SIGNALS:
    void changeRequested();

private:
    void build();

    RoleLabel *m_text = nullptr; // made when there is something to say
};

} // namespace keydesk
