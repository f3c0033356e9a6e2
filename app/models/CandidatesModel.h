#pragma once

#include "app/interchange/KeyCandidates.h"

#include <QAbstractTableModel>

namespace keydesk {

class EnvironmentStore;
class KeyService;
class KeyStore;
class ProviderCatalog;

/// What an import found, to be chosen from: tick, name, kind and environment are the user's to change. No
/// role ever gives a token (SECURITY S3).
class CandidatesModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, Variable, Token, Kind, Environment, State, ColumnCount };
    enum Role {
        ChoicesRole = Qt::UserRole, ///< QStringList to choose from, of Kind and Environment; their EditRole
                                    ///< is the index in it
        StateRole,                  ///< KeyCandidate::State as int
        NoteRole,                   ///< all there is to say about the row
    };

    CandidatesModel(const ProviderCatalog &providers, const EnvironmentStore &environments,
                    const KeyStore &keys, const KeyService &service, QObject *parent = nullptr);

    /// To find candidates with; refers to this model and the stores.
    [[nodiscard]] CandidateContext context() const;
    void setCandidates(const QList<KeyCandidate> &candidates);
    [[nodiscard]] const KeyCandidate &candidate(int row) const { return m_rows.at(row).candidate; }
    /// The rows that are ticked.
    [[nodiscard]] QList<int> chosen() const;
    void setAllChosen(bool chosen); ///< those that can be

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;

Q_SIGNALS:
    void edited(); ///< by the user

private:
    struct Row
    {
        KeyCandidate candidate;
        QList<EnvironmentChoice> environments; // the first is none
    };
    /// A kind that a key can be of.
    struct KindChoice
    {
        QString providerId;
        QString kindId;
        QString name; ///< "Talkover · Environment token"
    };

    [[nodiscard]] QString textOf(const EnvironmentChoice &choice) const;
    [[nodiscard]] QString kindOf(const KeyCandidate &candidate) const;
    [[nodiscard]] QString noteOf(const KeyCandidate &candidate) const;
    [[nodiscard]] bool canBeChosen(const KeyCandidate &candidate) const;
    void setKind(Row &row, const KindChoice &choice);

    const ProviderCatalog &m_providers;
    const EnvironmentStore &m_environments;
    const KeyStore &m_keys;
    const KeyService &m_service;
    QList<KindChoice> m_kinds;
    QList<Row> m_rows;
};

} // namespace keydesk
