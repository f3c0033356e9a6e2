#include "app/interchange/collection/Formats.h"

#include "app/interchange/DotEnvCollection.h"
#include "app/interchange/SourceFile.h"
#include "app/interchange/bruno/Bruno.h"
#include "app/interchange/collection/CollectionTexts.h"
#include "app/interchange/collection/FormatHints.h"
#include "app/interchange/collection/HttpCollection.h"
#include "app/interchange/collection/LocalReads.h"
#include "app/interchange/collection/MergeCollections.h"
#include "app/interchange/collection/RedactedCollection.h"
#include "app/interchange/collection/TakeCredentials.h"
#include "app/interchange/curl/Curl.h"
#include "app/interchange/har/Har.h"
#include "app/interchange/insomnia/Insomnia.h"
#include "app/interchange/openapi/OpenApiCollection.h"
#include "app/interchange/opencollection/OpenCollection.h"
#include "app/interchange/postman/Postman.h"
#include "app/workspace/DiskSteps.h"
#include "app/workspace/FileNames.h"
#include "app/workspace/HttpFile.h"
#include "app/workspace/WorkspaceIndex.h"

#include <QCoreApplication>
#include <QDir>
#include <QDirIterator>
#include <QFileInfo>
#include <QLocale>
#include <QRegularExpression>
#include <QSet>

#include <algorithm>
#include <iterator>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct FormatsText
{
    Q_DECLARE_TR_FUNCTIONS(Formats)
};

constexpr int mostLooked = 10'000; // files of a folder

struct Row
{
    CollectionFormat format;
    const char *id;
    const char *name;
    const char *files; // as for a file dialog
    bool (*isOne)(const FormatHints &hints);
    Result<ImportedCollection> (*read)(const QByteArray &, const CollectionSource &);
    Result<QByteArray> (*write)(const Collection &, QList<ImportNote> &);
    bool (*isFile)(const QString &name); // of a folder; null: its folders are not read
    Result<ImportedCollection> (*readFolder)(const QString &, const CollectionSource &);
    /// Into a file of its own, whose name ends with `environmentFile`. Without `write` that is all that the
    /// format holds.
    Result<QByteArray> (*writeEnvironment)(const CollectionEnvironment &, QList<ImportNote> &) = nullptr;
    const char *environmentFile = nullptr;
};

bool isHttp(const FormatHints &hints)
{
    static const QRegularExpression line(
        u"^(?:###|(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|TRACE|CONNECT|QUERY|GRAPHQL|WEBSOCKET)[ \\t]+\\S|https?://\\S+[ \\t]*\\r?$)"_s,
        QRegularExpression::MultilineOption);
    return !hints.isJson() && line.match(QString::fromUtf8(hints.head())).hasMatch();
}

/// Its first word says so; comments may stand before it.
bool isCurl(const FormatHints &hints)
{
    if (hints.isJson())
        return false;
    static const QRegularExpression comments(u"^(?:[ \\t]*(?:#.*)?\\r?\\n)+"_s);
    const QString text = QString::fromUtf8(hints.head());
    return looksLikeCurl(text.sliced(comments.match(text).capturedLength()));
}

bool isPostman(const FormatHints &hints)
{
    const bool isDump = hints.has("collections") && hints.has("environments");
    const bool isFormat1 = hints.has("requests") && hints.has("order") && hints.has("name");
    return hints.has("_postman_variable_scope") || hints.has("info._postman_id") || hints.has("collection.info._postman_id") ||
           hints.value("info.schema").contains("postman.com/") || hints.value("collection.info.schema").contains("postman.com/") || isDump || isFormat1;
}

bool isInsomnia(const FormatHints &hints)
{
    return hints.has("__export_format") || hints.value("type").contains(".insomnia.rest/");
}

