#pragma once

#include "app/body/StreamLog.h"

#include <QAbstractTableModel>
#include <QHash>
#include <QTimer>

#include <memory>

namespace keydesk {

/// The entries of a stream as rows, the newest last; follows it a few times a second, however fast it is. Texts are
/// redacted, on one line, with what cannot be seen made visible.
class StreamModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Time, Type, About, Data, ColumnCount };

    explicit StreamModel(QObject *parent = nullptr);

    void setLog(const std::shared_ptr<StreamLog> &log); ///< may be null
    [[nodiscard]] const StreamLog *log() const { return m_log.get(); }
    /// Rows stay as they are, also those that the log drops meanwhile, until it goes on.
    void setPaused(bool paused);
    [[nodiscard]] bool isPaused() const { return m_isPaused; }
    [[nodiscard]] quint64 countSincePause() const { return m_isPaused ? m_log->count() - m_seen : 0; }
    /// Rows whose data or type holds `text`, in any case, and whose type is `type`; an empty one fits all.
    void setFilter(const QString &text, const QString &type);
    [[nodiscard]] bool isFiltered() const { return !m_text.isEmpty() || !m_type.isEmpty(); }
    /// The types that came, at most 50, first first.
    [[nodiscard]] const QStringList &types() const { return m_types; }
    /// Null if it is not kept any more.
    [[nodiscard]] const StreamEntry *entry(int row) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void followed(); ///< rows came or went, or the count is another one

private:
    [[nodiscard]] const std::deque<StreamEntry> &source() const;
    [[nodiscard]] QString typeText(const StreamEntry &entry) const;
    [[nodiscard]] QString shown(const QByteArray &bytes) const;
    [[nodiscard]] QString line(const StreamEntry &entry) const;
    [[nodiscard]] bool fits(const StreamEntry &entry) const;
    void noteType(const StreamEntry &entry);
    void follow();
    void dropGone();
    void rebuild();

    std::shared_ptr<StreamLog> m_log;
    std::deque<StreamEntry> m_frozen; // while paused
    bool m_isPaused = false;
    std::deque<quint64> m_rows; // numbers of entries
    quint64 m_seen = 0;         // the newest number that was looked at
    QString m_text;
    QString m_type;
    QStringList m_types;
    mutable QHash<QByteArray, QString> m_shownTypes; // of events: asked for each of them, and few
    QTimer m_soon;
};

} // namespace keydesk
