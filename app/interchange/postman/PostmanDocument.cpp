#include "app/interchange/postman/PostmanDocument.h"

#include "app/interchange/postman/Postman.h"
#include "app/interchange/tools/ToolText.h"

#include <QCoreApplication>

namespace keydesk::postman {

using namespace Qt::StringLiterals;

namespace {

struct PostmanDocumentText
{
    Q_DECLARE_TR_FUNCTIONS(Postman)
};

/// The first byte that is no white space, or 0.
char firstByte(const QByteArray &bytes)
{
    for (qsizetype at = bytes.startsWith("\xEF\xBB\xBF") ? 3 : 0; at < bytes.size(); ++at) {
        if (std::string_view(" \t\r\n").find(bytes.at(at)) == std::string_view::npos)
            return bytes.at(at);
    }
    return 0;
}

} // namespace

tl::unexpected<Error> refused(const CollectionSource &source, Error::Kind kind, const QString &message)
{
    return failure(kind, source.fileName.isEmpty() || kind == Error::Kind::Cancelled
                             ? message
                             : PostmanDocumentText::tr("%1: %2").arg(source.fileName, message));
}

tl::unexpected<Error> misplaced(const CollectionSource &source, const QString &path, SpecNode value, const QString &message)
{
    return refused(source, Error::Kind::InvalidInput,
                   PostmanDocumentText::tr("%1, line %2: %3").arg(path).arg(value.line()).arg(message));
}

Result<SpecTree> readDocument(const QByteArray &bytes, const CollectionSource &source)
{
    if (bytes.size() > collectionFileLimit)
        return refused(source, Error::Kind::TooLarge, PostmanDocumentText::tr("It is larger than 64 MB."));
    const char first = firstByte(bytes);
    if (first != 0 && first != '{' && bytes.isValidUtf8())
        return refused(
            source, Error::Kind::InvalidInput,
            PostmanDocumentText::tr("Line 1: it does not begin with “{”, so it is no file of Postman."));
    Result<SpecTree> tree = readSpecTree(bytes, u"postman.json"_s, source.cancelled);
    if (!tree)
        return refused(source, tree.error().kind, tree.error().message);
    return tree;
}

QList<NameValue> readVariables(SpecNode rows, const QString &place, QStringList &secrets, QList<FoundCredential> &credentials, Notes &notes)
{
    QList<NameValue> variables;
    for (SpecNode row = rows.first(); row.isThere(); row = row.next()) {
        const QString given = oneLine(valueText(row["key"].isThere() ? row["key"] : row["id"])).trimmed();
        if (given.isEmpty())
            continue;
        const QString name = keydeskVariableName(given);
        const SpecNode enabled = row["enabled"];
        const bool isOn = !isDisabled(row) && (!enabled.isThere() || enabled.isTrue());
        const QString here = placeOf(place, PostmanDocumentText::tr("variable %1").arg(name));
        if (name != given)
            notes.changed(
                here, PostmanDocumentText::tr("In Postman its name is “%1”, which no variable can have here.")
                          .arg(given.left(80)));
        if (row["type"].text() == "secret"_L1) {
            const QString value = valueText(row["value"]);
            if (value.isEmpty() && name == QLatin1StringView(postmanKeyVariable))
                continue; // stands for the environment's key
            secrets.append(name);
            if (value.isEmpty())
                continue;
            FoundCredential credential;
            credential.variable = name;
            credential.value = std::make_shared<const Secret>(Secret::take(value.toUtf8()));
            credential.place = here;
            credentials.append(credential);
            notes.add(
                ImportNote::What::ToKeychain, here,
                PostmanDocumentText::tr("Postman marks it as secret; its value is offered to the keychain."));
            continue;
        }
        variables.append({name, withVariables(valueText(row["value"]), here, notes), isOn});
    }
    return variables;
}

} // namespace keydesk::postman
