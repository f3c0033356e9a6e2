#pragma once

#include <QTableView>

namespace keydesk {

class CandidatesModel;

/// The table of what an import found: ticks with Space, edits with F2 or Enter; kind and environment are
/// chosen from lists.
class CandidateTable : public QTableView
{
    Q_OBJECT

public:
    explicit CandidateTable(CandidatesModel *model, QWidget *parent = nullptr);

protected:
    void keyPressEvent(QKeyEvent *event) override;
};

} // namespace keydesk
