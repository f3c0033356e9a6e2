#pragma once

#include "app/base/Secret.h"

#include <QLineEdit>

#include <memory>

namespace keydesk {

/// A one-line field for a token, masked as "talq_••••••3f9a"; setRevealed(true) reveals it for 20 s or
/// until the window is left. What QLineEdit holds is always the mask, of the token's length: text(), the
/// accessible value, selections and drags cannot give the token away. The token itself is kept beside it,
/// wiped when it goes, and painted while revealed. No undo, no copying out (that is Clipboard's). Pasting
/// keeps newlines, for cleanToken to report them. Text set or typed through an assistive technology counts as
/// typed.
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
    /// A passphrase shows nothing of itself in its mask.
    void setPassphrase(bool passphrase);
    [[nodiscard]] bool isPassphrase() const;
    void setRevealed(bool revealed);
    [[nodiscard]] bool isRevealed() const;

Q_SIGNALS:
    void secretEdited();
    void revealedChanged(bool revealed);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace keydesk
