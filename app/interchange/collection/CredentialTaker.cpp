#include "app/interchange/collection/CredentialTaker.h"

#include "app/base/Unescaped.h"
#include "app/http/RedactedRequest.h"
#include "app/http/VariableReference.h"
#include "app/interchange/collection/CollectionTexts.h"
#include "app/interchange/collection/TakeCredentials.h"
#include "app/interchange/collection/TextBody.h"
#include "app/interchange/collection/TokenSweep.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QRegularExpression>
#include <QUrl>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

using What = ImportNote::What;

struct CredentialTakerText
{
    Q_DECLARE_TR_FUNCTIONS(TakeCredentials)
};

constexpr qsizetype shortestPassword = 6;
constexpr qsizetype shortestWithDigit = 4;

bool isName(const QString &name, QLatin1StringView wanted)
{
    return name.trimmed().compare(wanted, Qt::CaseInsensitive) == 0;
}

QString undone(const QString &text, bool isForm)
{
    QByteArray bytes = text.toUtf8();
    if (isForm)
        bytes.replace('+', ' ');
    return QString::fromUtf8(QByteArray::fromPercentEncoding(bytes));
}

/// Of an address: "postgres://user:password@host/".
bool holdsPassword(const QString &value)
{
    static const QRegularExpression userInfo(u"://[^/?#\\s@:]*:(?!\\{\\{[^{}]*\\}\\}@)[^/?#\\s@]+@"_s);
    return userInfo.match(value).hasMatch();
}

QString braces(const QString &variable)
{
    return u"{{"_s + variable + u"}}"_s;
}

/// "user:password" that stands there in Base64; empty if it does not.
QString decodedPair(const QString &text)
{
    const auto decoded = QByteArray::fromBase64Encoding(text.toLatin1(), QByteArray::AbortOnBase64DecodingErrors);
    const QString pair = decoded ? QString::fromUtf8(*decoded) : QString();
    return pair.contains(u':') && !pair.contains(QChar::ReplacementCharacter) ? pair : QString();
}

} // namespace

void takeCredentials(ImportedCollection &imported, const QList<TokenPattern> &patterns)
{
    CredentialTaker(imported, patterns).run();
}

CredentialTaker::CredentialTaker(ImportedCollection &imported, const QList<TokenPattern> &patterns)
    : m_imported(imported)
    , m_patterns({}, patterns)
{
}

void CredentialTaker::run()
{
    Collection &collection = m_imported.collection;
    noteNames();
    variables(collection.variables, collection.secrets, {});
    for (CollectionEnvironment &environment : collection.environments)
        variables(environment.variables, environment.secrets, environment.name);
    for (int i = 0; i < collection.requests.size(); ++i)
        request(i);
    m_request.clear();
    findPatterns();
    sweep();
    attach();
}

/// Those that mean something already: defined, or named by a request. A value that the reader has taken out keeps its own.
void CredentialTaker::noteNames()
{
    for (qsizetype i = 0; i < m_imported.credentials.size(); ++i) {
        const std::string_view value = m_imported.credentials.at(i).value->reveal();
        const QByteArray hash = QCryptographicHash::hash(QByteArrayView(value.data(), static_cast<qsizetype>(value.size())), QCryptographicHash::Sha256);
        if (!m_known.contains(hash))
            m_known.insert(hash, static_cast<int>(i));
        m_names.take(m_imported.credentials.at(i).variable);
    }
    for (const QString &name : std::as_const(m_imported.collection.secrets))
        m_names.take(name);
    for (const NameValue &row : std::as_const(m_imported.collection.variables))
        m_names.take(row.name);
    for (const CollectionEnvironment &environment : std::as_const(m_imported.collection.environments)) {
        for (const NameValue &row : environment.variables)
            m_names.take(row.name);
        for (const QString &name : environment.secrets)
            m_names.take(name);
    }
    eachText(m_imported.collection, [this](QString &text, TextPlace) {
        for (auto found = nextVariable(text); found; found = nextVariable(text, found->start + found->length))
            m_names.take(found->name.startsWith(u'%') ? found->name.sliced(1).trimmed() : found->name);
    });
}

