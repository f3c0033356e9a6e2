#include "app/body/BodySpool.h"

#include "app/base/RedactedStream.h"
#include "app/body/NamelessFile.h"
#include "app/http/BodyText.h"

#include <QDir>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <deque>
#include <mutex>

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr qint64 pieceSize = 256LL * 1024;
constexpr qint64 fullQueue = 1024LL * 1024;
constexpr qint64 betweenLooks = 16LL * 1024 * 1024; // at the free space, in bytes written
constexpr auto leftoverName = "body-??????"_L1;     // of namelessFile

} // namespace

/// What both threads know. What is not guarded is the worker's, of which there is one at a time.
struct BodySpool::State
{
    State(int descriptor, const QString &where, const Redactor &redactor, const Limits &most)
        : file(descriptor)
        , folder(where)
        , limits(most)
        , mask(redactor)
    {
    }

    std::mutex mutex; // guards what follows
    std::deque<QByteArray> queue;
    qint64 queued = 0;
    bool isFull = false;
    bool isAll = false;     // nothing more comes
    bool isRunning = false; // somebody works
    bool isEnded = false;
    std::optional<Error> error;
    bool isTruncated = false;

    std::atomic<bool> stop = false;
    std::atomic<bool> hasMasked = false;
    std::atomic<bool> isGrowthTold = false; // and not heard yet
    std::function<void()> tellGrowth;
    std::function<void()> tellDrained;

    const int file; // of FileBytes, which lives longer than the work
    const QString folder;
    const Limits limits;
    Learn learn;
    QByteArray lastWord; // that may go on
    RedactedStream mask;
    ContentDecoder decoder;
    qint64 wireBytes = 0;
    qint64 decoded = 0;
    qint64 written = 0;
    qint64 lookedAt = 0; // at the free space, when so many bytes were written

    enum class Next { Piece, End, Nothing };

    void drain();
    Next next(QByteArray &piece);
    Result<void> decode(const QByteArray &piece);
    Result<void> put(const QByteArray &bytes);
    QByteArray learnt(const QByteArray &bytes);
    Result<void> write(const QByteArray &bytes);
    Result<void> checkSpace();
    [[nodiscard]] Error full() const;
    void end(const Result<void> &how);
};

Result<BodySpool *> BodySpool::create(const QString &folder, const Redactor &redactor, const Limits &limits,
                                      QObject *parent)
{
    const int descriptor = namelessFile(folder);
    if (descriptor < 0) {
        const QString reason = QString::fromLocal8Bit(std::strerror(errno));
        return failure(errno == ENOSPC || errno == EDQUOT ? Error::Kind::DiskFull
                                                          : Error::Kind::StorageFailed,
                       tr("A large answer cannot be kept: no file can be made in %1 (%2).")
                           .arg(QDir::toNativeSeparators(folder), reason));
    }
    return new BodySpool(descriptor, folder, redactor, limits, parent);
}

void BodySpool::removeLeftovers(const QString &folder)
{
    QDir dir(folder);
    for (const QFileInfo &each : dir.entryInfoList({leftoverName}, QDir::Files | QDir::Hidden)) {
        if (each.size() == 0)
            dir.remove(each.fileName());
    }
}

BodySpool::BodySpool(int descriptor, const QString &folder, const Redactor &redactor, const Limits &limits,
                     QObject *parent)
    : QObject(parent)
    , m_bytes(FileBytes::owning(descriptor))
    , m_state(std::make_shared<State>(descriptor, folder, redactor, limits))
{
    m_state->tellGrowth = [this] {
        QMetaObject::invokeMethod(
            this,
            [this] {
                m_state->isGrowthTold = false;
                Q_EMIT grew();
            },
            Qt::QueuedConnection);
    };
    m_state->tellDrained = [this] {
        QMetaObject::invokeMethod(this, &BodySpool::drained, Qt::QueuedConnection);
    };
}

BodySpool::~BodySpool()
{
    m_state->stop = true;
}

