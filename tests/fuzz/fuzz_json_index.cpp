#include "app/http/JsonFormat.h"
#include "tests/support/JsonChecks.h"

#include <cstdlib>

using namespace keydesk;
using namespace keydesk::test;

namespace {

void check(bool holds)
{
    if (!holds)
        std::abort();
}

/// So that names, texts, numbers and white space reach over blocks.
QByteArray stretched(const QByteArray &json)
{
    QByteArray longer;
    for (const char c : json) {
        longer += c;
        if (c == '\t' || c == 'z' || c == '9')
            longer += QByteArray(JsonBlock::size - 50, c);
    }
    return longer;
}

void compare(const QByteArray &json)
{
    const auto file = inMemory(json);
    const ScannedJson scanned(*file);
    JsonReader reader = scanned.reader();
    const auto tree = JsonTree::read(json);
    const qint64 documents = reader.documentCount();
    if (tree && isUtf8(json)) {
        check(!scanned.fault && documents == 1);
        check(difference(reader, *tree, *reader.document(0), 0, 20) == nullptr);
    } else if (!tree) {
        check(scanned.fault || documents > 1 || json.contains('\x1E'));
    }
    if (scanned.fault) {
        check(scanned.fault->begin >= 0 && scanned.fault->begin <= scanned.fault->offset &&
              scanned.fault->offset <= json.size());
        check(!scanned.fault->reason.isEmpty());
        const auto problem = checkJson(json);
        if (documents <= 1 && isUtf8(json) && !json.contains('\x1E'))
            check(problem &&
                  (problem->offset == scanned.fault->offset || problem->offset == scanned.fault->begin));
    }
    // Whatever is known must fit together.
    qint64 count = 0;
    for (auto document = reader.documentAt(0); document; document = reader.documentAt(document->end)) {
        check(reader.document(count) == document && reader.documentIndex(*document) == count);
        check(document->end > document->begin && document->end <= scanned.end);
        ++count;
    }
    check(count == documents);
    for (qint64 place = 0; place < json.size(); place += 1 + json.size() / 20) {
        std::optional<JsonNode> outer;
        for (const JsonPathStep &step : reader.pathAt(place)) {
            check(!outer || (step.node.begin > outer->begin && step.node.end <= outer->end &&
                             reader.child(*outer, step.index) == step.node));
            outer = step.node;
        }
    }
}

} // namespace

/// The index finds what the tree finds, and refuses what it refuses, wherever the text is cut into blocks.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size)
{
    if (size == 0 || size > 2048)
        return 0;
    const QByteArray json(reinterpret_cast<const char *>(data) + 1, static_cast<qsizetype>(size) - 1);
    if (json.startsWith("\xEF\xBB\xBF"))
        return 0; // passed over before the index sees it
    compare(json);
    compare(QByteArray(JsonBlock::size - data[0], ' ') + json);
    if (json.count('\t') + json.count('z') + json.count('9') < 40)
        compare(stretched(json));
    return 0;
}
