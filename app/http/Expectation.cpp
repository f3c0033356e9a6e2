#include "app/http/Expectation.h"

#include "app/http/ExpectationReader.h"

#include <QHash>

namespace keydesk {

using namespace Qt::StringLiterals;
using Subject = Expectation::Subject;

tl::expected<Expectation, ExpectationProblem> Expectation::parse(const QString &text)
{
    ExpectationReader reader(text);
    if (const auto read = reader.read())
        return *read;
    return tl::unexpected(reader.problem());
}

std::optional<double> expectationAmount(Subject subject, const QString &text)
{
    static const QRegularExpression form(u"^(\\d{1,15}(?:\\.\\d{1,9})?)\\s*([A-Za-z]+)$"_s);
    static const QHash<QString, double> times{{u"us"_s, 1}, {u"ms"_s, 1e3}, {u"s"_s, 1e6}, {u"min"_s, 60e6}};
    static const QHash<QString, double> sizes{{u"b"_s, 1},      {u"byte"_s, 1},    {u"bytes"_s, 1},       {u"kb"_s, 1e3},
                                              {u"mb"_s, 1e6},   {u"gb"_s, 1e9},    {u"kib"_s, 1024},      {u"mib"_s, 1024.0 * 1024}};
    const auto match = form.match(text.trimmed());
    if (!match.hasMatch())
        return std::nullopt;
    const auto &units = subject == Subject::Time ? times : sizes;
    const auto unit = units.constFind(match.captured(2).toLower());
    if (unit == units.cend())
        return std::nullopt;
    return match.captured(1).toDouble() * *unit;
}

QStringList expectationTypes()
{
    return {u"string"_s, u"number"_s, u"integer"_s, u"boolean"_s, u"array"_s, u"object"_s, u"null"_s, u"json"_s};
}

} // namespace keydesk
