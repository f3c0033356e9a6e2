#pragma once

#include <QWidget>

class QGridLayout;

namespace keydesk {

/// What stands over a table: a search field, a group of filters and a button in one row. Where that is too
/// narrow for the filters, they have a second row.
class FoldingBar : public QWidget
{
public:
    /// Takes all three.
    FoldingBar(QWidget *search, QWidget *filters, QWidget *button, QWidget *parent = nullptr);

protected:
    void resizeEvent(QResizeEvent *event) override;
    bool event(QEvent *event) override;

private:
    void arrange();

    QWidget *m_search;
    QWidget *m_filters;
    QWidget *m_button;
    QGridLayout *m_layout;
    bool m_isFolded = false;
};

} // namespace keydesk
