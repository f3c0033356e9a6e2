#pragma once

#include "app/http/RequestSpec.h"
#include "app/models/NameValueModel.h"

#include <QAbstractTableModel>

namespace keydesk {

/// Editable rows of a multipart body, with a check box in the first column. The second column is the value,
/// or the path of the file that is sent instead. There is always one empty row at the end to type into;
/// `parts()` leaves it out. What has no column (the name that the server is told, further headers) is kept.
class PartsModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, Value, ContentType, ColumnCount };
    enum Role { FileRole = Qt::UserRole }; ///< the path; empty for a part that is text

    using Words = NameValueModel::Words;

    explicit PartsModel(QObject *parent = nullptr);

    [[nodiscard]] QList<RequestPart> parts() const { return m_parts; }
    void setParts(const QList<RequestPart> &parts);
    /// As the user's edit: the row sends this file from now on. The empty row becomes a part named "file". An
    /// emptied path makes a part text.
    void setFile(int row, const QString &path);

    /// Shown on hover and read by screen readers, before what the part is.
    void setWords(const Words &words) { m_words = words; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    bool removeRows(int row, int count, const QModelIndex &parent = {}) override;

Q_SIGNALS:
    void edited(); ///< by the user, not by setParts

private:
    void replace(int row, const RequestPart &part);
    void dropEmptyEnd();
    [[nodiscard]] QString wordsOf(const QModelIndex &index) const;
    [[nodiscard]] RequestPart partAt(int row) const { return m_parts.value(row); }

    Words m_words;
    QList<RequestPart> m_parts; // without the empty one
};

} // namespace keydesk
