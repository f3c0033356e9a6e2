#include "app/interchange/postman/Postman.h"
#include "app/interchange/postman/PostmanDocument.h"
#include "app/interchange/postman/PostmanFormat1.h"

#include <QCoreApplication>
#include <QHash>

#include <algorithm>
#include <utility>

namespace keydesk {

using namespace Qt::StringLiterals;
using namespace postman;

namespace {

struct PostmanFileText
{
    Q_DECLARE_TR_FUNCTIONS(Postman)
};

Result<ImportedCollection> anyCollectionOf(SpecNode node, const CollectionSource &source)
{
    if (!isFormat1(node))
        return collectionOf(node, source);
    const auto tree = inFormat2(node, source.cancelled);
    if (source.cancelled)
        return openapi::cancelledError();
    if (!tree)
        return refused(source, tree.error().kind, tree.error().message);
    auto read = collectionOf(tree->root(), source);
    if (read)
        read->format = PostmanFileText::tr("Postman Collection v1");
    return read;
}

/// Collections become folders of one, with the environments beside them.
class DumpReader
{
public:
    explicit DumpReader(const CollectionSource &source)
        : m_source(source)
    {
        m_read.format = PostmanFileText::tr("Postman data dump");
    }

    Result<ImportedCollection> read(SpecNode root)
    {
        m_read.collection.name = PostmanFileText::tr("Postman");
        int index = 0;
        for (SpecNode each = root["collections"].first(); each.isThere(); each = each.next(), ++index) {
            auto part = anyCollectionOf(each, {{}, m_source.cancelled});
            if (!part)
                return within(u"collections[%1]"_s.arg(index), part.error());
            add(std::move(*part));
            if (m_read.collection.requests.size() > collectionRequestLimit)
                return refused(
                    m_source, Error::Kind::TooLarge,
                    PostmanFileText::tr("It holds more than %1 requests.").arg(collectionRequestLimit));
        }
        index = 0;
        for (SpecNode each = root["environments"].first(); each.isThere(); each = each.next(), ++index) {
            auto part = environmentOf(each, {{}, m_source.cancelled});
            if (!part)
                return within(u"environments[%1]"_s.arg(index), part.error());
            add(std::move(*part));
        }
        if (root["globals"].isList() && root["globals"].first().isThere()) {
            Notes notes;
            CollectionEnvironment globals{PostmanFileText::tr("Globals"), {}};
            globals.variables = readVariables(root["globals"], globals.name, globals.secrets, m_read.credentials, notes);
            m_read.collection.environments.append(globals);
            m_read.notes += notes.take();
        }
        if (m_read.collection.requests.isEmpty() && m_read.collection.environments.isEmpty())
            return refused(m_source, Error::Kind::InvalidInput,
                           PostmanFileText::tr("The dump holds neither requests nor environments."));
        if (root["headerPresets"].first().isThere())
            m_read.notes.append({ImportNote::What::NotExpressed, m_read.collection.name,
                                 PostmanFileText::tr("Header presets were left out.")});
        return std::move(m_read);
    }

private:
    [[nodiscard]] tl::unexpected<Error> within(const QString &path, const Error &error) const
    {
        return refused(m_source, error.kind,
                       error.kind == Error::Kind::Cancelled
                           ? error.message
                           : PostmanFileText::tr("%1: %2").arg(path, error.message));
    }

    void add(ImportedCollection part)
    {
        Collection &all = m_read.collection;
        const QString name = folderFor(part.collection);
        for (CollectionRequest &request : part.collection.requests) {
            request.folder.prepend(name);
            all.requests.append(request);
        }
        for (const NameValue &variable : std::as_const(part.collection.variables)) {
            const auto known = m_values.constFind(variable.name);
            if (known == m_values.cend()) {
                m_values.insert(variable.name, variable.value);
                all.variables.append(variable);
            } else if (*known != variable.value) {
                m_read.notes.append(
                    {ImportNote::What::NotExpressed,
                     placeOf(name, PostmanFileText::tr("variable %1").arg(variable.name)),
                     PostmanFileText::tr(
                         "The collection has another value for the same name; that one counts.")});
            }
        }
        for (const QString &secret : std::as_const(part.collection.secrets)) {
            if (!all.secrets.contains(secret))
                all.secrets.append(secret);
        }
        all.environments += part.collection.environments;
        m_read.credentials += part.credentials;
        for (const ImportNote &note : std::as_const(part.notes))
            m_read.notes.append({note.what, part.collection.requests.isEmpty() ? note.place : placeOf(QStringList{name}, note.place), note.text});
    }

    /// Two collections of one name stay apart.
    QString folderFor(const Collection &collection)
    {
        if (collection.requests.isEmpty())
            return collection.name;
        QString name = collection.name.isEmpty() ? PostmanFileText::tr("Collection") : collection.name;
        const QString wanted = name;
        for (int &number = m_folders[wanted]; number > 0 && m_folders.contains(name);
             name = PostmanFileText::tr("%1 (%2)").arg(wanted).arg(number))
            ++number;
        m_folders[name] = std::max(1, m_folders.value(name));
        return name;
    }

    const CollectionSource &m_source;
    ImportedCollection m_read;
    QHash<QString, QString> m_values;
    QHash<QString, int> m_folders; // name → the last number that it got
};

} // namespace

Result<ImportedCollection> readPostman(const QByteArray &bytes, const CollectionSource &source)
{
    const Result<SpecTree> tree = readDocument(bytes, source);
    if (!tree)
        return tl::unexpected(tree.error());
    const SpecNode root = tree->root();
    if (root["collections"].isList() || (root["environments"].isList() && root["globals"].isList()))
        return DumpReader(source).read(root);
    const bool isEnvironment = root["_postman_variable_scope"].isThere() || root["environment"].isMap() || (root["values"].isThere() && !root["item"].isThere());
    return isEnvironment ? environmentOf(root, source) : anyCollectionOf(root["collection"].isMap() ? root["collection"] : root, source);
}

} // namespace keydesk