bool isBruno(const FormatHints &hints)
{
    static const QRegularExpression block(
        u"^(?:meta|vars(?::[a-z-]+)?|get|post|put|patch|delete|head|options|trace|connect|headers|params:[a-z]+|body(?::[a-z-]+)?|auth(?::[a-z0-9-]+)?)[ \\t]*\\{[ \\t]*\\r?$"_s,
        QRegularExpression::MultilineOption);
    if (hints.has("items") && !hints.has("info") && (hints.has("version") || hints.has("brunoConfig") || hints.has("environments")))
        return true;
    return block.match(QString::fromUtf8(hints.head())).hasMatch();
}

bool isOpenCollection(const FormatHints &hints)
{
    return hints.has("opencollection") || (hints.has("http") && hints.has("info"));
}

bool isOpenApi(const FormatHints &hints)
{
    return !hints.value("openapi").isEmpty() || !hints.value("swagger").isEmpty();
}

bool isHar(const FormatHints &hints)
{
    return hints.has("log.entries");
}

Result<QByteArray> writeHttpFile(const Collection &collection, QList<ImportNote> & /*notes*/)
{
    return writeHttpCollection(collection);
}

Result<QByteArray> writeCurlFile(const Collection &collection, QList<ImportNote> & /*notes*/)
{
    return writeCurl(collection);
}

Result<QByteArray> writePostmanFile(const Collection &collection, QList<ImportNote> & /*notes*/)
{
    return writePostman(collection);
}

Result<QByteArray> writeHarFile(const Collection &collection, QList<ImportNote> & /*notes*/)
{
    return writeHar(collection);
}

Result<QByteArray> writePostmanEnvironmentFile(const CollectionEnvironment &environment,
                                               QList<ImportNote> & /*notes*/)
{
    return writePostmanEnvironment(environment);
}

Result<QByteArray> writeDotEnvFile(const CollectionEnvironment &environment, QList<ImportNote> &notes)
{
    return writeDotEnv(environment, notes);
}

/// By its name alone: NAME=value stands in files of many kinds. What Postman's files of environments say of
/// themselves is read as Postman's.
bool isByName(const FormatHints & /*hints*/)
{
    return false;
}

bool isBrunoFile(const QString &name)
{
    return name == "bruno.json"_L1 || name.endsWith(".bru"_L1);
}

bool isOpenCollectionFile(const QString &name)
{
    return name == "opencollection.yml"_L1 || name == "opencollection.yaml"_L1;
}

// One row a format. Of several that a text could be, the first one counts. A null function: that way it does not go.
constexpr Row table[] = {
    {CollectionFormat::Http, "http", QT_TRANSLATE_NOOP("Formats", ".http file"), "*.http *.rest", isHttp,
     readHttpCollection, writeHttpFile, isRequestFile, readHttpFolder},
    {CollectionFormat::Curl, "curl", QT_TRANSLATE_NOOP("Formats", "cURL commands"), "*.sh *.bat *.ps1",
     isCurl, readCurl, writeCurlFile, nullptr, nullptr},
    {CollectionFormat::Postman, "postman", QT_TRANSLATE_NOOP("Formats", "Postman collection"), "*.json",
     isPostman, readPostman, writePostmanFile, nullptr, nullptr, writePostmanEnvironmentFile,
     ".postman_environment.json"},
    {CollectionFormat::Insomnia, "insomnia", QT_TRANSLATE_NOOP("Formats", "Insomnia export"),
     "*.json *.yaml *.yml", isInsomnia, readInsomnia, nullptr, nullptr, nullptr},
    {CollectionFormat::OpenCollection, "opencollection", QT_TRANSLATE_NOOP("Formats", "OpenCollection"),
     "*.yml *.yaml *.json", isOpenCollection, readOpenCollection, nullptr, isOpenCollectionFile,
     readOpenCollectionFolder},
    {CollectionFormat::Bruno, "bruno", QT_TRANSLATE_NOOP("Formats", "Bruno collection"), "*.bru *.json",
     isBruno, readBruno, nullptr, isBrunoFile, readBrunoFolder},
    {CollectionFormat::OpenApi, "openapi", QT_TRANSLATE_NOOP("Formats", "OpenAPI description"),
     "*.yaml *.yml *.json", isOpenApi, readOpenApiCollection, writeOpenApi, nullptr, nullptr},
    {CollectionFormat::Har, "har", QT_TRANSLATE_NOOP("Formats", "HTTP Archive"), "*.har", isHar, readHar,
     writeHarFile, nullptr, nullptr},
    {CollectionFormat::PostmanEnvironment, "postman-environment",
     QT_TRANSLATE_NOOP("Formats", "Postman environment"), "*.postman_environment.json", isByName,
     readPostmanEnvironment, nullptr, nullptr, nullptr, writePostmanEnvironmentFile,
     ".postman_environment.json"},
    {CollectionFormat::DotEnv, "dotenv", QT_TRANSLATE_NOOP("Formats", ".env file"), "*.env .env.*", isByName,
     readDotEnv, nullptr, nullptr, nullptr, writeDotEnvFile, ".env"},
};

