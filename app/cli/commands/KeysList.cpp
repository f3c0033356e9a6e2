#include "app/cli/commands/KeysList.h"

#include "app/Core.h"
#include "app/cli/Options.h"
#include "app/cli/Session.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace keydesk::cli {

KeysList::KeysList()
    : KeysCommand(u"keys list"_s, tr("Lists the keys: name, provider, hint, status, and where they are used. Never a token."))
{
}

void KeysList::declare(CLI::App &app)
{
    addText(app, "-e,--environment", m_environment, Value::Environment, tr("Only those that this environment uses."));
    addText(app, "--provider", m_provider, Value::Text, tr("Only those of this provider, named by its id."));
    addChoice(app, "--status", m_status, {u"unchecked"_s, u"works"_s, u"refused"_s, u"expired"_s, u"revoked"_s, u"missing"_s},
              tr("Only those in this state."));
    addFlag(app, "--names", m_namesOnly, tr("Only the names, one a line."));
}

void KeysList::start()
{
    Core *core = open();
    if (!core)
        return;
    std::optional<Environment> environment;
    if (!m_environment.isEmpty()) {
        const Result<Environment> found = findEnvironment(*core, m_environment);
        if (!found)
            return fail(found.error());
        environment = *found;
    }
    Output &output = session().output();
    QJsonArray array;
    for (const ApiKey &key : core->keys->all()) {
        if (!isApiKey(key) || (environment && !environment->allKeys().contains(key.id)) || (!m_provider.isEmpty() && key.providerId != m_provider) ||
            (!m_status.isEmpty() && statusWord(key.status) != m_status))
            continue;
        if (output.isJson())
            array.append(toJson(*core, key));
        else if (m_namesOnly)
            output.line(key.name);
        else
            output.line(QStringList{key.name, key.providerId, key.hint, statusWord(key.status), placesOfUse(*core, key.id).join(", "_L1)}.join(u'\t'));
    }
    if (output.isJson())
        output.document({{u"keys"_s, array}});
    end(ExitCode::Ok);
}

} // namespace keydesk::cli
