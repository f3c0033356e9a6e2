#include "app/cli/commands/EnvList.h"

#include "app/Core.h"
#include "app/cli/Options.h"
#include "app/cli/Session.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace keydesk::cli {

namespace {

QStringList keyNames(const Core &core, const Environment &environment)
{
    QStringList names;
    for (const QUuid &id : environment.callKeys()) {
        if (const std::optional<ApiKey> key = core.keys->find(id); key && isApiKey(*key))
            names << key->name;
    }
    names.sort();
    return names;
}

QJsonObject toJson(const Core &core, const Environment &environment, bool isCurrent)
{
    QStringList variables;
    for (const NameValue &variable : environment.variables)
        variables << variable.name;
    return {
        {u"id"_s, environment.id.toString(QUuid::WithoutBraces)},
        {u"name"_s, environment.name},
        {u"provider"_s, environment.providerId},
        {u"baseUrl"_s, environment.baseUrl},
        {u"protected"_s, environment.isProtected},
        {u"current"_s, isCurrent},
        {u"keys"_s, QJsonArray::fromStringList(keyNames(core, environment))},
        {u"variables"_s, QJsonArray::fromStringList(variables)},
    };
}

} // namespace

EnvList::EnvList()
    : Command(u"env list"_s, tr("Lists the environments with their base URLs and keys."))
{
}

void EnvList::declare(CLI::App &app)
{
    addFlag(app, "--names", m_namesOnly, tr("Only the names, one a line."));
}

void EnvList::start()
{
    const Result<Core *> opened = session().core();
    if (!opened)
        return fail(opened.error());
    const Core &core = **opened;
    const std::optional<Environment> current = core.environments->current();
    Output &output = session().output();
    QJsonArray array;
    for (const Environment &environment : core.environments->all()) {
        const bool isCurrent = current && current->id == environment.id;
        if (output.isJson()) {
            array.append(toJson(core, environment, isCurrent));
            continue;
        }
        if (m_namesOnly) {
            output.line(environment.name);
            continue;
        }
        QStringList remarks = keyNames(core, environment);
        if (remarks.isEmpty())
            remarks << tr("no key");
        if (environment.isProtected)
            remarks << tr("protected");
        if (isCurrent)
            remarks << tr("current");
        output.line(u"%1\t%2\t%3"_s.arg(environment.name, environment.baseUrl, remarks.join(", "_L1)));
    }
    if (output.isJson())
        output.document({{u"environments"_s, array}});
    end(ExitCode::Ok);
}

} // namespace keydesk::cli
