#include "app/body/SvgCheck.h"

#include <cstdlib>

using namespace keydesk;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size)
{
    const auto problem = problemWithSvg(QByteArray(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size)));
    if (problem && problem->isEmpty())
        std::abort();
    return 0;
}
