#include "app/body/JsonRowNumbers.h"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace keydesk {

JsonRowNumbers::JsonRowNumbers(const QByteArray &json, qint64 begin)
{
    constexpr char structure[] = " \t\r\n\x1E{}[]:,\"";
    const char *bytes = json.constData();
    const qsizetype size = json.size();
    qsizetype depth = 0;
    bool begins = true; // a row, with what comes next
    const auto take = [&](qsizetype at) {
        if (begins)
            m_begins.push_back(quint32(begin + at));
    };
    for (qsizetype i = 0; i < size; ++i) {
        switch (bytes[i]) {
        case ' ':
        case '\t':
        case '\r':
        case '\n':
        case '\x1E':
        case ':':
            break;
        case ',':
            begins = true;
            break;
        case '{':
        case '[':
            take(i);
            ++depth;
            begins = true;
            break;
        case '}':
        case ']':
            begins = !begins; // else there is nothing in it
            take(i);
            begins = --depth == 0;
            break;
        case '"':
            take(i);
            for (++i; i < size && bytes[i] != '"'; ++i)
                i += bytes[i] == '\\' ? 1 : 0;
            begins = depth == 0;
            break;
        default: // a number or literal
            take(i);
            while (i + 1 < size && !std::memchr(structure, bytes[i + 1], sizeof structure - 1))
                ++i;
            begins = depth == 0;
            break;
        }
    }
}

qint64 JsonRowNumbers::at(qint64 offset) const
{
    return std::distance(m_begins.begin(), std::upper_bound(m_begins.begin(), m_begins.end(), offset));
}

} // namespace keydesk
