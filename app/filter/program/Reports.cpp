#include "app/filter/program/Reports.h"

#include "app/filter/program/Jq.h"

#include <cerrno>

#include <unistd.h>

namespace keydesk::filter {

namespace {

constexpr std::size_t longest = 1000; // bytes of a text that are told

void tell(std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t now = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (now < 0 && errno != EINTR)
            return;
        if (now > 0)
            bytes.remove_prefix(static_cast<std::size_t>(now));
    }
}

bool isInsideCharacter(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

} // namespace

struct Reports::Part
{
    const char *name;
    double number;
};

Reports::Reports(FilterProgress &progress)
    : m_progress(progress)
{
}

void Reports::send(std::string_view kind, std::string_view text, std::initializer_list<Part> parts)
{
    std::string shown(text.substr(0, longest));
    if (shown.size() < text.size()) {
        std::size_t end = longest;
        while (end > 0 && isInsideCharacter(text[end]))
            --end;
        shown.resize(end);
        shown += "…";
    }
    const auto string = [](std::string_view of) {
        return jv_string_sized(of.data(), static_cast<int>(of.size()));
    };
    jv report = jv_object_set(jv_object(), jv_string("kind"), string(kind));
    report = jv_object_set(report, jv_string("text"), string(shown));
    for (const Part &part : parts)
        report = jv_object_set(report, jv_string(part.name), jv_number(part.number));
    const jv line = jv_dump_string(report, 0);
    tell(std::string(jv_string_value(line)) + '\n');
    jv_free(line);
}

void Reports::expression(std::string_view text, std::optional<std::size_t> offset)
{
    if (offset)
        send("expression", text, {{"offset", static_cast<double>(*offset)}});
    else
        send("expression", text, {});
}

void Reports::error(std::string_view text)
{
    m_progress.errors.fetch_add(1, std::memory_order_relaxed);
    said("error", text);
}

void Reports::said(std::string_view kind, std::string_view text)
{
    if (m_sent++ < most)
        send(kind, text, {{"document", static_cast<double>(m_progress.documents.load())}});
}

void Reports::body(std::string_view text, std::optional<std::int64_t> offset)
{
    if (offset)
        send("body", text, {{"offset", static_cast<double>(*offset)}});
    else
        send("body", text, {});
}

void Reports::tooDeep(int levels)
{
    send("depth", {}, {{"levels", static_cast<double>(levels)}});
}

void Reports::rounded()
{
    send("rounded", {}, {});
}

void Reports::done()
{
    send("done", {}, {});
}

void Reports::halted(int status, std::string_view text)
{
    send("halted", text, {{"status", static_cast<double>(status)}});
}

void Reports::outputFailed(int error)
{
    send("output", {}, {{"status", static_cast<double>(error)}});
}

void Reports::wallsRefused(int error)
{
    send("walls", {}, {{"status", static_cast<double>(error)}});
}

void Reports::outOfMemory()
{
    tell("{\"kind\":\"memory\"}\n");
}

} // namespace keydesk::filter
