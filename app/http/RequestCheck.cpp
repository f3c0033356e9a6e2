#include "app/http/RequestCheck.h"

#include "app/http/HeaderRules.h"
#include "app/http/JsonFormat.h"
#include "app/http/PathParts.h"
#include "app/http/StreamKind.h"
#include "app/http/XmlFormat.h"

#include <QCoreApplication>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

// A part is judged alone, in a request that is otherwise fine.
RequestSpec harmless()
{
    RequestSpec spec;
    spec.url = u"http://localhost/"_s;
    return spec;
}

struct RequestCheckText
{
    Q_DECLARE_TR_FUNCTIONS(RequestCheck)
};

class Judge
{
public:
    Judge(const QUrl &baseUrl, const VariableSources &variables, const QString &baseFolder)
        : m_baseUrl(baseUrl)
        , m_variables(variables)
        , m_baseFolder(baseFolder)
    {
    }

    void judge(const RequestSpec &part, RequestProblem::Field field, int row)
    {
        if (const auto prepared = prepare(part); !prepared)
            problems.append({field, row, 0, 0, prepared.error().message});
    }

    void judgeBody(const RequestSpec &spec);

    QList<RequestProblem> problems;

private:
    [[nodiscard]] Result<PreparedRequest> prepare(const RequestSpec &part) const
    {
        return prepareRequest(part, m_baseUrl, m_variables, {}, m_baseFolder);
    }

    template <typename Rows, typename Set>
    void judgeRows(RequestSpec part, const Rows &rows, Set set)
    {
        for (int row = 0; row < rows.size(); ++row) {
            if (!rows.at(row).enabled || rows.at(row) == typename Rows::value_type())
                continue; // not sent
            set(part.body, Rows{rows.at(row)});
            judge(part, RequestProblem::Field::Body, row);
        }
    }

    QUrl m_baseUrl;
    const VariableSources &m_variables;
    QString m_baseFolder;
};

void Judge::judgeBody(const RequestSpec &spec)
{
    using Field = RequestProblem::Field;
    using Kind = RequestBody::Kind;
    RequestSpec part = harmless();
    part.method = u"POST"_s;
    // What a multipart body must have depends on its type. A header that is wrong itself is said at its row.
    for (const NameValue &row : spec.headers) {
        if (row.enabled && isSameHeader(row.name.trimmed().toUtf8(), "Content-Type"))
            part.headers.append(row);
    }
    if (!prepare(part))
        part.headers.clear();
    part.body = spec.body;
    const qsizetype before = problems.size();
    if (spec.body.kind == Kind::Form)
        judgeRows(part, spec.body.form, [](RequestBody &body, const auto &rows) { body.form = rows; });
    else if (spec.body.kind == Kind::Multipart)
        judgeRows(part, spec.body.parts, [](RequestBody &body, const auto &rows) { body.parts = rows; });
    if (problems.size() > before || prepare(part))
        return;
    if (const auto problem = checkBodyText(spec.body))
        problems.append(*problem);
    else
        judge(part, Field::Body, -1);
}

RequestProblem bodyProblem(RequestProblem::Field field, int line, int column, const QString &message)
{
    return {field, -1, line, column, message};
}

} // namespace

QList<RequestProblem> checkRequest(const RequestSpec &spec, const QUrl &baseUrl, const VariableSources &variables,
                                   const QString &baseFolder)
{
    using Field = RequestProblem::Field;
    Judge judge(baseUrl, variables, baseFolder);

    const bool isSocket = opensWebSocket(spec.method, spec.url);
    const QString harmlessUrl = isSocket ? u"ws://localhost/"_s : harmless().url;
    RequestSpec part = harmless();
    part.method = spec.method;
    part.url = harmlessUrl;
    judge.judge(part, Field::Method, -1);

    part = harmless();
    part.url = spec.url;
    // The parts have a judgement of their own.
    for (const QString &name : pathPartNames(spec.url))
        part.pathParts.append({name, u"x"_s, true});
    judge.judge(part, Field::Url, -1);

    const QList<NameValue> parts = pathPartRows(spec.url, spec.pathParts);
    for (int row = 0; row < parts.size(); ++row) {
        part = harmless();
        part.url += u'{' + parts.at(row).name + u'}';
        part.pathParts = {parts.at(row)};
        judge.judge(part, Field::PathPart, row);
    }

    for (int row = 0; row < spec.params.size(); ++row) {
        part = harmless();
        part.params = {spec.params.at(row)};
        judge.judge(part, Field::Param, row);
    }
    for (int row = 0; row < spec.headers.size(); ++row) {
        part = harmless();
        part.url = harmlessUrl;
        part.headers = {spec.headers.at(row)};
        judge.judge(part, Field::Header, row);
    }
    if (!isSocket) // whose body is messages
        judge.judgeBody(spec);
    return judge.problems;
}

std::optional<RequestProblem> checkBodyText(const RequestBody &body)
{
    using Field = RequestProblem::Field;
    using Kind = RequestBody::Kind;
    const bool isGraphQl = body.kind == Kind::GraphQl;
    const QString &text = isGraphQl ? body.graphQlVariables : body.text;
    if (text.trimmed().isEmpty())
        return std::nullopt;
    if (body.kind == Kind::Json || isGraphQl) {
        const auto problem = checkJson(text.toUtf8(), JsonDialect::WithVariables);
        if (problem && isGraphQl)
            return bodyProblem(
                Field::GraphQlVariables, problem->line, problem->column,
                RequestCheckText::tr("The GraphQL variables are not JSON. %1").arg(problem->sentence()));
        if (problem)
            return bodyProblem(
                Field::Body, problem->line, problem->column,
                RequestCheckText::tr("The body is not valid JSON. %1").arg(problem->sentence()));
    }
    if (body.kind == Kind::Xml) {
        if (const auto problem = checkXml(text))
            return bodyProblem(
                Field::Body, problem->line, problem->column,
                RequestCheckText::tr("The body is not well-formed XML. %1").arg(problem->sentence()));
    }
    return std::nullopt;
}

} // namespace keydesk
