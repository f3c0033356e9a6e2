#include "app/interchange/postman/Postman.h"
#include "app/interchange/postman/PostmanAuth.h"
#include "app/interchange/postman/PostmanBody.h"
#include "app/interchange/postman/PostmanDocument.h"
#include "app/interchange/postman/PostmanUrl.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QHash>

#include <algorithm>
#include <array>

namespace keydesk {

using namespace Qt::StringLiterals;
using namespace postman;

namespace {

struct PostmanReaderText
{
    Q_DECLARE_TR_FUNCTIONS(Postman)
};

/// What a folder gives to all that is in it.
struct Inherited
{
    SpecNode auth;
    QList<SpecNode> behaviours; ///< protocolProfileBehavior, outermost first
};

/// Of the folders in one folder.
struct FolderNames
{
    QSet<QString> names;
    QHash<QString, int> counts; ///< the last number that a name got
};

class CollectionReader
{
public:
    explicit CollectionReader(const CollectionSource &source)
        : m_source(source)
    {
    }

    Result<ImportedCollection> read(SpecNode root)
    {
        if (const auto known = checkFormat(root); !known)
            return tl::unexpected(known.error());
        const SpecNode info = root["info"];
        Collection &collection = m_read.collection;
        collection.name = oneLine(info["name"].text()).trimmed();
        if (collection.name.isEmpty())
            collection.name = QFileInfo(m_source.fileName).completeBaseName();
        const QString whole =
            collection.name.isEmpty() ? PostmanReaderText::tr("The collection") : collection.name;
        collection.about = aboutText(info["description"]);
        noteScripts(root, whole);
        takeVariables(root["variable"], whole);
        if (const auto done = readItems(root["item"], {}, within({}, root), {}); !done)
            return tl::unexpected(done.error());
        if (m_examples > 0)
            m_notes.notExpressed(
                whole, PostmanReaderText::tr("%n example answer(s) were left out; Keydesk keeps none.",
                                             nullptr, m_examples));
        if (m_rowDescriptions > 0)
            m_notes.notExpressed(
                whole, PostmanReaderText::tr(
                           "%n description(s) of single parameters, headers and fields were left out.",
                           nullptr, m_rowDescriptions));
        m_read.notes = m_notes.take();
        return std::move(m_read);
    }

private:
    Result<void> checkFormat(SpecNode root)
    {
        const SpecNode info = root["info"];
        if (!info.isMap())
            return refused(m_source, Error::Kind::InvalidInput,
                           PostmanReaderText::tr("It has no “info”, so it is no collection of Postman."));
        const QString schema = info["schema"].text();
        const bool isPostman = schema.contains("getpostman.com"_L1) || schema.contains("postman.com"_L1);
        if (isPostman && schema.contains("/v2.0."_L1))
            m_read.format = PostmanReaderText::tr("Postman Collection v2.0");
        else if (isPostman && schema.contains("/v2.1."_L1))
            m_read.format = PostmanReaderText::tr("Postman Collection v2.1");
        else if (schema.isEmpty())
            return refused(
                m_source, Error::Kind::InvalidInput,
                PostmanReaderText::tr("info.schema is missing, so it is no collection of Postman."));
        else
            return misplaced(
                m_source, u"info.schema"_s, info["schema"],
                PostmanReaderText::tr(
                    "“%1” is not a format that Keydesk reads. It reads Postman's collections 2.0 and 2.1.")
                    .arg(oneLine(schema).left(120)));
        return {};
    }

    static Inherited within(const Inherited &outer, SpecNode holder)
    {
        Inherited inner = outer;
        if (!holder["auth"]["type"].text().isEmpty())
            inner.auth = holder["auth"];
        if (holder["protocolProfileBehavior"].isMap())
            inner.behaviours.append(holder["protocolProfileBehavior"]);
        return inner;
    }

    Result<void> readItems(SpecNode items, const QStringList &folder, const Inherited &inherited, const QString &path)
    {
        const QString here = path + u"item"_s;
        if (!items.isThere() || items.isNull())
            return {};
        if (!items.isList())
            return misplaced(m_source, here, items, PostmanReaderText::tr("it should be a list."));
        // Requests first: those of one folder stand together.
        int index = 0;
        for (SpecNode item = items.first(); item.isThere(); item = item.next(), ++index) {
            const QString itemPath = u"%1[%2]"_s.arg(here).arg(index);
            if (!item.isMap())
                return misplaced(m_source, itemPath, item, PostmanReaderText::tr("it should be an object."));
            if (item["item"].isThere())
                continue;
            if (const auto done = readItem(item, folder, inherited, itemPath); !done)
                return done;
        }
        index = 0;
        FolderNames taken;
        for (SpecNode item = items.first(); item.isThere(); item = item.next(), ++index) {
            if (!item["item"].isThere())
                continue;
            const QString name = freeName(item, folder, taken);
            if (const auto done = readFolder(item, folder + QStringList{name}, inherited, u"%1[%2]"_s.arg(here).arg(index)); !done)
                return done;
        }
        return {};
    }

