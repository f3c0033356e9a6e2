#include "app/interchange/KeyCandidates.h"

#include "app/interchange/CandidateGuess.h"
#include "app/interchange/DotEnv.h"
#include "app/providers/TokenFormat.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

using State = KeyCandidate::State;

constexpr std::size_t shortest = 8;
constexpr std::size_t shortestBare = 16;
constexpr std::size_t longest = 16 * 1024;

struct KeyCandidatesText
{
    Q_DECLARE_TR_FUNCTIONS(KeyCandidates)
};

QString latin1(std::string_view text)
{
    return QString::fromLatin1(text.data(), static_cast<qsizetype>(text.size()));
}

bool hasSpaces(std::string_view text)
{
    return text.find_first_of(" \t\r\n") != std::string_view::npos;
}

QList<NamedAddress> addressesIn(std::string_view text)
{
    QList<NamedAddress> addresses;
    scanEnv(text, [&](const EnvSpan &span) {
        const std::size_t size = span.end - span.begin;
        const QStringList words = nameWords(latin1(span.name));
        if (span.inComment || size < 4 || size > 512 || !isAddressName(words) || isCredentialName(words) ||
            refersElsewhere(text, span))
            return true;
        const Secret value = valueOf(text, span);
        QString written = QString::fromUtf8(value.reveal().data(), value.size()).trimmed();
        if (words.contains("domain"_L1) && !written.contains("://"_L1))
            written.prepend("https://"_L1);
        const Result<QUrl> url = checkBaseUrl(written); // which refuses one with a password in it
        if (url)
            addresses.append({words, *url});
        wipe(written);
        return addresses.size() < 100;
    });
    return addresses;
}

class Finder
{
public:
    Finder(const EnvText &text, const QString &fileName, int source, const CandidateContext &context,
           QList<KeyCandidate> &candidates)
        : m_text(text.text())
        , m_fileName(fileName)
        , m_source(source)
        , m_context(context)
        , m_candidates(candidates)
        , m_addresses(addressesIn(m_text))
    {
        const std::size_t begin = m_text.find_first_not_of(" \t\r\n");
        const std::size_t end = m_text.find_last_not_of(" \t\r\n");
        m_isOneWord = begin != std::string_view::npos && !hasSpaces(m_text.substr(begin, end - begin + 1));
    }

    void run()
    {
        scanEnv(m_text, [this](const EnvSpan &span) {
            look(span);
            return m_candidates.size() < candidateLimit;
        });
    }

private:
    void look(EnvSpan span)
    {
        // "talq_abc=" is a token that ends in '=', not a variable of that name.
        if (span.form == EnvSpan::Form::Assignment && span.name.size() >= shortestBare &&
            hasKnownPrefix(span.name, m_context.providers)) {
            span.begin = static_cast<std::size_t>(span.name.data() - m_text.data());
            span.name = {};
            span.form = EnvSpan::Form::Word;
            span.quote = '\0';
        }
        const std::string_view raw = m_text.substr(span.begin, span.end - span.begin);
        if (raw.size() < shortest || raw.size() > longest || hasSpaces(raw) ||
            refersElsewhere(m_text, span) || isPlaceholder(raw))
            return;
        const Secret value = valueOf(m_text, span);
        if (value.size() < static_cast<qsizetype>(shortest))
            return;
        const QString variable = latin1(span.name);
        const QStringList words = nameWords(variable);
        const bool isNamed = isCredentialName(words) && !isOrdinaryValue(value.reveal());
        if (!isNamed && !isTokenLike(value.reveal(), variable))
            return;
        CleanedToken cleaned = cleanToken(value);
        if (cleaned.token.size() < static_cast<qsizetype>(shortest))
            return;
        const KindGuess guess = guessKind(cleaned.token, words, variable, m_context.providers);
        if (!guess.kind || (!isNamed && !guess.isSure && !isAlone(value.reveal(), variable)))
            return;
        add(span, variable, words, guess, std::make_shared<const Secret>(std::move(cleaned.token)));
    }

    /// What may be a token without a name that says so.
    bool isTokenLike(std::string_view value, const QString &variable) const
    {
        if (hasKnownPrefix(value, m_context.providers) || isAlone(value, variable))
            return true;
        return value.size() >= shortestBare && guessKind(Secret(value), {}, {}, m_context.providers).isSure;
    }

    /// Somebody pasted one word, and nothing else.
    bool isAlone(std::string_view value, const QString &variable) const
    {
        return m_isOneWord && variable.isEmpty() && value.size() >= shortestBare && !isOrdinaryValue(value);
    }

    void add(const EnvSpan &span, const QString &variable, const QStringList &words, const KindGuess &guess,
             const std::shared_ptr<const Secret> &token)
    {
        KeyCandidate candidate;
        candidate.variable = variable;
        candidate.token = token;
        candidate.hint = tokenHint(*token);
        candidate.providerId = guess.provider->id;
        candidate.kindId = guess.kind->id;
        candidate.source = m_source;
        candidate.line = span.line;
        candidate.begin = static_cast<qsizetype>(span.begin);
        candidate.end = static_cast<qsizetype>(span.end);
        const auto there = environmentAt(*guess.provider, m_addresses, m_context.environments);
        const Provider *theirs = there ? find(there->providerId) : nullptr;
        if (theirs && theirs->kind(guess.kind->id)) // the sandbox's environment of this provider
            candidate.providerId = theirs->id;
        candidate.environment =
            guessEnvironment(*guess.provider, words, m_fileName, m_addresses, m_context.environments);
        candidate.name = freeName(candidate, *guess.provider);
        judge(candidate);
        leaveTakenPlace(candidate);
        candidate.isChosen = candidate.state == State::New && guess.isSure && !span.inComment;
        if (span.inComment)
            candidate.note = QStringList{candidate.note, KeyCandidatesText::tr("It stands in a comment.")}
                                 .join(u' ')
                                 .trimmed();
        m_candidates.append(candidate);
    }

