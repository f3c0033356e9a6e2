#pragma once

#include "app/keys/ApiKey.h"

#include <QFrame>

class QAction;

namespace keydesk {

class DueWatch;
class IconView;
class WrapLabel;

/// What should be done about a key, and when it was put off. Hidden if there is nothing. Part of KeyDetails.
class DueBanner : public QFrame
{
    Q_OBJECT

public:
    /// `snoozes`: offered while it is due; `endSnooze`: while it is put off.
    DueBanner(const DueWatch &watch, const QList<QAction *> &snoozes, QAction *endSnooze,
              QWidget *parent = nullptr);

    void show(const ApiKey &key);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const DueWatch &m_watch;
    bool m_snoozed = false;
    IconView *m_icon;
    WrapLabel *m_text;
    QWidget *m_snooze;
    QWidget *m_end;
};

} // namespace keydesk
