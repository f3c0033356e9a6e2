#include "app/base/Unescaped.h"
#include "app/http/JsonWalker.h"
#include "app/interchange/openapi/SpecTree.h"

namespace keydesk::openapi {

namespace {

using Kind = SpecTree::Kind;

/// What stands between the quotes, of a text that was found well-formed and has escapes.
QByteArray unescaped(const char *begin, const char *end)
{
    const QByteArray inside(begin + 1, end - begin - 2);
    const auto undone = Unescaped::of(inside, Unescaped::Escape::Json);
    return undone ? undone->bytes() : inside;
}

class Sink
{
public:
    Sink(const char *begin, SpecBuilder &builder)
        : m_counted(begin)
        , m_builder(builder)
    {
    }

    bool operator()(json::Part part, const char *begin, const char *end)
    {
        switch (part) {
        case json::Part::Open:
            return m_builder.open(*begin == '{' ? Kind::Map : Kind::List, lineAt(begin));
        case json::Part::Close:
            return m_builder.close();
        case json::Part::Name:
            if (!std::memchr(begin, '\\', static_cast<std::size_t>(end - begin)))
                return m_builder.name({begin + 1, static_cast<std::size_t>(end - begin - 2)});
            m_text = unescaped(begin, end);
            return m_builder.name({m_text.constData(), static_cast<std::size_t>(m_text.size())});
        case json::Part::Value:
            return value(begin, end);
        case json::Part::Comma:
        case json::Part::Colon:
            break;
        }
        return true;
    }

private:
    bool value(const char *begin, const char *end)
    {
        const std::string_view text(begin, static_cast<std::size_t>(end - begin));
        switch (*begin) {
        case '"':
            if (text.find('\\') == std::string_view::npos)
                return m_builder.scalar(Kind::Text, text.substr(1, text.size() - 2), lineAt(begin));
            m_text = unescaped(begin, end);
            return m_builder.scalar(Kind::Text, {m_text.constData(), static_cast<std::size_t>(m_text.size())},
                                    lineAt(begin));
        case 't':
        case 'f':
            return m_builder.scalar(Kind::Boolean, text, lineAt(begin));
        case 'n':
            return m_builder.scalar(Kind::Null, {}, lineAt(begin));
        default:
            return m_builder.scalar(Kind::Number, text, lineAt(begin));
        }
    }

    quint32 lineAt(const char *at)
    {
        m_line += static_cast<quint32>(std::count(m_counted, at, '\n'));
        m_counted = at;
        return m_line;
    }

    const char *m_counted;
    quint32 m_line = 1;
    SpecBuilder &m_builder;
    QByteArray m_text;
};

} // namespace

Result<SpecTree> readJsonTree(const QByteArray &bytes, const std::atomic_bool &cancelled)
{
    SpecBuilder builder(cancelled);
    Sink sink(bytes.constData(), builder);
    const auto problem = json::Walker<Sink>(bytes, JsonDialect::Strict, sink).walk();
    if (cancelled)
        return cancelledError();
    if (problem)
        return failure(Error::Kind::InvalidInput, problem->sentence());
    if (!builder.problem().isEmpty())
        return failure(Error::Kind::InvalidInput, builder.problem());
    return builder.take();
}

} // namespace keydesk::openapi
