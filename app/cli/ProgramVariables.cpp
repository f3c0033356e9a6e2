#include "app/cli/ProgramVariables.h"

#include "app/http/SecretMarkers.h"
#include "app/http/Variables.h"
#include "app/interchange/SecretSnippet.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace keydesk::cli {

namespace {

struct ProgramVariablesText
{
    Q_DECLARE_TR_FUNCTIONS(ProgramVariables)
};

// Whatever begins with one of these.
constexpr std::array steeringBeginnings = {
    "BASH_"_L1, "CARGO_"_L1, "CORECLR_"_L1, "DOCKER_"_L1, "DOTNET_"_L1, "DYLD_"_L1,   "GIT_"_L1,
    "GIO_"_L1,  "GTK_"_L1,   "LD_"_L1,      "LESS"_L1,    "LUA_"_L1,    "MALLOC_"_L1, "NODE_"_L1,
    "NPM_"_L1,  "npm_"_L1,   "OPENSSL_"_L1, "PERL"_L1,    "PIP_"_L1,    "PYTHON"_L1,  "QML"_L1,
    "QT_"_L1,   "RUBY"_L1,   "RUSTC"_L1,    "SSH_"_L1,    "SSL_"_L1,    "XDG_"_L1,
};

constexpr std::array steeringNames = {
    "ALL_PROXY"_L1,
    "AWS_CA_BUNDLE"_L1,
    "BASHOPTS"_L1,
    "BROWSER"_L1,
    "CC"_L1,
    "CDPATH"_L1,
    "CLASSPATH"_L1,
    "CURL_CA_BUNDLE"_L1,
    "CURL_HOME"_L1,
    "CXX"_L1,
    "DBUS_SESSION_BUS_ADDRESS"_L1,
    "EDITOR"_L1,
    "ENV"_L1,
    "EXINIT"_L1,
    "FPATH"_L1,
    "GCONV_PATH"_L1,
    "GLIBC_TUNABLES"_L1,
    "GLOBIGNORE"_L1,
    "GOFLAGS"_L1,
    "GRADLE_OPTS"_L1,
    "HOME"_L1,
    "HTTPS_PROXY"_L1,
    "HTTP_PROXY"_L1,
    "IFS"_L1,
    "INPUTRC"_L1,
    "JAVA_HOME"_L1,
    "JAVA_OPTS"_L1,
    "JAVA_TOOL_OPTIONS"_L1,
    "JDK_JAVA_OPTIONS"_L1,
    "KUBECONFIG"_L1,
    "LOCPATH"_L1,
    "MAKEFILES"_L1,
    "MAKEFLAGS"_L1,
    "MANPAGER"_L1,
    "MAVEN_OPTS"_L1,
    "NETRC"_L1,
    "NLSPATH"_L1,
    "NO_PROXY"_L1,
    "PAGER"_L1,
    "PATH"_L1,
    "PHPRC"_L1,
    "PHP_INI_SCAN_DIR"_L1,
    "PROMPT_COMMAND"_L1,
    "PS4"_L1,
    "PSModulePath"_L1,
    "REQUESTS_CA_BUNDLE"_L1,
    "SHELL"_L1,
    "SHELLOPTS"_L1,
    "SUDO_ASKPASS"_L1,
    "TERMCAP"_L1,
    "TERMINFO"_L1,
    "TMPDIR"_L1,
    "VIMINIT"_L1,
    "VISUAL"_L1,
    "WGETRC"_L1,
    "ZDOTDIR"_L1,
    "_JAVA_OPTIONS"_L1,
    "all_proxy"_L1,
    "http_proxy"_L1,
    "https_proxy"_L1,
    "no_proxy"_L1,
};

/// With markers in the place of secrets. A name that comes twice: the first counts, as for {{…}}.
QList<NameValue> variablesOf(const Environment &environment, QStringList &unresolved)
{
    QList<NameValue> all;
    QStringList seen;
    const VariableSources sources = environment.sources();
    for (const NameValue &variable : sources.variables) {
        if (!variable.enabled || seen.contains(variable.name))
            continue;
        seen << variable.name;
        QStringList without;
        all.append({variable.name, resolveVariables(variable.value, sources, &without)});
        if (!without.isEmpty())
            unresolved << variable.name;
    }
    QStringList secrets = sources.secrets.keys();
    secrets.sort();
    for (const QString &name : std::as_const(secrets)) {
        if (!seen.contains(name))
            all.append({name, secretMarker(sources.secrets.value(name))});
    }
    return all;
}

} // namespace

bool steersPrograms(QStringView name)
{
    return std::ranges::any_of(steeringBeginnings,
                               [&](QLatin1StringView begin) { return name.startsWith(begin); }) ||
           std::ranges::any_of(steeringNames, [&](QLatin1StringView known) { return name == known; });
}

Result<ProgramVariables> programVariables(const std::optional<Environment> &environment,
                                          const std::optional<std::pair<QString, QUuid>> &key,
                                          const QStringList &only)
{
    ProgramVariables made;
    QStringList unresolved;
    QList<NameValue> all;
    if (environment)
        all = variablesOf(*environment, unresolved);
    QStringList names;
    for (const NameValue &variable : std::as_const(all))
        names << variable.name;
    if (key && !names.contains(key->first))
        names << key->first;
    for (const QString &name : only) {
        if (!names.contains(name))
            return failure(
                Error::Kind::InvalidInput,
                names.isEmpty()
                    ? ProgramVariablesText::tr("There is no variable “%1” here, nor any other.").arg(name)
                    : ProgramVariablesText::tr("There is no variable “%1” here. There are: %2.")
                          .arg(name, names.join(", "_L1)));
    }
    const auto isWanted = [&only](const QString &name) { return only.isEmpty() || only.contains(name); };
    for (const NameValue &variable : std::as_const(all)) {
        if (!isWanted(variable.name))
            continue;
        if (!isVariableName(variable.name))
            made.left.append(
                {variable.name,
                 ProgramVariablesText::tr("no program's environment can have a variable of this name")});
        else if (key && variable.name == key->first)
            made.left.append({variable.name, ProgramVariablesText::tr(
                                                 "the key goes under this name; --as gives it another")});
        else if (only.isEmpty() && steersPrograms(variable.name))
            made.left.append(
                {variable.name,
                 ProgramVariablesText::tr(
                     "it could make programs run other code, or trust others; --only passes it")});
        else if (variable.value.contains(QChar::Null))
            made.left.append(
                {variable.name, ProgramVariablesText::tr(
                                    "its value has a character in it that no variable can have (NUL)")});
        else
            made.passed.append(variable);
    }
    // Whoever wrote a value may have written the marker of any key into it: only the environment's own
    // secrets are meant.
    const QList<QUuid> own = environment ? environment->secretVariables().values() : QList<QUuid>();
    for (const NameValue &variable : std::as_const(made.passed)) {
        if (unresolved.contains(variable.name))
            made.unresolved << variable.name;
        for (const QUuid &id : markedSecrets(variable.value.toUtf8())) {
            if (own.contains(id) && !made.secrets.contains(id))
                made.secrets << id;
        }
    }
    if (key && isWanted(key->first)) {
        made.passed.append({key->first, secretMarker(key->second)});
        if (!made.secrets.contains(key->second))
            made.secrets << key->second;
    }
    return made;
}

} // namespace keydesk::cli
