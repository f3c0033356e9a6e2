#include "app/body/EventStream.h"
#include "app/body/JsonLines.h"
#include "app/http/StreamKind.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

using namespace keydesk;

namespace {

void require(bool isSo)
{
    if (!isSo)
        std::abort();
}

/// What it gives when the bytes come in pieces whose lengths are those of `cuts`, again and again.
template <typename Parser>
auto inPieces(Parser &parser, const QByteArray &bytes, const QByteArray &cuts)
{
    auto all = parser.feed({});
    qsizetype at = 0;
    for (qsizetype i = 0; at < bytes.size(); ++i) {
        const qsizetype length = cuts.isEmpty() ? 1 : 1 + static_cast<unsigned char>(cuts.at(i % cuts.size()));
        all += parser.feed(bytes.mid(at, length));
        at += length;
    }
    return all;
}

void checkEvents(const QByteArray &bytes, const QByteArray &cuts)
{
    EventStream whole;
    EventStream cut;
    const QList<ServerEvent> events = whole.feed(bytes);
    require(events == inPieces(cut, bytes, cuts));
    require(whole.lastEventId() == cut.lastEventId() && whole.retry() == cut.retry());
    require(whole.retry().value_or(0) >= 0);
    for (const ServerEvent &event : events) {
        require(!event.type.isEmpty() && event.type.size() <= EventStream::longestName);
        require(!event.id.contains('\0') && event.id.size() <= EventStream::longestName);
        require(event.data.size() <= EventStream::largestData && event.data.size() <= event.size);
        require(!event.data.contains('\r'));
    }
}

void checkLines(const QByteArray &bytes, const QByteArray &cuts, char separator)
{
    JsonLines whole(separator);
    JsonLines cut(separator);
    QList<JsonLine> lines = whole.feed(bytes);
    lines += whole.finish();
    QList<JsonLine> pieces = inPieces(cut, bytes, cuts);
    pieces += cut.finish();
    require(lines == pieces);
    for (const JsonLine &line : lines)
        require(!line.text.contains(separator) && line.text.size() <= JsonLines::longestLine && line.text.size() <= line.size);
}

} // namespace

/// However the bytes are cut, the events and the lines are the same, and nothing grows beyond its limit. The first byte tells how many of
/// those behind it are the lengths of the pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    const auto count = std::min<std::size_t>(data[0] % 8, size - 1);
    const auto *text = reinterpret_cast<const char *>(data);
    const QByteArray cuts(text + 1, static_cast<qsizetype>(count));
    const QByteArray bytes(text + 1 + count, static_cast<qsizetype>(size - 1 - count));
    checkEvents(bytes, cuts);
    checkLines(bytes, cuts, '\n');
    checkLines(bytes, cuts, JsonLines::recordSeparator);
    (void)streamKind(bytes);
    if (const auto isLines = isLinesOfJson(bytes); !isLines) // it can still become either
        require(bytes.trimmed().isEmpty() || bytes.trimmed().startsWith('{') || bytes.trimmed().startsWith('['));
    return 0;
}
