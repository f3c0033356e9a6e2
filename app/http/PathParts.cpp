#include "app/http/PathParts.h"

#include <QCoreApplication>
#include <QUrl>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct PathPartsText
{
    Q_DECLARE_TR_FUNCTIONS(PathParts)
};

/// Where the path begins: behind the host of a URL that names one.
qsizetype pathBegin(const QString &url)
{
    const qsizetype host = url.indexOf("://"_L1);
    if (host < 0)
        return 0;
    const qsizetype slash = url.indexOf(u'/', host + 3);
    return slash < 0 ? url.size() : slash;
}

/// Calls `found(begin, end, name)` for each {name} of the path.
void forEachPart(const QString &url, const std::function<void(qsizetype, qsizetype, const QString &)> &found)
{
    const auto *const stop = std::find_if(url.cbegin() + pathBegin(url), url.cend(),
                                          [](QChar c) { return c == u'?' || c == u'#'; });
    const qsizetype end = stop - url.cbegin();
    for (qsizetype at = pathBegin(url); at < end; ++at) {
        if (url.at(at) != u'{')
            continue;
        if (at + 1 < end && url.at(at + 1) == u'{') { // a variable
            const qsizetype close = url.indexOf("}}"_L1, at + 2);
            if (close < 0)
                return;
            at = close + 1;
            continue;
        }
        const qsizetype close = url.indexOf(u'}', at);
        if (close < 0 || close >= end)
            return;
        const QString name = url.mid(at + 1, close - at - 1);
        if (!name.isEmpty() && !name.contains(u'{') && !name.contains(u'/')) {
            found(at, close + 1, name);
            at = close;
        }
    }
}

} // namespace

QStringList pathPartNames(const QString &url)
{
    QStringList names;
    forEachPart(url, [&names](qsizetype, qsizetype, const QString &name) {
        if (!names.contains(name))
            names.append(name);
    });
    return names;
}

QList<NameValue> pathPartRows(const QString &url, const QList<NameValue> &rows)
{
    QList<NameValue> made;
    for (const QString &name : pathPartNames(url)) {
        const auto row = std::ranges::find(rows, name, &NameValue::name);
        made.append({name, row == rows.cend() ? QString() : row->value, true});
    }
    return made;
}

QString replacePathParts(const QString &url, const std::function<QString(const QString &name)> &valueOf)
{
    QString made;
    qsizetype done = 0;
    forEachPart(url, [&](qsizetype begin, qsizetype end, const QString &name) {
        const QString value = valueOf(name);
        if (value.isNull())
            return;
        made += QStringView(url).sliced(done, begin - done);
        made += value;
        done = end;
    });
    return made + url.sliced(done);
}

Result<QString> fillPathParts(const QString &url, const QList<NameValue> &rows, const VariableSources &variables,
                              QList<UnresolvedVariable> &unresolved)
{
    QString filled;
    qsizetype done = 0;
    QString problem;
    forEachPart(url, [&](qsizetype begin, qsizetype end, const QString &name) {
        const auto row = std::ranges::find(rows, name, &NameValue::name);
        QList<UnresolvedName> missing;
        const QString value = row == rows.cend() ? QString() : resolveVariables(row->value, variables, &missing);
        for (const UnresolvedName &variable : std::as_const(missing))
            unresolved.append({variable.name, PathPartsText::tr("path part %1").arg(name), variable.why});
        if (problem.isEmpty() && value.trimmed().isEmpty())
            problem = PathPartsText::tr("The path part {%1} has no value. Write one beside its name.")
                          .arg(name.left(80));
        else if (problem.isEmpty() && (value == "."_L1 || value == ".."_L1))
            problem = PathPartsText::tr(
                          "“%1” cannot be the value of the path part {%2}: it would lead to another path.")
                          .arg(value, name.left(80));
        filled += QStringView(url).sliced(done, begin - done);
        filled += QString::fromLatin1(QUrl::toPercentEncoding(value));
        done = end;
    });
    if (!problem.isEmpty())
        return failure(Error::Kind::InvalidInput, problem);
    filled += QStringView(url).sliced(done);
    return filled;
}

} // namespace keydesk
