#pragma once

#include "app/base/Background.h"
#include "app/interchange/collection/CollectionFiles.h"
#include "app/interchange/collection/Formats.h"

#include <QObject>
#include <QUuid>

#include <memory>
#include <optional>

namespace keydesk {

class EnvironmentStore;
class ProviderCatalog;
class SecretVariables;

/// A credential of an import that is to be kept as a secret variable.
struct KeptCredential
{
    int credential = -1; ///< in `ImportedCollection::credentials`
    QUuid environment;
};

/// The secret variable that one became.
struct StoredCredential
{
    QUuid environment;
    QString variable;
    QUuid key; ///< its value's

    bool operator==(const StoredCredential &) const = default;
};

/// Of these, the variables that still have the value which the import gave them.
QList<StoredCredential> stillStored(const QList<StoredCredential> &stored, const EnvironmentStore &environments);
/// "“token” of “Shop”, “token” of “Stage”": for people; of many, the first ones and how many more.
QString namesOf(const QList<StoredCredential> &stored, const EnvironmentStore &environments);

/// Takes requests of another tool in: reads them on another thread, and keeps what the user chose. First the
/// credentials are stored, then all files are written or none, so that nothing names a variable whose value was
/// lost; what was stored stays for the next try. UI thread.
class ImportRequests : public QObject
{
    Q_OBJECT

public:
    ImportRequests(const ProviderCatalog &providers, const EnvironmentStore &environments, SecretVariables &secrets,
                   QObject *parent = nullptr);
    ~ImportRequests() override;

    /// `read` or `failed` follows, unless `cancel` comes first. A later call ends an earlier one, and what it read.
    void readPaths(const QStringList &paths); ///< files and folders, as one collection
    void readText(QByteArray text);
    void cancel();
    [[nodiscard]] bool isReading() const { return m_cancelled != nullptr; }
    /// Null: nothing was read.
    [[nodiscard]] std::shared_ptr<const ImportedCollection> imported() const { return m_imported; }

    /// What this has stored for files that are not written yet: of what is imported now, and of earlier tries.
    [[nodiscard]] QList<StoredCredential> stored() const;
    /// Why these credentials cannot be kept so; empty: they can.
    [[nodiscard]] QString problemWith(const QList<KeptCredential> &credentials) const;
    /// `requests` are places in the collection, ascending. `kept` or `failed` follows; nothing stops it.
    void keep(const QList<int> &requests, const QList<KeptCredential> &credentials, const QString &folder);

Q_SIGNALS:
    void read();
    void failed(const keydesk::Error &error);
    void storing(int done, int total); ///< credentials
    /// `leftOut`: requests and variables that a file has no way to hold.
    void kept(const keydesk::FileChange &change, const QList<keydesk::ImportNote> &leftOut);

private:
    struct Stored
    {
        StoredCredential credential;
        std::shared_ptr<const Secret> value; // to know it again when it is read again
    };
    using Work = std::function<Result<ImportedCollection>(const std::atomic_bool &)>;

    void start(const Work &work);
    void storeNext(QList<KeptCredential> waiting, int total, const std::function<void()> &then);
    void write(const QList<int> &requests, const QString &folder);
    [[nodiscard]] std::pair<QUuid, QString> placeOf(const KeptCredential &kept) const;
    [[nodiscard]] bool isStored(const KeptCredential &kept) const;

    const ProviderCatalog &m_providers;
    const EnvironmentStore &m_environments;
    SecretVariables &m_secrets;
    std::shared_ptr<std::atomic_bool> m_cancelled; // while something is being read
    std::shared_ptr<const ImportedCollection> m_imported;
    QList<Stored> m_stored;
    std::atomic_bool m_ending = false;
    Background m_background; // last: its work refers to the others
};

} // namespace keydesk
