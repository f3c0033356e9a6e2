#pragma once

#include "app/workspace/RequestFiles.h"

#include <QDialog>

namespace keydesk {

class Redactor;

/// The two versions of a request that was changed here and by another program, to choose from.
class ConflictDialog : public QDialog
{
    Q_OBJECT

public:
    ConflictDialog(const RequestConflict &conflict, const Redactor &redactor, QWidget *parent = nullptr);

Q_SIGNALS:
    void oursChosen();
    void theirsChosen();
};

} // namespace keydesk
