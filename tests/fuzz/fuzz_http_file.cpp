#include "app/workspace/HttpCredentials.h"
#include "app/workspace/HttpEdit.h"
#include "app/workspace/HttpRequest.h"

#include <cstdint>
#include <cstdlib>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

/// Lines and blocks cover the file, each byte once.
void checkCover(const HttpFile &file, const QByteArray &bytes)
{
    require(file.text() == bytes);
    qsizetype end = bytes.startsWith("\xEF\xBB\xBF") ? 3 : 0;
    for (const HttpLine &line : file.lines()) {
        require(line.begin == end && line.begin <= line.end && line.end <= line.next &&
                line.next > line.begin);
        end = line.next;
    }
    require(end == bytes.size());
    int line = 0;
    for (const HttpBlock &block : file.blocks()) {
        require(block.firstLine == line);
        line = block.lastLine;
    }
    require(line == static_cast<int>(file.lines().size()));
}

/// What is expected of an answer changes nothing of the request, nor of others.
void checkExpected(const HttpFile &file, int index, const RequestSpec &spec)
{
    const auto expected = withExpectations(file, index, {u"status 200"_s, u"body $.a = {{b}}"_s});
    require(expected || !expected.error().message.isEmpty());
    if (!expected)
        return;
    const auto again = readHttpRequest(*expected, index);
    require(again && again->spec == spec && again->expectations.size() == 2);
    for (int other = 0; other < std::min(file.requestCount(), 4); ++other)
        require(other == index || movableSource(*expected, other) == movableSource(file, other));
    const auto none = withExpectations(*expected, index, {});
    require(!none || readHttpRequest(*none, index)->expectations.isEmpty());
}

/// What was written is what is read; a request that was read is one that can be written, or is refused in
/// words.
void checkRequest(const HttpFile &file, int index)
{
    const auto request = readHttpRequest(file, index);
    if (!request) {
        require(!request.error().message.isEmpty());
        return;
    }
    const RequestSpec canonical = canonicalRequest(request->spec);
    require(canonicalRequest(canonical) == canonical);
    require(withRequest(file, index, request->spec)->text() == file.text());

    const auto anew = withNewRequest(*HttpFile::parse({}), 0, request->spec);
    require(anew || !anew.error().message.isEmpty());
    if (anew)
        require(canonicalRequest(readHttpRequest(*anew, 0)->spec) == canonical);

    RequestSpec edited = request->spec;
    edited.headers.append({u"X-Fuzz"_s, u"1"_s, true});
    edited.params.append({u"q"_s, u"a b&c"_s, index % 2 == 0});
    edited.body.text += u"\nx"_s;
    const auto changed = withRequest(file, index, edited);
    if (changed) {
        require(canonicalRequest(readHttpRequest(*changed, index)->spec) == canonicalRequest(edited));
        require(readHttpRequest(*changed, index)->expectations.size() == request->expectations.size());
    }
    checkExpected(file, index, request->spec);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray bytes(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const auto file = HttpFile::parse(bytes);
    if (!file) {
        require(!file.error().message.isEmpty());
        return 0;
    }
    checkCover(*file, bytes);
    (void)fileVariables(*file);
    for (const HttpCredential &found : findCredentials(*file))
        require(!found.value.isEmpty() && found.value.end <= bytes.size() && found.note.line > 0);
    const int count = std::min(file->requestCount(), 4);
    for (int index = 0; index < count; ++index)
        checkRequest(*file, index);
    if (count > 1) {
        const auto moved = withRequestMoved(*file, 0, count - 1);
        require(!moved || moved->requestCount() == file->requestCount());
        const auto without = withoutRequest(*file, 0);
        require(!without || without->requestCount() == file->requestCount() - 1);
    }
    return 0;
}
