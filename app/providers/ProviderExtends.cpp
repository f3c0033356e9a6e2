#include "app/providers/ProviderReader.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype chainLimit = 16;

struct ProviderExtendsText
{
    Q_DECLARE_TR_FUNCTIONS(ProviderReader)
};

QJsonObject lay(const QJsonObject &upper, QJsonObject lower);

QJsonArray layById(const QJsonArray &upper, QJsonArray lower)
{
    for (const QJsonValue &item : upper) {
        const QString id = item[u"id"].toString();
        qsizetype at = 0;
        while (at < lower.size() && (id.isEmpty() || lower[at][u"id"].toString() != id))
            ++at;
        if (at == lower.size())
            lower.append(item);
        else
            lower[at] = lay(item.toObject(), lower[at].toObject());
    }
    return lower;
}

QJsonObject lay(const QJsonObject &upper, QJsonObject lower)
{
    for (auto it = upper.constBegin(); it != upper.constEnd(); ++it) {
        const QJsonValue below = lower.value(it.key());
        if (it->isNull())
            lower.remove(it.key());
        else if (it.key() == "token_kinds"_L1 && it->isArray() && below.isArray())
            lower.insert(it.key(), layById(it->toArray(), below.toArray()));
        else if (it->isObject() && below.isObject())
            lower.insert(it.key(), lay(it->toObject(), below.toObject()));
        else
            lower.insert(it.key(), *it);
    }
    return lower;
}

Result<QJsonObject> resolve(const QJsonObject &object, const QHash<QString, QJsonObject> &bases,
                            const QHash<QString, QJsonObject> &older, QStringList chain)
{
    const QJsonValue named = object.value(u"extends");
    if (named.isUndefined() || named.isNull())
        return object;
    if (!named.isString())
        return failure(Error::Kind::InvalidInput,
                       ProviderExtendsText::tr("extends: should be the id of a provider"));
    const QString baseId = named.toString();
    const QString id = object.value(u"id").toString();
    if (id.isEmpty()) // it would take the id of what it extends, and with that its place
        return failure(Error::Kind::InvalidInput, ProviderExtendsText::tr("id: is missing"));
    chain.append(id);

    Result<QJsonObject> base;
    if (baseId != id && bases.contains(baseId)) {
        if (chain.contains(baseId) || chain.size() > chainLimit)
            return failure(Error::Kind::InvalidInput,
                           ProviderExtendsText::tr("extends: goes round in a circle: %1")
                               .arg((chain << baseId).join(u" → "_s)));
        base = resolve(bases.value(baseId), bases, older, chain);
        if (!base)
            return base;
    } else if (older.contains(baseId)) {
        base = older.value(baseId);
    } else if (baseId == id) {
        return failure(Error::Kind::InvalidInput,
                       ProviderExtendsText::tr("extends: a file cannot extend itself"));
    } else {
        return failure(
            Error::Kind::InvalidInput,
            ProviderExtendsText::tr("extends: there is no provider with the id “%1”").arg(baseId.left(64)));
    }
    QJsonObject upper = object;
    upper.remove(u"extends"_s);
    return lay(upper, *base);
}

} // namespace

Result<QJsonObject> readProviderObject(const QByteArray &json)
{
    if (json.size() > providerFileLimit)
        return failure(Error::Kind::TooLarge, ProviderExtendsText::tr("The file is larger than 1 MB."));
    QJsonParseError error{};
    const QJsonDocument document = QJsonDocument::fromJson(json, &error);
    if (error.error != QJsonParseError::NoError) {
        const QByteArray before = json.left(error.offset);
        const auto line = before.count('\n') + 1;
        const auto column = before.size() - (before.lastIndexOf('\n') + 1) + 1;
        return failure(Error::Kind::InvalidInput,
                       ProviderExtendsText::tr("The file is not JSON: line %1, column %2: %3")
                           .arg(QString::number(line), QString::number(column), error.errorString()));
    }
    if (!document.isObject())
        return failure(Error::Kind::InvalidInput,
                       ProviderExtendsText::tr("The file should hold one JSON object."));
    return document.object();
}

Result<QJsonObject> resolveExtends(const QJsonObject &object, const QHash<QString, QJsonObject> &bases,
                                   const QHash<QString, QJsonObject> &older)
{
    return resolve(object, bases, older, {});
}

} // namespace keydesk
