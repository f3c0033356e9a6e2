#include "app/http/ContentDecoder.h"

#include <brotli/decode.h>
#include <zlib.h>

#include <algorithm>
#include <array>

namespace keydesk {

namespace {

constexpr std::size_t chunkSize = 65'536;

} // namespace

class ContentDecoder::Codec
{
public:
    Codec() = default;
    Codec(const Codec &) = delete;
    Codec &operator=(const Codec &) = delete;
    virtual ~Codec() = default;

    /// When it is Full, `input` is what is left of it, and `made` what is already made of the rest.
    virtual State feed(QByteArray &input, QByteArray &made, QByteArray &body, qint64 limit) = 0;
    [[nodiscard]] virtual bool isAtEnd() const = 0;

protected:
    /// False: it is full.
    static bool put(const char *bytes, qint64 size, QByteArray &made, QByteArray &body, qint64 limit)
    {
        const qint64 room = std::clamp<qint64>(limit - body.size(), 0, size);
        body.append(bytes, room);
        made.append(bytes + room, size - room);
        return made.isEmpty();
    }
};

/// gzip (several members in a row too) and deflate, both as it should be (zlib) and raw, as some servers send
/// it.
class ContentDecoder::Zlib : public Codec
{
public:
    explicit Zlib(bool gzip)
        : m_gzip(gzip)
    {
    }
    ~Zlib() override
    {
        if (m_open)
            inflateEnd(&m_stream);
    }

    State feed(QByteArray &input, QByteArray &made, QByteArray &body, qint64 limit) override
    {
        if (!m_open && input.isEmpty())
            return State::More;
        if (!m_open && !open(static_cast<unsigned char>(input.front())))
            return State::Broken;
        m_stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(input.data()));
        m_stream.avail_in = static_cast<uInt>(input.size());
        std::array<char, chunkSize> chunk;
        do {
            if (m_ended && !startNextMember())
                return State::More;
            m_stream.next_out = reinterpret_cast<Bytef *>(chunk.data());
            m_stream.avail_out = chunkSize;
            const int result = inflate(&m_stream, Z_NO_FLUSH);
            const bool hasRoom =
                put(chunk.data(), static_cast<qint64>(chunkSize - m_stream.avail_out), made, body, limit);
            m_ended = result == Z_STREAM_END;
            if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
                return State::Broken;
            if (!hasRoom) {
                input.remove(0, input.size() - static_cast<qsizetype>(m_stream.avail_in));
                return State::Full;
            }
            if (result == Z_BUF_ERROR)
                return State::More;
        } while (m_stream.avail_in > 0 || m_stream.avail_out == 0);
        return State::More;
    }

    [[nodiscard]] bool isAtEnd() const override { return m_ended; }

private:
    bool open(unsigned char first)
    {
        // zlib.h: 15 + 16 reads gzip, 15 zlib, -15 neither header. A zlib stream begins with method 8 in the
        // low bits (RFC 1950).
        const bool wrapped = (first & 0x0F) == 8;
        m_open = inflateInit2(&m_stream, m_gzip ? 15 + 16 : wrapped ? 15 : -15) == Z_OK;
        return m_open;
    }

    /// RFC 1952 section 2.2: members may follow one another. Anything else behind the end is padding, and
    /// dropped as gzip(1) does.
    bool startNextMember()
    {
        if (!m_gzip || m_stream.avail_in == 0)
            return false;
        m_padded = m_padded || *m_stream.next_in != 0x1F;
        if (m_padded)
            return false;
        m_ended = false;
        return inflateReset(&m_stream) == Z_OK;
    }

    z_stream m_stream{};
    bool m_gzip;
    bool m_open = false;
    bool m_ended = false;
    bool m_padded = false; // behind its end, in a piece before or in this one
};

class ContentDecoder::Brotli : public Codec
{
public:
    ~Brotli() override { BrotliDecoderDestroyInstance(m_decoder); }

    State feed(QByteArray &input, QByteArray &made, QByteArray &body, qint64 limit) override
    {
        if (!m_decoder)
            return State::Broken;
        if (isAtEnd())
            return State::More;
        const auto *next = reinterpret_cast<const uint8_t *>(input.constData());
        auto left = static_cast<std::size_t>(input.size());
        std::array<uint8_t, chunkSize> chunk;
        for (;;) {
            uint8_t *out = chunk.data();
            std::size_t room = chunk.size();
            const auto result = BrotliDecoderDecompressStream(m_decoder, &left, &next, &room, &out, nullptr);
            const bool hasRoom = put(reinterpret_cast<const char *>(chunk.data()),
                                     static_cast<qint64>(chunk.size() - room), made, body, limit);
            if (result == BROTLI_DECODER_RESULT_ERROR)
                return State::Broken;
            if (!hasRoom) {
                input.remove(0, input.size() - static_cast<qsizetype>(left));
                return State::Full;
            }
            if (result != BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT)
                return State::More;
        }
    }

    [[nodiscard]] bool isAtEnd() const override { return m_decoder && BrotliDecoderIsFinished(m_decoder); }

private:
    BrotliDecoderState *m_decoder = BrotliDecoderCreateInstance(nullptr, nullptr, nullptr);
};

ContentDecoder::ContentDecoder() = default;
ContentDecoder::~ContentDecoder() = default;
ContentDecoder::ContentDecoder(ContentDecoder &&other) noexcept = default;
ContentDecoder &ContentDecoder::operator=(ContentDecoder &&other) noexcept = default;

QByteArray ContentDecoder::accepted()
{
    return "gzip, deflate, br";
}

void ContentDecoder::start(const QByteArray &coding)
{
    m_started = false;
    m_input.clear();
    m_made.clear();
    const QByteArray name = coding.trimmed().toLower();
    if (name == "gzip" || name == "x-gzip")
        m_codec = std::make_unique<Zlib>(true);
    else if (name == "deflate")
        m_codec = std::make_unique<Zlib>(false);
    else if (name == "br")
        m_codec = std::make_unique<Brotli>();
    else
        m_codec.reset();
}

ContentDecoder::State ContentDecoder::feed(const QByteArray &input, QByteArray &body, qint64 limit)
{
    m_started = m_started || !input.isEmpty();
    m_input.append(input);
    const auto move = [&body, limit](QByteArray &from) {
        const qsizetype now = std::clamp<qsizetype>(limit - body.size(), 0, from.size());
        body.append(from.constData(), now);
        from.remove(0, now);
        return from.isEmpty();
    };
    if (!move(m_made))
        return State::Full;
    if (!m_codec)
        return move(m_input) ? State::More : State::Full;
    const State state = m_codec->feed(m_input, m_made, body, limit);
    if (state != State::Full)
        m_input.clear();
    return state;
}

bool ContentDecoder::isComplete() const
{
    return !m_codec || !m_started || m_codec->isAtEnd();
}

} // namespace keydesk
