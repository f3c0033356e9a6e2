#include "app/filter/program/Jq.h"
#include "app/filter/program/JqFilter.h"
#include "app/filter/program/PathFilter.h"
#include "app/filter/program/Reports.h"
#include "app/filter/program/Walls.h"

#include <cerrno>
#include <charconv>
#include <new>
#include <optional>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

// keydesk-filter IN OUT PROGRESS: descriptors, which FilterJob gives it, of the body, of the file for the
// results and of the memory for FilterProgress. Standard input says in JSON what is asked for; reports go to
// standard output.

using namespace keydesk;
using namespace keydesk::filter;

namespace {

std::optional<int> descriptorIn(std::string_view text)
{
    int number = -1;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
    if (end.ec != std::errc() || end.ptr != text.data() + text.size() || number <= STDERR_FILENO)
        return {};
    return number;
}

struct Request
{
    std::string language;
    std::string expression;
    Limits limits;
};

std::string stringIn(jv object, const char *name)
{
    const jv value = jv_object_get(jv_copy(object), jv_string(name));
    std::string text;
    if (jv_get_kind(value) == JV_KIND_STRING)
        text.assign(jv_string_value(value), static_cast<std::size_t>(jv_string_length_bytes(jv_copy(value))));
    jv_free(value);
    return text;
}

std::int64_t numberIn(jv object, const char *name)
{
    const jv value = jv_object_get(jv_copy(object), jv_string(name));
    const double number = jv_get_kind(value) == JV_KIND_NUMBER ? jv_number_value(value) : 0;
    jv_free(value);
    return static_cast<std::int64_t>(number);
}

std::optional<Request> readRequest()
{
    std::string text;
    char piece[4096];
    for (ssize_t now = 1; now != 0;) {
        now = ::read(STDIN_FILENO, piece, sizeof piece);
        if (now < 0 && errno != EINTR)
            return {};
        if (now > 0)
            text.append(piece, static_cast<std::size_t>(now));
    }
    const jv request = jv_parse_sized(text.data(), static_cast<int>(text.size()));
    std::optional<Request> read;
    if (jv_get_kind(request) == JV_KIND_OBJECT)
        read = Request{stringIn(request, "language"),
                       stringIn(request, "expression"),
                       {numberIn(request, "memory"), numberIn(request, "output")}};
    jv_free(request);
    return read;
}

void run(const Request &request, Input &input, Output &output, Reports &reports, FilterProgress &progress)
{
    if (request.language == "jq") {
        JqFilter(input, output, reports, progress).run(request.expression);
        return;
    }
    const auto path = request.language == "pointer" ? parseJsonPointer(request.expression)
                                                    : parseJsonPath(request.expression);
    if (!path) {
        reports.expression(path.error().reason, path.error().offset);
        return;
    }
    const PathFilter::End end = PathFilter(*path, input, output, progress).run();
    if (output.error() != 0)
        reports.outputFailed(output.error());
    else if (end.offset)
        reports.body(end.reason, end.offset);
    else if (end.reason)
        reports.expression(end.reason);
    else
        reports.done();
}

} // namespace

int main(int argc, char **argv)
{
    constexpr int wrongUse = 2;
    leaveEnvironment();
    const auto in = argc == 4 ? descriptorIn(argv[1]) : std::nullopt;
    const auto out = argc == 4 ? descriptorIn(argv[2]) : std::nullopt;
    const auto shared = argc == 4 ? descriptorIn(argv[3]) : std::nullopt;
    const auto request = in && out && shared ? readRequest() : std::nullopt;
    if (!request)
        return wrongUse;
    void *memory = ::mmap(nullptr, sizeof(FilterProgress), PROT_READ | PROT_WRITE, MAP_SHARED, *shared, 0);
    if (memory == MAP_FAILED)
        return wrongUse;
    auto &progress = *static_cast<FilterProgress *>(memory);
    Reports reports(progress);
    if (const int refused = putUpWalls(request->limits, {*in, *out}); refused != 0) {
        reports.wallsRefused(refused);
        return 0;
    }
    try {
        Input input(*in, 0);
        Output output(*out, progress);
        run(*request, input, output, reports, progress);
    } catch (const std::bad_alloc &) {
        Reports::outOfMemory();
    }
    ::_exit(0); // without giving back what ends with it
}
