#include "app/http/RequestCheck.h"

#include "app/http/JsonFormat.h"
#include "app/http/PathParts.h"

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

std::optional<QString> problemOf(const RequestSpec &part, const QUrl &baseUrl, const Variables &variables)
{
    const auto prepared = prepareRequest(part, baseUrl, variables, {});
    if (prepared)
        return std::nullopt;
    return prepared.error().message;
}

} // namespace

QList<RequestProblem> checkRequest(const RequestSpec &spec, const QUrl &baseUrl, const Variables &variables)
{
    using Field = RequestProblem::Field;
    QList<RequestProblem> problems;
    const auto judge = [&](const RequestSpec &part, Field field, int row) {
        if (const auto message = problemOf(part, baseUrl, variables))
            problems.append({field, row, 0, 0, *message});
    };

    RequestSpec part = harmless();
    part.method = spec.method;
    judge(part, Field::Method, -1);

    part = harmless();
    part.url = spec.url;
    // The parts have a judgement of their own.
    for (const QString &name : pathPartNames(spec.url))
        part.pathParts.append({name, u"x"_s, true});
    judge(part, Field::Url, -1);

    const QList<NameValue> parts = pathPartRows(spec.url, spec.pathParts);
    for (int row = 0; row < parts.size(); ++row) {
        part = harmless();
        part.url += u'{' + parts.at(row).name + u'}';
        part.pathParts = {parts.at(row)};
        judge(part, Field::PathPart, row);
    }

    for (int row = 0; row < spec.params.size(); ++row) {
        part = harmless();
        part.params = {spec.params.at(row)};
        judge(part, Field::Param, row);
    }
    for (int row = 0; row < spec.headers.size(); ++row) {
        part = harmless();
        part.headers = {spec.headers.at(row)};
        judge(part, Field::Header, row);
    }

    part = harmless();
    part.method = u"POST"_s;
    part.body = spec.body;
    if (spec.body.kind == RequestBody::Kind::Form) {
        for (int row = 0; row < spec.body.form.size(); ++row) {
            part.body.form = {spec.body.form.at(row)};
            judge(part, Field::Body, row);
        }
    } else if (const auto problem = checkJsonBody(spec.body)) {
        problems.append(*problem);
    } else {
        judge(part, Field::Body, -1);
    }
    return problems;
}

std::optional<RequestProblem> checkJsonBody(const RequestBody &body)
{
    if (body.kind != RequestBody::Kind::Json || body.text.trimmed().isEmpty())
        return std::nullopt;
    const auto problem = checkJson(body.text.toUtf8(), JsonDialect::WithVariables);
    if (!problem)
        return std::nullopt;
    return RequestProblem{RequestProblem::Field::Body, -1, problem->line, problem->column,
                          QCoreApplication::translate("RequestCheck", "The body is not valid JSON. %1")
                              .arg(problem->sentence())};
}

} // namespace keydesk