const Row &rowOf(CollectionFormat format)
{
    return *std::ranges::find(table, format, &Row::format);
}

CollectionFormatInfo infoOf(const Row &row)
{
    return {row.format,
            QString::fromLatin1(row.id),
            QCoreApplication::translate("Formats", row.name),
            QString::fromLatin1(row.files).split(u' '),
            row.read != nullptr,
            row.write != nullptr || row.writeEnvironment != nullptr,
            row.readFolder != nullptr,
            row.write != nullptr || row.writeEnvironment == nullptr};
}

QString shown(const QString &fileName)
{
    return fileName.isEmpty() ? FormatsText::tr("The text") : QDir::toNativeSeparators(fileName);
}

Error tooLarge(const QString &fileName)
{
    return {Error::Kind::TooLarge,
            FormatsText::tr("%1 is too large: Keydesk imports files of up to %2. Export it in parts.")
                .arg(shown(fileName), QLocale().formattedDataSize(collectionFileLimit)),
            {}};
}

/// All but that its credentials are still in it.
Result<ImportedCollection> finished(Result<ImportedCollection> imported, CollectionFormat format, const std::atomic_bool &cancelled)
{
    if (!imported)
        return imported;
    if (cancelled)
        return failure(Error::Kind::Cancelled, FormatsText::tr("The reading was stopped."));
    if (format != CollectionFormat::Http)
        keepBodiesAsText(*imported);
    tellOfReads(*imported);
    return imported;
}

tl::unexpected<Error> unknown(const QString &fileName)
{
    QStringList names;
    for (const CollectionFormatInfo &each : collectionFormats()) {
        if (each.isReadable)
            names.append(each.name);
    }
    return failure(Error::Kind::Unsupported,
                   FormatsText::tr("%1 is in no format that Keydesk reads requests from. It reads: %2.")
                       .arg(shown(fileName), names.join(u", "_s)));
}

/// What only .http files have a place for.
void tellOfExpectations(const Collection &collection, QList<ImportNote> &notes)
{
    for (const CollectionRequest &request : collection.requests) {
        if (!request.expectations.isEmpty())
            notes.append({ImportNote::What::NotExpressed, placeOf(request),
                          FormatsText::tr("What is expected of its answer (@expect) is left out.")});
        if (!request.reference.isEmpty() && request.reference != request.spec.name)
            notes.append({ImportNote::What::NotExpressed, placeOf(request),
                          FormatsText::tr("Its name for references (@name %1) is left out.")
                              .arg(request.reference.left(80))});
    }
}

/// For a format that holds nothing else: each with the collection's variables that it has not itself, or
/// these alone.
QList<CollectionEnvironment> environmentsOf(const Collection &collection, QList<ImportNote> &notes)
{
    for (const CollectionRequest &request : collection.requests)
        notes.append({ImportNote::What::NotExpressed, placeOf(request),
                      FormatsText::tr("A file of this format holds no requests.")});
    QList<CollectionEnvironment> all = collection.environments;
    const bool hasVariables = !collection.variables.isEmpty() || !collection.secrets.isEmpty();
    if (all.isEmpty() && hasVariables)
        all.append({collection.name.isEmpty() ? FormatsText::tr("Environment") : collection.name, {}});
    for (CollectionEnvironment &each : all) {
        QSet<QString> own(each.secrets.cbegin(), each.secrets.cend());
        for (const NameValue &row : std::as_const(each.variables))
            own.insert(row.name);
        for (const NameValue &row : collection.variables) {
            if (!own.contains(row.name))
                each.variables.append(row);
        }
        for (const QString &name : collection.secrets) {
            if (!own.contains(name))
                each.secrets.append(name);
        }
    }
    return all;
}

