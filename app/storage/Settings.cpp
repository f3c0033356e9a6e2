#include "app/storage/Settings.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QUrl>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr auto ownerOnly = QFile::ReadOwner | QFile::WriteOwner;

// QSettings keeps the mode of a file that exists and makes a new one by umask alone: make it first, as 0600.
QString prepared(const QString &path)
{
    QFile file(path);
    if (!file.exists() && file.open(QIODevice::WriteOnly | QIODevice::NewOnly, ownerOnly))
        file.close();
    if (file.exists() &&
        file.permissions() & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther))
        file.setPermissions(ownerOnly);
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
    return std::any_of(std::begin(names), std::end(names), [&text](const auto &name) { return name.text == text; });
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
/// As it was when answers had to fit into memory. Less than was usual then is still meant; as much as there could be was not enough.
constexpr Range memoryRange{"network/responseLimitMegabytes"_L1, 1, 512, 64};
constexpr Range daysRange{"history/days"_L1, 1, 3650, 30};
constexpr Range sealedRange{"security/lockSealedMinutes"_L1, 0, 240, 15};
constexpr Range expiryRange{"reminders/expiryDays"_L1, 1, 365, 14};
constexpr const Range *ranges[] = {&timeoutRange, &clipboardRange, &responseRange, &daysRange, &sealedRange, &expiryRange};
constexpr int mostRotationDays = 3650;

int numberIn(const QSettings &file, const Range &range)
{
    bool isNumber = false;
    const qlonglong number = file.value(range.key).toString().toLongLong(&isNumber);
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
        if (!line.isEmpty() && line.front() != ';' && line.front() != '#' && line.front() != '[' && !line.contains('='))
            return number;
    }
    return 0;
}

/// Nothing if the value of that setting can be used.
QString doubtAbout(const QString &key, const QString &value)
{
    const auto unknown = [&key](const QString &allowed) {
        return Settings::tr("What %1 says is none of the values that it may have, and counts as its default. There are: %2.").arg(key, allowed);
    };
    const auto number = [&key, &value](int least, int most) {
        bool isNumber = false;
        const qlonglong found = value.toLongLong(&isNumber);
        return isNumber && found >= least && found <= most ? QString()
                                                           : Settings::tr("%1 is not a number from %2 to %3.").arg(key).arg(least).arg(most);
    };
    for (const Range *range : ranges) {
        if (key == range->key)
            return number(range->least, range->most);
    }
    if (key.startsWith(rotationGroup))
        return number(0, mostRotationDays);
    if (key == themeKey && !isNameIn(value, themes))
        return unknown(u"system, light, dark"_s);
    if (key == proxyKey && !isNameIn(value, proxies))
        return unknown(u"system, none, manual"_s);
    if (key == proxyUrlKey && !value.isEmpty()) {
        const Result<QString> url = Settings::checkProxyUrl(value);
        return url ? QString() : Settings::tr("%1 cannot be used: %2").arg(key, url.error().message);
    }
    if ((key == historyKey || key == desktopKey || key == setupKey) && truthOf(value, true) != truthOf(value, false))
        return unknown(u"true, false"_s);
    return {};
}

} // namespace

QStringList Settings::doubts() const
{
    QStringList doubts;
    if (m_file.status() == QSettings::FormatError) {
        const int line = firstBrokenLine(m_file.fileName());
        doubts << (line > 0 ? tr("Line %1 is no setting: there is no = in it.").arg(line) : tr("It is not an INI file."));
    }
    for (const QString &key : m_file.allKeys()) {
        if (const QString doubt = doubtAbout(key, m_file.value(key).toString()); !doubt.isEmpty())
            doubts << doubt;
    }
    return doubts;
}

Settings::Settings(const QString &file, QObject *parent, Use use)
    : QObject(parent)
    , m_file(use == Use::Own ? prepared(file) : file, QSettings::IniFormat)
{
    // The next write replaces the file by what could be read of it. Sections are only read when they are
    // asked for.
    std::ignore = m_file.allKeys();
    if (use == Use::Own && m_file.status() == QSettings::FormatError)
        QFile::copy(file, file + u".damaged"_s);
    m_saving.setSingleShot(true);
    m_saving.setInterval(200);
    connect(&m_saving, &QTimer::timeout, this, [this] {
        if (const Result<void> saved = save(); !saved && !m_failureTold) {
            m_failureTold = true;
            Q_EMIT writeFailed(saved.error());
        }
    });
}

Settings::~Settings()
{
    m_file.sync();
}

