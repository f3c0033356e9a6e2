#include "app/body/TextPieces.h"

#include <cstdlib>

#include <sys/mman.h>
#include <unistd.h>

using namespace keydesk;

namespace {

/// The input over and over, so that lines become longer than what is shown whole.
std::shared_ptr<const FileBytes> fileOf(const QByteArray &bytes)
{
    const int descriptor = ::memfd_create("text", MFD_CLOEXEC);
    for (qint64 written = 0; written < 4 * TextPieces::length; written += std::max<qint64>(1, bytes.size())) {
        if (::write(descriptor, bytes.constData(), static_cast<size_t>(bytes.size())) != bytes.size())
            std::abort();
    }
    const auto file = FileBytes::open(QStringLiteral("/proc/self/fd/%1").arg(descriptor));
    ::close(descriptor);
    return file.value();
}

void check(bool holds)
{
    if (!holds)
        std::abort();
}

} // namespace

/// The first byte says in which coding. Pieces are the whole text, each place belongs to the piece that one
/// finds there, and what is shown comes from its bytes in order.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size)
{
    if (size < 2 || size > 8192)
        return 0;
    constexpr TextCoding codings[] = {TextCoding::Utf8, TextCoding::Utf16LittleEndian,
                                      TextCoding::Utf16BigEndian, TextCoding::Latin1};
    const TextCoding coding = codings[data[0] % std::size(codings)];
    const QByteArray bytes(reinterpret_cast<const char *>(data + 1), static_cast<qsizetype>(size - 1));
    const auto file = fileOf(bytes);
    guessCoding(bytes);
    const TextPieces pieces(file, coding);
    constexpr int most = 200; // a text of line ends alone has thousands, one like the other
    int looked = 0;
    for (qint64 place = pieces.begin(); place < file->size() && looked < most; ++looked) {
        const TextPiece piece = pieces.at(place);
        check(piece.begin == place && piece.end > place && piece.end - piece.begin <= 2 * TextPieces::length);
        for (const qint64 inside : {piece.begin + (piece.end - piece.begin) / 2, piece.end - 1})
            check(pieces.at(inside) == piece);
        const ShownText shown = shownText(pieces.contents(piece), coding);
        check(shown.offsets.size() == shown.text.size() + 1 &&
              std::is_sorted(shown.offsets.cbegin(), shown.offsets.cend()));
        check(shown.offsets.constLast() == piece.end - piece.begin - piece.endSize);
        check(!shown.text.contains(QChar(0x1B)) && !shown.text.contains(QChar(0x202E)));
        place = piece.end;
    }
    return 0;
}