Result<ImportedCollection> readFolder(const QString &path, const CollectionReading &reading, const std::atomic_bool &cancelled)
{
    const auto holds = [&](const Row &row) {
        int looked = 0;
        for (QDirIterator each(path, QDir::Files, QDirIterator::Subdirectories); each.hasNext() && looked < mostLooked && !cancelled; ++looked) {
            each.next();
            if (row.isFile(each.fileName()))
                return true;
        }
        return false;
    };
    for (const Row &row : table) {
        const bool isMeant = reading.format ? row.format == *reading.format : row.readFolder && holds(row);
        if (isMeant && row.readFolder)
            return finished(row.readFolder(path, {path, cancelled}), row.format, cancelled);
    }
    if (cancelled)
        return failure(Error::Kind::Cancelled, FormatsText::tr("The reading was stopped."));
    return failure(Error::Kind::Unsupported,
                   FormatsText::tr("%1 holds no files of requests that Keydesk reads.").arg(shown(path)));
}

Result<ImportedCollection> readBytes(const QByteArray &bytes, const CollectionSource &source, const CollectionReading &reading)
{
    if (bytes.size() > collectionFileLimit)
        return tl::unexpected(tooLarge(source.fileName));
    if (bytes.trimmed().isEmpty())
        return failure(Error::Kind::InvalidInput,
                       FormatsText::tr("%1 is empty.").arg(shown(source.fileName)));
    const auto format = reading.format ? reading.format : guessFormat(bytes, source.fileName);
    if (!format || !rowOf(*format).read)
        return unknown(source.fileName);
    return finished(rowOf(*format).read(bytes, source), *format, source.cancelled);
}

Result<ImportedCollection> readPath(const QString &path, const CollectionReading &reading, const std::atomic_bool &cancelled)
{
    if (QFileInfo(path).isDir())
        return readFolder(path, reading, cancelled);
    const auto file = readSourceFile(path, collectionFileLimit);
    if (!file)
        return tl::unexpected(file.error().kind == Error::Kind::TooLarge ? tooLarge(path) : file.error());
    QByteArray bytes = bytesOf(*file);
    auto imported = readBytes(bytes, {path, cancelled}, reading);
    wipe(bytes);
    return imported;
}

ImportedCollection withoutCredentials(ImportedCollection imported, const CollectionReading &reading)
{
    takeCredentials(imported, reading.patterns);
    return imported;
}

} // namespace

QList<CollectionFormatInfo> collectionFormats()
{
    QList<CollectionFormatInfo> all;
    std::ranges::transform(table, std::back_inserter(all), infoOf);
    return all;
}

CollectionFormatInfo formatInfo(CollectionFormat format)
{
    return infoOf(rowOf(format));
}

std::optional<CollectionFormat> formatOf(const QString &id)
{
    const auto *const row = std::ranges::find_if(table, [&id](const Row &each) { return id == QLatin1StringView(each.id); });
    return row == std::end(table) ? std::nullopt : std::optional(row->format);
}

QString fileFilter(const CollectionFormatInfo &format)
{
    return u"%1 (%2)"_s.arg(format.name, format.files.join(u' '));
}

QStringList readableFileFilters()
{
    QStringList all;
    QStringList each;
    for (const CollectionFormatInfo &format : collectionFormats()) {
        if (!format.isReadable)
            continue;
        all += format.files;
        each.append(fileFilter(format));
    }
    all.removeDuplicates();
    return QStringList{FormatsText::tr("Files of requests (%1)").arg(all.join(u' '))} + each +
           QStringList{FormatsText::tr("All files (*)")};
}

