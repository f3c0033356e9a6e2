#include "app/interchange/har/Har.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <cstdint>
#include <cstdlib>

using namespace keydesk;
using namespace Qt::StringLiterals;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

} // namespace

// Any bytes end in requests that can be written as an archive, or in a message; any history ends in JSON.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const std::atomic_bool goOn = false;
    const QByteArray bytes(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const auto read = readHar(bytes, {u"a.har"_s, goOn});
    require(read.has_value() || !read.error().message.isEmpty());
    if (read)
        require(QJsonDocument::fromJson(writeHar(read->collection)).object().contains("log"_L1));
    HistoryEntry entry;
    entry.sent = QString::fromUtf8(bytes);
    entry.responseHead = entry.sent;
    entry.responseBody = bytes;
    entry.timings.resize(static_cast<qsizetype>(size % 4));
    require(!QJsonDocument::fromJson(harOf({entry, entry})).isNull());
    return 0;
}
