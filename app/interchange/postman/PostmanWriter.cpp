#include "app/interchange/postman/Postman.h"
#include "app/interchange/postman/PostmanWriterRequest.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUuid>

#include <algorithm>
#include <memory>
#include <vector>

namespace keydesk {

using namespace Qt::StringLiterals;
using namespace postman;

namespace {

/// The same for the same name, so that a file in git changes only where its requests do.
QString idOf(const QString &what, const QString &name)
{
    static const QUuid space(u"5d0c0a4e-7a55-4bb1-9a83-2f3c1b7e6d10"_s);
    return QUuid::createUuidV5(space, what + u'\n' + name).toString(QUuid::WithoutBraces);
}

struct Folder
{
    QString name;
    QJsonArray requests;
    std::vector<std::unique_ptr<Folder>> folders;
    QHash<QString, std::size_t> places; ///< name → place in `folders`

    Folder &inner(const QString &wanted)
    {
        const auto found = places.constFind(wanted);
        if (found != places.cend())
            return *folders[*found];
        places.insert(wanted, folders.size());
        folders.push_back(std::make_unique<Folder>());
        folders.back()->name = wanted;
        return *folders.back();
    }

    [[nodiscard]] QJsonArray items() const
    {
        QJsonArray items = requests;
        for (const auto &folder : folders)
            items.append(QJsonObject{{u"name"_s, folder->name}, {u"item"_s, folder->items()}});
        return items;
    }
};

/// Postman masks what it calls secret, and asks for it where it is empty.
QJsonObject secretOf(const QString &name)
{
    return {{u"key"_s, name}, {u"value"_s, QString()}, {u"type"_s, u"secret"_s}};
}

QJsonArray variablesOf(const QList<NameValue> &variables, const QStringList &secrets)
{
    QJsonArray rows;
    for (const NameValue &variable : variables) {
        QJsonObject row{{u"key"_s, variable.name}, {u"value"_s, inPostmansWords(variable.value)}, {u"type"_s, u"string"_s}};
        if (!variable.enabled)
            row.insert(u"disabled"_s, true);
        rows.append(row);
    }
    for (const QString &name : secrets)
        rows.append(secretOf(name));
    return rows;
}

} // namespace

Result<QByteArray> writePostman(const Collection &collection)
{
    QJsonObject info{{u"_postman_id"_s, idOf(u"collection"_s, collection.name)},
                     {u"name"_s, collection.name},
                     {u"schema"_s, u"https://schema.getpostman.com/json/collection/v2.1.0/collection.json"_s}};
    if (!collection.about.isEmpty())
        info.insert(u"description"_s, collection.about);
    Folder top;
    for (const CollectionRequest &request : collection.requests) {
        Folder *folder = &top;
        for (const QString &name : request.folder)
            folder = &folder->inner(name);
        folder->requests.append(itemOf(request));
    }
    QJsonObject written{{u"info"_s, info}, {u"item"_s, top.items()}};
    QStringList secrets = collection.secrets;
    if (std::ranges::any_of(collection.requests, takesKey)) {
        secrets.append(QLatin1StringView(postmanKeyVariable));
        const QJsonObject token{{u"key"_s, u"token"_s}, {u"value"_s, u"{{%1}}"_s.arg(QLatin1StringView(postmanKeyVariable))}, {u"type"_s, u"string"_s}};
        written.insert(u"auth"_s, QJsonObject{{u"type"_s, u"bearer"_s}, {u"bearer"_s, QJsonArray{token}}});
    }
    if (!collection.variables.isEmpty() || !secrets.isEmpty())
        written.insert(u"variable"_s, variablesOf(collection.variables, secrets));
    return QJsonDocument(written).toJson();
}

Result<QByteArray> writePostmanEnvironment(const CollectionEnvironment &environment)
{
    QJsonArray values;
    for (const NameValue &variable : environment.variables)
        values.append(QJsonObject{{u"key"_s, variable.name},
                                  {u"value"_s, inPostmansWords(variable.value)},
                                  {u"type"_s, u"default"_s},
                                  {u"enabled"_s, variable.enabled}});
    for (const QString &name : environment.secrets) {
        QJsonObject row = secretOf(name);
        row.insert(u"enabled"_s, true);
        values.append(row);
    }
    return QJsonDocument(QJsonObject{{u"id"_s, idOf(u"environment"_s, environment.name)},
                                     {u"name"_s, environment.name},
                                     {u"values"_s, values},
                                     {u"_postman_variable_scope"_s, u"environment"_s}})
        .toJson();
}

} // namespace keydesk
