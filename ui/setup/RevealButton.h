#pragma once

#include <QToolButton>

namespace keydesk {

class TokenField;

/// The eye beside a token field.
class RevealButton : public QToolButton
{
    Q_OBJECT

public:
    explicit RevealButton(TokenField *field, QWidget *parent = nullptr);

private:
    void follow();

    TokenField *m_field;
};

} // namespace keydesk
