#include "app/sandbox/SandboxState.h"

#include "app/base/Secret.h"

#include <QCoreApplication>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QMutexLocker>
#include <QSaveFile>
#include <QUuid>

#include <sodium.h>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk::sandbox {

namespace {

constexpr int fileVersion = 1;
constexpr qsizetype mostKeys = 500;
constexpr qsizetype mostRevoked = 50;

struct SandboxStateText
{
    Q_DECLARE_TR_FUNCTIONS(Sandbox)
};

QString hexText(const QByteArray &bytes)
{
    return QString::fromLatin1(bytes.toHex());
}

QByteArray bytesOfHex(const QJsonValue &value)
{
    return QByteArray::fromHex(value.toString().toLatin1());
}

QString hintOf(const QByteArray &token)
{
    return tokenHint(Secret(std::string_view(token.constData(), static_cast<std::size_t>(token.size()))));
}

SandboxKey::Status statusOf(const QString &name)
{
    if (name == u"active")
        return SandboxKey::Status::Active;
    if (name == u"paused")
        return SandboxKey::Status::Paused;
    return name == u"expired" ? SandboxKey::Status::Expired : SandboxKey::Status::Revoked;
}

SandboxKey keyOf(const QJsonObject &object)
{
    SandboxKey key;
    key.id = object.value(u"id").toString();
    key.service = object.value(u"service").toString();
    key.kind = object.value(u"kind").toString();
    key.name = object.value(u"name").toString();
    key.environment = object.value(u"environment").toString();
    key.abilities = object.value(u"abilities").toVariant().toStringList();
    key.hint = object.value(u"hint").toString();
    key.status = statusOf(object.value(u"status").toString());
    key.createdAt = QDateTime::fromString(object.value(u"created_at").toString(), Qt::ISODate);
    key.lastUsedAt = QDateTime::fromString(object.value(u"last_used_at").toString(), Qt::ISODate);
    key.expiresAt = QDateTime::fromString(object.value(u"expires_at").toString(), Qt::ISODate);
    key.description = object.value(u"description").toString();
    key.prefix = object.value(u"prefix").toString();
    key.hourlyLimit = object.value(u"hourly_limit").toInt();
    return key;
}

SandboxKey asOfNow(SandboxKey key)
{
    key.status = key.statusAt(QDateTime::currentDateTimeUtc());
    return key;
}

} // namespace

SandboxState::SandboxState(const QString &file)
    : m_file(file)
{
    [[maybe_unused]] const int ready = sodium_init(); // once a process; later calls do nothing
}

Result<void> SandboxState::load()
{
    const QMutexLocker lock(&m_mutex);
    m_ports.clear();
    m_entries.clear();
    m_nextNumber = 1;
    QFile file(m_file);
    if (!file.exists())
        return {};
    if (!file.open(QIODevice::ReadOnly))
        return failure(
            Error::Kind::StorageFailed,
            SandboxStateText::tr("The sandbox cannot read the file that remembers its keys: %1.").arg(m_file),
            file.errorString());
    bool isNewer = false;
    if (fromBytes(file.readAll(), isNewer))
        return {};
    if (isNewer)
        return failure(Error::Kind::StorageNewer,
                       SandboxStateText::tr(
                           "The sandbox's keys were written by a later version of Keydesk. Use that version, "
                           "or move %1 away to begin anew.")
                           .arg(m_file));
    const QString aside =
        m_file + u".corrupt-"_s + QDateTime::currentDateTimeUtc().toString(u"yyyyMMdd-HHmmss-zzz"_s);
    file.close();
    if (!QFile::rename(m_file, aside))
        return failure(
            Error::Kind::StorageCorrupt,
            SandboxStateText::tr(
                "The file that remembers the sandbox's keys is damaged and cannot be moved away: %1.")
                .arg(m_file));
    return {};
}

bool SandboxState::fromBytes(const QByteArray &bytes, bool &isNewer)
{
    const QJsonObject root = QJsonDocument::fromJson(bytes).object();
    const int version = root.value(u"version").toInt();
    isNewer = version > fileVersion;
    if (version != fileVersion || !root.value(u"keys").isArray())
        return false;
    const QJsonObject ports = root.value(u"ports").toObject();
    for (auto port = ports.begin(); port != ports.end(); ++port) {
        const int number = port.value().toInt();
        if (number > 0 && number < 65536)
            m_ports.insert(port.key(), number);
    }
    m_nextNumber = std::max<qint64>(root.value(u"next_number").toInteger(1), 1);
    for (const QJsonValue &value : root.value(u"keys").toArray()) {
        const QJsonObject object = value.toObject();
        m_entries.append(
            {keyOf(object), {bytesOfHex(object.value(u"salt")), bytesOfHex(object.value(u"hash"))}});
    }
    return true;
}

