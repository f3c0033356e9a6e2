#include "app/cli/commands/KeysCheck.h"

#include "app/Core.h"
#include "app/cli/Options.h"
#include "app/cli/Session.h"
#include "app/keys/CheckAllJob.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace keydesk::cli {

namespace {

/// One that is refused counts for more than one that nobody answered.
int exitCodeOf(const CheckAllJob::Summary &summary)
{
    if (summary.refused > 0)
        return static_cast<int>(ExitCode::Refused);
    if (summary.unanswered + summary.notTried == 0)
        return static_cast<int>(ExitCode::Ok);
    return static_cast<int>(summary.firstError ? exitCodeFor(summary.firstError->kind) : ExitCode::NotSent);
}

} // namespace

KeysCheck::KeysCheck()
    : KeysCommand(u"keys check"_s, tr("Tries keys with their providers' cheapest calls, and says of each whether it works."))
{
}

void KeysCheck::declare(CLI::App &app)
{
    addTexts(app, "keys", m_keys, Value::Key, tr("The keys, by their names or ids; all if none is named."));
}

void KeysCheck::interrupt(const CaughtSignal &signal)
{
    if (!m_all) {
        KeysCommand::interrupt(signal);
        return;
    }
    m_stoppedBy = signal.number;
    m_all->cancel();
}

void KeysCheck::start()
{
    Core *core = open();
    if (!core)
        return;
    QList<QUuid> ids;
    for (const QString &name : std::as_const(m_keys)) {
        const Result<ApiKey> key = findKey(*core, name);
        if (!key)
            return fail(key.error());
        ids << key->id;
    }
    if (m_keys.isEmpty()) {
        for (const ApiKey &key : core->keys->all()) {
            if (isApiKey(key) && key.status != ApiKey::Status::Revoked)
                ids << key.id;
        }
    }
    const QList<KeyPlace> places = placesOf(ids, *core->keys, *core->environments);
    whenReady(*core, false, [this, core, places] { check(*core, places); });
}

void KeysCheck::check(Core &core, const QList<KeyPlace> &places)
{
    m_all = new CheckAllJob(*core.keyService, *core.environments, places, this);
    connect(m_all, &CheckAllJob::finished, this, [this, &core, places](const CheckAllJob::Summary &summary) {
        m_all.clear();
        Output &output = session().output();
        QJsonArray array;
        for (const KeyPlace &place : places) {
            const std::optional<ApiKey> key = core.keys->find(place.keyId);
            if (!key)
                continue;
            if (output.isJson())
                array.append(toJson(core, *key));
            else
                output.line(QStringList{key->name, statusWord(key->status), key->lastCheckNote}.join(u'\t'));
        }
        if (output.isJson())
            output.document({{u"keys"_s, array}});
        output.fact(summary.words());
        end(m_stoppedBy > 0 ? 128 + m_stoppedBy : exitCodeOf(summary));
    });
}

} // namespace keydesk::cli
