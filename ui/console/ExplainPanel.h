#pragma once

#include "app/providers/AuthExplainer.h"

#include <QDeadlineTimer>
#include <QScrollArea>
#include <QTimer>

class QPushButton;

namespace keydesk {

class FlowLayout;
class IconView;
class NumberedSteps;
class RoleLabel;

/// Why a call was refused or failed: what happened, the fix as numbered steps, and buttons that do it; the
/// first is the primary one.
class ExplainPanel : public QScrollArea
{
    Q_OBJECT

public:
    explicit ExplainPanel(QWidget *parent = nullptr);

    void setExplanation(const Explanation &explanation);
    /// How an action goes on, under the buttons: "Checking the key…".
    void showProgress(const QString &text);

Q_SIGNALS:
    void actionChosen(const keydesk::ExplanationAction &action);

private:
    void addButton(const ExplanationAction &action, bool primary);
    void countDown();
    [[nodiscard]] qint64 secondsLeft() const;

    IconView *m_icon;
    RoleLabel *m_title;
    RoleLabel *m_text;
    NumberedSteps *m_steps;
    QWidget *m_buttons;
    RoleLabel *m_progress;
    FlowLayout *m_row;
    QPushButton *m_again = nullptr; // the one that says for how long to wait
    QDeadlineTimer m_wait;
    QTimer m_second;
};

} // namespace keydesk
