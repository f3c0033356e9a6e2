#pragma once

#include <QWidget>

class QListWidget;

namespace keydesk {

class RoleLabel;

/// The steps at the left of the setup flow: numbered, done ones ticked. To a screen reader it is a list that
/// cannot be changed.
class StepRail : public QWidget
{
    Q_OBJECT

public:
    StepRail(const QString &title, const QString &note, QWidget *parent = nullptr);

    void setSteps(const QStringList &steps, int current);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QListWidget *m_list;
};

} // namespace keydesk
