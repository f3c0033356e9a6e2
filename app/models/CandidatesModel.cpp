#include "app/models/CandidatesModel.h"

#include "app/environments/EnvironmentStore.h"
#include "app/keys/KeyService.h"
#include "app/providers/ProviderCatalog.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

CandidatesModel::CandidatesModel(const ProviderCatalog &providers, const EnvironmentStore &environments,
                                 const KeyStore &keys, const KeyService &service, QObject *parent)
    : QAbstractTableModel(parent)
    , m_providers(providers)
    , m_environments(environments)
    , m_keys(keys)
    , m_service(service)
{
    for (const Provider &provider : providers.all()) {
        for (const TokenKind &kind : provider.kinds) {
            if (kind.storable)
                m_kinds.append({provider.id, kind.id, u"%1 · %2"_s.arg(provider.name, kind.name)});
        }
    }
}

CandidateContext CandidatesModel::context() const
{
    QStringList taken;
    for (const ApiKey &key : m_keys.all())
        taken << key.name;
    return {m_providers.all(), m_environments.all(), taken,
            [this](const Secret &token) { return m_service.duplicateOf(token); }};
}

void CandidatesModel::setCandidates(const QList<KeyCandidate> &candidates)
{
    const CandidateContext known = context();
    beginResetModel();
    m_rows.clear();
    for (const KeyCandidate &each : candidates)
        m_rows.append({each, QList<EnvironmentChoice>{{}} + environmentChoices(each, known)});
    endResetModel();
}

QList<int> CandidatesModel::chosen() const
{
    QList<int> rows;
    for (qsizetype row = 0; row < m_rows.size(); ++row) {
        if (m_rows.at(row).candidate.isChosen)
            rows << static_cast<int>(row);
    }
    return rows;
}

void CandidatesModel::setAllChosen(bool chosen)
{
    for (Row &row : m_rows)
        row.candidate.isChosen = chosen && canBeChosen(row.candidate);
    if (!m_rows.isEmpty())
        Q_EMIT dataChanged(index(0, Name), index(rowCount() - 1, Name));
    Q_EMIT edited();
}

int CandidatesModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int CandidatesModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant CandidatesModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows.at(index.row());
    const KeyCandidate &candidate = row.candidate;
    if (role == StateRole)
        return static_cast<int>(candidate.state);
    if (role == NoteRole || role == Qt::ToolTipRole)
        return noteOf(candidate);
    if (role == Qt::CheckStateRole && index.column() == Name && canBeChosen(candidate))
        return candidate.isChosen ? Qt::Checked : Qt::Unchecked;
    if (role == ChoicesRole) {
        QStringList choices;
        if (index.column() == Kind) {
            for (const KindChoice &each : m_kinds)
                choices << each.name;
        } else if (index.column() == Environment) {
            for (const EnvironmentChoice &each : row.environments)
                choices << textOf(each);
        }
        return choices;
    }
    if (role == Qt::EditRole && index.column() == Kind) {
        const auto found = std::find_if(m_kinds.begin(), m_kinds.end(), [&](const KindChoice &each) {
            return each.providerId == candidate.providerId && each.kindId == candidate.kindId;
        });
        return static_cast<int>(found - m_kinds.begin());
    }
    if (role == Qt::EditRole && index.column() == Environment)
        return static_cast<int>(row.environments.indexOf(candidate.environment));
    if (role != Qt::DisplayRole && role != Qt::EditRole)
        return {};
    switch (index.column()) {
    case Name:
        return candidate.name;
    case Variable:
        return candidate.variable.isEmpty() ? tr("line %1").arg(candidate.line) : candidate.variable;
    case Token:
        return candidate.hint;
    case Kind:
        return kindOf(candidate);
    case Environment:
        return canBeChosen(candidate) ? textOf(candidate.environment) : QString();
    case State:
        switch (candidate.state) {
        case KeyCandidate::State::New:
            return tr("New");
        case KeyCandidate::State::Duplicate:
            return tr("Already here");
        case KeyCandidate::State::Repeated:
            return tr("Repeated");
        case KeyCandidate::State::Incomplete:
            return tr("Looks wrong");
        case KeyCandidate::State::Unusable:
            return tr("Not usable");
        }
        return {};
    default:
        return {};
    }
}

