#pragma once

#include "app/environments/Environment.h"

#include <QAbstractTableModel>

namespace keydesk {

class KeyStore;
class SecretVariables;

/// The secret variables of one environment, by name: where the values lie and where they may go. No value comes near it. Editing a name renames
/// the variable.
class SecretVariablesModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, Value, Place, GoesTo, ColumnCount };

    SecretVariablesModel(SecretVariables &secrets, const KeyStore &keys, QObject *parent = nullptr);

    void setEnvironment(const Environment &environment);
    [[nodiscard]] const Environment &environment() const { return m_environment; }
    [[nodiscard]] QString nameAt(int row) const { return m_names.value(row); }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;

Q_SIGNALS:
    void failed(const keydesk::Error &error); ///< a name that cannot be one

private:
    [[nodiscard]] QString text(int row, int column) const;

    SecretVariables &m_secrets;
    const KeyStore &m_keys;
    Environment m_environment;
    QStringList m_names;
};

} // namespace keydesk
