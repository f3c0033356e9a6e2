#include "app/cli/MaskedPipe.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace keydesk::cli {

namespace {

/// A pipe that can be written to takes so many bytes at once without waiting (POSIX, write).
constexpr qsizetype mostAtOnce = PIPE_BUF;

bool takesMore(int descriptor)
{
    pollfd room{descriptor, POLLOUT, 0};
    return ::poll(&room, 1, 0) == 1;
}

} // namespace

MaskedPipe::MaskedPipe(int from, int to, const std::vector<Secret> &secrets, QObject *parent)
    : QObject(parent)
    , m_from(from)
    , m_to(to)
    , m_mask(secrets)
    , m_reading(from, QSocketNotifier::Read)
    , m_writing(to, QSocketNotifier::Write)
{
    ::fcntl(from, F_SETFL, O_NONBLOCK); // this end alone
    m_writing.setEnabled(false);
    connect(&m_reading, &QSocketNotifier::activated, this, &MaskedPipe::read);
    connect(&m_writing, &QSocketNotifier::activated, this, &MaskedPipe::write);
}

MaskedPipe::~MaskedPipe()
{
    if (!m_hasEnded)
        ::close(m_from);
}

void MaskedPipe::stop()
{
    if (m_hasEnded)
        return;
    if (!m_isAll)
        m_waiting += m_mask.end();
    m_isAll = true;
    write();
    end();
}

void MaskedPipe::read()
{
    std::array<char, 65536> bytes;
    const ssize_t count = ::read(m_from, bytes.data(), bytes.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    m_isAll = count <= 0;
    m_waiting += m_isAll ? m_mask.end() : m_mask.take(QByteArrayView(bytes.data(), count));
    write();
}

void MaskedPipe::write()
{
    while (!m_waiting.isEmpty() && takesMore(m_to)) {
        const ssize_t written = ::write(m_to, m_waiting.constData(),
                                        static_cast<std::size_t>(std::min(m_waiting.size(), mostAtOnce)));
        if (written >= 0) {
            m_waiting.remove(0, written);
        } else if (errno == EAGAIN) {
            break;
        } else if (errno != EINTR) {
            end(); // whoever writes into the pipe hears that nobody reads it
            return;
        }
    }
    m_writing.setEnabled(!m_waiting.isEmpty());
    m_reading.setEnabled(m_waiting.isEmpty() && !m_isAll);
    if (m_isAll && m_waiting.isEmpty())
        end();
}

void MaskedPipe::end()
{
    if (m_hasEnded)
        return;
    m_hasEnded = true;
    m_reading.setEnabled(false);
    m_writing.setEnabled(false);
    ::close(m_from);
    Q_EMIT ended();
}

} // namespace keydesk::cli
