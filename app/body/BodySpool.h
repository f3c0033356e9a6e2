#pragma once

#include "app/base/Background.h"
#include "app/body/FileBytes.h"
#include "app/http/ContentDecoder.h"

#include <QObject>

#include <functional>
#include <optional>

namespace keydesk {

class Redactor;

/// A body that is too large for memory, on disk as it arrives: a private file that has no name, so that
/// nothing is left of it once nobody reads it, whatever ends this process. Its content coding is taken off
/// and known secrets are masked (SECURITY S1) before anything is written, on a thread of its own, in pieces:
/// what it holds in memory is a few of them, however large the body is.
class BodySpool : public QObject
{
    Q_OBJECT

public:
    struct Limits
    {
        qint64 size = 0;                        ///< decoded bytes: then it is `isTruncated`
        qint64 reserve = 128LL * 1024 * 1024;   ///< bytes of the disk that are left free
        qint64 suspicious = 64LL * 1024 * 1024; ///< decoded bytes beyond which `ratio` counts
        qint64 ratio = 200;                     ///< of decoded bytes to those that came: beyond it is a bomb
    };

    /// An Error names the folder, if no file can be made in it. `redactor` outlives this.
    static Result<BodySpool *> create(const QString &folder, const Redactor &redactor, const Limits &limits,
                                      QObject *parent);
    ~BodySpool() override;
    /// Removes from the folder what a program that was ended at a bad moment left there: empty files, with a
    /// name.
    static void removeLeftovers(const QString &folder);

    /// Makes secrets known to the redactor that stand in this text, on the thread that writes.
    using Learn = std::function<void(const QByteArray &text)>;

    /// Once, before all else but `stop`, after which nothing is written: `begin` was decoded already, from
    /// `wireBytes`; `decoder` goes on behind it. `learn`, if there is one, reads everything before it is
    /// written, no word of less than 16 kB cut in two.
    void start(ContentDecoder decoder, const QByteArray &begin, qint64 wireBytes, Learn learn = {});
    /// As they came. Never waits.
    void feed(const QByteArray &bytes);
    /// So much waits to be written that no more should be fed before `drained`.
    [[nodiscard]] bool isFull() const;
    /// Nothing more comes: `ended` follows when all is written.
    void end();
    /// Likewise, but what waits is dropped.
    void stop();

    /// Grows while it is written, and stays for as long as somebody holds it.
    [[nodiscard]] std::shared_ptr<const FileBytes> bytes() const { return m_bytes; }
    /// Why not all of it was written; none: all was, or it `isTruncated`. Once it has `ended`.
    [[nodiscard]] std::optional<Error> error() const;
    [[nodiscard]] bool isTruncated() const;
    /// A known secret was in what has been written so far.
    [[nodiscard]] bool hasMasked() const;

Q_SIGNALS:
    void grew();
    void drained();
    void ended(); ///< once

private:
    struct State;

    BodySpool(int descriptor, const QString &folder, const Redactor &redactor, const Limits &limits,
              QObject *parent);
    void work();

    const std::shared_ptr<const FileBytes> m_bytes;
    const std::shared_ptr<State> m_state;
    bool m_hasEnded = false;
    Background m_background; // last: its end waits for what still tells
};

} // namespace keydesk
