#pragma once

#include <QComboBox>

namespace keydesk {

class EnvironmentStore;
class EnvironmentsModel;

/// The current environment, in the corner of the tab bar: colour dot and full name. Choosing one makes it current.
class EnvironmentSwitcher : public QComboBox
{
    Q_OBJECT

public:
    EnvironmentSwitcher(EnvironmentStore &environments, EnvironmentsModel &model, QWidget *parent = nullptr);

    /// As wide as the current name, not as the longest.
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

private:
    void showCurrent();

    EnvironmentStore &m_environments;
};

} // namespace keydesk