QString CredentialTaker::place(const QString &what) const
{
    return m_request.isEmpty()
               ? what
               : CredentialTakerText::tr("%1, %2", "a request, and what of it").arg(m_request, what);
}

void CredentialTaker::tell(What what, const QString &where, const QString &text)
{
    m_imported.notes.append({what, where, text});
}

QString CredentialTaker::variableFor(const QString &value, const QString &name)
{
    const QByteArray bytes = value.toUtf8();
    const QByteArray hash = QCryptographicHash::hash(bytes, QCryptographicHash::Sha256);
    if (const auto known = m_known.constFind(hash); known != m_known.cend())
        return m_imported.credentials.at(*known).variable;
    m_known.insert(hash, static_cast<int>(m_imported.credentials.size()));
    FoundCredential found;
    found.variable = m_names.freeName(name);
    found.value = std::make_shared<const Secret>(
        std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
    m_imported.credentials.append(found);
    return found.variable;
}

QString CredentialTaker::plainVariable(const QString &name, const QString &value)
{
    QString &variable = m_plain[value];
    if (variable.isEmpty()) {
        variable = m_names.freeName(name);
        m_imported.collection.variables.append({variable, value, true});
    }
    return variable;
}

/// A variable keeps its name, because requests name it; environments may have different values under one.
/// Where it has no value any more, its name still tells that one is needed.
void CredentialTaker::variables(QList<NameValue> &rows, QStringList &secrets, const QString &environment)
{
    QList<NameValue> kept;
    for (const NameValue &row : std::as_const(rows)) {
        if (row.value.trimmed().isEmpty() || namesOnlyVariables(row.value) ||
            !(m_places.holdsCredential(row.name, row.value) || holdsPassword(row.value))) {
            kept.append(row);
            continue;
        }
        const QString where =
            environment.isEmpty()
                ? CredentialTakerText::tr("variable %1").arg(row.name)
                : CredentialTakerText::tr("environment %1, variable %2").arg(environment, row.name);
        if (row.value.contains("{{"_L1)) {
            const QString changed = literalWords(row.name + u"_part"_s, row.value);
            if (changed != row.value)
                tell(What::ToKeychain, where,
                     CredentialTakerText::tr("It holds a credential, and names a variable in its place: %1.")
                         .arg(changed));
            kept.append({row.name, changed, row.enabled});
            continue;
        }
        const QByteArray bytes = row.value.toUtf8();
        const QByteArray hash = QCryptographicHash::hash(bytes, QCryptographicHash::Sha256);
        const int known = m_known.value(hash, -1);
        if (known >= 0 && m_imported.credentials.at(known).variable != row.name) {
            kept.append({row.name, braces(m_imported.credentials.at(known).variable), row.enabled});
        } else if (!secrets.contains(row.name)) {
            secrets.append(row.name);
        }
        if (known < 0) {
            m_known.insert(hash, static_cast<int>(m_imported.credentials.size()));
            FoundCredential found;
            found.variable = row.name;
            found.value = std::make_shared<const Secret>(
                std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
            found.place = where;
            m_imported.credentials.append(found);
        }
        tell(What::ToKeychain, where,
             CredentialTakerText::tr("Its value is a credential, so it is in no file."));
    }
    rows = kept;
}

void CredentialTaker::request(int index)
{
    CollectionRequest &request = m_imported.collection.requests[index];
    RequestSpec &spec = request.spec;
    m_request = keydesk::placeOf(request);
    userInfo(spec);
    static const QRegularExpression queryStart(u"[?#]"_s);
    if (const qsizetype at = spec.url.indexOf(queryStart); at >= 0)
        items(spec.url, at + 1, CredentialTakerText::tr("%1 in the URL"));
    for (NameValue &each : spec.params)
        row(each, CredentialTakerText::tr("parameter %1"));
    for (NameValue &each : spec.headers)
        row(each, CredentialTakerText::tr("header %1"));
    for (NameValue &each : spec.pathParts)
        row(each, CredentialTakerText::tr("path part %1"));
    body(spec.body);
}

/// "https://user:password@host": no place for a credential, and no URL that Keydesk calls.
void CredentialTaker::userInfo(RequestSpec &spec)
{
    static const QRegularExpression form(u"^([A-Za-z][A-Za-z0-9+.-]*://)?([^/?#@\\s]*(?:@[^/?#@\\s]*)*)@(?=[^/?#@]*(?:[/?#]|$))"_s);
    const auto match = form.match(spec.url);
    if (!match.hasMatch())
        return;
    const QString pair = undone(match.captured(2), false);
    spec.url = match.captured(1) + spec.url.sliced(match.capturedEnd());
    const bool isThere = std::ranges::any_of(spec.headers, [](const NameValue &each) {
        return each.enabled && isName(each.name, "authorization"_L1);
    });
    const QString where = place(CredentialTakerText::tr("the URL"));
    if (pair.isEmpty())
        return;
    const QString text = basic(pair);
    if (isThere) {
        tell(What::NotExpressed, where,
             CredentialTakerText::tr(
                 "The user name and password in it are left out, because there is an Authorization header."));
        return;
    }
    spec.headers.append({u"Authorization"_s, u"Basic "_s + text, true});
    tell(What::Changed, where,
         CredentialTakerText::tr("The user name and password in it are an Authorization header now."));
}

/// "name=value&name=value" of a URL or a form, from `from` on.
void CredentialTaker::items(QString &text, qsizetype from, const QString &what)
{
    static const auto endsItem = [](QChar c) { return c == u'&' || c == u';' || c == u'#' || c == u'?'; };
    QString changed = text.first(from);
    qsizetype at = from;
    while (at < text.size()) {
        const auto *const stop = std::find_if(text.cbegin() + at, text.cend(), endsItem);
        const QString item = text.sliced(at, stop - text.cbegin() - at);
        const qsizetype equals = item.indexOf(u'=');
        const QString name = equals > 0 ? undone(item.first(equals), true) : QString();
        const QString written = equals > 0 ? item.sliced(equals + 1) : QString();
        QString value = undone(written, true);
        if (name.isEmpty() || value.trimmed().isEmpty() || namesOnlyVariables(value) || !m_places.holdsCredential(name, value)) {
            changed += item;
        } else if (value.contains("{{"_L1)) {
            const QString named = literalWords(name, value);
            changed += item.first(equals + 1) + (named == value ? written : percentEncoded(named));
            if (named != value)
                tell(What::ToKeychain, place(what.arg(name)),
                     CredentialTakerText::tr("It holds a credential, and names a variable in its place: %1.")
                         .arg(named));
        } else {
            const QString variable = variableFor(value, name);
            changed += item.first(equals + 1) + (value == written ? u"{{"_s : u"{{%"_s) + variable + u"}}"_s;
            tell(What::ToKeychain, place(what.arg(name)),
                 CredentialTakerText::tr("It names the variable %1 now.").arg(variable));
        }
        at += item.size();
        if (at < text.size())
            changed += text.at(at++);
    }
    text = changed;
}

void CredentialTaker::row(NameValue &row, const QString &what)
{
    if (m_places.holdsCredential(row.name, row.value))
        value(row.name, row.value, what.arg(row.name));
}

void CredentialTaker::value(const QString &name, QString &text, const QString &what)
{
    if (text.trimmed().isEmpty() || namesOnlyVariables(text))
        return;
    const QString was = text;
    if (isName(name, "authorization"_L1) || isName(name, "proxy-authorization"_L1))
        text = authorization(text.trimmed());
    else if (text.contains("{{"_L1))
        text = literalWords(name, text);
    else
        text = braces(variableFor(text.trimmed(), name));
    if (text != was)
        tell(What::ToKeychain, place(what),
             CredentialTakerText::tr("It holds a credential, and names a variable in its place: %1.")
                 .arg(text));
}

/// The scheme stays if it is a word; another one is taken with the rest.
QString CredentialTaker::authorization(const QString &text)
{
    static const QRegularExpression scheme(
        u"^(bearer|basic|token|apikey|api-key|digest|jwt|oauth|hawk|negotiate|ntlm|dpop|key)\\s+(.+)$"_s,
        QRegularExpression::CaseInsensitiveOption | QRegularExpression::DotMatchesEverythingOption);
    const auto match = scheme.match(text);
    if (!match.hasMatch())
        return text.contains("{{"_L1) ? literalWords(u"authorization"_s, text)
                                      : braces(variableFor(text, u"authorization"_s));
    const QString word = match.captured(1);
    const QString rest = match.captured(2).trimmed();
    if (isName(word, "basic"_L1))
        return word + u' ' + basic(rest);
    if (rest.contains("{{"_L1))
        return word + u' ' + literalWords(u"token"_s, rest);
    const bool isLetters = !word.contains(u'-');
    return isLetters ? word + u' ' + braces(variableFor(rest, u"token"_s)) : braces(variableFor(text, u"authorization"_s));
}

/// "user password", "user:password" or Base64 of that. The name is no secret, unless there is nothing but it.
QString CredentialTaker::basic(const QString &text)
{
    if (namesOnlyVariables(text))
        return text;
    const QString decoded = text.contains(u' ') || text.contains("{{"_L1) ? QString() : decodedPair(text);
    const QString pair = decoded.isEmpty() ? text : decoded;
    qsizetype split = pair.indexOf(u':');
    if (const qsizetype space = pair.indexOf(u' '); decoded.isEmpty() && space >= 0 && (split < 0 || space < split))
        split = space;
    if (split < 0)
        return text.contains("{{"_L1) ? literalWords(u"token"_s, text) : braces(variableFor(text, u"token"_s));
    QString user = pair.first(split).trimmed();
    QString password = pair.sliced(split + 1).trimmed();
    const bool passwordIsVariable = namesOnlyVariables(password);
    // Some APIs take their token as the user's name, with a word in the place of the password ("TOKEN:api_token").
    const bool looksLikeToken = user.size() >= 20 && !user.contains(u'@') && std::ranges::any_of(user, [](QChar c) { return c.isDigit(); });
    const bool userIsSecret =
        (!passwordIsVariable && password.size() < shortestPassword) || password == "x-oauth-basic"_L1 || password == "api_token"_L1 ||
        looksLikeToken || !patternTokens(user, m_patterns).isEmpty();
    if (!user.isEmpty() && !namesOnlyVariables(user))
        user = braces(userIsSecret ? variableFor(user, u"token"_s) : plainVariable(u"user"_s, user));
    if (!password.isEmpty() && !passwordIsVariable)
        password = braces(variableFor(password, u"password"_s));
    return user + u':' + password;
}

/// Of a value that names variables, too: each word that is long enough to be a part of a credential.
QString CredentialTaker::literalWords(const QString &name, const QString &text)
{
    static const QRegularExpression piece(u"(\\{\\{[^{}]*\\}\\})|([^\\s=,;:\"'&{}]+)(=(?!=|$))?"_s);
    static const QSet<QString> known{u"bearer"_s, u"basic"_s,      u"token"_s,         u"apikey"_s,   u"api-key"_s,
                                     u"digest"_s, u"credential"_s, u"signature"_s, u"signedheaders"_s, u"oauth"_s};
    QString changed;
    qsizetype done = 0;
    for (auto found = piece.globalMatch(text); found.hasNext();) {
        const auto match = found.next();
        const QString word = match.captured(2);
        const bool hasDigit = std::ranges::any_of(word, [](QChar c) { return c.isDigit(); });
        if (word.size() < (hasDigit ? shortestWithDigit : shortestPassword) || match.capturedLength(3) > 0 || known.contains(word.toLower()))
            continue;
        changed += text.sliced(done, match.capturedStart(2) - done) + braces(variableFor(word, name));
        done = match.capturedEnd(2);
    }
    return changed + text.sliced(done);
}

/// What looks like a provider's token, wherever it stands; the sweep takes it out.
void CredentialTaker::findPatterns()
{
    const auto look = [this](const QString &text) {
        for (const PatternToken &token : patternTokens(text, m_patterns)) {
            const auto before = m_imported.credentials.size();
            variableFor(token.value, token.provider + u" token"_s);
            if (m_imported.credentials.size() > before)
                tell(What::ToKeychain, CredentialTakerText::tr("a text that came in"),
                     CredentialTakerText::tr(
                         "It held what looks like a token of %1. The variable %2 stands in its place.")
                         .arg(token.provider, m_imported.credentials.last().variable));
        }
    };
    eachText(m_imported.collection, [&look](QString &text, TextPlace) { look(text); });
    const QList<ImportNote> notes = m_imported.notes;
    for (const ImportNote &note : notes) {
        look(note.place);
        look(note.text);
    }
}

void CredentialTaker::sweep()
{
    QList<std::shared_ptr<const Secret>> values;
    QStringList names;
    for (const FoundCredential &found : std::as_const(m_imported.credentials)) {
        const std::string_view bytes = found.value->reveal();
        if (isCommonValue(QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size()))))
            continue;
        values.append(found.value);
        names.append(found.variable);
    }
    const TokenSweep sweep(values, names);
    eachText(m_imported.collection, [&sweep](QString &text, TextPlace where) {
        text = where == TextPlace::Value ? sweep.withVariables(text) : sweep.masked(text);
    });
    m_imported.format = sweep.masked(m_imported.format);
    for (FoundCredential &found : m_imported.credentials) {
        found.variable = sweep.masked(found.variable);
        found.place = sweep.masked(found.place);
    }
    for (ImportNote &note : m_imported.notes) {
        note.place = sweep.masked(note.place);
        note.text = sweep.masked(note.text);
    }
}

