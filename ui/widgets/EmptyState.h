#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace keydesk {

/// What a list shows when it has nothing: one line drawing, one sentence, one button (hidden if it has no text).
class EmptyState : public QWidget
{
    Q_OBJECT

public:
    EmptyState(const QString &iconName, const QString &sentence, const QString &buttonText, QWidget *parent = nullptr);

    void setSentence(const QString &sentence);

Q_SIGNALS:
    void buttonClicked();

private:
    QLabel *m_sentence;
    QPushButton *m_button;
};

} // namespace keydesk