void BodySpool::start(ContentDecoder decoder, const QByteArray &begin, qint64 wireBytes, Learn learn)
{
    {
        const std::lock_guard lock(m_state->mutex);
        if (m_state->isRunning || m_state->isEnded) // it was stopped before it began
            return;
        m_state->isRunning = true;
    }
    m_state->learn = std::move(learn);
    m_state->decoder = std::move(decoder);
    m_state->wireBytes = wireBytes;
    m_background.run(
        this,
        [state = m_state, begin] {
            Result<void> done = state->put(begin);
            if (done)
                done = state->decode({}); // what the decoder still holds
            if (!done || state->isTruncated)
                state->end(done);
            state->drain();
            return true;
        },
        [this](bool) { work(); });
}

void BodySpool::feed(const QByteArray &bytes)
{
    {
        const std::lock_guard lock(m_state->mutex);
        if (m_state->isEnded || bytes.isEmpty())
            return;
        m_state->queue.push_back(bytes);
        m_state->queued += bytes.size();
        m_state->isFull = m_state->isFull || m_state->queued >= fullQueue;
    }
    work();
}

bool BodySpool::isFull() const
{
    const std::lock_guard lock(m_state->mutex);
    return m_state->isFull;
}

void BodySpool::end()
{
    {
        const std::lock_guard lock(m_state->mutex);
        m_state->isAll = true;
    }
    work();
}

void BodySpool::stop()
{
    m_state->stop = true;
    end();
}

std::optional<Error> BodySpool::error() const
{
    const std::lock_guard lock(m_state->mutex);
    return m_state->error;
}

bool BodySpool::isTruncated() const
{
    const std::lock_guard lock(m_state->mutex);
    return m_state->isTruncated;
}

bool BodySpool::hasMasked() const
{
    return m_state->hasMasked;
}

/// Goes on if there is something to do and nobody does it, and tells the end.
void BodySpool::work()
{
    bool isEnded = false;
    {
        const std::lock_guard lock(m_state->mutex);
        if (m_state->isRunning)
            return;
        isEnded = m_state->isEnded;
        m_state->isRunning = !isEnded && (!m_state->queue.empty() || m_state->isAll);
        if (!isEnded && !m_state->isRunning)
            return;
    }
    if (isEnded) {
        if (!std::exchange(m_hasEnded, true))
            QMetaObject::invokeMethod(this, &BodySpool::ended, Qt::QueuedConnection);
        return;
    }
    m_background.run(
        this,
        [state = m_state] {
            state->drain();
            return true;
        },
        [this](bool) { work(); });
}

void BodySpool::State::drain()
{
    QByteArray piece;
    for (;;) {
        switch (next(piece)) {
        case Next::Piece:
            if (const Result<void> done = decode(piece); !done || isTruncated)
                end(done);
            break;
        case Next::End:
            end(stop || decoder.isComplete()
                    ? Result<void>()
                    : failure(
                          Error::Kind::BadResponse,
                          tr("The body of the answer ends too early: its compressed data is not whole.")));
            break;
        case Next::Nothing:
            return;
        }
    }
}

/// Nothing: nobody works any more.
BodySpool::State::Next BodySpool::State::next(QByteArray &piece)
{
    bool hasDrained = false;
    {
        const std::lock_guard lock(mutex);
        if (stop) {
            queue.clear();
            queued = 0;
        }
        if (isEnded || (queue.empty() && !isAll)) {
            isRunning = false;
            return Next::Nothing;
        }
        if (queue.empty())
            return Next::End;
        piece = std::move(queue.front());
        queue.pop_front();
        queued -= piece.size();
        hasDrained = isFull && queued < fullQueue / 2;
        isFull = isFull && !hasDrained;
    }
    if (hasDrained)
        tellDrained();
    return Next::Piece;
}

Result<void> BodySpool::State::decode(const QByteArray &piece)
{
    wireBytes += piece.size();
    QByteArray made;
    auto state = decoder.feed(piece, made, pieceSize);
    for (;;) {
        if (const Result<void> done = put(made); !done)
            return done;
        if (state == ContentDecoder::State::Broken)
            return failure(
                Error::Kind::BadResponse,
                tr("The answer was broken off: it is not compressed as its header Content-Encoding says."));
        if (state == ContentDecoder::State::More || stop || isTruncated)
            return {};
        made.clear();
        state = decoder.feed({}, made, pieceSize);
    }
}

