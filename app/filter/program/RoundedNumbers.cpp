#include "app/filter/program/RoundedNumbers.h"

#include <array>
#include <bit>
#include <charconv>
#include <cstdlib>

namespace keydesk::filter {

namespace {

constexpr std::size_t mostValues = 1'000'000;
constexpr std::size_t longest = 4096;   // of a number that is kept whole
constexpr std::size_t alwaysExact = 15; // digits

bool isOfNumber(char c)
{
    return (c >= '0' && c <= '9') || c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-';
}

/// A number as 0.DIGITS × 10^exponent, without zeros around the digits.
struct Decimal
{
    std::string digits;
    long exponent = 0;

    bool operator==(const Decimal &) const = default;

    static Decimal of(std::string_view number)
    {
        Decimal decimal;
        bool isFraction = false;
        std::size_t at = 0;
        for (; at < number.size() && number[at] != 'e' && number[at] != 'E'; ++at) {
            const char c = number[at];
            if (c == '.')
                isFraction = true;
            if (c < '0' || c > '9')
                continue;
            if (decimal.digits.empty() && c == '0') {
                decimal.exponent -= isFraction ? 1 : 0;
                continue;
            }
            decimal.digits += c;
            decimal.exponent += isFraction ? 0 : 1;
        }
        while (!decimal.digits.empty() && decimal.digits.back() == '0')
            decimal.digits.pop_back();
        if (decimal.digits.empty())
            return {};
        if (at < number.size())
            decimal.exponent += std::strtol(std::string(number.substr(at + 1)).c_str(), nullptr, 10);
        return decimal;
    }
};

} // namespace

bool RoundedNumbers::isRounded(const std::string &number)
{
    const Decimal written = Decimal::of(number);
    constexpr long surelyInRange = 300;
    if (written.digits.size() <= alwaysExact && std::abs(written.exponent) < surelyInRange)
        return false;
    std::array<char, 64> shortest;
    const auto end = std::to_chars(shortest.data(), shortest.data() + shortest.size(),
                                   std::strtod(number.c_str(), nullptr), std::chars_format::scientific);
    return Decimal::of({shortest.data(), end.ptr}) != written;
}

void RoundedNumbers::look(std::string_view piece)
{
    for (const char c : piece) {
        if (m_inString) {
            if (m_isEscaped)
                m_isEscaped = false;
            else if (c == '\\')
                m_isEscaped = true;
            else if (c == '"')
                m_inString = false;
        } else if (m_inNumber) {
            if (isOfNumber(c)) {
                if (m_number.size() < longest)
                    m_number += c;
                continue;
            }
            endNumber();
            m_inString = c == '"';
        } else if (c == '"') {
            m_inString = true;
        } else if ((c >= '0' && c <= '9') || c == '-') {
            m_inNumber = true;
            m_number.assign(1, c);
        }
    }
    if (piece.empty())
        endNumber();
}

void RoundedNumbers::endNumber()
{
    m_inNumber = false;
    if (m_number.size() >= longest || m_values.size() >= mostValues)
        m_isFull = true;
    else if (m_number.size() > alwaysExact || m_number.find_first_of("eE") != std::string::npos) {
        if (isRounded(m_number))
            m_values.insert(std::bit_cast<std::uint64_t>(std::strtod(m_number.c_str(), nullptr)));
    }
}

bool RoundedNumbers::isIn(jv value) const
{
    switch (jv_get_kind(value)) {
    case JV_KIND_NUMBER:
        return m_isFull || m_values.contains(std::bit_cast<std::uint64_t>(jv_number_value(value)));
    case JV_KIND_ARRAY:
        for (int i = 0, end = jv_array_length(jv_copy(value)); i < end; ++i) {
            const jv element = jv_array_get(jv_copy(value), i);
            const bool found = isIn(element);
            jv_free(element);
            if (found)
                return true;
        }
        return false;
    case JV_KIND_OBJECT:
        for (int i = jv_object_iter(value); jv_object_iter_valid(value, i);
             i = jv_object_iter_next(value, i)) {
            const jv member = jv_object_iter_value(value, i);
            const bool found = isIn(member);
            jv_free(member);
            if (found)
                return true;
        }
        return false;
    default:
        return false;
    }
}

} // namespace keydesk::filter
