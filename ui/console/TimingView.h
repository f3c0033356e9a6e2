#pragma once

#include "app/http/HopTiming.h"

#include <QWidget>

class QTableView;
class QToolButton;

namespace keydesk {

class RoleLabel;
class TimingModel;

/// Where the time of a call went: a waterfall, hop under hop, that is a table for screen readers, and can be copied as text.
class TimingView : public QWidget
{
    Q_OBJECT

public:
    explicit TimingView(QWidget *parent = nullptr);

    /// None: it says that none were kept.
    void setTimings(const QList<HopTiming> &timings);

Q_SIGNALS:
    void copied();

private:
    void copy() const;

    TimingModel *m_model;
    QTableView *m_table;
    RoleLabel *m_notes;
    QToolButton *m_copy;
};

} // namespace keydesk
