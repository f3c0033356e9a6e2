#pragma once

#include "app/leaks/LeakFinding.h"

#include <QAbstractTableModel>

namespace keydesk {

class KeyStore;

/// What a leak check found, as a table, in the order it was found; sort by SortRole. No role ever holds a
/// token.
class LeaksModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Key, Where, Line, Commit, Encoding, ColumnCount };
    enum Role {
        SortRole = Qt::UserRole,
        OwnRole, ///< bool: it is a token of a key here
    };

    explicit LeaksModel(const KeyStore &keys, QObject *parent = nullptr);

    void append(const QList<LeakFinding> &findings);
    void clear();
    [[nodiscard]] const QList<LeakFinding> &findings() const { return m_findings; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    /// "Production", or "Talkover environment token, talq_••••3f9a" for one that is nobody's here.
    [[nodiscard]] QString title(const LeakFinding &finding) const;
    /// That it is a token of a key which is still here.
    [[nodiscard]] bool isKnown(const LeakFinding &finding) const;
    /// "/home/me/project/.env, line 12", "src/config.py, line 3, in commit 1a2b3c4": to be copied.
    [[nodiscard]] static QString whole(const LeakFinding &finding);

private:
    [[nodiscard]] QString text(const LeakFinding &finding, int column) const;

    const KeyStore &m_keys;
    QList<LeakFinding> m_findings;
};

} // namespace keydesk
