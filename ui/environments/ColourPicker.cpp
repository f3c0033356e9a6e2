#include "ui/environments/ColourPicker.h"

#include "app/environments/Environment.h"
#include "ui/theme/Theme.h"

#include <QAbstractButton>
#include <QHBoxLayout>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

QString colourWord(const QString &name)
{
    static const QHash<QString, QString> words{
        {u"red"_s, ColourPicker::tr("Red")},       {u"orange"_s, ColourPicker::tr("Orange")}, {u"amber"_s, ColourPicker::tr("Amber")},
        {u"green"_s, ColourPicker::tr("Green")},   {u"teal"_s, ColourPicker::tr("Teal")},     {u"blue"_s, ColourPicker::tr("Blue")},
        {u"violet"_s, ColourPicker::tr("Violet")}, {u"grey"_s, ColourPicker::tr("Grey")}};
    return words.value(name, name);
}

class Swatch : public QAbstractButton
{
public:
    explicit Swatch(const QString &name)
        : m_name(name)
    {
        setCheckable(true);
        setAutoExclusive(true);
        setFixedSize(28, 28);
        setFocusPolicy(Qt::StrongFocus);
        setAccessibleName(colourWord(name));
        setToolTip(colourWord(name));
        setObjectName(name);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme::environmentColour(palette(), m_name));
        painter.drawEllipse(rect().adjusted(4, 4, -4, -4));
        if (isChecked() || hasFocus()) {
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(theme::colour(palette(), isChecked() ? theme::Role::Accent : theme::Role::SecondText), 2));
            painter.drawEllipse(rect().adjusted(1, 1, -1, -1));
        }
    }

private:
    QString m_name;
};

} // namespace

ColourPicker::ColourPicker(QWidget *parent)
    : QWidget(parent)
{
    setAccessibleName(tr("Colour"));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    for (const QString &name : environmentColours()) {
        auto *swatch = new Swatch(name);
        layout->addWidget(swatch);
        m_buttons << swatch;
        connect(swatch, &QAbstractButton::clicked, this, [this, name] { Q_EMIT picked(name); });
    }
    layout->addStretch(1);
}

QString ColourPicker::colour() const
{
    for (const QAbstractButton *button : m_buttons) {
        if (button->isChecked())
            return button->objectName();
    }
    return {};
}

void ColourPicker::setColour(const QString &name)
{
    for (QAbstractButton *button : m_buttons) {
        button->setChecked(button->objectName() == name);
        // Tab stops once, at the chosen one; arrows walk from there. Qt itself sees to that only from the first focus on.
        button->setFocusPolicy(button->isChecked() ? Qt::StrongFocus : Qt::ClickFocus);
    }
}

} // namespace keydesk
