#include "app/models/ComparisonModel.h"

namespace keydesk {

namespace {

constexpr qsizetype mostOfACell = 300;

/// In one line.
QString cell(const QString &value)
{
    QString line = value.left(mostOfACell).simplified();
    if (value.size() > mostOfACell)
        line += u'…';
    return line;
}

} // namespace

void ComparisonModel::setDifferences(const QList<AnswerDifference> &differences)
{
    beginResetModel();
    m_differences = differences;
    endResetModel();
}

int ComparisonModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_differences.size());
}

int ComparisonModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ComparisonModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const AnswerDifference &difference = m_differences.at(index.row());
    if (role == KindRole)
        return static_cast<int>(difference.kind);
    if (role != Qt::DisplayRole && role != WholeRole)
        return {};
    switch (index.column()) {
    case What:
        return what(difference);
    case Place:
        return difference.place;
    case Left:
        return role == WholeRole ? difference.left : cell(difference.left);
    default:
        return role == WholeRole ? difference.right : cell(difference.right);
    }
}

QVariant ComparisonModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case What:
        return tr("Difference");
    case Place:
        return tr("Where");
    case Left:
        return tr("Left");
    default:
        return tr("Right");
    }
}

QString ComparisonModel::what(const AnswerDifference &difference)
{
    using Part = AnswerDifference::Part;
    using Kind = AnswerDifference::Kind;
    if (difference.part == Part::Status)
        return tr("Status");
    const bool header = difference.part == Part::Header;
    switch (difference.kind) {
    case Kind::Changed:
        return header ? tr("Header changed") : tr("Body changed");
    case Kind::Added:
        return header ? tr("Header only at right") : tr("Only at right");
    case Kind::Removed:
        return header ? tr("Header only at left") : tr("Only at left");
    case Kind::Moved:
        break;
    }
    return tr("Moved");
}

} // namespace keydesk