bool CandidatesModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return false;
    Row &row = m_rows[index.row()];
    KeyCandidate &candidate = row.candidate;
    const int at = value.toInt();
    if (role == Qt::CheckStateRole && index.column() == Name && canBeChosen(candidate)) {
        candidate.isChosen = at == Qt::Checked;
    } else if (role == Qt::EditRole && index.column() == Name) {
        if (keyNameProblem(value.toString()))
            return false;
        candidate.name = value.toString().trimmed();
    } else if (role == Qt::EditRole && index.column() == Kind && at >= 0 && at < m_kinds.size()) {
        setKind(row, m_kinds.at(at));
    } else if (role == Qt::EditRole && index.column() == Environment && at >= 0 &&
               at < row.environments.size()) {
        candidate.environment = row.environments.at(at);
    } else {
        return false;
    }
    // What one row takes, another does not get: the notes of all may have changed.
    Q_EMIT dataChanged(this->index(0, Name), this->index(rowCount() - 1, State));
    Q_EMIT edited();
    return true;
}

void CandidatesModel::setKind(Row &row, const KindChoice &choice)
{
    KeyCandidate &candidate = row.candidate;
    const bool sameProvider = candidate.providerId == choice.providerId;
    candidate.providerId = choice.providerId;
    candidate.kindId = choice.kindId;
    if (!sameProvider) {
        // An address that the source names stays an offer, whoever is said to answer there.
        EnvironmentChoice offered;
        for (const EnvironmentChoice &each : std::as_const(row.environments)) {
            if (!each.newName.isEmpty())
                offered = each;
        }
        candidate.environment = offered;
        row.environments = QList<EnvironmentChoice>{{}} + environmentChoices(candidate, context());
        candidate.environment = row.environments.size() == 2 ? row.environments.at(1) : EnvironmentChoice();
    }
    judgeForm(candidate, m_providers.all());
    candidate.isChosen = candidate.isChosen && canBeChosen(candidate);
}

QVariant CandidatesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (section) {
    case Name:
        return tr("Name");
    case Variable:
        return tr("Variable");
    case Token:
        return tr("Key");
    case Kind:
        return tr("Provider and kind");
    case Environment:
        return tr("Environment");
    case State:
        return tr("State");
    default:
        return {};
    }
}

Qt::ItemFlags CandidatesModel::flags(const QModelIndex &index) const
{
    if (!index.isValid())
        return Qt::NoItemFlags;
    Qt::ItemFlags flags = Qt::ItemIsSelectable | Qt::ItemIsEnabled | Qt::ItemNeverHasChildren;
    if (!canBeChosen(m_rows.at(index.row()).candidate))
        return flags;
    if (index.column() == Name)
        flags |= Qt::ItemIsUserCheckable;
    if (index.column() == Name || index.column() == Kind || index.column() == Environment)
        flags |= Qt::ItemIsEditable;
    return flags;
}

bool CandidatesModel::canBeChosen(const KeyCandidate &candidate) const
{
    return candidate.state == KeyCandidate::State::New || candidate.state == KeyCandidate::State::Incomplete;
}

QString CandidatesModel::textOf(const EnvironmentChoice &choice) const
{
    if (choice.id) {
        const auto environment = m_environments.find(*choice.id);
        return environment ? environment->name : tr("None");
    }
    return choice.newName.isEmpty() ? tr("None") : tr("New: %1").arg(choice.newName);
}

QString CandidatesModel::kindOf(const KeyCandidate &candidate) const
{
    const Provider *provider = m_providers.find(candidate.providerId);
    const TokenKind *kind = provider ? provider->kind(candidate.kindId) : nullptr;
    return kind ? u"%1 · %2"_s.arg(provider->name, kind->shortName.isEmpty() ? kind->name : kind->shortName)
                : QString();
}

QString CandidatesModel::noteOf(const KeyCandidate &candidate) const
{
    QStringList notes;
    if (!candidate.note.isEmpty())
        notes << candidate.note;
    if (!canBeChosen(candidate))
        return notes.join(u' ');
    const EnvironmentChoice &choice = candidate.environment;
    const auto environment = choice.id ? m_environments.find(*choice.id) : std::nullopt;
    if (choice.isNone())
        notes << tr("Without an environment the key is kept, but no call is made with it.");
    else if (!choice.id)
        notes << tr("The environment “%1” is made, at %2.").arg(choice.newName, choice.newBaseUrl);
    if (environment) {
        const auto taken = m_keys.find(environment->keys.value(candidate.kindId));
        if (taken)
            notes << tr("In “%1” it takes the place of “%2”, which is kept.")
                         .arg(environment->name, taken->name);
    }
    for (const Row &other : m_rows) {
        if (&other.candidate != &candidate && other.candidate.isChosen && candidate.isChosen &&
            !choice.isNone() && other.candidate.environment == choice &&
            other.candidate.kindId == candidate.kindId &&
            other.candidate.providerId == candidate.providerId) {
            notes << tr("“%1” is for the same place; the last of them gets it.").arg(other.candidate.name);
            break;
        }
    }
    return notes.join(u' ');
}

} // namespace keydesk
