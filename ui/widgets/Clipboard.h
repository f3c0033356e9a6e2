#pragma once

#include "app/base/Secret.h"

#include <QObject>
#include <QTimer>

class QClipboard;

namespace keydesk {

class Settings;

/// The only way a secret gets onto the clipboard (SECURITY S4): marked for clipboard managers, cleared after
/// Settings::clipboardSeconds and at the end of the process, only if it is still ours, and never in the X11
/// primary selection.
class Clipboard : public QObject
{
    Q_OBJECT

public:
    Clipboard(QClipboard &system, Settings &settings, QObject *parent = nullptr);
    ~Clipboard() override; ///< clears what is still ours

    void copySecret(const Secret &secret);
    void copyText(const QString &text); ///< nothing secret: no mark, no clearing
    void clearIfOurs();
    [[nodiscard]] int secondsLeft() const; ///< 0 if nothing of ours is there

Q_SIGNALS:
    void countdown(int secondsLeft); ///< once a second; 0 when cleared or taken over by others

private:
    void forget();
    void stopCounting();

    QClipboard &m_system;
    Settings &m_settings;
    QTimer m_timer;
    int m_secondsLeft = 0;
    QByteArray m_ours; // a hash of what we put there, not the text
};

} // namespace keydesk
