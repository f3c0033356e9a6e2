#pragma once

#include "app/workspace/HttpFile.h"

namespace keydesk {

/// Tells the lines of a file apart, in one pass.
class HttpParser
{
public:
    explicit HttpParser(HttpFile &file)
        : m_file(file)
    {
    }

    /// Fills in lines and blocks.
    Result<void> run();

private:
    enum class Region { Before, Target, Headers, Body, After, Rest };

    Result<void> splitLines();
    Result<void> checkText() const;
    void block(int first, int last);
    HttpLine::Kind before(int line);
    HttpLine::Kind inTarget(int line);
    HttpLine::Kind inHeaders(int line);
    HttpLine::Kind inBody(int line);
    HttpLine::Kind after(int line);
    bool startsRequest(int line);
    void addTarget(int line);
    void finish();
    bool opensScript(QByteArrayView trimmed, char mark);
    [[nodiscard]] QByteArrayView text(int line) const;

    HttpFile &m_file;
    HttpBlock m_block;
    Region m_region = Region::Before;
    bool m_inScript = false;
    HttpLine::Kind m_scriptKind = HttpLine::Kind::Script;
    bool m_hasHeader = false;
};

} // namespace keydesk
