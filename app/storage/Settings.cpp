#include "app/storage/Settings.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QUrl>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr auto ownersFile = QFile::ReadOwner | QFile::WriteOwner;

// QSettings keeps the mode of a file that exists and makes a new one by umask alone: make it first, as 0600.
QString prepared(const QString &path)
{
    QFile file(path);
    if (!file.exists() && file.open(QIODevice::WriteOnly | QIODevice::NewOnly, ownersFile))
        file.close();
    if (file.exists() &&
        file.permissions() & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther))
        file.setPermissions(ownersFile);
    return path;
}

template <typename Choice>
struct Name
{
    Choice choice;
    QLatin1StringView text;
};

constexpr Name<Settings::Theme> themes[] = {{Settings::Theme::System, "system"_L1},
                                            {Settings::Theme::Light, "light"_L1},
                                            {Settings::Theme::Dark, "dark"_L1}};
constexpr Name<Settings::Proxy> proxies[] = {{Settings::Proxy::System, "system"_L1},
                                             {Settings::Proxy::None, "none"_L1},
                                             {Settings::Proxy::Manual, "manual"_L1}};

template <typename Choice, std::size_t N>
bool isNameIn(const QString &text, const Name<Choice> (&names)[N])
{
    return std::any_of(std::begin(names), std::end(names),
                       [&text](const auto &name) { return name.text == text; });
}

// The first name is the default.
template <typename Choice, std::size_t N>
Choice choiceOf(const QVariant &value, const Name<Choice> (&names)[N])
{
    const auto found =
        std::find_if(std::begin(names), std::end(names),
                     [text = value.toString()](const auto &name) { return name.text == text; });
    return found == std::end(names) ? names[0].choice : found->choice;
}

template <typename Choice, std::size_t N>
QString nameOf(Choice choice, const Name<Choice> (&names)[N])
{
    const auto found = std::find_if(std::begin(names), std::end(names),
                                    [choice](const auto &name) { return name.choice == choice; });
    return found == std::end(names) ? QString(names[0].text) : QString(found->text);
}

struct Range
{
    QLatin1StringView key;
    int least;
    int most;
    int usual;
};

constexpr Range timeoutRange{"network/timeoutSeconds"_L1, 1, 3600, 30};
constexpr Range clipboardRange{"security/clipboardSeconds"_L1, 5, 600, 30};
constexpr Range responseRange{"network/largestResponseMegabytes"_L1, 1, 1024 * 1024, 4096};
/// As it was when answers had to fit into memory. Less than was usual then is still meant; as much as there
/// could be was not enough.
constexpr Range memoryRange{"network/responseLimitMegabytes"_L1, 1, 512, 64};
constexpr Range daysRange{"history/days"_L1, 1, 3650, 30};
constexpr Range historySizeRange{"history/megabytes"_L1, 0, 100'000, 0};
constexpr Range sealedRange{"security/lockSealedMinutes"_L1, 0, 240, 15};
constexpr Range expiryRange{"reminders/expiryDays"_L1, 1, 365, 14};
constexpr const Range *ranges[] = {&timeoutRange,     &clipboardRange, &responseRange, &daysRange,
                                   &historySizeRange, &sealedRange,    &expiryRange};
constexpr int mostRotationDays = 3650;

int numberOf(const QVariant &value, const Range &range)
{
    bool isNumber = false;
    const qlonglong number = value.toString().toLongLong(&isNumber);
    return isNumber ? static_cast<int>(std::clamp<qlonglong>(number, range.least, range.most)) : range.usual;
}

bool truthOf(const QVariant &value, bool usual)
{
    const QString text = value.toString().toLower();
    if (text == "true"_L1 || text == "1"_L1)
        return true;
    return text == "false"_L1 || text == "0"_L1 ? false : usual;
}

constexpr auto themeKey = "appearance/theme"_L1;
constexpr auto proxyKey = "network/proxy"_L1;
constexpr auto proxyUrlKey = "network/proxyUrl"_L1;
constexpr auto historyKey = "history/enabled"_L1;
constexpr auto bodiesKey = "history/bodies"_L1;
constexpr auto historyGroup = "historyOf"_L1; // an environment, in which the same three stand
constexpr auto desktopKey = "reminders/desktop"_L1;
constexpr auto rotationGroup = "rotation/"_L1;
constexpr auto setupKey = "setup/finished"_L1;
constexpr auto workspaceKey = "workspace/folder"_L1;
constexpr auto sealedIdKey = "sealed/fileId"_L1;
constexpr auto sealedGenerationKey = "sealed/generation"_L1;
constexpr auto rememberedGroup = "remembered/"_L1;

} // namespace

