#include "app/doctor/FileCheck.h"

#include "app/doctor/FolderCheck.h"
#include "app/keys/KeysLock.h"
#include "app/keys/SealedDisk.h"
#include "app/keys/SealedFile.h"
#include "app/providers/ProviderCatalog.h"
#include "app/storage/Settings.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QLockFile>

#include <algorithm>
#include <cerrno>
#include <csignal>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

using State = Finding::State;

struct FileCheckText
{
    Q_DECLARE_TR_FUNCTIONS(Doctor)
};

bool isAlive(qint64 process)
{
    return process > 0 && (::kill(static_cast<pid_t>(process), 0) == 0 || errno == EPERM);
}

} // namespace

Findings checkSettings(const QString &path)
{
    const QString id = u"settings"_s;
    const QFileInfo file(path);
    const QString name = QDir::toNativeSeparators(path);
    if (!file.exists())
        return {{id, State::Ok, FileCheckText::tr("Nothing was changed in the settings yet."), {}}};
    if (!file.isFile())
        return {{id, State::Problem, FileCheckText::tr("%1 is not a file.").arg(name),
                 u"mv %1 %2"_s.arg(shellWord(path), shellWord(path + u".old"_s))}};
    Findings findings = checkPrivate(id, path);
    if (!file.isReadable() || !file.isWritable()) {
        findings.append({id, State::Problem,
                         FileCheckText::tr("%1 may not be read or changed by you.").arg(name),
                         u"chmod 600 "_s + shellWord(path)});
        return findings;
    }
    const Settings settings(path, nullptr, Settings::Use::LookOnly);
    for (const QString &doubt : settings.doubts())
        findings.append(
            {id, State::Problem, u"%1: %2"_s.arg(name, doubt),
             FileCheckText::tr("Change it in Preferences, or in the file while Keydesk is closed.")});
    const QString folder = settings.workspaceFolder();
    if (!folder.isEmpty() && !QFileInfo(folder).isDir())
        findings.append(
            {id, State::Problem,
             FileCheckText::tr("The folder of saved requests, %1, is not there.")
                 .arg(QDir::toNativeSeparators(folder)),
             FileCheckText::tr("Bring its disk back, or choose another folder in the window: Request ▸ "
                               "Open Folder of Requests…")});
    if (findings.isEmpty())
        findings.append({id, State::Ok, FileCheckText::tr("The settings can be used."), {}});
    return findings;
}

Findings checkProviders(const ProviderCatalog &providers, const QString &folder)
{
    const QString id = u"providers"_s;
    Findings findings;
    for (const ProviderCatalog::Problem &problem : providers.problems())
        findings.append(
            {id, State::Problem, u"%1: %2"_s.arg(QDir::toNativeSeparators(problem.file), problem.message),
             FileCheckText::tr(
                 "Mend the file, or take it out of its folder. Until then this provider is left out.")});
    if (!findings.isEmpty())
        return findings;
    const qsizetype own =
        QDir(folder).entryList({u"*.json"_s}, QDir::Files | QDir::System | QDir::Hidden).size();
    return {{id,
             State::Ok,
             own == 0
                 ? FileCheckText::tr(
                       "The provider files that come with Keydesk can be read; there are none of your own.")
                 : FileCheckText::tr("All provider files can be read, %n of them your own.", nullptr,
                                     static_cast<int>(own)),
             {}}};
}

Findings checkSealedFile(const QString &path, const std::optional<StoredRows> &rows)
{
    const QString id = u"sealedFile"_s;
    const auto held = rows ? std::ranges::count(rows->keys, SecretPlace::SealedFile, &ApiKey::place) : 0;
    const Result<std::optional<QByteArray>> bytes = lookAtSealedFile(path);
    const QString setAside = u"mv %1 %2"_s.arg(shellWord(path), shellWord(path + u".damaged"_s));
    if (!bytes)
        return {{id, State::Problem, bytes.error().message,
                 bytes.error().kind == Error::Kind::SealedDamaged ? setAside
                                                                  : u"chmod 600 "_s + shellWord(path)}};
    const QString previous = previousSealedFile(path);
    const QString usePrevious =
        QFileInfo::exists(previous)
            ? FileCheckText::tr("Use the version before: cp %1 %2").arg(shellWord(previous), shellWord(path))
            : FileCheckText::tr(
                  "Bring it back from a backup, or paste the tokens anew: View ▸ Where Keys Are Kept… "
                  "in the window.");
    if (!*bytes) {
        if (held == 0)
            return {};
        return {{id, State::Problem,
                 FileCheckText::tr("The sealed file %1 is not there, but %n key(s) should be in it.", nullptr,
                                   static_cast<int>(held))
                     .arg(QDir::toNativeSeparators(path)),
                 usePrevious}};
    }
    Findings findings = checkPrivate(id, path) + checkPrivate(id, previous);
    if (const Result<SealedHeader> header = sealedHeader(**bytes); !header)
        findings.append({id, State::Problem, header.error().message,
                         header.error().kind == Error::Kind::StorageNewer
                             ? FileCheckText::tr("Use the later version of Keydesk.")
                             : usePrevious});
    if (findings.isEmpty())
        findings.append(
            {id,
             State::Ok,
             FileCheckText::tr("The sealed file is there and undamaged, with %n key(s). Whether they can "
                               "be read only its passphrase tells.",
                               nullptr, static_cast<int>(held)),
             {}});
    return findings;
}

Findings checkOthers(const Paths &paths)
{
    const QString id = u"otherKeydesk"_s;
    Findings findings;
    qint64 process = 0;
    QString host;
    QString program;
    const QLockFile window(QDir(paths.data).filePath(u"keydesk.lock"_s));
    if (window.getLockInfo(&process, &host, &program)) {
        const bool isHere = host == QSysInfo::machineHostName();
        if (!isHere)
            findings.append(
                {id,
                 State::Note,
                 FileCheckText::tr("Keydesk's window was opened with these data on another computer, %1, "
                                   "and may still be open there.")
                     .arg(host),
                 {}});
        else if (isAlive(process))
            findings.append({id,
                             State::Note,
                             FileCheckText::tr("Keydesk's window is open (process %1).").arg(process),
                             {}});
    }
    const QString changing = QDir(paths.data).filePath(u"keys.lock"_s);
    if (QFileInfo(changing).isWritable() && !KeysLock(changing).ifNobodyChanges([] {}))
        findings.append(
            {id,
             State::Note,
             FileCheckText::tr("A keydesk-cli is changing keys at this moment: what is said of tokens may "
                               "be different soon."),
             {}});
    return findings;
}

} // namespace keydesk
