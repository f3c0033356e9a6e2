#pragma once

#include <QByteArray>

#include <memory>

namespace keydesk {

/// Takes the content coding (RFC 9110 section 8.4.1) off a body as it arrives, and never makes more than it
/// is asked for: what is left of the input then waits for the next call. Done here and not by
/// QNetworkAccessManager, which on 6.4 inflates everything that has arrived just to count it: two megabytes
/// that unpack to two gigabytes held the window for 14 seconds.
class ContentDecoder
{
public:
    enum class State {
        More,   ///< feed more
        Full,   ///< `limit` is reached and there is more: feed on, perhaps nothing
        Broken, ///< not what the header says
    };

    ContentDecoder();
    ~ContentDecoder();
    ContentDecoder(ContentDecoder &&other) noexcept;
    ContentDecoder &operator=(ContentDecoder &&other) noexcept;

    /// What is taken off, as a value for Accept-Encoding.
    static QByteArray accepted();
    /// Starts anew with the value of Content-Encoding. An unknown coding, or more than one, is left as it is.
    void start(const QByteArray &coding);
    /// Appends to `body` until it has `limit` bytes.
    State feed(const QByteArray &input, QByteArray &body, qint64 limit);
    /// Nothing is missing at the end of the input. True if no byte came at all: a response to HEAD has no
    /// body.
    [[nodiscard]] bool isComplete() const;

private:
    class Codec;
    class Zlib;
    class Brotli;

    std::unique_ptr<Codec> m_codec;
    QByteArray m_input; // that has not been looked at yet
    QByteArray m_made;  // and what it became beyond the limit, less than a piece
    bool m_started = false;
};

} // namespace keydesk