namespace {

/// The number of the first line that is none of an INI file; 0: there is none.
int firstBrokenLine(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    for (int number = 1; !file.atEnd(); ++number) {
        const QByteArray line = file.readLine().trimmed();
        if (!line.isEmpty() && line.front() != ';' && line.front() != '#' && line.front() != '[' &&
            !line.contains('='))
            return number;
    }
    return 0;
}

/// Nothing if the value of that setting can be used.
QString doubtAbout(const QString &key, const QString &value)
{
    const auto unknown = [&key](const QString &allowed) {
        return Settings::tr("What %1 says is none of the values that it may have, and counts as its default. "
                            "There are: %2.")
            .arg(key, allowed);
    };
    const auto number = [&key, &value](int least, int most) {
        bool isNumber = false;
        const qlonglong found = value.toLongLong(&isNumber);
        return isNumber && found >= least && found <= most
                   ? QString()
                   : Settings::tr("%1 is not a number from %2 to %3.").arg(key).arg(least).arg(most);
    };
    for (const Range *range : ranges) {
        if (key == range->key)
            return number(range->least, range->most);
    }
    if (key.startsWith(rotationGroup))
        return number(0, mostRotationDays);
    if (key.startsWith(historyGroup) && key.endsWith("/days"_L1))
        return number(daysRange.least, daysRange.most);
    if (key.startsWith(historyGroup) && key.endsWith("/megabytes"_L1))
        return number(historySizeRange.least, historySizeRange.most);
    if (key == themeKey && !isNameIn(value, themes))
        return unknown(u"system, light, dark"_s);
    if (key == proxyKey && !isNameIn(value, proxies))
        return unknown(u"system, none, manual"_s);
    if (key == proxyUrlKey && !value.isEmpty()) {
        const Result<QString> url = Settings::checkProxyUrl(value);
        return url ? QString() : Settings::tr("%1 cannot be used: %2").arg(key, url.error().message);
    }
    const bool isBodies = key == bodiesKey || (key.startsWith(historyGroup) && key.endsWith("/bodies"_L1));
    if ((isBodies || key == historyKey || key == desktopKey || key == setupKey) &&
        truthOf(value, true) != truthOf(value, false))
        return unknown(u"true, false"_s);
    return {};
}

} // namespace

QStringList Settings::doubts() const
{
    QStringList doubts;
    if (m_readStatus == QSettings::FormatError) {
        const int line = firstBrokenLine(m_path);
        doubts << (line > 0 ? tr("Line %1 is no setting: there is no = in it.").arg(line)
                            : tr("It is not an INI file."));
    }
    QStringList keys = m_values.keys();
    keys.sort();
    for (const QString &key : std::as_const(keys)) {
        if (const QString doubt = doubtAbout(key, value(key).toString()); !doubt.isEmpty())
            doubts << doubt;
    }
    return doubts;
}

Settings::Settings(const QString &file, QObject *parent, Use use)
    : QObject(parent)
    , m_path(use == Use::Own ? prepared(file) : file)
{
    const QSettings onDisk(m_path, QSettings::IniFormat);
    for (const QString &key : onDisk.allKeys())
        m_values.insert(key, onDisk.value(key));
    // Sections are only read when they are asked for, so that this is known now.
    m_readStatus = onDisk.status();
    if (use == Use::Own &&
        m_readStatus ==
            QSettings::FormatError) // the next write replaces the file by what could be read of it
        QFile::copy(file, file + u".damaged"_s);
    m_saving.setSingleShot(true);
    m_saving.setInterval(200);
    connect(&m_saving, &QTimer::timeout, this, &Settings::saveAside);
}

Settings::~Settings()
{
    std::ignore = save();
}

bool Settings::write(const QString &path, const Changes &changes)
{
    QSettings file(prepared(path), QSettings::IniFormat);
    for (auto change = changes.begin(); change != changes.end(); ++change) {
        if (*change)
            file.setValue(change.key(), **change);
        else
            file.remove(change.key());
    }
    file.sync();
    return file.status() != QSettings::AccessError; // a format error of the old file is no failure to write
}

Settings::Changes Settings::unwritten() const
{
    Changes changes = m_writing;
    changes.insert(m_changes);
    return changes;
}

/// A disk may take its time, and a window must not wait for it.
void Settings::saveAside()
{
    if (!m_writing.isEmpty())
        return; // what has changed since is written after it
    m_writing = std::exchange(m_changes, {});
    m_background.run(
        this, [path = m_path, changes = m_writing] { return write(path, changes); },
        [this](bool isWritten) {
            if (!isWritten) {
                m_changes = unwritten();
                if (!std::exchange(m_failureTold, true))
                    Q_EMIT writeFailed(writeError());
            }
            m_writing.clear();
            if (isWritten && !m_changes.isEmpty())
                m_saving.start();
        });
}

