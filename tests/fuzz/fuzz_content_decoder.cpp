#include "app/http/ContentDecoder.h"

#include <cstdint>
#include <cstdlib>

using namespace keydesk;

namespace {

constexpr qint64 most = 1024LL * 1024;

struct Decoded
{
    QByteArray body;
    bool isBroken = false;
    bool isWhole = false;
};

/// In pieces of the input and of what it becomes, none of which may be larger than asked for.
Decoded decoded(const QByteArray &coding, const QByteArray &input, qsizetype in, qint64 out)
{
    ContentDecoder decoder;
    decoder.start(coding);
    Decoded result;
    for (qsizetype at = 0; at < input.size() && !result.isBroken; at += in) {
        QByteArray fed = input.mid(at, in);
        auto state = ContentDecoder::State::Full;
        while (state == ContentDecoder::State::Full && result.body.size() < most) {
            QByteArray piece;
            state = decoder.feed(fed, piece, out);
            fed.clear();
            if (piece.size() > out || (state == ContentDecoder::State::Full && piece.size() != out))
                std::abort();
            result.body += piece;
        }
        result.isBroken = state == ContentDecoder::State::Broken;
    }
    result.isWhole = decoder.isComplete();
    result.body.truncate(most);
    return result;
}

} // namespace

/// The first two bytes say the coding and the size of the pieces: whatever these are, the same comes out.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size < 2)
        return 0;
    static const QByteArray codings[] = {"gzip", "deflate", "br", "identity"};
    const QByteArray &coding = codings[data[0] % 4];
    const QByteArray input(reinterpret_cast<const char *>(data + 2), static_cast<qsizetype>(size - 2));
    const Decoded whole = decoded(coding, input, input.size() + 1, most);
    const Decoded pieces = decoded(coding, input, 1 + data[1] % 16, 1 + data[1] * 300);
    if (whole.body.size() < most && (whole.isBroken != pieces.isBroken || whole.isWhole != pieces.isWhole))
        std::abort();
    if (!whole.isBroken && whole.body != pieces.body)
        std::abort();
    return 0;
}