    /// Another key is there already: that it is replaced must be somebody's wish.
    void leaveTakenPlace(KeyCandidate &candidate) const
    {
        for (const Environment &each : m_context.environments) {
            if (each.id == candidate.environment.id && each.keys.contains(candidate.kindId) &&
                (candidate.state == State::New || candidate.state == State::Incomplete)) {
                candidate.environment = {};
                candidate.note =
                    QStringList{candidate.note,
                                KeyCandidatesText::tr("“%1” has a key of this kind already.").arg(each.name)}
                        .join(u' ')
                        .trimmed();
            }
        }
    }

    void judge(KeyCandidate &candidate) const
    {
        if (!canBeSent(*candidate.token)) {
            candidate.state = State::Unusable;
            candidate.note =
                KeyCandidatesText::tr("It holds characters that no call can carry, or it is too long.");
            return;
        }
        if (const auto stored = m_context.duplicateOf(*candidate.token)) {
            candidate.state = State::Duplicate;
            candidate.note =
                KeyCandidatesText::tr("Keydesk has this token already, as “%1”.").arg(stored->name);
            return;
        }
        const auto twin =
            std::find_if(m_candidates.begin(), m_candidates.end(),
                         [&](const KeyCandidate &other) { return other.token->equals(*candidate.token); });
        if (twin != m_candidates.end()) {
            candidate.state = State::Repeated;
            candidate.note = twin->variable.isEmpty()
                                 ? KeyCandidatesText::tr("The same token stands in line %1.").arg(twin->line)
                                 : KeyCandidatesText::tr("The same token stands in line %1, as %2.")
                                       .arg(twin->line)
                                       .arg(twin->variable);
            return;
        }
        judgeForm(candidate, m_context.providers);
    }

    const Provider *find(const QString &id) const
    {
        const auto found = std::find_if(m_context.providers.begin(), m_context.providers.end(),
                                        [&](const Provider &each) { return each.id == id; });
        return found == m_context.providers.end() ? nullptr : &*found;
    }

    QString freeName(const KeyCandidate &candidate, const Provider &provider) const
    {
        QString place = candidate.environment.newName;
        for (const Environment &each : m_context.environments) {
            if (each.id == candidate.environment.id)
                place = each.name;
        }
        const bool says = !candidate.variable.isEmpty() &&
                          candidate.variable.compare("Authorization"_L1, Qt::CaseInsensitive) != 0;
        QString name = says ? candidate.variable : KeyCandidatesText::tr("%1 key").arg(provider.name);
        if (!place.isEmpty())
            name = KeyCandidatesText::tr("%1, %2").arg(name, place);
        const auto isTaken = [this](const QString &wanted) {
            return m_context.takenNames.contains(wanted, Qt::CaseInsensitive) ||
                   std::any_of(m_candidates.begin(), m_candidates.end(), [&](const KeyCandidate &other) {
                       return other.name.compare(wanted, Qt::CaseInsensitive) == 0;
                   });
        };
        QString wanted = name;
        for (int i = 2; isTaken(wanted); ++i)
            wanted = u"%1 %2"_s.arg(name).arg(i);
        return wanted;
    }

    const std::string_view m_text;
    const QString m_fileName;
    const int m_source;
    const CandidateContext &m_context;
    QList<KeyCandidate> &m_candidates;
    const QList<NamedAddress> m_addresses;
    bool m_isOneWord = false;
};

} // namespace

void findCandidates(const EnvText &text, const QString &fileName, int source, const CandidateContext &context,
                    QList<KeyCandidate> &candidates)
{
    Finder(text, fileName, source, context, candidates).run();
}

void judgeForm(KeyCandidate &candidate, const QList<Provider> &providers)
{
    const auto provider = std::find_if(providers.begin(), providers.end(),
                                       [&](const Provider &each) { return each.id == candidate.providerId; });
    if (provider == providers.end() ||
        (candidate.state != State::New && candidate.state != State::Incomplete))
        return;
    candidate.state = State::New;
    candidate.note.clear();
    for (const TokenFinding &finding : checkToken(*candidate.token, *provider, candidate.kindId, providers)) {
        if (finding.level == TokenFinding::Level::Warning && candidate.state == State::New) {
            candidate.state = State::Incomplete;
            candidate.note = finding.text + u'.';
        }
    }
}

QList<EnvironmentChoice> environmentChoices(const KeyCandidate &candidate, const CandidateContext &context)
{
    QList<EnvironmentChoice> choices;
    if (!candidate.environment.isNone())
        choices << candidate.environment;
    for (const Environment &each : context.environments) {
        const EnvironmentChoice choice{each.id, {}, {}};
        if (each.providerId == candidate.providerId && !choices.contains(choice))
            choices << choice;
    }
    const auto provider = std::find_if(context.providers.begin(), context.providers.end(),
                                       [&](const Provider &each) { return each.id == candidate.providerId; });
    if (candidate.environment.newName.isEmpty() && provider != context.providers.end() &&
        !provider->baseUrl.isEmpty() && !provider->baseUrl.contains(u'{') &&
        provider->sandboxService.isEmpty())
        choices << EnvironmentChoice{{}, provider->defaultEnvironmentName, provider->baseUrl};
    return choices;
}

} // namespace keydesk
