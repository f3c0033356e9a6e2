#include "app/filter/program/JqFilter.h"

#include "app/filter/program/Words.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include <unistd.h>

namespace keydesk::filter {

namespace {

constexpr char recordSeparator = '\x1E';                                // before each document of RFC 7464
constexpr std::string_view tooDeep = "Exceeds depth limit for parsing"; // in jq's words
constexpr int surelyWritten = 200;                                      // levels: each jq writes more

/// A string as it is, anything else as JSON.
std::string textOf(jv value)
{
    if (jv_get_kind(value) != JV_KIND_STRING)
        value = jv_dump_string(value, 0);
    std::string text(jv_string_value(value),
                     static_cast<std::size_t>(jv_string_length_bytes(jv_copy(value))));
    jv_free(value);
    return text;
}

/// "jq: error: syntax error, unexpected '[' (Unix shell quoting issues?) at <top-level>, line 1:\n.a[" is
/// what jq says where this says "syntax error, unexpected '['".
std::string shortened(std::string text)
{
    constexpr std::string_view begin = "jq: error: ";
    if (text.starts_with(begin))
        text.erase(0, begin.size());
    for (const char *end : {" (Unix shell quoting issues?)", " at <top-level>, line ", "\n"})
        text.resize(std::min(text.size(), text.find(end)));
    return text;
}

bool isOfName(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == ':' || c == '$';
}

/// Of a name as a whole.
std::optional<std::size_t> placeOf(const std::string &name, const std::string &expression)
{
    for (std::size_t at = expression.find(name); at != std::string::npos;
         at = expression.find(name, at + 1)) {
        const std::size_t end = at + name.size();
        const char before = at == 0 ? ' ' : expression[at - 1]; // behind a dot it would be a member's
        if (before != '.' && !isOfName(before) && (end == expression.size() || !isOfName(expression[end])))
            return at;
    }
    return {};
}

/// The first thing that jq says of an expression; empty if it can be used.
std::string problemOf(const std::string &expression)
{
    std::string problem;
    jq_state *jq = jq_init();
    jq_set_error_cb(
        jq,
        [](void *into, jv message) {
            auto &first = *static_cast<std::string *>(into);
            if (std::string text = textOf(message); first.empty())
                first = std::move(text);
        },
        &problem);
    if (jq_compile(jq, expression.c_str()) && !problem.empty())
        problem.clear();
    jq_teardown(&jq);
    return shortened(problem);
}

/// jq tells the line alone. An expression goes wrong with the first piece of it that fails for another reason
/// than that it has ended.
std::optional<std::size_t> placeOf(const std::string &problem, const std::string &expression, bool isSyntax)
{
    if (!isSyntax)
        return placeOf(problem.substr(0, problem.find_first_of("/ ")), expression);
    const auto isWrong = [](const std::string &piece) {
        const std::string found = problemOf(piece);
        return found.starts_with("syntax error") && found.find("unexpected $end") == std::string::npos;
    };
    std::size_t good = 0;
    std::size_t wrong = expression.size() + 1; // "unexpected $end" of the whole
    while (wrong - good > 1) {
        const std::size_t middle = good + (wrong - good) / 2;
        (isWrong(expression.substr(0, middle)) ? wrong : good) = middle;
    }
    return wrong - 1;
}

ssize_t takeWords(void *self, const char *bytes, std::size_t size)
{
    static_cast<Reports *>(self)->said("stderr", {bytes, size});
    return static_cast<ssize_t>(size);
}

/// How many levels jq reads, which it does not say.
int levelsRead()
{
    jv_parser *parser = jv_parser_new(0);
    int levels = -1;
    bool isRead = true;
    for (; isRead; ++levels) {
        jv_parser_set_buf(parser, "[", 1, 1);
        isRead = !jv_invalid_has_msg(jv_parser_next(parser));
    }
    jv_parser_free(parser);
    return levels;
}

bool isDeeper(jv value, int levels)
{
    const jv_kind kind = jv_get_kind(value);
    if (kind != JV_KIND_ARRAY && kind != JV_KIND_OBJECT)
        return false;
    if (levels == 0)
        return true;
    const auto isDeeperIn = [levels](jv inner) {
        const bool found = isDeeper(inner, levels - 1);
        jv_free(inner);
        return found;
    };
    if (kind == JV_KIND_ARRAY) {
        for (int i = 0, end = jv_array_length(jv_copy(value)); i < end; ++i) {
            if (isDeeperIn(jv_array_get(jv_copy(value), i)))
                return true;
        }
        return false;
    }
    for (int i = jv_object_iter(value); jv_object_iter_valid(value, i); i = jv_object_iter_next(value, i)) {
        if (isDeeperIn(jv_object_iter_value(value, i)))
            return true;
    }
    return false;
}

/// jq writes "<stripped: exceeds max depth>" in the place of what is too deep for it, and no error. JSON has
/// no < outside of strings.
bool isStripped(std::string_view json)
{
    bool isInString = false;
    for (std::size_t at = 0; at < json.size(); ++at) {
        if (json[at] == '"')
            isInString = !isInString;
        else if (json[at] == '\\')
            ++at;
        else if (json[at] == '<' && !isInString)
            return true;
    }
    return false;
}

} // namespace

JqFilter::JqFilter(Input &input, Output &output, Reports &reports, FilterProgress &progress)
    : m_input(input)
    , m_output(output)
    , m_reports(reports)
    , m_progress(progress)
{
    // Where jq's `stderr` writes to.
    stderr = ::fopencookie(&m_reports, "w", {nullptr, takeWords, nullptr, nullptr});
    char first = 0;
    const bool isSequence = m_input.readAt(0, &first, 1) == 1 && first == recordSeparator;
    m_parser = jv_parser_new(isSequence ? JV_PARSE_SEQ : 0);
}

JqFilter::~JqFilter()
{
    jv_parser_free(m_parser);
    if (m_jq)
        jq_teardown(&m_jq);
}

bool JqFilter::compile(const std::string &expression)
{
    m_jq = jq_init();
    jq_set_nomem_handler(
        m_jq,
        [](void *) { // libjq 1.6 loses what it should be given
            Reports::outOfMemory();
            ::_exit(0);
        },
        nullptr);
    jq_set_error_cb(
        m_jq,
        [](void *self, jv message) {
            auto &problem = static_cast<JqFilter *>(self)->m_problem;
            if (std::string text = textOf(message); problem.empty())
                problem = std::move(text);
        },
        this);
    jq_set_debug_cb(
        m_jq,
        [](void *self, jv value) {
            static_cast<JqFilter *>(self)->m_reports.said("debug", textOf(jv_dump_string(value, 0)));
        },
        this);
    jq_set_input_cb(
        m_jq, [](jq_state *, void *self) { return static_cast<JqFilter *>(self)->next(); }, this);
    jq_set_attr(m_jq, jv_string("JQ_LIBRARY_PATH"), jv_array()); // there are no modules
    if (jq_compile(m_jq, expression.c_str()))
        return true;
    m_problem = shortened(m_problem);
    m_reports.expression(m_problem, placeOf(m_problem, expression, m_problem.starts_with("syntax error")));
    return false;
}

jv JqFilter::next()
{
    while (m_fault.empty()) {
        jv value = jv_parser_next(m_parser);
        if (jv_is_valid(value)) {
            m_progress.documents.fetch_add(1, std::memory_order_relaxed);
            return value;
        }
        if (jv_invalid_has_msg(jv_copy(value))) {
            m_fault = textOf(jv_invalid_get_msg(value));
            break;
        }
        jv_free(value);
        if (jv_parser_remaining(m_parser) > 0)
            continue; // it has passed over something between documents
        if (m_bodyEnded)
            return jv_invalid();
        const std::string_view piece = m_input.next();
        m_bodyEnded = piece.empty();
        m_rounded.look(piece);
        jv_parser_set_buf(m_parser, piece.data(), static_cast<int>(piece.size()), !m_bodyEnded);
        m_progress.read.store(m_input.place(), std::memory_order_relaxed);
    }
    return jv_invalid_with_msg(jv_string(m_fault.c_str()));
}

void JqFilter::run(const std::string &expression)
{
    if (!compile(expression))
        return;
    for (jv document = next();; document = next()) {
        if (!jv_is_valid(document)) {
            jv_free(document);
            break;
        }
        filter(document);
        if (jq_halted(m_jq) || m_output.error() != 0)
            break;
    }
    tellEnd();
}

void JqFilter::filter(jv document)
{
    jq_start(m_jq, document, 0);
    jv result = jq_next(m_jq);
    for (; jv_is_valid(result) && m_output.error() == 0; result = jq_next(m_jq))
        write(result);
    if (!jv_is_valid(result) && !jq_halted(m_jq) && jv_invalid_has_msg(jv_copy(result)))
        m_reports.error(textOf(jv_invalid_get_msg(result)));
    else
        jv_free(result);
    std::fflush(stderr);
}

void JqFilter::write(jv result)
{
    if (!m_toldRounded && m_rounded.any() && m_rounded.isIn(result)) {
        m_reports.rounded();
        m_toldRounded = true;
    }
    if (isDeeper(result, surelyWritten) && isStripped(textOf(jv_copy(result)))) {
        jv_free(result);
        m_reports.error(QT_TRANSLATE_NOOP(
            "FilterProgram", "A result is nested more deeply than jq can write: it is left out"));
        return;
    }
    jv_dumpf(result, m_output.file(), JV_PRINT_INDENT_FLAGS(2));
    m_output.endResult();
    m_output.flush(); // nobody knows how long the next one takes
}

void JqFilter::tellEnd()
{
    if (m_output.error() != 0) {
        m_reports.outputFailed(m_output.error());
    } else if (jq_halted(m_jq)) {
        const jv status = jq_get_exit_code(m_jq);
        const jv words = jq_get_error_message(m_jq);
        const bool isNumber = jv_get_kind(status) == JV_KIND_NUMBER;
        m_reports.halted(isNumber ? static_cast<int>(jv_number_value(status)) : 0,
                         jv_is_valid(words) ? textOf(jv_copy(words)) : std::string());
        jv_free(status);
        jv_free(words);
    } else if (m_fault.starts_with(tooDeep)) {
        m_reports.tooDeep(levelsRead());
    } else if (!m_fault.empty()) {
        m_reports.body(m_fault);
    } else {
        m_reports.done();
    }
}

} // namespace keydesk::filter