std::optional<CollectionFormat> guessFormat(const QByteArray &bytes, const QString &fileName)
{
    const FormatHints hints(bytes);
    for (const Row &row : table) {
        if (row.read && row.isOne(hints))
            return row.format;
    }
    for (const Row &row : table) {
        QStringList ends = QString::fromLatin1(row.files).split(u' ');
        // So many formats end in these that the end of a name says nothing.
        for (const QString &common : {u"*.json"_s, u"*.yaml"_s, u"*.yml"_s})
            ends.removeAll(common);
        if (row.read && QDir::match(ends, QFileInfo(fileName).fileName()))
            return row.format;
    }
    return std::nullopt;
}

Result<ImportedCollection> readCollection(const QByteArray &bytes, const CollectionSource &source, const CollectionReading &reading)
{
    return readBytes(bytes, source, reading).map([&](const ImportedCollection &imported) { return withoutCredentials(imported, reading); });
}

Result<ImportedCollection> readCollectionPath(const QString &path, const CollectionReading &reading, const std::atomic_bool &cancelled)
{
    return readCollectionPaths({path}, reading, cancelled);
}

Result<ImportedCollection> readCollectionPaths(const QStringList &paths, const CollectionReading &reading, const std::atomic_bool &cancelled)
{
    QList<ImportedCollection> all;
    qsizetype requests = 0;
    for (const QString &path : paths) {
        auto imported = readPath(path, reading, cancelled);
        if (!imported)
            return imported;
        requests += imported->collection.requests.size();
        if (requests > collectionRequestLimit)
            return failure(
                Error::Kind::TooLarge,
                FormatsText::tr("Together these files hold more than %1 requests. Import them in parts.")
                    .arg(QLocale().toString(collectionRequestLimit)));
        all.append(std::move(*imported));
    }
    return withoutCredentials(mergeCollections(std::move(all)), reading);
}

Result<WrittenCollection> writeCollection(CollectionFormat format, const Collection &collection, const Redactor &redactor,
                                          const QList<TokenPattern> &patterns)
{
    const Row &row = rowOf(format);
    if (!row.write && !row.writeEnvironment)
        return failure(Error::Kind::Unsupported,
                       FormatsText::tr("Keydesk reads this format and does not write it."));
    const RedactedCollection redacted = redactedCollection(collection, redactor, patterns);
    const Collection &made = redacted.collection;
    WrittenCollection written{{}, {}, redacted.notes};
    QList<CollectionEnvironment> environments = made.environments;
    if (!row.write) {
        environments = environmentsOf(made, written.notes);
        if (environments.isEmpty())
            return failure(
                Error::Kind::InvalidInput,
                FormatsText::tr("There are no variables in it, and this format holds nothing else."));
    }
    const bool isEnvironment = row.writeEnvironment && made.requests.isEmpty() && made.variables.isEmpty() &&
                               environments.size() == 1;
    const Result<QByteArray> bytes = isEnvironment || !row.write
                                         ? row.writeEnvironment(environments.takeFirst(), written.notes)
                                         : row.write(made, written.notes);
    if (!bytes)
        return tl::unexpected(bytes.error());
    written.bytes = *bytes;
    if (format != CollectionFormat::Http)
        tellOfExpectations(made, written.notes);
    for (const CollectionEnvironment &each : std::as_const(environments)) {
        if (!row.writeEnvironment) {
            written.notes.append({ImportNote::What::NotExpressed, each.name,
                                  FormatsText::tr("A file of this format holds no environments.")});
            continue;
        }
        const Result<QByteArray> environment = row.writeEnvironment(each, written.notes);
        if (!environment)
            return tl::unexpected(environment.error());
        const QString name =
            fileNameFor(each.name.simplified().left(100)).value_or(FormatsText::tr("Environment"));
        written.environments.append({name + QLatin1StringView(row.environmentFile), *environment});
    }
    return written;
}

} // namespace keydesk
