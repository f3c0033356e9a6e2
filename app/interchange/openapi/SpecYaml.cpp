#include "app/interchange/openapi/SpecTree.h"

#include <QCoreApplication>
#include <QHash>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <istream>
#include <streambuf>

namespace keydesk::openapi {

using namespace Qt::StringLiterals;

namespace {

using Kind = SpecTree::Kind;

struct SpecYamlText
{
    Q_DECLARE_TR_FUNCTIONS(SpecTree)
};

/// Ends the parser from inside one of its events; it knows no other way.
struct Stop
{
};

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// YAML 1.2's core schema, without its octal and hexadecimal numbers.
bool isNumber(std::string_view text)
{
    std::size_t at = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    const auto digits = [&] {
        const std::size_t from = at;
        while (at < text.size() && isDigit(text[at]))
            ++at;
        return at > from;
    };
    if (!digits())
        return false;
    if (at < text.size() && text[at] == '.') {
        ++at;
        digits();
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < text.size() && (text[at] == '-' || text[at] == '+'))
            ++at;
        if (!digits())
            return false;
    }
    return at == text.size();
}

Kind kindOf(const std::string &tag, std::string_view text)
{
    if (tag != "?" && tag != "")
        return tag == "tag:yaml.org,2002:int" || tag == "tag:yaml.org,2002:float" ? Kind::Number : Kind::Text;
    if (text == "~" || text == "null" || text == "Null" || text == "NULL" || text.empty())
        return Kind::Null;
    if (text == "true" || text == "false")
        return Kind::Boolean;
    return isNumber(text) ? Kind::Number : Kind::Text;
}

class Handler final : public YAML::EventHandler
{
public:
    explicit Handler(SpecBuilder &builder)
        : m_builder(builder)
    {
    }

    void OnDocumentStart(const YAML::Mark &) override {}
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark &mark, YAML::anchor_t anchor) override
    {
        scalar(mark, anchor, Kind::Null, {});
    }

    void OnAlias(const YAML::Mark &mark, YAML::anchor_t anchor) override
    {
        noName(mark);
        const auto target = m_anchors.constFind(anchor);
        go(m_builder.alias(target == m_anchors.cend() ? ~0U : *target, lineOf(mark)));
    }

    void OnScalar(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                  const std::string &value) override
    {
        const Kind kind = kindOf(tag, value);
        scalar(mark, anchor, kind, kind == Kind::Null ? std::string_view() : std::string_view(value), value);
    }

    void OnSequenceStart(const YAML::Mark &mark, const std::string &, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override
    {
        open(mark, anchor, Kind::List);
    }
    void OnSequenceEnd() override { go(m_builder.close()); }
    void OnMapStart(const YAML::Mark &mark, const std::string &, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override
    {
        open(mark, anchor, Kind::Map);
    }
    void OnMapEnd() override { go(m_builder.close()); }

    [[nodiscard]] const QString &problem() const { return m_problem; }

private:
    // The end of the file has no place.
    static quint32 lineOf(const YAML::Mark &mark)
    {
        return mark.line < 0 ? 0 : static_cast<quint32>(mark.line) + 1;
    }

    static void go(bool goesOn)
    {
        if (!goesOn)
            throw Stop();
    }

    void noName(const YAML::Mark &mark)
    {
        if (!m_builder.expectsName())
            return;
        m_problem = SpecYamlText::tr("Line %1: only a text can be the name of a member.").arg(lineOf(mark));
        throw Stop();
    }

    void scalar(const YAML::Mark &mark, YAML::anchor_t anchor, Kind kind, std::string_view text,
                std::string_view written = {})
    {
        if (m_builder.expectsName()) {
            go(m_builder.name(written));
            return;
        }
        go(m_builder.scalar(kind, text, lineOf(mark)));
        remember(anchor);
    }

    void open(const YAML::Mark &mark, YAML::anchor_t anchor, Kind kind)
    {
        noName(mark);
        go(m_builder.open(kind, lineOf(mark)));
        remember(anchor);
    }

    void remember(YAML::anchor_t anchor)
    {
        if (anchor != 0)
            m_anchors.insert(anchor, m_builder.last());
    }

    SpecBuilder &m_builder;
    QHash<YAML::anchor_t, quint32> m_anchors;
    QString m_problem;
};

/// The bytes where they are.
class Bytes final : public std::streambuf
{
public:
    explicit Bytes(const QByteArray &bytes)
    {
        auto *begin = const_cast<char *>(bytes.constData()); // only read from
        setg(begin, begin, begin + bytes.size());
    }
};

} // namespace

Result<SpecTree> readYamlTree(const QByteArray &bytes, const std::atomic_bool &cancelled)
{
    SpecBuilder builder(cancelled);
    Handler handler(builder);
    QString problem;
    try {
        Bytes buffer(bytes);
        std::istream stream(&buffer);
        YAML::Parser parser(stream);
        parser.HandleNextDocument(handler);
    } catch (const Stop &) {
        problem = handler.problem().isEmpty() ? builder.problem() : handler.problem();
    } catch (const YAML::Exception &error) {
        problem = SpecYamlText::tr("Line %1, column %2: it is not YAML: %3.")
                      .arg(error.mark.line + 1)
                      .arg(error.mark.column + 1)
                      .arg(QString::fromStdString(error.msg));
    } catch (const std::exception &error) { // of its own limits, such as the length of a name
        problem = SpecYamlText::tr("It is not YAML: %1.").arg(QString::fromUtf8(error.what()));
    }
    if (cancelled)
        return cancelledError();
    if (!problem.isEmpty())
        return failure(Error::Kind::InvalidInput, problem);
    if (builder.isEmpty())
        return failure(Error::Kind::InvalidInput, SpecYamlText::tr("The file is empty."));
    return builder.take();
}

} // namespace keydesk::openapi