Result<void> BodySpool::State::put(const QByteArray &bytes)
{
    const qint64 room = std::max<qint64>(0, limits.size - decoded);
    if (bytes.size() > room) {
        const std::lock_guard lock(mutex);
        isTruncated = true;
    }
    const QByteArray kept = bytes.first(std::min<qint64>(room, bytes.size()));
    decoded += kept.size();
    if (const Result<void> done = write(mask.take(learnt(kept))); !done)
        return done;
    if (decoded > limits.suspicious && decoded / limits.ratio > wireBytes)
        return failure(Error::Kind::TooLarge,
                       tr("The answer was broken off: %1 that came unpack to more than %2 times as much.")
                           .arg(sizeText(wireBytes))
                           .arg(limits.ratio));
    return {};
}

/// Up to the last word, which may go on and is read again then.
QByteArray BodySpool::State::learnt(const QByteArray &bytes)
{
    if (!learn || bytes.isEmpty())
        return bytes;
    constexpr QByteArrayView betweenWords = " \t\r\n\"',<>{}";
    constexpr qsizetype longestWord = 16 * 1024;
    QByteArray out = std::exchange(lastWord, {}) + bytes;
    learn(out);
    qsizetype cut = out.size();
    const qsizetype furthest = std::max<qsizetype>(0, cut - longestWord);
    while (cut > furthest && !betweenWords.contains(out.at(cut - 1)))
        --cut;
    lastWord = out.sliced(cut);
    out.truncate(cut);
    return out;
}

Result<void> BodySpool::State::write(const QByteArray &bytes)
{
    hasMasked = hasMasked || mask.hits() > 0;
    if (const Result<void> space = checkSpace(); !space)
        return space;
    for (qsizetype done = 0; done < bytes.size();) {
        const ssize_t now =
            ::pwrite(file, bytes.constData() + done, static_cast<std::size_t>(bytes.size() - done), written);
        if (now < 0 && errno == EINTR)
            continue;
        if (now < 0 && (errno == ENOSPC || errno == EDQUOT || errno == EFBIG))
            return tl::unexpected(full());
        if (now < 0)
            return failure(
                Error::Kind::StorageFailed,
                tr("The answer was broken off: it cannot be written in %1 (%2).")
                    .arg(QDir::toNativeSeparators(folder), QString::fromLocal8Bit(std::strerror(errno))));
        done += now;
        written += now;
    }
    if (!bytes.isEmpty() && !isGrowthTold.exchange(true))
        tellGrowth();
    return {};
}

/// Others need the disk as well: the history and the keys' index among them.
Result<void> BodySpool::State::checkSpace()
{
    if (written < lookedAt)
        return {};
    lookedAt = written + betweenLooks;
    struct statvfs disk
    {
    };
    if (::fstatvfs(file, &disk) != 0)
        return {};
    const qint64 left = static_cast<qint64>(disk.f_bavail) * static_cast<qint64>(disk.f_frsize);
    return left < limits.reserve ? tl::unexpected(full()) : Result<void>();
}

Error BodySpool::State::full() const
{
    return {Error::Kind::DiskFull,
            tr("The answer was broken off: the disk of %1 is full.").arg(QDir::toNativeSeparators(folder)),
            {}};
}

/// What the mask held back is part of what arrived.
void BodySpool::State::end(const Result<void> &how)
{
    QByteArray held = mask.take(lastWord);
    held += mask.end();
    const Result<void> last =
        !how && how.error().kind == Error::Kind::DiskFull ? Result<void>() : write(held);
    const std::lock_guard lock(mutex);
    if (!how)
        error = how.error();
    else if (!last)
        error = last.error();
    isEnded = true;
    queue.clear();
    queued = 0;
}

} // namespace keydesk