Result<void> Settings::save()
{
    m_saving.stop();
    m_file.sync();
    if (m_file.status() !=
        QSettings::AccessError) // it sticks: a format error of the old file is no failure to write
        return {};
    return failure(
        Error::Kind::StorageFailed,
        tr("The settings could not be saved, so what you changed lasts until Keydesk is closed. Check that "
           "%1 can be written and that its disk has room.")
            .arg(QDir::toNativeSeparators(m_file.fileName())));
}

bool Settings::put(QAnyStringView key, const QVariant &value)
{
    if (m_file.value(key) == value)
        return false;
    m_file.setValue(key, value);
    m_saving.start();
    return true;
}

Settings::Theme Settings::theme() const
{
    return choiceOf(m_file.value(themeKey), themes);
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
    return numberIn(m_file, timeoutRange);
}

void Settings::setTimeoutSeconds(int seconds)
{
    if (putNumber(timeoutRange.key, timeoutSeconds(),
                  std::clamp(seconds, timeoutRange.least, timeoutRange.most)))
        Q_EMIT networkChanged();
}

int Settings::clipboardSeconds() const
{
    return numberIn(m_file, clipboardRange);
}

void Settings::setClipboardSeconds(int seconds)
{
    putNumber(clipboardRange.key, clipboardSeconds(),
              std::clamp(seconds, clipboardRange.least, clipboardRange.most));
}

int Settings::responseLimitMegabytes() const
{
    const int before = numberIn(m_file, memoryRange);
    return !m_file.contains(responseRange.key) && before < memoryRange.usual ? before : numberIn(m_file, responseRange);
}

void Settings::setResponseLimitMegabytes(int megabytes)
{
    if (putNumber(responseRange.key, responseLimitMegabytes(),
                  std::clamp(megabytes, responseRange.least, responseRange.most)))
        Q_EMIT networkChanged();
}

bool Settings::historyEnabled() const
{
    return truthOf(m_file.value(historyKey), true);
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
    return numberIn(m_file, daysRange);
}

void Settings::setHistoryDays(int days)
{
    if (putNumber(daysRange.key, historyDays(), std::clamp(days, daysRange.least, daysRange.most)))
        Q_EMIT historyChanged();
}

int Settings::expiryReminderDays() const
{
    return numberIn(m_file, expiryRange);
}

void Settings::setExpiryReminderDays(int days)
{
    if (putNumber(expiryRange.key, expiryReminderDays(), std::clamp(days, expiryRange.least, expiryRange.most)))
        Q_EMIT remindersChanged();
}

int Settings::rotationDays(const QString &providerId) const
{
    const QByteArray key = QString(rotationGroup + providerId).toLatin1();
    return numberIn(m_file, {QLatin1StringView(key), 0, mostRotationDays, 0});
}

void Settings::setRotationDays(const QString &providerId, int days)
{
    const int before = rotationDays(providerId);
    if (putNumber(QString(rotationGroup + providerId), before, std::clamp(days, 0, mostRotationDays)))
        Q_EMIT remindersChanged();
}

bool Settings::desktopReminders() const
{
    return truthOf(m_file.value(desktopKey), true);
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
    return choiceOf(m_file.value(proxyKey), proxies);
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
    return checkProxyUrl(m_file.value(proxyUrlKey).toString()).value_or(QString());
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
    return numberIn(m_file, sealedRange);
}

void Settings::setSealedMinutes(int minutes)
{
    if (putNumber(sealedRange.key, sealedMinutes(), std::clamp(minutes, sealedRange.least, sealedRange.most)))
        Q_EMIT sealedChanged();
}

SealedSeen Settings::sealedSeen() const
{
    return {QByteArray::fromHex(m_file.value(sealedIdKey).toString().toLatin1()),
            m_file.value(sealedGenerationKey).toString().toULongLong()};
}

void Settings::setSealedSeen(const SealedSeen &seen)
{
    put(sealedIdKey, QString::fromLatin1(seen.fileId.toHex()));
    put(sealedGenerationKey, QString::number(seen.generation));
}

QString Settings::workspaceFolder() const
{
    return m_file.value(workspaceKey).toString();
}

void Settings::setWorkspaceFolder(const QString &folder)
{
    put(workspaceKey, folder);
}

bool Settings::setupFinished() const
{
    return truthOf(m_file.value(setupKey), false);
}

void Settings::setSetupFinished(bool finished)
{
    put(setupKey, finished);
}

QVariant Settings::remembered(const QString &key, const QVariant &fallback) const
{
    return m_file.value(rememberedGroup + key, fallback);
}

void Settings::remember(const QString &key, const QVariant &value)
{
    put(rememberedGroup + key, value);
}

bool Settings::putNumber(QAnyStringView key, int before, int number)
{
    // Written even if the clamped value is the same: what stands in the file may be out of range.
    put(key, number);
    return before != number;
}

} // namespace keydesk
