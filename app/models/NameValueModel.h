#pragma once

#include "app/catalogue/Catalogue.h"
#include "app/http/RequestSpec.h"

#include <QAbstractTableModel>

#include <functional>

namespace keydesk {

/// Editable rows of name and value with a check box in the first column (params, headers, form fields,
/// variables). There is always one empty row at the end to type into; `rows()` leaves it out. Keeps every
/// character typed.
class NameValueModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, Value, ColumnCount };
    enum Role {
        RequiredRole = Qt::UserRole + 100, ///< on names: the documentation says that this one must be there
        AllowedRole, ///< on values: the only ones that the documentation allows, a QStringList
    };

    /// What {{…}} in a cell stands for, redacted; `name` is that of the row whose value it is. Empty: it names nothing.
    using Words = std::function<QString(const QString &text, const QString &name)>;

    explicit NameValueModel(QObject *parent = nullptr);

    [[nodiscard]] QList<NameValue> rows() const;
    void setRows(const QList<NameValue> &rows);
    /// As the user's edit: all of them at once.
    void replaceRows(const QList<NameValue> &rows);
    /// The rows that are enabled and have a name.
    [[nodiscard]] int usedCount() const;
    /// What the documentation says of rows by their names: shown beside them, never a rule. `ignoreCase`: as
    /// headers are named.
    void setFields(const QList<DocumentedField> &fields, bool ignoreCase = false);
    /// Shown on hover and read by screen readers, before what the documentation says.
    void setWords(const Words &words) { m_words = words; }
    /// Puts rows before the empty one, as the user's edit (a paste).
    void append(const QList<NameValue> &rows);
    /// Rows of a pasted text, one a line: `Name: value`, `name=value` or a tab between them; `//` in front
    /// makes a row disabled.
    static QList<NameValue> fromText(const QString &text);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    bool removeRows(int row, int count, const QModelIndex &parent = {}) override;

Q_SIGNALS:
    void edited(); ///< by the user, not by setRows

private:
    void dropEmptyEnd();
    [[nodiscard]] const DocumentedField *fieldOf(const NameValue &row) const;
    [[nodiscard]] QString description(const NameValue &row, int column) const;

    QList<NameValue> m_rows; // without the empty one
    QList<DocumentedField> m_fields;
    Words m_words;
    Qt::CaseSensitivity m_fieldCase = Qt::CaseSensitive;
};

} // namespace keydesk
