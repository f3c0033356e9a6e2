#pragma once

#include "app/base/Background.h"

#include <QProgressDialog>
#include <QTimer>

#include <atomic>

namespace keydesk {

/// Reads what is to be copied until `stop`, and says how far it is, up to 99 percent. On any thread.
using CopyReading = std::function<QString(const std::atomic<bool> &stop, std::atomic<int> &percent)>;

/// More than this is refused, also if it becomes as much while it is read; of bytes, or characters.
constexpr qint64 mostCopied = 512LL * 1024 * 1024;

/// Puts on the clipboard what `read` gives of `size` bytes: in the background if it is much, and asks before
/// it is more than other programs like to get. All of that belongs to `parent`, as dialogs.
void copyToClipboard(QWidget &parent, qint64 size, const CopyReading &read);

/// Reads what is copied off the UI thread, with a way to cancel. Deletes itself at its end.
class LargeCopy : public QProgressDialog
{
    Q_OBJECT

public:
    LargeCopy(qint64 size, const CopyReading &read, QWidget *parent);
    ~LargeCopy() override;

private:
    struct State
    {
        std::atomic<bool> stop = false;
        std::atomic<int> percent = 0;
    };

    const std::shared_ptr<State> m_state;
    QTimer m_showsProgress;
    Background m_background;
};

} // namespace keydesk
