#include "app/cli/commands/CompletionScript.h"

#include "app/cli/Options.h"
#include "app/cli/Session.h"

#include <QFile>

using namespace Qt::StringLiterals;

namespace keydesk::cli {

CompletionScript::CompletionScript()
    : Command(u"completion"_s, tr("Writes the script that completes command lines in a shell. In bash: source <(keydesk-cli completion bash)."))
{
}

void CompletionScript::declare(CLI::App &app)
{
    addChoice(app, "shell", m_shell, {u"bash"_s, u"zsh"_s, u"fish"_s}, tr("The shell."));
}

void CompletionScript::start()
{
    if (m_shell.isEmpty())
        return fail({Error::Kind::InvalidInput, tr("For which shell? There are: bash, zsh, fish."), {}});
    QFile script(u":/completion/keydesk-cli."_s + m_shell);
    if (!script.open(QIODevice::ReadOnly))
        return fail({Error::Kind::NotFound, tr("This build holds no script for %1.").arg(m_shell), {}});
    session().output().data(script.readAll());
    end(ExitCode::Ok);
}

} // namespace keydesk::cli
