#pragma once

#include "app/base/Error.h"
#include "app/catalogue/Catalogue.h"
#include "app/http/KeyForm.h"
#include "app/leaks/TokenPattern.h"

#include <QJsonObject>

#include <atomic>

namespace keydesk {

/// A larger file is refused (bytes).
inline constexpr qsizetype openApiFileLimit = 64 * 1024 * 1024;

/// How an imported API takes its keys.
struct ImportedKind
{
    QString id = {};   ///< "bearer-auth"
    QString name = {}; ///< as the file calls it: "bearerAuth"
    QString about = {};
    KeyPlacement placement = KeyPlacement::Header;
    QString headerName = QStringLiteral("Authorization"); ///< or the name of the query parameter
    QString headerPrefix = QStringLiteral("Bearer ");
    bool isOAuth = false; ///< client credentials
    QString tokenUrl = {}; ///< empty: the file names none that can be used
    QString oauthScope = {};

    bool operator==(const ImportedKind &) const = default;
};

/// What an OpenAPI file came out as. Nothing of it is kept anywhere yet.
struct ImportedApi
{
    QString version;      ///< "OpenAPI 3.0.3"
    Catalogue catalogue;  ///< without an id; its base URL is the first of `baseUrls`
    QStringList baseUrls; ///< those of its servers that can be used, https first
    QList<ImportedKind> kinds;
    QStringList report; ///< what was changed or could not be expressed: sentences with their places
    int groups = 0;
};

/// Reads an OpenAPI 3.0 or 3.1 or Swagger 2.0 file, JSON or YAML. Nothing is sent, executed or fetched
/// (SECURITY S10): a reference into another file is reported. `tokens`: examples that look like one of these,
/// or like a token anyway, are left out and reported. For any thread; `cancelled` ends it soon. Errors name
/// the place: not UTF-8, not JSON or YAML, another version, too deep, too large.
Result<ImportedApi> readOpenApi(const QByteArray &bytes, const QString &fileName,
                                const QList<TokenPattern> &tokens, const std::atomic_bool &cancelled);
/// The same of a file: a regular one of at most `openApiFileLimit` bytes. The Error names the file.
Result<ImportedApi> readOpenApiFile(const QString &path, const QList<TokenPattern> &tokens,
                                    const std::atomic_bool &cancelled);

/// A provider file for it, as ProviderCatalog reads it. `id` is the catalogue's too; `baseUrl` is empty if
/// the user is to say it.
QJsonObject providerFileOf(const ImportedApi &api, const QString &id, const QString &name,
                           const QString &baseUrl);

} // namespace keydesk
