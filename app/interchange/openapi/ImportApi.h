#pragma once

#include "app/base/Background.h"
#include "app/interchange/openapi/OpenApi.h"

#include <QObject>

#include <atomic>
#include <memory>
#include <optional>

namespace keydesk {

class CatalogueStore;
class ProviderCatalog;

/// What the user chose to make of an imported API.
struct ApiImport
{
    QString name;
    QString baseUrl;          ///< empty: there is none, and a provider asks for it
    bool withProvider = true; ///< also a file in config/providers, so that environments can be made for it
};

/// Takes an OpenAPI file in: reads it on another thread, and keeps it when the user says so. Nothing is kept
/// before, and either all of it or nothing after.
class ImportApi : public QObject
{
    Q_OBJECT

public:
    /// `providerFolder`: config/providers.
    ImportApi(const ProviderCatalog &providers, CatalogueStore &catalogues, const QString &providerFolder,
              QObject *parent = nullptr);
    ~ImportApi() override;

    /// `read` or `failed` follows, unless `cancel` comes first. A later call ends an earlier one.
    void readFile(const QString &path);
    void cancel();
    [[nodiscard]] bool isReading() const { return m_cancelled != nullptr; }
    [[nodiscard]] const std::optional<ImportedApi> &api() const { return m_api; }

    /// What is wrong with a choice; empty: nothing.
    [[nodiscard]] QString problemWith(const ApiImport &choice) const;
    /// `kept` or `failed` follows.
    void keep(const ApiImport &choice);

Q_SIGNALS:
    void read();
    void failed(const keydesk::Error &error);
    void kept(const QString &catalogueId);

private:
    [[nodiscard]] QString providerFile(const QString &id) const;
    [[nodiscard]] Result<void> writeProvider(const QString &id, const QByteArray &json) const;

    const ProviderCatalog &m_providers;
    CatalogueStore &m_catalogues;
    QString m_providerFolder;
    std::shared_ptr<std::atomic_bool> m_cancelled; // while a file is being read
    std::optional<ImportedApi> m_api;
    Background m_background;
};

} // namespace keydesk
