#pragma once

#include "ui/setup/RoleLabel.h"

namespace keydesk {

/// Words under a field, hidden while there are none, and always as high as they need to be: a form inside a scroll area asks for heights
/// before it knows widths.
class FieldWords : public RoleLabel
{
public:
    explicit FieldWords(theme::Role ink)
        : RoleLabel(ink, Size::Second)
    {
        hide();
    }

    void say(const QString &words)
    {
        setText(words);
        setVisible(!words.isEmpty());
        if (isVisible())
            fit();
    }

protected:
    void resizeEvent(QResizeEvent *event) override
    {
        RoleLabel::resizeEvent(event);
        fit();
    }

private:
    void fit() { setMinimumHeight(text().isEmpty() ? 0 : heightForWidth(width())); }
};

} // namespace keydesk
