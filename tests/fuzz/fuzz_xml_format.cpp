#include "app/http/XmlFormat.h"

#include <cstdint>
#include <cstdlib>

using namespace keydesk;

/// A document is laid out only if it is well-formed, and what comes out is well-formed and already laid out.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QString text =
        QString::fromUtf8(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    (void)declaredXmlEncoding(text);
    const auto problem = checkXml(text);
    const auto pretty = prettyXml(text);
    if (problem) {
        if (pretty || problem->line < 1 || problem->column < 1 || problem->sentence().isEmpty())
            std::abort();
        return 0;
    }
    if (pretty && (checkXml(*pretty) || prettyXml(*pretty).value_or(*pretty) != *pretty))
        std::abort();
    return 0;
}
