#pragma once

#include <QPushButton>

namespace keydesk {

class EnvironmentStore;
struct Error;

/// Who the calls in the current environment are made as, beside the environment switcher: a menu of its identities. Hidden while the
/// environment has only the default one.
class IdentityButton : public QPushButton
{
    Q_OBJECT

public:
    explicit IdentityButton(EnvironmentStore &environments, QWidget *parent = nullptr);

    /// The next identity of the current environment, after the last one the default one again.
    void switchToNext();

Q_SIGNALS:
    void switched(const QString &text); ///< a sentence
    void failed(const keydesk::Error &error);

private:
    void show();
    void fillMenu();
    void choose(const QString &identity);

    EnvironmentStore &m_environments;
};

} // namespace keydesk
