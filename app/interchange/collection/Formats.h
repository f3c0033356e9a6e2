#pragma once

#include "app/interchange/collection/Collection.h"
#include "app/leaks/TokenPattern.h"

#include <optional>

namespace keydesk {

class Redactor;

/// The formats that requests come in and go out in. Each has one row in the table of Formats.cpp, in this order.
enum class CollectionFormat {
    Http,     ///< .http files of the VS Code REST Client and the JetBrains HTTP Client
    Curl,     ///< command lines
    Postman,  ///< collections, and the environments and globals that Postman keeps in files of their own
    Insomnia, ///< exports of the versions 4 and 5
    Bruno,    ///< .bru files, their folder, and the JSON of an exported collection
    OpenCollection,     ///< files and folders of Bruno 3
    OpenApi,            ///< OpenAPI 3.0 and 3.1, Swagger 2.0: a request for each operation
    Har,                ///< what browsers record
    PostmanEnvironment, ///< an environment or the globals alone
    DotEnv,             ///< NAME=value
};

struct CollectionFormatInfo
{
    CollectionFormat format;
    QString id;         ///< "http": as it is written on a command line
    QString name;       ///< for people
    QStringList files;  ///< "*.http"; the first is what it is written as
    bool isReadable = false;
    bool isWritable = false;
    bool hasFolders = false; ///< a folder of its files can be read
    bool hasRequests = true; ///< false: variables alone
};

/// All of them, in the order they are offered.
QList<CollectionFormatInfo> collectionFormats();
CollectionFormatInfo formatInfo(CollectionFormat format);
std::optional<CollectionFormat> formatOf(const QString &id);
/// For a file dialog: everything that can be read, each format, all files.
QStringList readableFileFilters();
/// "Postman collection (*.json)": for a file dialog, of one format.
QString fileFilter(const CollectionFormatInfo &format);

/// What the bytes are: by what they say, else by the end of the name. Nothing: no format that can be read.
std::optional<CollectionFormat> guessFormat(const QByteArray &bytes, const QString &fileName);

/// What an import is read with.
struct CollectionReading
{
    QList<TokenPattern> patterns;           ///< of the providers' tokens
    std::optional<CollectionFormat> format; ///< nothing: it is guessed
};

/// Reads a file's bytes or a pasted text, and takes every credential out of it (`takeCredentials`). Nothing is
/// sent, run or resolved (SECURITY S10). Any thread. TooLarge beyond `collectionFileLimit`, Cancelled soon after
/// that is wanted, InvalidInput and Unsupported with file and place.
Result<ImportedCollection> readCollection(const QByteArray &bytes, const CollectionSource &source,
                                          const CollectionReading &reading);
/// A file or a folder. What is no regular file (a pipe, a device) is refused without waiting for it.
Result<ImportedCollection> readCollectionPath(const QString &path, const CollectionReading &reading,
                                              const std::atomic_bool &cancelled);
/// Several of them as one (`mergeCollections`), all or none. `paths` is not empty. TooLarge beyond `collectionRequestLimit`.
Result<ImportedCollection> readCollectionPaths(const QStringList &paths, const CollectionReading &reading, const std::atomic_bool &cancelled);

struct WrittenCollection
{
    struct Environment
    {
        QString fileName; ///< "Staging.postman_environment.json"
        QByteArray bytes;
    };

    QByteArray bytes;
    QList<Environment> environments; ///< those of a format that keeps them in files of their own
    QList<ImportNote> notes; ///< what was taken out of it, and what its format has no way to say
};
/// Always without secrets (`redactedCollection`). One environment and nothing else is `bytes` itself, where the format has files for that.
/// Any thread.
Result<WrittenCollection> writeCollection(CollectionFormat format, const Collection &collection,
                                          const Redactor &redactor, const QList<TokenPattern> &patterns);

} // namespace keydesk
