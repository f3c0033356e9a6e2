#include "app/cli/commands/Explain.h"

#include "app/base/Redactor.h"
#include "app/base/VisibleText.h"
#include "app/cli/CallFactsText.h"
#include "app/cli/Options.h"
#include "app/cli/Session.h"
#include "app/cli/StandardInput.h"
#include "app/http/HeaderRules.h"
#include "app/http/Origin.h"
#include "app/http/RedactedRequest.h"
#include "app/interchange/SourceFile.h"
#include "app/leaks/LeakMatcher.h"

#include <QJsonArray>
#include <QUrlQuery>

#include <algorithm>

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace keydesk::cli {

namespace {

using Sent = CallFacts::Sent;

QString sentWord(Sent sent)
{
    return sent == Sent::WithKey ? u"yes"_s : sent == Sent::WithoutKey ? u"no"_s : u"unknown"_s;
}

/// The one whose base URL `url` goes on from; nullptr if there is none, or several alike.
const Provider *providerAt(const ProviderCatalog &providers, const QUrl &url)
{
    const Provider *found = nullptr;
    qsizetype longest = -1;
    for (const Provider &provider : providers.all()) {
        const QUrl base(provider.baseUrl);
        const QString path = base.path().endsWith(u'/') ? base.path() : base.path() + u'/';
        if (base.host().isEmpty() || base.host() != url.host() || base.port() != url.port() ||
            !(url.path() + u'/').startsWith(path))
            continue;
        found = path.size() == longest ? nullptr : path.size() > longest ? &provider : found;
        longest = std::max(longest, path.size());
    }
    return found;
}

/// Those in whose own words the answer is.
QStringList speakers(const ProviderCatalog &providers, const HttpResponse &response)
{
    QStringList ids;
    for (const Provider &provider : providers.all()) {
        const ErrorShape *shape =
            provider.sandboxService.isEmpty() ? explaining::shapeOf(provider, response) : nullptr;
        if (shape && !shape->pointer.isEmpty() && !shape->equals.isEmpty())
            ids << provider.id;
    }
    return ids;
}

/// What the program printed of credentials: it may be in the answer, too.
void learnCredentials(Redactor &redactor, const Headers &headers)
{
    for (const auto &[name, value] : headers) {
        if (!Redactor::isCredentialHeader(name))
            continue;
        if (isSameHeader(name, "Cookie") || isSameHeader(name, "Set-Cookie")) {
            const auto cookies = isSameHeader(name, "Cookie") ? value.split(';') : QByteArrayList{value.split(';').constFirst()};
            for (const QByteArray &cookie : cookies)
                redactor.add(Secret(cookie.mid(cookie.indexOf('=') + 1).trimmed().toStdString()));
            continue;
        }
        redactor.add(Secret(value.toStdString()));
        redactor.add(Secret(value.mid(value.lastIndexOf(' ') + 1).toStdString())); // without "Bearer"
    }
}

void learnCredentials(Redactor &redactor, const QUrl &url)
{
    for (const auto &[name, value] : QUrlQuery(url).queryItems(QUrl::FullyDecoded)) {
        if (namesCredential(name))
            redactor.add(Secret(value.toStdString()));
    }
    redactor.add(Secret(url.userName(QUrl::FullyDecoded).toStdString()));
    redactor.add(Secret(url.password(QUrl::FullyDecoded).toStdString()));
}

} // namespace

Explain::Explain()
    : Command(u"explain"_s, tr("Explains an answer that another program got: why it was refused, and what to "
                               "do. Exits with 0 if it could be explained, also when "
                               "nothing is wrong, and with 2 if what is read cannot be used."))
{
}

void Explain::declare(CLI::App &app)
{
    addText(app, "input", m_input, Value::File,
            tr("The file with the answer, as curl -i, curl -v and HTTPie print it, or a HAR file; - or "
               "nothing is standard input. At most 4 MiB. The last "
               "answer in it counts."));
    addText(app, "--provider", m_provider, Value::Text,
            tr("The provider whose rules apply, by its name or id."));
    addText(app, "--url", m_url, Value::Text, tr("Where the call went; the provider is found by it."));
    addNumber(app, "--status", m_status, 100, 599,
              tr("The status of the answer: what is read is its body alone."));
    addChoice(app, "--sent-key", m_sentKey, {u"yes"_s, u"no"_s},
              tr("Whether a key went along; if nothing is said, nothing is claimed about it."));
}

void Explain::start()
{
    const Result<Paths> paths = session().paths();
    if (!paths)
        return fail(paths.error());
    const QUrl url(m_url);
    if (!m_url.isEmpty() && (!url.isValid() || url.host().isEmpty()))
        return fail({Error::Kind::InvalidInput,
                     tr("--url wants a whole URL, such as https://api.example.com/v1/things."),
                     {}});
    m_reading = ProviderCatalog::read(paths->config + u"/providers"_s);
    if (!m_input.isEmpty() && m_input != "-"_L1)
        return read(readSourceFile(m_input, printedAnswerLimit).map([](const SourceFile &file) {
            return QByteArray(file.bytes.reveal().data(), file.bytes.size());
        }));
    if (::isatty(STDIN_FILENO) != 0)
        session().output().fact(tr("Paste the answer, and end it with Ctrl+D on a line of its own."));
    read(readInput(session().signalWatch(), printedAnswerLimit));
}

void Explain::read(const Result<QByteArray> &text)
{
    if (!text)
        return refuse(text.error());
    m_providers = m_reading.get();
    const Result<PrintedAnswer> answer = answerOf(*text);
    if (!answer) {
        const QString place = m_input.isEmpty() || m_input == "-"_L1 ? tr("Standard input") : m_input;
        return refuse({answer.error().kind, u"%1: %2"_s.arg(place, answer.error().message), {}});
    }
    const Result<CallFacts> facts = factsOf(*answer);
    if (!facts)
        return refuse(facts.error());
    tell(*facts, *answer);
    end(ExitCode::Ok);
}

Result<PrintedAnswer> Explain::answerOf(const QByteArray &text) const
{
    if (!m_status)
        return readPrintedAnswer(text);
    PrintedAnswer answer;
    answer.response.status = static_cast<int>(*m_status);
    answer.response.body = text;
    return answer;
}

Result<CallFacts> Explain::factsOf(const PrintedAnswer &answer)
{
    CallFacts facts;
    facts.urlNamesHost = true;
    facts.response = answer.response;
    if (!m_url.isEmpty())
        facts.response->url = QUrl(m_url);
    facts.url = facts.response->url;
    facts.provider = providerAt(m_providers, facts.url);
    if (!m_provider.isEmpty()) {
        const auto named = std::ranges::find_if(m_providers.all(), [this](const Provider &each) {
            return each.id == m_provider || each.name.compare(m_provider, Qt::CaseInsensitive) == 0;
        });
        QStringList ids;
        for (const Provider &each : m_providers.all())
            ids << each.id;
        if (named == m_providers.all().end())
            return failure(
                Error::Kind::NotFound,
                tr("There is no provider “%1”. There are: %2.").arg(m_provider, ids.join(", "_L1)));
        facts.provider = &*named;
    }
    const std::optional<bool> carried = answer.request ? carriesCredential(*answer.request) : std::nullopt;
    facts.sent = !carried ? Sent::NotKnown : *carried ? Sent::WithKey : Sent::WithoutKey;
    if (!m_sentKey.isEmpty())
        facts.sent = m_sentKey == "yes"_L1 ? Sent::WithKey : Sent::WithoutKey;
    return facts;
}

void Explain::tell(const CallFacts &facts, const PrintedAnswer &answer)
{
    Redactor redactor;
    learnCredentials(redactor, facts.response->headers);
    if (answer.request)
        learnCredentials(redactor, answer.request->headers);
    learnCredentials(redactor, facts.url);
    if (answer.request)
        learnCredentials(redactor, answer.request->url);
    const LeakMatcher patterns({}, tokenPatterns(m_providers));
    const auto clean = [&](const QString &text) {
        return withVisibleControls(patterns.masked(redactor.redactText(text)));
    };

    Explanation told = explain(facts);
    told.title = clean(told.title);
    told.text = clean(told.text);
    for (QString &step : told.steps)
        step = clean(step);
    QList<Evidence> shown = evidence(facts);
    for (Evidence &each : shown)
        each.text = clean(each.text);
    QStringList notes = answer.notes;
    for (const ProviderCatalog::Problem &problem : m_providers.problems())
        notes.append(u"%1: %2"_s.arg(problem.file, problem.message));
    if (const QStringList ids = speakers(m_providers, *facts.response);
        !facts.provider && !told.isEmpty() && !ids.isEmpty())
        notes.append(tr("The answer is worded as those of %1: --provider explains it by its rules.")
                         .arg(ids.join(", "_L1)));

    Output &output = session().output();
    if (output.isJson()) {
        QJsonArray proofs;
        for (const Evidence &each : shown)
            proofs.append(QJsonObject{{u"id"_s, each.id}, {u"text"_s, each.text}});
        output.document(
            {{u"status"_s, facts.response->status},
             {u"provider"_s, facts.provider ? QJsonValue(facts.provider->id) : QJsonValue()},
             {u"keySent"_s, sentWord(facts.sent)},
             {u"explanation"_s, told.isEmpty() ? QJsonValue() : QJsonValue(explanationJson(told))},
             {u"evidence"_s, proofs},
             {u"notes"_s, QJsonArray::fromStringList(notes)}});
        return;
    }
    if (told.isEmpty()) {
        const bool isRedirect = facts.response->status >= 300;
        output.line(
            isRedirect
                ? tr("Nothing was refused: the answer sends the call on, or to a copy that the caller has.")
                : tr("Nothing is wrong: the call went through."));
    }
    QStringList lines = explanationLines(told);
    const qsizetype steps = lines.size() - told.steps.size();
    for (qsizetype i = 0; i < shown.size(); ++i)
        lines.insert(steps + i, u"  - "_s + shown.at(i).text);
    for (const QString &line : std::as_const(lines))
        output.line(line);
    for (const QString &note : std::as_const(notes))
        output.fact(note);
}

/// What is too large cannot be used either; nothing was to be sent.
void Explain::refuse(const Error &error)
{
    session().output().error(error);
    end(ExitCode::Usage);
}

} // namespace keydesk::cli
