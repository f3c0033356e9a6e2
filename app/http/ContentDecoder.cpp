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

    virtual State feed(const QByteArray &input, QByteArray &body, qint64 limit) = 0;
    [[nodiscard]] virtual bool isAtEnd() const = 0;
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

    State feed(const QByteArray &input, QByteArray &body, qint64 limit) override
    {
        if (input.isEmpty())
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
            const auto made = static_cast<qint64>(chunkSize - m_stream.avail_out);
            const qint64 room = limit - body.size();
            body.append(chunk.data(), std::min(made, room));
            if (made > room)
                return State::Full;
            if (result == Z_BUF_ERROR)
                return State::More;
            if (result != Z_OK && result != Z_STREAM_END)
                return State::Broken;
            m_ended = result == Z_STREAM_END;
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
        if (!m_gzip || m_stream.avail_in == 0 || *m_stream.next_in != 0x1F)
            return false;
        m_ended = false;
        return inflateReset(&m_stream) == Z_OK;
    }

    z_stream m_stream{};
    bool m_gzip;
    bool m_open = false;
    bool m_ended = false;
};

class ContentDecoder::Brotli : public Codec
{
public:
    ~Brotli() override { BrotliDecoderDestroyInstance(m_decoder); }

    State feed(const QByteArray &input, QByteArray &body, qint64 limit) override
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
            const auto made = static_cast<qint64>(chunk.size() - room);
            const qint64 wanted = limit - body.size();
            body.append(reinterpret_cast<const char *>(chunk.data()), std::min(made, wanted));
            if (made > wanted)
                return State::Full;
            if (result == BROTLI_DECODER_RESULT_ERROR)
                return State::Broken;
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

QByteArray ContentDecoder::accepted()
{
    return "gzip, deflate, br";
}

void ContentDecoder::start(const QByteArray &coding)
{
    m_started = false;
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
    if (m_codec)
        return m_codec->feed(input, body, limit);
    const qint64 room = limit - body.size();
    body.append(input.constData(), std::min<qint64>(input.size(), room));
    return input.size() > room ? State::Full : State::More;
}

bool ContentDecoder::isComplete() const
{
    return !m_codec || !m_started || m_codec->isAtEnd();
}

} // namespace keydesk
