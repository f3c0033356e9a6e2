#include "app/body/JsonParts.h"
#include "app/body/JsonRowNumbers.h"
#include "app/body/JsonRowText.h"
#include "tests/support/JsonChecks.h"

#include <QCoreApplication>
#include <QEventLoop>

#include <cstdlib>

using namespace keydesk;
using namespace keydesk::test;

namespace {

void check(bool holds)
{
    if (!holds)
        std::abort();
}

void checkText(const JsonRows &rows, const JsonPlace &place)
{
    for (const bool decodes : {false, true}) {
        JsonTextStyle style;
        style.decodesEscapes = decodes;
        style.longest = 20; // cut as well
        const JsonRowText row = jsonRowText(rows, place, style);
        check(row.offsets.size() == row.text.size() + 1);
        check(std::is_sorted(row.offsets.cbegin(), row.offsets.cend()));
        for (const JsonRowText::Span &span : row.spans)
            check(span.begin < span.end && span.end <= row.text.size());
    }
    if (place.hasNode()) {
        jsonPath(rows.pieces().bytes(), place.path);
        jsonPointer(rows.pieces().bytes(), place.path);
    }
}

void checkParts(const JsonIndex &index, qint64 size)
{
    std::vector<TextMatch> names;
    for (qint64 place = 0; place < size; ++place)
        names.push_back({place, place + 1});
    std::vector<TextMatch> values = names;
    jsonPart(index, JsonPart::Names)(names, false);
    jsonPart(index, JsonPart::Values)(values, false);
    for (qint64 place = 0; place < size && !index.fault(); ++place) {
        const auto path = index.pathAt(place);
        const bool isName =
            !path.empty() && place < path.back().node.begin && place < path.back().node.nameEnd;
        const bool isValue =
            !path.empty() && place >= path.back().node.begin && !path.back().node.isContainer();
        const auto holds = [place](const std::vector<TextMatch> &matches) {
            return std::find(matches.begin(), matches.end(), TextMatch{place, place + 1}) != matches.end();
        };
        check(holds(names) == isName && holds(values) == isValue);
    }
}

void walk(JsonRows &rows, uint foldings)
{
    rows.folding().setLevels(int(foldings % 8));
    for (auto place = rows.first(); place && foldings > 0; foldings >>= 1U) {
        if (place->hasNode() && place->node().isContainer() && place->node().end >= 0)
            (foldings & 1U) != 0
                ? rows.folding().setOpenBelow(place->node(), (foldings & 2U) != 0)
                : rows.folding().setOpen(place->node(), place->depth(), (foldings & 2U) != 0);
        place = rows.at(place->offset());
        if (place && !rows.toNext(*place))
            break;
    }
    QList<std::pair<qint64, JsonPlace::Kind>> keys;
    std::optional<JsonPlace> place = rows.first();
    check(place.has_value() == rows.last().has_value());
    if (!place)
        return;
    do {
        check(keys.isEmpty() || keys.constLast() < place->key());
        check(place->kind == JsonPlace::Kind::Raw || rows.at(place->offset())->key() == place->key());
        keys << place->key();
        checkText(rows, *place);
    } while (rows.toNext(*place));
    check(rows.last()->key() == place->key());
    for (auto key = keys.crbegin(); key != keys.crend(); ++key) {
        check(place->key() == *key);
        check(rows.toPrevious(*place) == (std::next(key) != keys.crend()));
    }
}

void checkNumbers(const JsonIndex &index, const TextPieces &pieces)
{
    const qint64 begin = pieces.begin();
    const JsonRowNumbers numbers(pieces.bytes().read(begin, pieces.bytes().size() - begin), begin);
    if (index.fault())
        return;
    const JsonRows rows(index, pieces, JsonRows::Look::Pretty);
    qint64 number = 0;
    std::optional<JsonPlace> place = rows.first();
    while (place) {
        check(numbers.at(place->offset()) == ++number);
        if (!rows.toNext(*place))
            break;
    }
    check(numbers.count() == number);
}

} // namespace

/// The rows of any bytes are there in order, both ways and from anywhere.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size)
{
    static int argc = 1;
    static char name[] = "fuzz";
    static char *argv[] = {name, nullptr};
    static const QCoreApplication application(argc, argv);
    if (size == 0 || size > 2048)
        return 0;
    const TextPieces pieces(
        inMemory(QByteArray(reinterpret_cast<const char *>(data) + 1, static_cast<qsizetype>(size) - 1)),
        TextCoding::Utf8);
    JsonIndex index(pieces.sharedBytes(), pieces.begin());
    QEventLoop loop;
    QObject::connect(&index, &JsonIndex::grew, &loop, [&] {
        if (index.isComplete())
            loop.quit();
    });
    index.start();
    loop.exec();
    checkParts(index, pieces.bytes().size());
    checkNumbers(index, pieces);
    for (const auto look : {JsonRows::Look::Pretty, JsonRows::Look::Tree}) {
        JsonRows rows(index, pieces, look);
        walk(rows, data[0]);
    }
    return 0;
}
