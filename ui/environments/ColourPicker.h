#pragma once

#include <QWidget>

class QAbstractButton;

namespace keydesk {

/// The environment colours as a row of round buttons; arrow keys move, each has the colour's name.
class ColourPicker : public QWidget
{
    Q_OBJECT

public:
    explicit ColourPicker(QWidget *parent = nullptr);

    [[nodiscard]] QString colour() const;
    void setColour(const QString &name);

Q_SIGNALS:
    void picked(const QString &name); ///< by the user

private:
    QList<QAbstractButton *> m_buttons;
};

} // namespace keydesk
