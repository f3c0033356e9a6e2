#include "app/models/BulkText.h"

#include <cstdint>
#include <cstdlib>

using namespace keydesk;

/// Whatever was typed, what it was understood as goes to text and back unchanged.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QString text =
        QString::fromUtf8(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const QList<NameValue> rows = rowsFromBulkText(text);
    if (rowsFromBulkText(bulkText(rows)) != rows)
        std::abort();
    // Not only what can be typed: rows come from files too.
    const QList<NameValue> given{{text, text, size % 2 == 0},
                                 {text.left(text.size() / 2), text.mid(text.size() / 2), true}};
    if (rowsFromBulkText(bulkText(given)) != given)
        std::abort();
    return 0;
}
