#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keydesk::filter {

/// Which children of a value are meant.
struct PathSelector
{
    enum class Kind {
        Name,  ///< a member's
        Index, ///< an element's; from the end if it is negative
        Slice, ///< elements
        All,
        Token, ///< a part of a JSON Pointer: a member's name, or an element's index if it reads as one
    };

    Kind kind = Kind::All;
    std::string name;                  ///< UTF-8, without escapes
    std::int64_t index = -1;           ///< of a Token: -1 if it is none
    std::optional<std::int64_t> begin; ///< of a slice
    std::optional<std::int64_t> end;
    std::int64_t step = 1; ///< at least 1

    bool operator==(const PathSelector &) const = default;

    /// An array's length decides what is meant.
    [[nodiscard]] bool needsLength() const;
    [[nodiscard]] bool selectsName(std::string_view of) const;
    /// `length` counts only where it is needed.
    [[nodiscard]] bool selectsIndex(std::int64_t of, std::int64_t length) const;
};

/// A step from values to some of their children.
struct PathSegment
{
    std::vector<PathSelector> selectors;
    bool descends = false; ///< from what they contain, too, however deep

    bool operator==(const PathSegment &) const = default;
};

using JsonPath = std::vector<PathSegment>;

struct PathProblem
{
    std::size_t offset = 0; ///< in the expression, in bytes
    const char *reason = nullptr;
};

/// JSON Path as RFC 9535 has it, without filters ([?…]) and steps backwards; space around it does not
/// count.
tl::expected<JsonPath, PathProblem> parseJsonPath(std::string_view text);
/// RFC 6901. "" is the whole document.
tl::expected<JsonPath, PathProblem> parseJsonPointer(std::string_view text);

/// A JSON text between its quotes as it reads, in UTF-8. What is no JSON stays as it is; half of a surrogate
/// pair becomes three bytes of its own, which are no UTF-8.
std::string unescaped(std::string_view written);

} // namespace keydesk::filter