Result<void> Settings::save()
{
    m_saving.stop();
    m_background.wait();
    const Changes changes = unwritten();
    if (changes.isEmpty())
        return {};
    if (!write(m_path, changes))
        return tl::unexpected(writeError());
    m_changes.clear();
    return {};
}

Error Settings::writeError() const
{
    return {
        Error::Kind::StorageFailed,
        tr("The settings could not be saved, so what you changed lasts until Keydesk is closed. Check that "
           "%1 can be written and that its disk has room.")
            .arg(QDir::toNativeSeparators(m_path)),
        {}};
}

QVariant Settings::value(const QString &key, const QVariant &fallback) const
{
    return m_values.value(key, fallback);
}

void Settings::change(const QString &key, const std::optional<QVariant> &value)
{
    if (value)
        m_values.insert(key, *value);
    else
        m_values.remove(key);
    m_changes.insert(key, value);
    m_saving.start();
}

bool Settings::put(const QString &key, const QVariant &value)
{
    if (m_values.value(key) == value)
        return false;
    change(key, value);
    return true;
}

Settings::Theme Settings::theme() const
{
    return choiceOf(value(themeKey), themes);
}

void Settings::setTheme(Theme theme)
{
    if (theme == this->theme())
        return;
    put(themeKey, nameOf(theme, themes));
    Q_EMIT themeChanged();
}

int Settings::timeoutSeconds() const
{
    return numberOf(value(timeoutRange.key), timeoutRange);
}

void Settings::setTimeoutSeconds(int seconds)
{
    if (putNumber(timeoutRange.key, timeoutSeconds(),
                  std::clamp(seconds, timeoutRange.least, timeoutRange.most)))
        Q_EMIT networkChanged();
}

int Settings::clipboardSeconds() const
{
    return numberOf(value(clipboardRange.key), clipboardRange);
}

void Settings::setClipboardSeconds(int seconds)
{
    putNumber(clipboardRange.key, clipboardSeconds(),
              std::clamp(seconds, clipboardRange.least, clipboardRange.most));
}

int Settings::responseLimitMegabytes() const
{
    const int before = numberOf(value(memoryRange.key), memoryRange);
    return !m_values.contains(responseRange.key) && before < memoryRange.usual
               ? before
               : numberOf(value(responseRange.key), responseRange);
}

void Settings::setResponseLimitMegabytes(int megabytes)
{
    if (putNumber(responseRange.key, responseLimitMegabytes(),
                  std::clamp(megabytes, responseRange.least, responseRange.most)))
        Q_EMIT networkChanged();
}

bool Settings::historyEnabled() const
{
    return truthOf(value(historyKey), true);
}

void Settings::setHistoryEnabled(bool enabled)
{
    if (enabled == historyEnabled())
        return;
    put(historyKey, enabled);
    Q_EMIT historyChanged();
}

int Settings::historyDays() const
{
    return numberOf(value(daysRange.key), daysRange);
}

void Settings::setHistoryDays(int days)
{
    if (putNumber(daysRange.key, historyDays(), std::clamp(days, daysRange.least, daysRange.most)))
        Q_EMIT historyChanged();
}

HistoryRules Settings::historyRules() const
{
    HistoryRules rules;
    rules.general = {historyDays(), numberOf(value(historySizeRange.key), historySizeRange),
                     truthOf(value(bodiesKey), true)};
    for (const QString &key : m_values.keys()) {
        const QStringList parts = key.split(u'/');
        if (parts.size() != 3 || parts.first() != historyGroup || parts.last() != "days"_L1)
            continue;
        const QUuid id = QUuid::fromString(parts.at(1));
        const QString group = historyGroup + u'/' + parts.at(1);
        if (!id.isNull())
            rules.environments.insert(
                id, {numberOf(value(key), {{}, daysRange.least, daysRange.most, rules.general.days}),
                     numberOf(value(group + u"/megabytes"_s), {{}, 0, historySizeRange.most, 0}),
                     truthOf(value(group + u"/bodies"_s), true)});
    }
    return rules;
}

void Settings::setHistoryRetention(const HistoryRetention &general)
{
    const HistoryRetention before = historyRules().general;
    put(daysRange.key, std::clamp(general.days, daysRange.least, daysRange.most));
    put(historySizeRange.key, std::clamp(general.megabytes, 0, historySizeRange.most));
    put(bodiesKey, general.keepsBodies);
    if (historyRules().general != before)
        Q_EMIT historyChanged();
}

