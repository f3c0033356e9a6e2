#pragma once

#include "app/base/Error.h"
#include "app/base/Secret.h"
#include "app/keys/ApiKey.h"

#include <QTimer>
#include <QWidget>

#include <functional>
#include <memory>

class QLabel;
class QToolButton;

namespace keydesk {

class KeyService;
class RoleLabel;

/// A secret's hint with an eye beside it: pressed, the secret is read and stands below for ten seconds, counting
/// down in words, or until the eye is pressed again or the window is left (SECURITY S3). It is
/// painted, wrapped to the width, and nowhere else: no label, no accessible text, no selection holds it. Each
/// reveal of a key's token is noted in the key's history.
class TimedReveal : public QWidget
{
    Q_OBJECT

public:
    static constexpr int seconds = 10;

    using Done = std::function<void(Result<Secret>)>;
    /// Calls back at most once, inside the call or later, not after `guard` dies.
    using Read = std::function<void(QObject *guard, const Done &done)>;

    /// For the tokens of keys.
    explicit TimedReveal(KeyService &service, QWidget *parent = nullptr);
    /// For others: "Cookie value", "Reveal value".
    TimedReveal(const QString &name, const QString &eyeName, QWidget *parent = nullptr);
    ~TimedReveal() override;

    /// Another key, or the same one with something new about it. Another one hides the token.
    void setKey(const std::optional<ApiKey> &key);
    /// Likewise. `id` tells one from another; without `read` there is nothing to reveal.
    void setSecret(const QString &id, const QString &hint, const QString &accessibleHint, const Read &read);
    void reveal();
    void hideToken();
    [[nodiscard]] bool isRevealed() const;

Q_SIGNALS:
    void revealedChanged(bool revealed);
    void failed(const keydesk::Error &error);

protected:
    bool event(QEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    class Paper;

    void tick();
    void showState();
    void announce(const QString &words);

    KeyService *m_service = nullptr; // of those for keys
    QString m_id;
    Read m_read;
    QLabel *m_hint;
    QToolButton *m_eye;
    Paper *m_paper;
    RoleLabel *m_words;
    QTimer m_timer;
    int m_left = 0;
    std::unique_ptr<QObject> m_reading; // guards a read under way
};

} // namespace keydesk
