#pragma once

#include "app/interchange/KeyCandidates.h"

#include <QHash>
#include <QObject>
#include <QPointer>

namespace keydesk {

class EnvironmentStore;
class KeyJob;
class KeyService;
class ProviderCatalog;

/// What became of one candidate.
struct ImportOutcome
{
    enum class What { Added, Duplicate, Failed, Stopped };

    int row = 0; ///< as it was given
    What what = What::Stopped;
    QUuid keyId;  ///< once it is added
    QString text; ///< the reason, if it was not
};

/// Stores the chosen candidates one after another: makes their new environments, then the keys. `finished`
/// comes once, never inside `start`; what is stored before a `cancel` stays. An environment that was made for
/// keys of which none could be stored is removed again.
class ImportRun : public QObject
{
    Q_OBJECT

public:
    struct Item
    {
        int row;
        KeyCandidate candidate;
        QString sourceName; ///< ".env.production"; empty: a pasted text
    };

    ImportRun(const QList<Item> &items, KeyService &service, EnvironmentStore &environments,
              const ProviderCatalog &providers, QObject *parent = nullptr);

    void start();
    void cancel();
    [[nodiscard]] const QList<ImportOutcome> &outcomes() const { return m_outcomes; }

Q_SIGNALS:
    void progress(int done, int total, const QString &what);
    void finished();

private:
    void next();
    void ended(const Result<ApiKey> &outcome);
    Result<std::optional<QUuid>> environmentOf(const KeyCandidate &candidate);
    void removeUnused();

    QList<Item> m_items;
    KeyService &m_service;
    EnvironmentStore &m_environments;
    const ProviderCatalog &m_providers;
    QList<ImportOutcome> m_outcomes;
    QHash<QString, QUuid> m_made; // provider, name and base URL → the environment made for them
    QPointer<KeyJob> m_job;
    bool m_cancelled = false;
};

} // namespace keydesk
