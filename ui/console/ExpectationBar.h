#pragma once

#include "app/http/ExpectationCheck.h"
#include "ui/console/PaneParts.h"

class QPushButton;

namespace keydesk {

class IconView;

/// Under the response's tabs, when the request says what it expects: how many of its expectations are met, and the first of those that are
/// not, in words. Hidden while there are none.
class ExpectationBar : public Pane
{
    Q_OBJECT

public:
    explicit ExpectationBar(QWidget *parent = nullptr);

    void setOutcomes(const QList<ExpectationOutcome> &outcomes);

Q_SIGNALS:
    void allRequested(); ///< to see them all

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    IconView *m_icon;
    QLabel *m_summary;
    QList<ElidedLabel *> m_reasons; // a line each
    QPushButton *m_all;
};

} // namespace keydesk
