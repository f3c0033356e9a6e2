#pragma once

#include "ui/theme/Theme.h"
#include "ui/widgets/WrappingLabel.h"

namespace keydesk {

/// A wrapping label in one of the theme's inks, which follows a change of theme. Its text can be selected
/// with the mouse.
class RoleLabel : public WrappingLabel
{
    Q_OBJECT

public:
    enum class Size { Body, Second, Title, Group };

    explicit RoleLabel(theme::Role ink = theme::Role::Text, Size size = Size::Body,
                       QWidget *parent = nullptr);

    void setInk(theme::Role ink);
    /// Plain text, except that each of `codes` that it holds is set in the fixed-pitch font. The accessible
    /// name is the plain text.
    void setTextWithCodes(const QString &text, const QStringList &codes);

protected:
    void changeEvent(QEvent *event) override;

private:
    void applyInk();
    void applyFont();

    theme::Role m_ink;
    Size m_size;
};

/// A message under a field: why its value cannot be used. Hidden while there is none. `field` gets it as its
/// accessible description.
class FieldProblem : public QWidget
{
    Q_OBJECT

public:
    explicit FieldProblem(QWidget *field, QWidget *parent = nullptr);

    /// Also moves the focus to the field, unless the text is empty.
    void setText(const QString &text);
    void clear() { setText({}); }
    [[nodiscard]] QString text() const;

private:
    QWidget *m_field;
    RoleLabel *m_label;
};

} // namespace keydesk
