#pragma once

#include "app/base/Error.h"

#include <QByteArray>
#include <QString>

namespace keydesk::cli {

class SignalWatch;

/// Where -o puts the body of an answer: a file, a FIFO, a device. It is opened before the request goes out,
/// so that no answer is lost for a file that cannot be written; what stood in it is there until an answer
/// begins. What arrived stays in it, whole or not, as with curl.
class AnswerFile
{
public:
    AnswerFile() = default;
    ~AnswerFile(); ///< takes a file away that was made here and into which nothing was to be written
    AnswerFile(const AnswerFile &) = delete;
    AnswerFile &operator=(const AnswerFile &) = delete;

    /// Waits for the reader of a FIFO; a signal ends that with Error::Cancelled, see SignalWatch::waitFor.
    Result<void> open(const QString &path, SignalWatch &signals);
    [[nodiscard]] bool isOpen() const { return m_descriptor >= 0; }
    /// An answer is there: what stood in the file goes.
    Result<void> begin();
    /// What has arrived of an answer is in it: it is a file, and an answer has begun.
    [[nodiscard]] bool holdsAnswer() const { return m_keepsIt; }
    /// Waits while the reader of a FIFO takes nothing; a signal ends that, too.
    Result<void> write(QByteArrayView bytes);
    /// Some file systems tell only here that there was no room.
    Result<void> close();

private:
    [[nodiscard]] tl::unexpected<Error> trouble() const;

    QString m_path;
    SignalWatch *m_signals = nullptr; // from `open` on
    int m_descriptor = -1;
    bool m_isMadeHere = false;
    bool m_isBegun = false;
    bool m_keepsIt = false;
};

} // namespace keydesk::cli
