#include "app/body/CsvRows.h"

#include <cstdlib>
#include <limits>
#include <tuple>

#include <sys/mman.h>
#include <unistd.h>

using namespace keydesk;

namespace {

std::shared_ptr<const FileBytes> fileOf(const QByteArray &bytes)
{
    const int descriptor = ::memfd_create("csv", MFD_CLOEXEC);
    if (::write(descriptor, bytes.constData(), static_cast<size_t>(bytes.size())) != bytes.size())
        std::abort();
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

/// In every coding and with every delimiter: rows lie behind each other, and so do the values in them.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size)
{
    if (size > 65536)
        return 0;
    const auto file = fileOf(QByteArray(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size)));
    for (const TextCoding coding : {TextCoding::Utf8, TextCoding::Utf16LittleEndian, TextCoding::Utf16BigEndian}) {
        const TextPieces text(file, coding);
        for (const char delimiter : {guessDelimiter(text), '\t'}) {
            const CsvRows rows(text, delimiter);
            std::ignore = hasHeaderRow(rows);
            qint64 begin = text.begin();
            const auto look = [&](qint64 next) {
                const CsvRow row = rows.row(begin);
                check(!row.cells.empty() && row.begin == begin && (row.isCut || row.end == next));
                qint64 at = begin;
                for (const CsvCell &cell : row.cells) {
                    check(cell.begin >= at && cell.end >= cell.begin && cell.end <= row.end);
                    at = cell.end;
                    std::ignore = rows.value(cell);
                }
                begin = next;
                return true;
            };
            rows.scan(begin, std::numeric_limits<qint64>::max(), false, look);
            if (begin < file->size())
                std::ignore = rows.row(begin);
        }
    }
    return 0;
}
