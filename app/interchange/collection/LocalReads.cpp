#include "app/interchange/collection/LocalReads.h"

#include "app/http/VariableReference.h"
#include "app/interchange/collection/CollectionTexts.h"
#include "app/workspace/HttpFile.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QSet>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct LocalReadsText
{
    Q_DECLARE_TR_FUNCTIONS(LocalReads)
};

} // namespace

bool keepFromIncluding(QString &text)
{
    if (!text.contains(u'<'))
        return false;
    QStringList lines = text.split(u'\n');
    bool anyChanged = false;
    for (QString &line : lines) {
        if (httpInclude(line).path.isEmpty())
            continue;
        line.prepend(u' ');
        anyChanged = true;
    }
    text = lines.join(u'\n');
    return anyChanged;
}

void keepBodiesAsText(ImportedCollection &imported)
{
    for (CollectionRequest &request : imported.collection.requests) {
        RequestBody &body = request.spec.body;
        bool anyChanged = keepFromIncluding(body.text);
        anyChanged |= keepFromIncluding(body.graphQlVariables);
        for (RequestPart &part : body.parts)
            anyChanged |= keepFromIncluding(part.value);
        if (anyChanged)
            imported.notes.append({ImportNote::What::Changed, placeOf(request),
                                   LocalReadsText::tr("A line of the body begins with a space now: without "
                                                      "it, it would mean the content of a file.")});
    }
}

void tellOfReads(ImportedCollection &imported)
{
    static const QRegularExpression reads(u"^%?\\s*\\$(?:processEnv|dotenv|projectRoot|env\\.)"_s);
    QSet<QString> told;
    const auto tell = [&](const QString &place, const QString &what) {
        if (told.contains(place + what))
            return;
        told.insert(place + what);
        imported.notes.append(
            {ImportNote::What::Changed, place,
             LocalReadsText::tr("When it is sent, it reads %1 of this computer. Look whether that is meant.")
                 .arg(what.left(200))});
    };
    const auto tellOfNames = [&](const QString &place, const QString &text) {
        for (auto each = nextVariable(text); each; each = nextVariable(text, each->start + each->length)) {
            if (reads.match(each->name).hasMatch())
                tell(place, u"{{"_s + each->name + u"}}"_s);
        }
    };
    for (CollectionRequest &request : imported.collection.requests) {
        const QString place = placeOf(request);
        eachText(request, [&](QString &text, TextPlace) { tellOfNames(place, text); });
        const RequestBody &body = request.spec.body;
        if (!body.file.isEmpty())
            tell(place, body.file);
        for (const RequestPart &part : body.parts) {
            if (!part.file.isEmpty())
                tell(place, part.file);
        }
        for (const QString &line : body.text.split(u'\n')) {
            if (const HttpInclude include = httpInclude(line); !include.path.isEmpty())
                tell(place, include.path);
        }
    }
    for (const NameValue &row : std::as_const(imported.collection.variables))
        tellOfNames(row.name, row.value);
    for (const CollectionEnvironment &environment : std::as_const(imported.collection.environments)) {
        for (const NameValue &row : environment.variables)
            tellOfNames(row.name, row.value);
    }
}

} // namespace keydesk
