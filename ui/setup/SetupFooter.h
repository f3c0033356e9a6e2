#pragma once

#include <QWidget>

class QPushButton;

namespace keydesk {

class RoleLabel;

/// The bar under the pages: leave at left, what is going on in the middle, Back and Next at right.
class SetupFooter : public QWidget
{
    Q_OBJECT

public:
    explicit SetupFooter(const QString &leaveText, QWidget *parent = nullptr);

    /// `nextText`: "Next" or "Finish".
    void setButtons(bool canLeave, bool canGoBack, const QString &nextText);
    /// While work is under way Back and Next rest and the button at left cancels it. Empty: none is.
    void setWork(const QString &what);
    /// Once the footer is in its dialog: a button that is not yet in one cannot become its default.
    void makeNextDefault();
    void focusNext();

Q_SIGNALS:
    void leave();
    void back();
    void next();
    void cancelWork();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_leaveText;
    bool m_canLeave = true;
    bool m_canGoBack = false;
    bool m_working = false;
    QPushButton *m_leave;
    RoleLabel *m_work;
    QPushButton *m_back;
    QPushButton *m_next;
};

} // namespace keydesk