/// Which requests name each variable, and how they send it.
void CredentialTaker::attach()
{
    QHash<QString, QList<int>> byName;
    for (int i = 0; i < m_imported.credentials.size(); ++i)
        byName[m_imported.credentials.at(i).variable].append(i);
    for (int i = 0; i < m_imported.collection.requests.size(); ++i) {
        CollectionRequest &request = m_imported.collection.requests[i];
        const auto found = [&](const QString &text, const std::optional<KeyForm> &form) {
            for (auto each = nextVariable(text); each; each = nextVariable(text, each->start + each->length)) {
                const QString name = each->name.startsWith(u'%') ? each->name.sliced(1).trimmed() : each->name;
                for (const int number : byName.value(name)) {
                    FoundCredential &credential = m_imported.credentials[number];
                    if (form && credential.url.isEmpty()) {
                        credential.form = *form;
                        if (form->placement == KeyPlacement::Header)
                            credential.form.prefix = text.first(each->start).toUtf8();
                    }
                    if (credential.url.isEmpty())
                        credential.url = request.spec.url;
                    if (credential.place.isEmpty())
                        credential.place = keydesk::placeOf(request);
                    if (credential.requests.isEmpty() || credential.requests.last() != i)
                        credential.requests.append(i);
                }
            }
        };
        for (const NameValue &row : std::as_const(request.spec.headers)) {
            const bool isBasic = row.value.startsWith("basic "_L1, Qt::CaseInsensitive);
            found(row.value, KeyForm{isBasic ? KeyPlacement::Basic : KeyPlacement::Header, row.name.toUtf8(), {}});
        }
        for (const NameValue &row : std::as_const(request.spec.params))
            found(row.value, KeyForm{KeyPlacement::Query, row.name.toUtf8(), {}});
        eachText(request, [&found](QString &text, TextPlace where) {
            if (where == TextPlace::Value)
                found(text, std::nullopt);
        });
    }
    for (FoundCredential &credential : m_imported.credentials) {
        if (credential.place.isEmpty())
            credential.place = CredentialTakerText::tr("a text that came in");
    }
}

} // namespace keydesk