void Settings::setHistoryRetention(const QUuid &environment, const std::optional<HistoryRetention> &own)
{
    const HistoryRules before = historyRules();
    const QString group = historyGroup + u'/' + environment.toString(QUuid::WithoutBraces);
    if (own) {
        put(group + u"/days"_s, std::clamp(own->days, daysRange.least, daysRange.most));
        put(group + u"/megabytes"_s, std::clamp(own->megabytes, 0, historySizeRange.most));
        put(group + u"/bodies"_s, own->keepsBodies);
    } else {
        for (const QString &key : m_values.keys()) {
            if (key.startsWith(group + u'/'))
                change(key, std::nullopt);
        }
    }
    if (historyRules().environments != before.environments)
        Q_EMIT historyChanged();
}

int Settings::expiryReminderDays() const
{
    return numberOf(value(expiryRange.key), expiryRange);
}

void Settings::setExpiryReminderDays(int days)
{
    if (putNumber(expiryRange.key, expiryReminderDays(),
                  std::clamp(days, expiryRange.least, expiryRange.most)))
        Q_EMIT remindersChanged();
}

int Settings::rotationDays(const QString &providerId) const
{
    return numberOf(value(rotationGroup + providerId), {{}, 0, mostRotationDays, 0});
}

void Settings::setRotationDays(const QString &providerId, int days)
{
    const int before = rotationDays(providerId);
    if (putNumber(QString(rotationGroup + providerId), before, std::clamp(days, 0, mostRotationDays)))
        Q_EMIT remindersChanged();
}

bool Settings::desktopReminders() const
{
    return truthOf(value(desktopKey), true);
}

void Settings::setDesktopReminders(bool enabled)
{
    if (enabled == desktopReminders())
        return;
    put(desktopKey, enabled);
    Q_EMIT remindersChanged();
}

Settings::Proxy Settings::proxy() const
{
    return choiceOf(value(proxyKey), proxies);
}

void Settings::setProxy(Proxy proxy)
{
    if (proxy == this->proxy())
        return;
    put(proxyKey, nameOf(proxy, proxies));
    Q_EMIT networkChanged();
}

Result<QString> Settings::checkProxyUrl(const QString &text)
{
    const QUrl url(text.trimmed(), QUrl::StrictMode);
    const auto refuse = [](const QString &why) { return failure(Error::Kind::InvalidInput, why); };
    if (!url.isValid() || (url.scheme() != "http"_L1 && url.scheme() != "socks5"_L1) || url.host().isEmpty())
        return refuse(tr("A proxy is written as http://host:port or socks5://host:port."));
    if (!url.userInfo().isEmpty() || url.authority().contains(u'@'))
        return refuse(
            tr("A proxy with a user name or password cannot be used: the password would be kept in a plain "
               "file."));
    if (url.port() < 1)
        return refuse(tr("The proxy needs its port, such as http://%1:8080.").arg(url.host()));
    if ((!url.path().isEmpty() && url.path() != "/"_L1) || url.hasQuery() || url.hasFragment())
        return refuse(tr("A proxy has no path: leave out everything after the port."));
    return url.scheme() + u"://"_s + url.authority(QUrl::FullyEncoded);
}

QString Settings::proxyUrl() const
{
    return checkProxyUrl(value(proxyUrlKey).toString()).value_or(QString());
}

void Settings::setProxyUrl(const QString &url)
{
    const QString next = checkProxyUrl(url).value_or(QString());
    if (next == proxyUrl())
        return;
    put(proxyUrlKey, next);
    Q_EMIT networkChanged();
}

int Settings::sealedMinutes() const
{
    return numberOf(value(sealedRange.key), sealedRange);
}

void Settings::setSealedMinutes(int minutes)
{
    if (putNumber(sealedRange.key, sealedMinutes(), std::clamp(minutes, sealedRange.least, sealedRange.most)))
        Q_EMIT sealedChanged();
}

SealedSeen Settings::sealedSeen() const
{
    return {QByteArray::fromHex(value(sealedIdKey).toString().toLatin1()),
            value(sealedGenerationKey).toString().toULongLong()};
}

void Settings::setSealedSeen(const SealedSeen &seen)
{
    put(sealedIdKey, QString::fromLatin1(seen.fileId.toHex()));
    put(sealedGenerationKey, QString::number(seen.generation));
}

QString Settings::workspaceFolder() const
{
    return value(workspaceKey).toString();
}

void Settings::setWorkspaceFolder(const QString &folder)
{
    put(workspaceKey, folder);
}

bool Settings::setupFinished() const
{
    return truthOf(value(setupKey), false);
}

void Settings::setSetupFinished(bool finished)
{
    put(setupKey, finished);
}

QVariant Settings::remembered(const QString &key, const QVariant &fallback) const
{
    return value(rememberedGroup + key, fallback);
}

void Settings::remember(const QString &key, const QVariant &value)
{
    put(rememberedGroup + key, value);
}

bool Settings::putNumber(const QString &key, int before, int number)
{
    // Written even if the clamped value is the same: what stands in the file may be out of range.
    put(key, number);
    return before != number;
}

} // namespace keydesk
