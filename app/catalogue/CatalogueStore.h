#pragma once

#include "app/base/Background.h"
#include "app/base/Error.h"
#include "app/catalogue/Catalogue.h"

#include <QObject>

#include <functional>

namespace keydesk {

class ProviderCatalog;
struct Provider;

/// The catalogues: those that providers name, and those that were imported (data/catalogues/*.json). Nothing
/// is read before `load()`, and then on another thread: nobody needs them for the first frame.
class CatalogueStore : public QObject
{
    Q_OBJECT

public:
    struct Problem
    {
        QString file;
        QString message;
    };

    /// `folder` holds the imported ones; it is made when there is one to keep.
    CatalogueStore(const ProviderCatalog &providers, const QString &folder, QObject *parent = nullptr);

    /// `changed` follows, the first time; later calls do nothing.
    void load();
    [[nodiscard]] bool isLoaded() const { return m_loaded; }

    [[nodiscard]] const QList<CataloguePtr> &all() const { return m_all; }
    [[nodiscard]] CataloguePtr
    find(const QString &id) const; ///< nullptr: there is none, or it is not read yet
    [[nodiscard]] CataloguePtr of(const QString &providerId) const;
    /// The endpoint that a request was made from: in the provider's catalogue, else in an imported one that
    /// is no provider's. The pointer is good as long as `keep`.
    [[nodiscard]] const Endpoint *endpointOf(const RequestSpec &request, const QString &providerId,
                                             CataloguePtr &keep) const;
    [[nodiscard]] const QList<Problem> &problems() const { return m_problems; }

    /// An id for an import that neither a catalogue nor a provider has: small letters, digits and -.
    [[nodiscard]] QString freeId(const QString &name) const;
    /// Writes an imported one into the folder (mode 0600, read back), on another thread; then it is there,
    /// and `changed` comes before `done`.
    void add(const Catalogue &catalogue, QObject *guard, std::function<void(const Result<void> &)> done);
    /// Deletes an imported one's file. A provider that was made with it stays.
    Result<void> remove(const QString &id);

Q_SIGNALS:
    void changed();
    void loaded(); ///< after `changed`, once: `problems` tells what could not be read

private:
    struct Loaded
    {
        QList<CataloguePtr> all;
        QList<Problem> problems;
    };
    static Loaded read(const QStringList &builtIn, const QString &folder);
    [[nodiscard]] QString fileOf(const QString &id) const;

    const ProviderCatalog &m_providers;
    QString m_folder;
    QList<CataloguePtr> m_all;
    QList<Problem> m_problems;
    bool m_loading = false;
    bool m_loaded = false;
    Background m_background;
};

} // namespace keydesk
