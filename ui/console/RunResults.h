#pragma once

#include "app/calls/RunReport.h"

#include <QTreeWidget>

namespace keydesk {

/// What a run sends and how it goes, as a tree: file, request, expectation.
class RunResults : public QTreeWidget
{
    Q_OBJECT

public:
    explicit RunResults(QWidget *parent = nullptr);

    void setReport(const RunReport &report);
    /// One of `report`, which has the files and requests that were set.
    void showRequest(const RunReport &report, int file, int request);

Q_SIGNALS:
    void detailChanged(const QString &text); ///< all that is said about the current row; may be empty
};

} // namespace keydesk
