#include "app/doctor/Doctor.h"

#include "app/calls/NetworkOptions.h"
#include "app/catalogue/CatalogueStore.h"
#include "app/doctor/ConnectionCheck.h"
#include "app/doctor/FileCheck.h"
#include "app/doctor/FolderCheck.h"
#include "app/doctor/KeychainCheck.h"
#include "app/doctor/KeychainTrial.h"
#include "app/doctor/OnlineCheck.h"
#include "app/doctor/SystemCheck.h"
#include "app/storage/Settings.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

/// What does not depend on anything that is stored, and takes a while.
struct Looked
{
    Findings findings;
    ProviderCatalog providers;
    DatabaseCheck database;
};

} // namespace

Doctor::Doctor(const Paths &paths, SecretStore &keychain, const Options &options, QObject *parent)
    : QObject(parent)
    , m_paths(paths)
    , m_keychain(keychain)
    , m_options(options)
{
}

Doctor::~Doctor() = default;

QString Doctor::dataFile(const QString &name) const
{
    return QDir(m_paths.data).filePath(name);
}

QString Doctor::settingsFile() const
{
    return QDir(m_paths.config).filePath(u"settings.ini"_s);
}

void Doctor::start()
{
    m_background.run(
        this,
        [paths = m_paths, settings = settingsFile(), database = dataFile(u"keydesk.db"_s)] {
            const QDateTime programTime = QFileInfo(QCoreApplication::applicationFilePath()).lastModified();
            Looked looked;
            looked.findings << checkVersions() << checkFolders(paths) << checkSettings(settings);
            looked.providers.loadBuiltIn();
            const QString folder = QDir(paths.config).filePath(u"providers"_s);
            looked.providers.loadFolder(folder);
            looked.findings << checkProviders(looked.providers, folder)
                            << checkClock(QDateTime::currentDateTimeUtc(), programTime)
                            << checkTls(TlsState::now())
                            << checkProxies(QProcessEnvironment::systemEnvironment());
            looked.database = checkDatabase(database);
            return looked;
        },
        [this](const Looked &looked) {
            m_providers = looked.providers;
            m_rows = looked.database.rows;
            tell(looked.findings);
            tell(looked.database.findings);
            checkFiles();
        });
}

void Doctor::tell(const Findings &findings)
{
    for (const Finding &finding : findings) {
        if (!m_isFinished)
            Q_EMIT found(finding);
    }
}

void Doctor::checkFiles()
{
    if (m_rows)
        tell(checkEnvironments(m_rows->environments));
    tell(checkSealedFile(dataFile(u"sealed.keydesk"_s), m_rows));
    tell(checkOthers(m_paths));
    checkCatalogues();
}

void Doctor::checkCatalogues()
{
    m_catalogues = std::make_unique<CatalogueStore>(m_providers, dataFile(u"catalogues"_s));
    connect(m_catalogues.get(), &CatalogueStore::loaded, this, [this] {
        for (const CatalogueStore::Problem &problem : m_catalogues->problems())
            tell({{u"catalogues"_s, Finding::State::Problem,
                   u"%1: %2"_s.arg(QDir::toNativeSeparators(problem.file), problem.message),
                   tr("Import that description again, or delete its file: rm %1")
                       .arg(shellWord(problem.file))}});
        checkKeychain();
    });
    m_catalogues->load();
}

void Doctor::checkKeychain()
{
    auto *check = new KeychainCheck(m_keychain, m_rows, QFileInfo::exists(dataFile(u"sealed.keydesk"_s)),
                                    m_options.patience, this);
    connect(check, &KeychainCheck::found, this, [this](const Finding &finding) { tell({finding}); });
    connect(check, &KeychainCheck::finished, this, &Doctor::tryKeychain);
    check->start();
}

void Doctor::tryKeychain()
{
    if (!m_options.write || m_isFinished)
        return checkOnline();
    m_trial = new KeychainTrial(m_keychain, this);
    connect(m_trial, &KeychainTrial::finished, this, [this](const Finding &finding) {
        tell({finding});
        m_trial.clear();
        checkOnline();
    });
    m_trial->start();
}

void Doctor::checkOnline()
{
    if (!m_options.online || m_isFinished)
        return finish();
    if (!m_rows) {
        tell({{u"online"_s,
               Finding::State::Note,
               tr("No server was asked: which there are could not be read."),
               {}}});
        return finish();
    }
    const Settings settings(settingsFile(), nullptr, Settings::Use::LookOnly);
    HttpClient::Options options = networkOptions(settings);
    options.timeout = m_options.patience;
    auto *check = new OnlineCheck(m_rows->environments, m_providers, options, this);
    connect(check, &OnlineCheck::found, this, [this](const Finding &finding) { tell({finding}); });
    connect(check, &OnlineCheck::finished, this, &Doctor::finish);
    check->start();
}

void Doctor::cancel()
{
    if (m_trial) {
        disconnect(m_trial, nullptr, this, nullptr);
        connect(m_trial, &KeychainTrial::finished, this, &Doctor::finish);
        m_trial->cancel();
    } else {
        QMetaObject::invokeMethod(this, &Doctor::finish, Qt::QueuedConnection);
    }
}

void Doctor::finish()
{
    if (m_isFinished)
        return;
    m_isFinished = true;
    Q_EMIT finished();
}

} // namespace keydesk