    /// Two folders of one name, which Postman allows, would become one.
    QString freeName(SpecNode item, const QStringList &outer, FolderNames &taken)
    {
        const QString given = oneLine(item["name"].text()).trimmed();
        const QString wanted = given.isEmpty() ? PostmanReaderText::tr("Folder") : given;
        QString name = wanted;
        for (int &number = taken.counts[wanted]; taken.names.contains(name);
             name = PostmanReaderText::tr("%1 (%2)").arg(wanted).arg(number))
            number = std::max(2, number + 1);
        if (name != wanted)
            m_notes.changed(placeOf(outer, name),
                            PostmanReaderText::tr("Another folder beside it is named “%1”.").arg(wanted));
        taken.names.insert(name);
        return name;
    }

    Result<void> readFolder(SpecNode item, const QStringList &folder, const Inherited &inherited, const QString &path)
    {
        if (m_source.cancelled)
            return openapi::cancelledError();
        if (folder.size() > collectionDepthLimit)
            return misplaced(
                m_source, path, item,
                PostmanReaderText::tr("folders are nested more than %1 deep.").arg(collectionDepthLimit));
        const QString place = folder.join(u" › "_s);
        noteScripts(item, place);
        takeVariables(item["variable"], place);
        if (!aboutText(item["description"]).trimmed().isEmpty())
            m_notes.notExpressed(place, PostmanReaderText::tr("The folder's description was left out."));
        const qsizetype before = m_read.collection.requests.size();
        const auto done = readItems(item["item"], folder, within(inherited, item), path + u'.');
        if (done && m_read.collection.requests.size() == before)
            m_notes.notExpressed(place,
                                 PostmanReaderText::tr("The folder holds no request, and was left out."));
        return done;
    }

    Result<void> readItem(SpecNode item, const QStringList &folder, const Inherited &inherited, const QString &path)
    {
        if (m_source.cancelled)
            return openapi::cancelledError();
        const SpecNode request = item["request"];
        const QString requestPath = path + u".request"_s;
        if (!request.isThere())
            return misplaced(m_source, path, item,
                             PostmanReaderText::tr(
                                 "it is neither a request nor a folder: “request” or “item” is missing."));
        if (!request.isMap() && !request.isText())
            return misplaced(m_source, requestPath, request,
                             PostmanReaderText::tr("it should be an object or a text."));
        const SpecNode url = request.isText() ? request : request["url"];
        if (url.isThere() && !url.isNull() && !url.isText() && !url.isMap())
            return misplaced(m_source, requestPath + u".url"_s, url,
                             PostmanReaderText::tr("it should be an object or a text."));
        if (const SpecNode body = request["body"]; body.isThere() && !body.isNull() && !body.isMap())
            return misplaced(m_source, requestPath + u".body"_s, body,
                             PostmanReaderText::tr("it should be an object."));
        if (m_read.collection.requests.size() >= collectionRequestLimit)
            return refused(
                m_source, Error::Kind::TooLarge,
                PostmanReaderText::tr("It holds more than %1 requests.").arg(collectionRequestLimit));

        CollectionRequest made;
        made.folder = folder;
        RequestSpec &spec = made.spec;
        spec.name = oneLine(item["name"].text()).trimmed();
        if (!request["method"].text().trimmed().isEmpty())
            spec.method = oneLine(request["method"].text()).trimmed();
        if (spec.name.isEmpty())
            spec.name = PostmanReaderText::tr("Untitled request");
        const QString place = placeOf(folder, spec.name);
        made.about = aboutText(request["description"]);
        if (made.about.isEmpty())
            made.about = aboutText(item["description"]);

        const Address address = readAddress(url, place, m_notes);
        spec.url = address.url;
        spec.params = address.params;
        spec.pathParts = address.pathParts;
        spec.headers = readHeaders(request["header"], place, m_notes);
        const Inherited own = within(within(inherited, item), request);
        const bool sendsAnyBody = applyBehaviours(own.behaviours, made.options, place);
        readBody(request["body"], !sendsAnyBody && isSentWithoutBody(spec.method), spec, place, m_notes);
        applyAuth(own.auth, spec, place, m_notes);
        noteScripts(item, place);
        takeVariables(item["variable"], place);
        noteRest(item, request, place);
        m_read.collection.requests.append(made);
        return {};
    }

    static bool isSentWithoutBody(const QString &method)
    {
        static constexpr std::array without{"GET"_L1, "HEAD"_L1, "COPY"_L1, "PURGE"_L1, "UNLOCK"_L1};
        return std::ranges::any_of(without, [&method](QLatin1StringView each) { return method.compare(each, Qt::CaseInsensitive) == 0; });
    }

