#pragma once

#include "app/base/Error.h"
#include "app/keys/ApiKey.h"

#include <QTimer>
#include <QWidget>

#include <memory>

class QLabel;
class QToolButton;

namespace keydesk {

class KeyService;
class RoleLabel;

/// A key's hint with an eye beside it: pressed, the token is read and stands below for ten seconds, counting
/// down in words, or until the eye is pressed again or the window is left (SECURITY S3). The token is
/// painted, wrapped to the width, and nowhere else: no label, no accessible text, no selection holds it. Each
/// reveal is noted in the key's history.
class TimedReveal : public QWidget
{
    Q_OBJECT

public:
    static constexpr int seconds = 10;

    explicit TimedReveal(KeyService &service, QWidget *parent = nullptr);
    ~TimedReveal() override;

    /// Another key, or the same one with something new about it. Another one hides the token.
    void setKey(const std::optional<ApiKey> &key);
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

    KeyService &m_service;
    QUuid m_key;
    QLabel *m_hint;
    QToolButton *m_eye;
    Paper *m_paper;
    RoleLabel *m_words;
    QTimer m_timer;
    int m_left = 0;
    std::unique_ptr<QObject> m_reading; // guards a read under way
};

} // namespace keydesk
