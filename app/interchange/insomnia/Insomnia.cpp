#include "app/interchange/insomnia/Insomnia.h"

#include "app/base/PlainText.h"
#include "app/interchange/insomnia/InsomniaFiles.h"
#include "app/interchange/insomnia/InsomniaTerms.h"
#include "app/interchange/tools/ToolFile.h"

#include <QCoreApplication>
#include <QSet>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct InsomniaText
{
    Q_DECLARE_TR_FUNCTIONS(Insomnia)
};

struct Rows
{
    QList<NameValue> rows;
    QStringList secrets;
};

/// The table's secrets stand in the object as members of this one, and are called {{ vault.name }}.
constexpr const char *vaultMember = "__insomnia_vault";

/// Newer files keep an environment a second time, as a table; the object may be empty then.
Rows rowsOf(SpecNode data, SpecNode keyValuePairs)
{
    Rows made{insomniaVariables(data), data[vaultMember].isThere() ? QStringList() : insomniaSecrets(keyValuePairs)};
    if (made.rows.isEmpty()) {
        for (SpecNode pair = keyValuePairs.first(); keyValuePairs.isList() && pair.isThere(); pair = pair.next())
            made.rows.append({pair["name"].text(), pair["value"].text(), !(pair["enabled"].isThere() && !pair["enabled"].isTrue())});
    }
    static const QString vault = QString::fromLatin1(vaultMember) + u'.';
    QSet<QString> secrets(made.secrets.cbegin(), made.secrets.cend());
    for (NameValue &row : made.rows) {
        if (row.name.startsWith(vault)) {
            row.name = u"vault."_s + row.name.sliced(vault.size());
            made.secrets.append(row.name);
            secrets.insert(row.name);
        }
        if (secrets.contains(row.name))
            row = {row.name, {}, false};
    }
    return made;
}

QString secretsWords(const QStringList &names)
{
    return InsomniaText::tr("Only Insomnia can decrypt the values of the secret variables: %1. Make them "
                            "secret variables of the environment in Keydesk.")
        .arg(plainText(names.join(", "_L1).left(400)));
}

Result<ImportedCollection> readRoot(SpecNode root, const CollectionSource &source)
{
    const SpecNode format = root["__export_format"];
    const QString type = root["type"].text();
    if (root["resources"].isList() && (format.isThere() || root["_type"].text() == "export"_L1)) {
        const QString version = format.text();
        if (version.isEmpty() || version == "4"_L1 || version == "3"_L1)
            return readInsomniaV4(root, source);
        return toolFailure(
            source.fileName,
            InsomniaText::tr(
                "Line %1: it is an export of Insomnia's format %2; Keydesk reads formats 3, 4 and 5.")
                .arg(format.line())
                .arg(plainText(version.left(20))),
            Error::Kind::Unsupported);
    }
    const qsizetype at = type.indexOf(".insomnia.rest/"_L1);
    if (at < 0)
        return toolFailure(source.fileName,
                           InsomniaText::tr("It is no export of Insomnia: it has neither “__export_format” "
                                            "nor a type “collection.insomnia.rest/5.0”."));
    const QString kind = type.first(at);
    const QString version = type.section(u'/', 1);
    if (!version.startsWith("5."_L1) && version != "5"_L1)
        return toolFailure(
            source.fileName,
            InsomniaText::tr(
                "Line %1: it is a file of Insomnia's format %2; Keydesk reads formats 3, 4 and 5.")
                .arg(root["type"].line())
                .arg(plainText(version.left(20))),
            Error::Kind::Unsupported);
    if (kind != "collection"_L1 && kind != "spec"_L1 && kind != "environment"_L1)
        return toolFailure(source.fileName,
                           InsomniaText::tr("Line %1: the file holds no requests, but “%2”.")
                               .arg(root["type"].line())
                               .arg(plainText(kind.left(40))),
                           Error::Kind::Unsupported);
    return readInsomniaV5(root, source);
}

} // namespace

void addInsomniaEnvironment(ToolCollection &made, const QString &name, SpecNode data, SpecNode keyValuePairs)
{
    const Rows rows = rowsOf(data, keyValuePairs);
    made.addEnvironment(name, rows.rows);
    if (!rows.secrets.isEmpty())
        made.noteLeft(name, secretsWords(rows.secrets));
}

void addInsomniaVariables(ToolCollection &made, SpecNode data, SpecNode keyValuePairs)
{
    const Rows rows = rowsOf(data, keyValuePairs);
    made.addVariables(rows.rows);
    if (!rows.secrets.isEmpty())
        made.noteLeft({}, secretsWords(rows.secrets));
}

Result<ImportedCollection> readInsomnia(const QByteArray &bytes, const CollectionSource &source)
{
    return readToolTree(bytes, source).and_then([&source](const SpecTree &tree) { return readRoot(tree.root(), source); });
}

} // namespace keydesk
