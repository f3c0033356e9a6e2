#include "ui/setup/RevealButton.h"

#include "ui/theme/Icon.h"
#include "ui/widgets/TokenField.h"

using namespace Qt::StringLiterals;

namespace keydesk {

RevealButton::RevealButton(TokenField *field, QWidget *parent)
    : QToolButton(parent)
    , m_field(field)
{
    setAutoRaise(true);
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setFixedSize(theme::controlHeight, theme::controlHeight);
    setAccessibleName(tr("Reveal"));
    connect(this, &QToolButton::clicked, field, &TokenField::setRevealed);
    connect(field, &TokenField::revealedChanged, this, &RevealButton::follow);
    follow();
}

void RevealButton::follow()
{
    const bool revealed = m_field->isRevealed();
    setChecked(revealed);
    setIcon(keydesk::icon(revealed ? u"eye-off"_s : u"eye"_s));
    if (m_field->isPassphrase())
        setToolTip(revealed ? tr("Hide the passphrase") : tr("Show the passphrase for a short while"));
    else
        setToolTip(revealed ? tr("Hide the token") : tr("Show the token for a short while"));
}

} // namespace keydesk
