#include "app/interchange/postman/Postman.h"
#include "app/interchange/postman/PostmanDocument.h"

#include <QCoreApplication>
#include <QFileInfo>

namespace keydesk {

using namespace Qt::StringLiterals;
using namespace postman;

namespace {

struct PostmanEnvironmentText
{
    Q_DECLARE_TR_FUNCTIONS(Postman)
};

} // namespace

Result<ImportedCollection> postman::environmentOf(SpecNode document, const CollectionSource &source)
{
    // Postman's API answers with it in a member.
    const SpecNode root = document["environment"].isMap() ? document["environment"] : document;
    if (root["info"].isMap() || root["item"].isThere())
        return refused(source, Error::Kind::InvalidInput,
                       PostmanEnvironmentText::tr("This is a Postman collection, and no environment."));
    const SpecNode values = root["values"];
    if (!values.isThere())
        return refused(source, Error::Kind::InvalidInput,
                       PostmanEnvironmentText::tr("It has no “values”, so it is no environment of Postman."));
    if (!values.isList())
        return misplaced(source, u"values"_s, values, PostmanEnvironmentText::tr("it should be a list."));
    int index = 0;
    for (SpecNode row = values.first(); row.isThere(); row = row.next(), ++index) {
        if (!row.isMap())
            return misplaced(source, u"values[%1]"_s.arg(index), row,
                             PostmanEnvironmentText::tr("it should be an object."));
    }

    ImportedCollection read;
    Notes notes;
    const bool isGlobal = root["_postman_variable_scope"].text() == "globals"_L1;
    read.format = isGlobal ? PostmanEnvironmentText::tr("Postman globals")
                           : PostmanEnvironmentText::tr("Postman environment");
    CollectionEnvironment environment;
    environment.name = oneLine(root["name"].text()).trimmed();
    if (environment.name.isEmpty())
        environment.name =
            isGlobal ? PostmanEnvironmentText::tr("Globals") : QFileInfo(source.fileName).completeBaseName();
    environment.variables = readVariables(values, environment.name, environment.secrets, read.credentials, notes);
    read.collection.name = environment.name;
    read.collection.environments = {environment};
    read.notes = notes.take();
    return read;
}

Result<ImportedCollection> readPostmanEnvironment(const QByteArray &bytes, const CollectionSource &source)
{
    const Result<SpecTree> tree = readDocument(bytes, source);
    if (!tree)
        return tl::unexpected(tree.error());
    return environmentOf(tree->root(), source);
}

} // namespace keydesk
