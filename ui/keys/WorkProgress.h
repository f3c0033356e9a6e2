#pragma once

#include <QDialog>

class QProgressBar;

namespace keydesk {

class RoleLabel;

/// While several keys are worked on, one line about the one at hand. Cancel, or closing it, is `rejected`.
class WorkProgress : public QDialog
{
    Q_OBJECT

public:
    WorkProgress(const QString &title, const QString &heading, QWidget *parent);

    void setProgress(int done, int all, const QString &what);

private:
    RoleLabel *m_words;
    QProgressBar *m_bar;
};

} // namespace keydesk
