#pragma once

#include "app/base/MaskStream.h"

#include <QObject>
#include <QSocketNotifier>

namespace keydesk::cli {

/// Passes on what comes out of a pipe, without known secrets, in the event loop. Reads no more before what
/// was read has been written, so that whoever writes waits as if there were nothing between. Never waits
/// itself, however slow the reader is.
class MaskedPipe : public QObject
{
    Q_OBJECT

public:
    /// Owns `from`; `to` stays whoever's it is.
    MaskedPipe(int from, int to, const std::vector<Secret> &secrets, QObject *parent = nullptr);
    ~MaskedPipe() override;

    [[nodiscard]] bool hasEnded() const { return m_hasEnded; }
    /// Writes what is held back, as far as somebody takes it now, and reads no more.
    void stop();

Q_SIGNALS:
    /// Nobody writes into the pipe any more and all was passed on, or nobody reads that. Once.
    void ended();

private:
    void read();
    void write();
    void end();

    const int m_from;
    const int m_to;
    MaskStream m_mask;
    QSocketNotifier m_reading;
    QSocketNotifier m_writing; // while there is something to write
    QByteArray m_waiting;
    bool m_isAll = false; // nothing more comes
    bool m_hasEnded = false;
};

} // namespace keydesk::cli
