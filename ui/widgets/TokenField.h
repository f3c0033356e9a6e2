#pragma once

#include "app/base/Secret.h"

#include <QLineEdit>

namespace keydesk {

/// A one-line field for a token. Masked as "talq_••••••3f9a" (only while the field is not being revealed); the eye action reveals for 20 s. The real text is
/// never in the widget's accessible value (the hint is), has no undo history, cannot be dragged, and is copied only when `copyAllowed`. Pasting keeps
/// newlines long enough for cleanToken to report them.
class TokenField : public QLineEdit
{
    Q_OBJECT

public:
    explicit TokenField(QWidget *parent = nullptr);
    ~TokenField() override;

    /// What was pasted or typed, uncleaned.
    [[nodiscard]] Secret secret() const;
    void setSecret(const Secret &secret); ///< for showing a token read-only (copy once)
    void clearSecret();
    void setRevealed(bool revealed);
    [[nodiscard]] bool isRevealed() const;

Q_SIGNALS:
    void secretEdited();
    void revealedChanged(bool revealed);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void inputMethodEvent(QInputMethodEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace keydesk