    /// Whether a body is sent with every method.
    bool applyBehaviours(const QList<SpecNode> &behaviours, HttpOptions &options, const QString &place)
    {
        bool sendsAnyBody = false;
        for (const SpecNode &behaviour : behaviours) { // inner ones go before outer ones
            for (SpecNode each = behaviour.first(); each.isThere(); each = each.next()) {
                const std::string_view name = each.key();
                if (name == "followRedirects")
                    options.followRedirects = each.isTrue();
                else if (name == "disableCookies")
                    options.keepCookies = !each.isTrue();
                else if (name == "disableUrlEncoding")
                    options.encodeUrl = !each.isTrue();
                else if (name == "disableBodyPruning")
                    sendsAnyBody = each.isTrue();
                else
                    m_notes.notExpressed(place, PostmanReaderText::tr("The setting “%1” was left out.")
                                                    .arg(oneLine(each.keyText()).left(60)));
            }
        }
        return sendsAnyBody;
    }

    void noteScripts(SpecNode holder, const QString &place)
    {
        for (SpecNode event = holder["event"].first(); event.isThere(); event = event.next()) {
            const SpecNode exec = event["script"].isMap() ? event["script"]["exec"] : event["script"];
            bool isEmpty = exec.text().trimmed().isEmpty();
            for (SpecNode line = exec.first(); line.isThere() && isEmpty; line = line.next())
                isEmpty = line.text().trimmed().isEmpty();
            if (isEmpty && !event["script"]["src"].isThere())
                continue;
            m_notes.notExpressed(
                place, event["listen"].text() == "test"_L1
                           ? PostmanReaderText::tr(
                                 "The script that follows the answer was left out; Keydesk runs none.")
                           : PostmanReaderText::tr(
                                 "The script before the request was left out; Keydesk runs none."));
        }
    }

    void noteRest(SpecNode item, SpecNode request, const QString &place)
    {
        for (SpecNode example = item["response"].first(); example.isThere(); example = example.next())
            ++m_examples;
        for (const SpecNode &rows : {request["header"], request["url"]["query"], request["url"]["variable"], request["body"]["urlencoded"],
                                     request["body"]["formdata"]}) {
            for (SpecNode row = rows.first(); row.isThere(); row = row.next())
                m_rowDescriptions += row.isMap() && !aboutText(row["description"]).isEmpty() ? 1 : 0;
        }
        if (request["proxy"].isMap() && !isDisabled(request["proxy"]))
            m_notes.notExpressed(
                place, PostmanReaderText::tr("Its proxy was left out; set one in Keydesk's settings."));
        if (request["certificate"].isMap() && request["certificate"]["matches"].first().isThere())
            m_notes.notExpressed(
                place,
                PostmanReaderText::tr("Its client certificate was left out; set it in the environment."));
    }

    /// Those of folders and requests become the collection's, if it has none of the name.
    void takeVariables(SpecNode rows, const QString &place)
    {
        QStringList secrets;
        QList<FoundCredential> credentials;
        const QList<NameValue> variables = readVariables(rows, place, secrets, credentials, m_notes);
        Collection &collection = m_read.collection;
        for (const NameValue &variable : variables) {
            const auto same = m_variables.constFind(variable.name);
            if (same == m_variables.cend()) {
                m_variables.insert(variable.name, collection.variables.size());
                collection.variables.append(variable);
            } else if (collection.variables.at(*same).value != variable.value) {
                m_notes.notExpressed(
                    placeOf(place, PostmanReaderText::tr("variable %1").arg(variable.name)),
                    PostmanReaderText::tr(
                        "The collection has another value for the same name; that one counts."));
            }
        }
        for (const QString &name : std::as_const(secrets)) {
            if (!m_secrets.contains(name)) {
                m_secrets.insert(name, -1);
                collection.secrets.append(name);
            }
        }
        for (const FoundCredential &credential : std::as_const(credentials)) {
            qsizetype &at = m_secrets[credential.variable];
            if (at < 0) {
                at = m_read.credentials.size();
                m_read.credentials.append(credential);
            } else if (!m_read.credentials.at(at).value->equals(*credential.value)) {
                m_notes.notExpressed(
                    credential.place,
                    PostmanReaderText::tr("A secret of the same name came before; that one counts."));
            }
        }
    }

    const CollectionSource &m_source;
    ImportedCollection m_read;
    Notes m_notes;
    QHash<QString, qsizetype> m_variables; // name → place in the collection's
    QHash<QString, qsizetype> m_secrets;   // name → place in the credentials, or -1
    int m_examples = 0;
    int m_rowDescriptions = 0;
};

} // namespace

Result<ImportedCollection> postman::collectionOf(SpecNode root, const CollectionSource &source)
{
    return CollectionReader(source).read(root);
}

} // namespace keydesk
