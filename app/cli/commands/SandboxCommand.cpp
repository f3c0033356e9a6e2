#include "app/cli/commands/SandboxCommand.h"

#include "app/cli/Options.h"
#include "app/cli/Session.h"
#include "app/sandbox/Sandbox.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSocketNotifier>
#include <QTemporaryDir>
#include <QUrl>

#include <csignal>

#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace keydesk::cli {

namespace {

constexpr int highestPort = 65'535;
constexpr int serviceCount = 3;

/// What the sandbox serves of a provider.
struct Offer
{
    QString service;
    QString name;
    QUrl baseUrl;
    QUrl dashboard;
    QString variable; ///< to keep the key in
    QString token;
    KeyForm form;
    QString example; ///< a URL that the key may call
};

QJsonObject toJson(const Offer &offer)
{
    return {{u"service"_s, offer.service},
            {u"name"_s, offer.name},
            {u"url"_s, offer.baseUrl.toString()},
            {u"port"_s, offer.baseUrl.port()},
            {u"dashboard"_s, offer.dashboard.toString()},
            {u"variable"_s, offer.variable},
            {u"token"_s, offer.token}};
}

/// The URL of the cheapest call that proves a key.
QString exampleOf(const Provider &provider, const TokenKind &kind, const QUrl &baseUrl)
{
    for (const ProviderRequest &each : provider.requests) {
        if (each.request.name == kind.checkRequest)
            return baseUrl.toString() + each.request.url;
    }
    return baseUrl.toString();
}

} // namespace

SandboxCommand::SandboxCommand()
    : Command(
          u"sandbox"_s,
          tr("Serves the sandbox on this computer, with keys that are good for nothing else, until Ctrl+C."))
{
}

SandboxCommand::~SandboxCommand() = default;

void SandboxCommand::declare(CLI::App &app)
{
    addNumber(app, "--port", m_port, 1, highestPort - serviceCount + 1,
              tr("The first of the three ports that it takes, one for each service; any that are free if "
                 "nothing is said."));
}

void SandboxCommand::interrupt(const CaughtSignal &signal)
{
    if (signal.number == SIGINT || signal.number == SIGTERM)
        end(ExitCode::Ok);
    else
        Command::interrupt(signal);
}

void SandboxCommand::start()
{
    m_folder = std::make_unique<QTemporaryDir>();
    if (!m_folder->isValid())
        return fail({Error::Kind::StorageFailed,
                     tr("No folder can be made in %1 to keep the sandbox in.").arg(QDir::tempPath()),
                     m_folder->errorString()});
    m_providers.loadBuiltIn();
    m_sandbox = std::make_unique<Sandbox>(m_folder->filePath(u"sandbox.json"_s));
    m_sandbox->choosePorts(static_cast<int>(m_port.value_or(0)));
    connect(m_sandbox.get(), &Sandbox::started, this, &SandboxCommand::started);
    connect(m_sandbox.get(), &Sandbox::failed, this, &SandboxCommand::fail);
    connect(m_sandbox.get(), &Sandbox::answered, this, &SandboxCommand::answered);
    watchReader();
    m_sandbox->start();
}

/// Nobody may ask anything more once whoever reads the output has gone: it would be served for ever.
void SandboxCommand::watchReader()
{
    struct stat status = {};
    if (::fstat(STDOUT_FILENO, &status) != 0 || !(S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode)))
        return;
    m_reader = std::make_unique<QSocketNotifier>(STDOUT_FILENO, QSocketNotifier::Exception);
    connect(m_reader.get(), &QSocketNotifier::activated, this, [this] {
        m_reader->setEnabled(false);
        end(ExitCode::Ok);
    });
}

void SandboxCommand::started()
{
    const QHash<QString, QUrl> origins = m_sandbox->origins();
    QList<Offer> offers;
    for (const Provider &provider : m_providers.all()) {
        const QUrl origin = origins.value(provider.sandboxService);
        const bool isServed =
            std::ranges::find(offers, provider.sandboxService, &Offer::service) != offers.end();
        if (origin.isEmpty() || provider.kinds.isEmpty() || isServed)
            continue;
        const TokenKind &kind = provider.kinds.first();
        const Result<QByteArray> token = m_sandbox->makeKey(provider.sandboxService, u"keydesk-cli"_s);
        if (!token)
            return fail(token.error());
        const QUrl baseUrl(origin.toString() + provider.basePath);
        offers.append({provider.sandboxService, provider.name, baseUrl,
                       QUrl(origin.toString() + u"/dashboard"_s),
                       kind.environmentVariable.isEmpty() ? provider.sandboxService.toUpper() + u"_TOKEN"_s
                                                          : kind.environmentVariable,
                       QString::fromLatin1(*token), kind.form(), exampleOf(provider, kind, baseUrl)});
    }
    QJsonArray services;
    QStringList lines;
    for (const Offer &offer : std::as_const(offers)) {
        services.append(toJson(offer));
        lines << tr("%1: %2 (keys are made at %3)")
                     .arg(offer.name, offer.baseUrl.toString(), offer.dashboard.toString())
              << u"  export %1='%2'"_s.arg(offer.variable, offer.token);
    }
    const Offer &first = offers.constFirst();
    lines << tr("Call it, for example:")
          << u"  keydesk-cli call --key-env %1 %2"_s.arg(first.variable, first.example)
          << u"  curl -H \"%1: %2$%3\" %4"_s.arg(QString::fromUtf8(first.form.name),
                                                 QString::fromUtf8(first.form.prefix), first.variable,
                                                 first.example);
    say({{u"url"_s, first.baseUrl.toString()}, {u"port"_s, first.baseUrl.port()}, {u"services"_s, services}},
        lines.join(u'\n'));
    session().output().fact(tr("The keys are made up, and good until this ends. Press Ctrl+C to end it."));
}

void SandboxCommand::answered(const QString &service, const QByteArray &method, const QString &path,
                              int status)
{
    const QString shown = status == 0 ? tr("no answer") : QString::number(status);
    say({{u"request"_s, QJsonObject{{u"service"_s, service},
                                    {u"method"_s, QString::fromLatin1(method)},
                                    {u"path"_s, path},
                                    {u"status"_s, status}}}},
        u"%1 %2 %3 %4"_s.arg(service, QString::fromLatin1(method), path, shown));
}

void SandboxCommand::say(const QJsonObject &object, const QString &text)
{
    Output &output = session().output();
    if (output.isJson())
        output.data(QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n');
    else
        output.line(text);
    if (output.isBroken())
        end(ExitCode::Ok);
}

} // namespace keydesk::cli
