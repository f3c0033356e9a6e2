#include "app/body/JsonTree.h"
#include "app/filter/program/PathFilter.h"

#include <cstdlib>

#include <sys/mman.h>
#include <unistd.h>

using namespace keydesk;
using namespace keydesk::filter;

namespace {

void check(bool holds)
{
    if (!holds)
        std::abort();
}

int fileOf(std::string_view bytes)
{
    const int descriptor = ::memfd_create("body", MFD_CLOEXEC);
    check(::write(descriptor, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    return descriptor;
}

struct Run
{
    QByteArray written;
    PathFilter::End end;
    std::int64_t results = 0;
};

Run runOver(const JsonPath &path, std::string_view body)
{
    const int in = fileOf(body);
    const int out = fileOf({});
    Run run;
    {
        FilterProgress progress;
        Input input(in, 0);
        Output output(out, progress);
        run.end = PathFilter(path, input, output, progress).run();
        run.results = progress.results;
    }
    run.written.resize(::lseek(out, 0, SEEK_END));
    check(::pread(out, run.written.data(), static_cast<size_t>(run.written.size()), 0) == run.written.size());
    ::close(in);
    ::close(out);
    return run;
}

} // namespace

/// An expression, a line break, a body. What is no JSON for the tree is none for the filter, and the other way round, but for documents behind
/// each other; "$..*" gives each value of the tree but its root, byte for byte, in order.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size)
{
    if (size > 4096)
        return 0;
    const std::string_view text(reinterpret_cast<const char *>(data), size);
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view expression = text.substr(0, end);
    const std::string_view body = text.substr(std::min(end + 1, text.size()));

    for (const auto &path : {parseJsonPath(expression), parseJsonPointer(expression)}) {
        if (path)
            runOver(*path, body);
        else
            check(path.error().reason && path.error().offset <= expression.size());
    }

    const auto tree = JsonTree::read(QByteArray(body.data(), static_cast<qsizetype>(body.size())));
    const Run all = runOver(*parseJsonPath("$..*"), body);
    check(!tree || !all.end.reason);
    if (!tree)
        return 0;
    QByteArray expected;
    std::int64_t count = 0;
    for (qsizetype i = 1; i < tree->node(0).next; ++i, ++count)
        expected += tree->text(i) + '\n';
    check(all.written == expected && all.results == count);
    check(runOver({}, body).written == tree->text(0) + '\n');
    return 0;
}