QByteArray SandboxState::toBytes() const
{
    QJsonObject ports;
    for (auto port = m_ports.begin(); port != m_ports.end(); ++port)
        ports.insert(port.key(), port.value());
    QJsonArray keys;
    for (const Entry &entry : m_entries) {
        QJsonObject object = toJson(entry.key);
        object.insert(u"service"_s, entry.key.service);
        object.insert(u"description"_s, entry.key.description);
        object.insert(u"prefix"_s, entry.key.prefix);
        object.insert(u"hourly_limit"_s, entry.key.hourlyLimit);
        object.insert(u"salt"_s, hexText(entry.token.salt));
        object.insert(u"hash"_s, hexText(entry.token.hash));
        keys.append(object);
    }
    return QJsonDocument(QJsonObject{{u"version"_s, fileVersion},
                                     {u"ports"_s, ports},
                                     {u"next_number"_s, m_nextNumber},
                                     {u"keys"_s, keys}})
        .toJson();
}

Result<void> SandboxState::save()
{
    QSaveFile file(m_file);
    const QByteArray bytes = toBytes();
    const bool written = file.open(QIODevice::WriteOnly) &&
                         file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner) &&
                         file.write(bytes) == bytes.size() && file.commit();
    if (!written)
        return failure(Error::Kind::StorageFailed,
                       SandboxStateText::tr("The sandbox cannot write the file that remembers its keys: %1.")
                           .arg(m_file),
                       file.errorString());
    m_usesChanged = false;
    return {};
}

Result<void> SandboxState::commit(const std::function<void()> &change)
{
    const QList<Entry> entries = m_entries;
    const qint64 nextNumber = m_nextNumber;
    change();
    Result<void> saved = save();
    if (!saved) {
        m_entries = entries;
        m_nextNumber = nextNumber;
    }
    return saved;
}

Result<void> SandboxState::flush()
{
    const QMutexLocker lock(&m_mutex);
    return m_usesChanged ? save() : Result<void>();
}

int SandboxState::port(const QString &service) const
{
    const QMutexLocker lock(&m_mutex);
    return m_ports.value(service);
}

Result<void> SandboxState::setPorts(const QHash<QString, int> &ports)
{
    const QMutexLocker lock(&m_mutex);
    if (m_ports == ports)
        return {};
    m_ports = ports;
    return save();
}

QList<SandboxKey> SandboxState::keys(const QString &service) const
{
    const QMutexLocker lock(&m_mutex);
    QList<SandboxKey> found;
    for (const Entry &entry : m_entries) {
        if (entry.key.service == service)
            found << asOfNow(entry.key);
    }
    return found;
}

SandboxState::Entry *SandboxState::entry(const QString &service, const QString &id)
{
    const auto found = std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry &entry) {
        return entry.key.id == id && entry.key.service == service;
    });
    return found == m_entries.end() ? nullptr : &*found;
}

std::optional<SandboxKey> SandboxState::find(const QString &service, const QString &id) const
{
    for (const SandboxKey &key : keys(service)) {
        if (key.id == id)
            return key;
    }
    return std::nullopt;
}

bool SandboxState::Entry::isOf(const QString &service, const QByteArray &bytes) const
{
    // The tail spares the hashes of nearly all other keys.
    return key.service == service && key.hint.endsWith(QString::fromLatin1(bytes.right(4))) &&
           token.matches(bytes);
}

bool SandboxState::gaveOut(const QString &service, const QByteArray &token) const
{
    const QMutexLocker lock(&m_mutex);
    return std::any_of(m_entries.begin(), m_entries.end(),
                       [&](const Entry &entry) { return entry.isOf(service, token); });
}

std::optional<SandboxKey> SandboxState::recognise(const QString &service, const QByteArray &token)
{
    const QMutexLocker lock(&m_mutex);
    for (Entry &entry : m_entries) {
        if (!entry.isOf(service, token))
            continue;
        entry.key.lastUsedAt = QDateTime::currentDateTimeUtc();
        m_usesChanged = true;
        return asOfNow(entry.key);
    }
    return std::nullopt;
}

