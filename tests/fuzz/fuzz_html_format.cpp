#include "app/http/HtmlFormat.h"

#include <cstdlib>

using namespace keydesk;

namespace {

QString squeezed(QString text)
{
    return text.removeIf([](QChar c) { return c == u' ' || c == u'\n' || c == u'\t' || c == u'\r' || c == u'\f'; });
}

} // namespace

/// Nothing but white space changes.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size)
{
    const QString text = QString::fromUtf8(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    if (squeezed(prettyHtml(text, false)) != squeezed(text))
        std::abort();
    return 0;
}
