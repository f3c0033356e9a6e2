#include "app/interchange/curl/Curl.h"

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

// Any text ends in requests that can be written as commands and read again, or in a message, in each of the shells.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const std::atomic_bool goOn = false;
    const QByteArray bytes(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const CollectionSource source{u"a.sh"_s, goOn};
    const auto guessed = readCurl(bytes, source);
    require(guessed.has_value() || !guessed.error().message.isEmpty());
    const QString text = QString::fromUtf8(bytes);
    for (const Shell shell : {Shell::Bash, Shell::Cmd, Shell::PowerShell}) {
        const auto read = readCurl(text, shell, source);
        if (!read) {
            require(!read.error().message.isEmpty());
            continue;
        }
        for (const CollectionRequest &request : read->collection.requests)
            require(!request.spec.url.isEmpty());
        const QByteArray written = writeCurl(read->collection);
        const auto again = readCurl(QString::fromUtf8(written), Shell::Bash, source);
        require(again.has_value());
        require(again->collection.requests.size() == read->collection.requests.size());
    }
    return 0;
}
