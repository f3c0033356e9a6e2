#include "app/body/JsonChunk.h"

#include "app/http/JsonWalker.h"

#include <algorithm>

namespace keydesk {

namespace {

struct JsonChunkText
{
    Q_DECLARE_TR_FUNCTIONS(JsonIndex)
};

/// The shortest text behind which the same may come.
QByteArray textBefore(JsonExpect expect, bool any)
{
    switch (expect) {
    case JsonExpect::Document:
        return any ? "0 " : " "; // no byte order mark stands behind a space
    case JsonExpect::ObjectFirst:
        return "{";
    case JsonExpect::ObjectName:
        return R"({"":0,)";
    case JsonExpect::ObjectColon:
        return R"({"")";
    case JsonExpect::ObjectValue:
        return R"({"":)";
    case JsonExpect::ObjectNext:
        return R"({"":0 )";
    case JsonExpect::ArrayFirst:
        return "[";
    case JsonExpect::ArrayValue:
        return "[0,";
    case JsonExpect::ArrayNext:
        return "[0 ";
    }
    return {};
}

/// In the words with which short texts are refused, which look at the place again.
JsonFault faultAt(const JsonScanner::Stop &stop, const FileBytes &bytes)
{
    constexpr qint64 enough = 4096;
    using Kind = JsonScanner::Stop::Kind;
    const auto refused = [&stop](const QByteArray &before, const QByteArray &text, qint64 begin,
                                 qint64 offset) {
        const auto problem = checkJson(before + text);
        const bool isCut = text.size() == enough && (!problem || problem->offset >= before.size() + enough);
        if (isCut)
            return JsonFault{stop.bad, begin, JsonChunkText::tr("this is not a number")};
        if (!problem)
            return JsonFault{offset, begin,
                             JsonChunkText::tr("this is not JSON")}; // it has changed meanwhile
        return JsonFault{std::max(begin, offset + problem->offset - before.size()), begin, problem->message};
    };
    switch (stop.kind) {
    case Kind::Token: {
        const QByteArray text = bytes.read(stop.offset, enough);
        const bool begins = stop.expect == JsonExpect::Document && !text.isEmpty() &&
                            !QByteArrayView("}],:").contains(text.front());
        return refused(textBefore(stop.expect, stop.any && !begins), text, stop.offset, stop.offset);
    }
    case Kind::Escape: {
        const qint64 from = std::max(stop.string + 1, stop.offset - 5); // it is at most that long
        const QByteArray text = bytes.read(from, 12);
        const qint64 backslash = text.lastIndexOf('\\', stop.offset - from - 1);
        return refused("\"", text.mid(std::max<qint64>(0, backslash)), stop.string,
                       from + std::max<qint64>(0, backslash));
    }
    case Kind::String: {
        const QByteArray text = bytes.read(stop.offset, 1);
        if (!text.isEmpty() && uchar(text.front()) < 0x20)
            return refused("\"", text, stop.string, stop.offset);
        if (!text.isEmpty())
            return {stop.offset, stop.string, JsonChunkText::tr("these bytes are not UTF-8")};
        return refused({}, "\"", stop.string, stop.string);
    }
    case Kind::OpenString:
        return refused({}, "\"", stop.string, stop.string);
    case Kind::TooDeep:
        return {stop.offset, stop.offset, json::tr("it is nested too deeply")};
    case Kind::End:
        break;
    }
    return refused(textBefore(stop.expect, false), {}, stop.offset, stop.offset);
}

/// What is wrong is that the text ends at `end`, or may be that.
bool isCutAt(qint64 end, const JsonScanner::Stop &stop, const FileBytes &bytes)
{
    using Kind = JsonScanner::Stop::Kind;
    if (stop.kind == Kind::End || stop.kind == Kind::OpenString)
        return true;
    constexpr qint64 longest = 8; // that is missing of a literal, an escape or a character
    if (stop.kind == Kind::TooDeep || end - stop.bad > longest)
        return false;
    const QByteArray rest = bytes.read(stop.bad, end - stop.bad);
    return std::none_of(rest.cbegin(), rest.cend(),
                        [](char c) { return uchar(c) <= ' ' || QByteArrayView("{}[]:,\"").contains(c); });
}

} // namespace

JsonChunk scanChunk(JsonScanner &scanner, const FileBytes &bytes, ReadBuffer &room)
{
    constexpr qint64 chunkSize = 32 * JsonBlock::size;
    JsonChunk chunk;
    chunk.begin = scanner.at();
    const qint64 wanted = std::clamp<qint64>(bytes.size() - chunk.begin, 0, chunkSize);
    const std::span<char> read = room.read(bytes, chunk.begin, wanted + JsonScanner::ahead);
    std::fill(read.data() + read.size(), read.data() + wanted + JsonScanner::ahead, ' ');
    const qint64 length = std::min(qint64(read.size()), wanted);
    chunk.end = chunk.begin + length;
    JsonScanner next = scanner;
    const auto stop = next.scan(read.data(), length, length < chunkSize, chunk.blocks);
    if (stop) {
        chunk.fault = faultAt(*stop, bytes);
        chunk.fault->isAtEnd = length < chunkSize && isCutAt(chunk.end, *stop, bytes);
    }
    chunk.isLast = stop || length < chunkSize;
    if (!chunk.isLast)
        scanner = std::move(next);
    return chunk;
}

} // namespace keydesk
