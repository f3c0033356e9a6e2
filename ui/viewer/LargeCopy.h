#pragma once

#include "app/base/Background.h"

#include <QProgressDialog>
#include <QTimer>

#include <atomic>

namespace keydesk {

/// Reads what is to be copied until `stop`, and says how far it is, up to 99 percent.
using CopyReading = std::function<QString(const std::atomic<bool> &stop, std::atomic<int> &percent)>;

/// Puts on the clipboard what `read` gives of `size` bytes. Asks before it is more than other programs like
/// to get, and then reads it in the background.
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
