#pragma once

#include "app/base/Error.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QStringList>

namespace keydesk {

/// Reads the members of one JSON object of a provider file and remembers the first thing that is wrong, by
/// its place
/// ("token_kinds[1].pattern: …"). A member that nobody asked for is wrong too: it is nearly always a typing
/// mistake. `$comment` and `sources` may stand anywhere.
class JsonFields
{
public:
    JsonFields(const QJsonObject &object, const QString &place, QString *problem);

    [[nodiscard]] bool has(const QString &name) const; ///< there and not null
    [[nodiscard]] QString place(const QString &name) const;

    QString text(const QString &name, const QString &otherwise = {});
    QString requiredText(const QString &name); ///< not empty
    bool flag(const QString &name, bool otherwise);
    int number(const QString &name, int otherwise, int least, int most);
    QStringList texts(const QString &name);
    QList<int> numbers(const QString &name, int least, int most);
    QJsonValue any(const QString &name);
    QJsonObject object(const QString &name);

    /// Calls `read(JsonFields &)` for every object of the array `name`.
    template <typename Read>
    void forEach(const QString &name, Read read)
    {
        const QJsonArray items = array(name);
        for (qsizetype i = 0; i < items.size() && m_problem->isEmpty(); ++i) {
            const QString where = QStringLiteral("%1[%2]").arg(place(name)).arg(i);
            if (!items[i].isObject()) {
                complainAt(where, notA(items[i], tr("an object")));
                return;
            }
            JsonFields item(items[i].toObject(), where, m_problem);
            read(item);
            item.finish();
        }
    }

    /// Reports members that nobody asked for.
    void finish();

    void complain(const QString &name, const QString &what) { complainAt(place(name), what); }
    [[nodiscard]] bool failed() const { return !m_problem->isEmpty(); }

private:
    static QString tr(const char *text);
    static QString notA(const QJsonValue &value, const QString &wanted);
    QJsonValue take(const QString &name);
    QJsonArray array(const QString &name);
    QString textOf(const QString &name, const QJsonValue &value, const QString &otherwise);
    void complainAt(const QString &where, const QString &what);

    QJsonObject m_object;
    QString m_place;
    QString *m_problem;
    QStringList m_asked; // of those that are there
};

} // namespace keydesk
