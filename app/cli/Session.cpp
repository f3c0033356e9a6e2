#include "app/cli/Session.h"

#include "app/Core.h"
#include "app/base/Log.h"
#include "app/cli/PassphrasePrompt.h"
#include "app/keys/KeychainStore.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace keydesk::cli {

namespace {

struct SessionText
{
    Q_DECLARE_TR_FUNCTIONS(Session)
};

/// The one that `text` means among `things`, which have a name and an id; or else the sentences are asked for the Error.
template <typename Thing>
Result<Thing> findByName(const QList<Thing> &things, const QString &text, const QString &noneOfThisName, const QString &several)
{
    const Thing *loose = nullptr;
    int looseCount = 0;
    const Thing *exact = nullptr;
    int exactCount = 0;
    for (const Thing &thing : things) {
        if (thing.id == QUuid::fromString(text) && !thing.id.isNull())
            return thing;
        if (thing.name == text) {
            exact = &thing;
            ++exactCount;
        }
        if (thing.name.compare(text, Qt::CaseInsensitive) == 0) {
            loose = &thing;
            ++looseCount;
        }
    }
    if (exactCount == 1)
        return *exact;
    if (exactCount == 0 && looseCount == 1)
        return *loose;
    if (looseCount > 0)
        return failure(Error::Kind::InvalidInput, several.arg(text));
    QStringList names;
    for (const Thing &thing : things)
        names << u"“%1”"_s.arg(thing.name);
    names.removeDuplicates();
    constexpr int mostNames = 20;
    QString message = noneOfThisName.arg(text);
    if (names.size() > mostNames)
        message += u' ' + SessionText::tr("There are %1 others.").arg(names.size());
    else if (!names.isEmpty())
        message += u' ' + SessionText::tr("There are: %1.").arg(names.join(", "_L1));
    return failure(Error::Kind::NotFound, message);
}

} // namespace

Session::Session(Output &output, SignalWatch &signals, const Folders &folders)
    : m_output(output)
    , m_signals(signals)
    , m_folders(folders)
{
}

Session::~Session()
{
    close();
}

void Session::close()
{
    if (!m_core)
        return;
    installRedactedLogging(nullptr);
    m_passphrase.reset(); // it refers to the core's sealed file
    m_core.reset();
}

Result<Paths> Session::paths()
{
    if (m_paths)
        return *m_paths;
    Result<Paths> found = Paths::standard(m_folders.config, m_folders.data);
    if (found)
        m_paths = *found;
    return found;
}

Result<Core *> Session::core()
{
    if (m_core)
        return m_core.get();
    const Result<Paths> found = paths();
    if (!found)
        return tl::unexpected(found.error());
    auto opened = Core::open(*found, std::make_unique<KeychainStore>(), {}, {}, Core::For::CommandLine);
    if (!opened)
        return tl::unexpected(opened.error());
    m_core = std::move(*opened);
    installRedactedLogging(&m_core->redactor);
    m_passphrase = std::make_unique<PassphrasePrompt>(*m_core->sealed, m_output);
    QObject::connect(m_core->history.get(), &HistoryStore::failed, m_core->history.get(),
                     [&output = m_output](const Error &error) { output.fact(error.message); });
    if (!m_core->database->notice().isEmpty())
        m_output.fact(m_core->database->notice());
    return m_core.get();
}

Result<Environment> findEnvironment(const Core &core, const QString &text)
{
    if (!text.isEmpty())
        return findByName(core.environments->all(), text, SessionText::tr("There is no environment “%1”."),
                          SessionText::tr("Several environments are called “%1”. Name it by its id: "
                                          "keydesk-cli env list --json tells it."));
    const std::optional<Environment> current = core.environments->current();
    if (!current)
        return failure(Error::Kind::NotFound,
                       SessionText::tr("There is no environment yet. Make one in the window of Keydesk."));
    return *current;
}

Result<ApiKey> findKey(const Core &core, const QString &text)
{
    QList<ApiKey> keys = core.keys->all();
    keys.removeIf([](const ApiKey &key) { return !isApiKey(key); });
    return findByName(
        keys, text, SessionText::tr("There is no key “%1”."),
        SessionText::tr(
            "Several keys are called “%1”. Name it by its id: keydesk-cli keys list --json tells it."));
}

} // namespace keydesk::cli