void SandboxState::dropOldest(const QString &service)
{
    const auto isRevoked = [&](const Entry &entry) {
        return entry.key.service == service && entry.key.status == SandboxKey::Status::Revoked;
    };
    while (std::count_if(m_entries.begin(), m_entries.end(), isRevoked) > mostRevoked)
        m_entries.erase(std::find_if(m_entries.begin(), m_entries.end(), isRevoked));
}

Result<IssuedKey> SandboxState::issue(const KeyDraft &draft, const MakeToken &make)
{
    const QMutexLocker lock(&m_mutex);
    const auto count = std::count_if(m_entries.begin(), m_entries.end(), [&](const Entry &entry) {
        return entry.key.service == draft.service && entry.key.status != SandboxKey::Status::Revoked;
    });
    if (count >= mostKeys)
        return failure(
            Error::Kind::TooLarge,
            SandboxStateText::tr("The sandbox keeps at most %1 keys. Revoke some first.").arg(mostKeys));
    IssuedKey issued;
    const Result<void> saved = commit([&] {
        issued.token = make(m_nextNumber++);
        SandboxKey &key = issued.key;
        key.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
        key.service = draft.service;
        key.kind = draft.kind;
        key.name = draft.name;
        key.environment = draft.environment;
        key.abilities = draft.abilities;
        key.hint = hintOf(issued.token);
        key.createdAt = QDateTime::currentDateTimeUtc();
        key.expiresAt = draft.expiresAt;
        key.description = draft.description;
        key.prefix = QString::fromLatin1(issued.token.left(draft.shownCharacters));
        key.hourlyLimit = draft.hourlyLimit;
        m_entries.append({key, TokenHash::of(issued.token)});
    });
    if (!saved)
        return tl::unexpected(saved.error());
    return issued;
}

Result<IssuedKey> SandboxState::regenerate(const QString &service, const QString &id, const MakeToken &make)
{
    const QMutexLocker lock(&m_mutex);
    const Entry *known = entry(service, id);
    if (known == nullptr || known->key.status == SandboxKey::Status::Revoked)
        return failure(Error::Kind::NotFound, SandboxStateText::tr("There is no such key."));
    IssuedKey issued;
    const Result<void> saved = commit([&] {
        Entry *changed = entry(service, id);
        issued.token = make(m_nextNumber++);
        changed->token = TokenHash::of(issued.token);
        changed->key.hint = hintOf(issued.token);
        changed->key.prefix = QString::fromLatin1(issued.token.left(changed->key.prefix.size()));
        changed->key.status = SandboxKey::Status::Active;
        changed->key.createdAt = QDateTime::currentDateTimeUtc();
        if (changed->key.expiresAt <= changed->key.createdAt)
            changed->key.expiresAt = {};
        changed->key.lastUsedAt = {};
        issued.key = changed->key;
    });
    if (!saved)
        return tl::unexpected(saved.error());
    return issued;
}

Result<void> SandboxState::change(const QString &service, const QString &id,
                                  const std::function<void(SandboxKey &key)> &edit)
{
    const QMutexLocker lock(&m_mutex);
    const Entry *known = entry(service, id);
    if (known == nullptr || known->key.status == SandboxKey::Status::Revoked)
        return failure(Error::Kind::NotFound, SandboxStateText::tr("There is no such key."));
    return commit([&] {
        edit(entry(service, id)->key);
        dropOldest(service);
    });
}

Result<void> SandboxState::setStatus(const QString &service, const QString &id, SandboxKey::Status status)
{
    return change(service, id, [status](SandboxKey &key) { key.status = status; });
}

Result<void> SandboxState::setExpiry(const QString &service, const QString &id, const QDateTime &expiresAt)
{
    return change(service, id, [&expiresAt](SandboxKey &key) {
        key.expiresAt = expiresAt;
        const bool ahead = expiresAt.isNull() || expiresAt > QDateTime::currentDateTimeUtc();
        if (key.status == SandboxKey::Status::Expired && ahead)
            key.status = SandboxKey::Status::Active;
    });
}

Result<void> SandboxState::setTexts(const QString &service, const QString &id,
                                    const std::optional<QString> &name,
                                    const std::optional<QString> &description)
{
    return change(service, id, [&](SandboxKey &key) {
        key.name = name.value_or(key.name);
        key.description = description.value_or(key.description);
    });
}

} // namespace keydesk::sandbox
