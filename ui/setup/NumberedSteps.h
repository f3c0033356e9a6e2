#pragma once

#include <QStringList>
#include <QWidget>

class QGridLayout;

namespace keydesk {

/// Numbered steps, each wrapping beside its number.
class NumberedSteps : public QWidget
{
    Q_OBJECT

public:
    explicit NumberedSteps(QWidget *parent = nullptr);

    void setSteps(const QStringList &steps);

private:
    QGridLayout *m_grid;
};

} // namespace keydesk
