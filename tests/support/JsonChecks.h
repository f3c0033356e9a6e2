#pragma once

#include "app/body/JsonChunk.h"
#include "app/body/JsonReader.h"
#include "app/body/JsonTree.h"

#include <QStringDecoder>

#include <memory>
#include <optional>

#include <sys/mman.h>
#include <unistd.h>

namespace keydesk::test {

/// A file that is in no folder.
inline std::shared_ptr<const FileBytes> inMemory(const QByteArray &contents)
{
    const int descriptor = ::memfd_create("json", MFD_CLOEXEC);
    if (::write(descriptor, contents.constData(), static_cast<size_t>(contents.size())) != contents.size())
        qFatal("no memory");
    const auto file = FileBytes::open(QStringLiteral("/proc/self/fd/%1").arg(descriptor));
    ::close(descriptor);
    return file.value();
}

/// A file's JSON, scanned here and now.
struct ScannedJson
{
    explicit ScannedJson(const FileBytes &file)
        : bytes(file)
    {
        JsonScanner scanner(0);
        ReadBuffer room;
        for (bool isLast = false; !isLast;) {
            const JsonChunk chunk = scanChunk(scanner, bytes, room);
            blocks.replace(qsizetype(chunk.begin / JsonBlock::size), chunk.blocks);
            end = chunk.fault ? chunk.fault->begin : chunk.end;
            fault = chunk.fault;
            isLast = chunk.isLast;
        }
    }

    [[nodiscard]] JsonReader reader() const { return {bytes, blocks, 0, end, end}; }

    const FileBytes &bytes;
    JsonBlocks blocks;
    std::optional<JsonFault> fault;
    qint64 end = 0;
};

inline bool isUtf8(const QByteArray &text)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    const QString decoded = decoder(text);
    return !decoder.hasError();
}

/// What of a value and all in it is not as the tree has it, or does not fit together; nullptr: nothing. Each
/// query is asked for at most `most` values of a container.
inline const char *difference(JsonReader &reader, const JsonTree &tree, const JsonNode &node, qsizetype index,
                              qsizetype most)
{
    const JsonTree::Node &other = tree.node(index);
    const bool hasSameName = other.nameBegin == 0
                                 ? node.nameBegin < 0 && node.nameEnd < 0
                                 : node.nameBegin + 1 == other.nameBegin && node.nameEnd - 1 == other.nameEnd;
    const bool isSame = node.begin == other.begin && node.end == other.end && hasSameName;
    if (!isSame)
        return "a value is elsewhere";
    if (node.isContainer() != (other.type != JsonTree::Type::Scalar))
        return "a container is none";
    const QList<qsizetype> children = tree.children(index);
    if (reader.childCount(node) != children.size())
        return "there are more or fewer children";
    if (reader.child(node, children.size()) || reader.child(node, -1))
        return "there is a child too many";
    const qsizetype step = 1 + children.size() / most;
    for (qsizetype i = 0; i < children.size(); i += step) {
        const auto child = reader.child(node, i);
        if (!child)
            return "a child is missing";
        if (const char *found = difference(reader, tree, *child, children.at(i), most))
            return found;
        const auto after = reader.next(*child);
        if (after != reader.child(node, i + 1))
            return "the next one is not the next child";
        if (after && reader.previous(*after) != child)
            return "the one before the next is another";
        if (i == 0 && reader.previous(*child))
            return "something is before the first";
        const qint64 begin = child->nameBegin >= 0 ? child->nameBegin : child->begin;
        for (const qint64 place : {begin, child->begin, child->end - 1}) {
            const std::vector<JsonPathStep> path = reader.pathAt(place);
            const bool isLast = !path.empty() && path.back() == JsonPathStep{*child, i};
            if (!isLast || path.size() < 2 || path[path.size() - 2].node != node)
                return "the path leads elsewhere";
        }
    }
    return nullptr;
}

} // namespace keydesk::test
