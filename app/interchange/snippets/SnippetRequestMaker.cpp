#include "app/interchange/snippets/SnippetRequest.h"

#include "app/base/Redactor.h"
#include "app/http/HeaderRules.h"
#include "app/http/RedactedRequest.h"
#include "app/http/SecretMarkers.h"
#include "app/interchange/SecretSnippet.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct SnippetRequestMakerText
{
    Q_DECLARE_TR_FUNCTIONS(SnippetRequest)
};

const QString hiddenText = u"••••"_s;

using Kind = SnippetPiece::Kind;

SnippetPiece textPiece(const QByteArray &text)
{
    return {Kind::Text, text};
}

SnippetPiece secretPiece(int secret, SecretEscape encoding)
{
    return {Kind::Secret, {}, secret, encoding};
}

void append(SnippetValue &value, const SnippetPiece &piece)
{
    if (piece.kind == Kind::Text && piece.text.isEmpty())
        return;
    if (piece.kind == Kind::Text && !value.isEmpty() && value.last().kind == Kind::Text)
        value.last().text += piece.text;
    else
        value.append(piece);
}

void append(SnippetValue &value, const SnippetValue &more)
{
    for (const SnippetPiece &piece : more)
        append(value, piece);
}

/// "api-key" → "API_KEY". A name that is one stays as it is.
QByteArray asVariable(const QString &name, bool upper)
{
    if (!upper && isVariableName(name))
        return name.toLatin1();
    QString made;
    for (const QChar c : name.left(100))
        made += c.unicode() < 0x80 && c.isLetterOrNumber() ? (upper ? c.toUpper() : c) : QChar(u'_');
    if (made.isEmpty() || made.front().isDigit())
        made.prepend(u'_');
    return made.toLatin1();
}

class Maker
{
public:
    Maker(const PreparedRequest &request, const SnippetNaming &naming, const Redactor &redactor)
        : m_request(request)
        , m_naming(naming)
        , m_redactor(redactor)
        , m_marked(markedSecrets(request))
    {
    }

    SnippetRequest make()
    {
        m_made.method = m_request.method;
        if (m_naming.key)
            addKey(*m_naming.key);
        m_made.url = url();
        QList<SnippetHeader> headers;
        for (const auto &[name, value] : m_request.headers) {
            if (!isSameHeader(name, "Content-Length") && !isEmptyDefault(name, value))
                headers.append({name, header(name, value)});
        }
        m_made.headers = headers + m_made.headers;
        m_made.body = body();
        if (m_redacted)
            m_made.notes.append(SnippetRequestMakerText::tr(
                                    "A token that stands in the request itself is left out: it shows as %1.")
                                    .arg(hiddenText));
        return m_made;
    }

private:
    int addSecret(SnippetSecret secret)
    {
        const auto isTaken = [this](const QByteArray &name) {
            return std::ranges::any_of(m_made.secrets,
                                       [&name](const SnippetSecret &each) { return each.variable.compare(name, Qt::CaseInsensitive) == 0; });
        };
        const QByteArray wanted = secret.variable;
        for (int i = 2; isTaken(secret.variable); ++i)
            secret.variable = wanted + '_' + QByteArray::number(i);
        m_made.secrets.append(secret);
        return static_cast<int>(m_made.secrets.size()) - 1;
    }

    int typedSecret(const QString &name, const QByteArray &value)
    {
        return addSecret({asVariable(name, true),
                          {},
                          std::make_shared<const Secret>(std::string_view(value.constData(), static_cast<std::size_t>(value.size()))),
                          hiddenText});
    }

    int markedSecret(const QUuid &id)
    {
        for (int i = 0; i < m_made.secrets.size(); ++i) {
            if (m_made.secrets.at(i).keyId == id && i != m_keySecret)
                return i;
        }
        const SnippetKey known = m_naming.secretVariables.value(id);
        return addSecret({asVariable(known.variable.isEmpty() ? u"SECRET"_s : known.variable, false),
                          id,
                          {},
                          known.hint.isEmpty() ? hiddenText : known.hint,
                          isBound(known)});
    }

    /// SECURITY S2: as HttpClient checks it.
    [[nodiscard]] bool isBound(const SnippetKey &key) const
    {
        const auto target = Origin::fromUrl(m_request.url);
        if (!target || !target->isSecure() || !key.origins.contains(*target))
            return false;
        const QByteArray *host = findHeader(m_request.headers, "Host");
        if (!host || host->isEmpty())
            return true;
        const auto typed = Origin::fromString(target->scheme() + "://"_L1 + QString::fromUtf8(*host));
        return typed && key.origins.contains(*typed);
    }

    void addKey(const SnippetKey &key)
    {
        const bool inQuery = key.form.placement == KeyPlacement::Query;
        if (inQuery ? hasQueryItem(m_request.url, key.form.name) : findHeader(m_request.headers, key.form.name) != nullptr) {
            m_made.notes.append(
                (inQuery
                     ? SnippetRequestMakerText::tr(
                           "The request has a parameter %1 of its own, which is sent instead of the key's.")
                     : SnippetRequestMakerText::tr(
                           "The request has a header %1 of its own, which is sent instead of the key's."))
                    .arg(QString::fromUtf8(key.form.name)));
            return;
        }
        if (!isBound(key)) {
            m_made.notes.append(SnippetRequestMakerText::tr(
                                    "The key “%1” is left out: it is not bound to where this request goes.")
                                    .arg(key.name));
            return;
        }
        if (inQuery ? key.form.name.isEmpty() : !isToken(key.form.name) || !isHeaderValue(key.form.prefix)) {
            m_made.notes.append(
                SnippetRequestMakerText::tr(
                    "The key “%1” is left out: its place in a request has no name that HTTP allows.")
                    .arg(key.name));
            return;
        }
        m_keySecret = addSecret({asVariable(key.variable, false), key.id, {}, key.hint, !key.isFetched});
        if (key.isFetched)
            m_made.notes.append(
                SnippetRequestMakerText::tr("An access token goes into %1. It is fetched with the client's "
                                            "id and secret, and is valid for a short time.")
                    .arg(QString::fromLatin1(m_made.secrets.at(m_keySecret).variable)));
        const SnippetPiece token = secretPiece(m_keySecret, inQuery ? SecretEscape::Percent : SecretEscape::None);
        if (inQuery) {
            m_made.queryKey = SnippetRequest::QueryKey{key.form.name.toPercentEncoding(), m_keySecret};
            return;
        }
        SnippetValue value;
        append(value, textPiece(key.form.prefix));
        if (key.form.placement == KeyPlacement::Basic) {
            append(value, SnippetPiece{Kind::Base64, {}, -1, SecretEscape::None, {token}});
            m_made.notes.append(SnippetRequestMakerText::tr(
                                    "%1 is the user's name and the password, with a colon between them.")
                                    .arg(QString::fromLatin1(m_made.secrets.at(m_keySecret).variable)));
        } else {
            append(value, token);
        }
        m_made.headers.append({key.form.name, value});
    }

    QByteArray redacted(const QByteArray &text)
    {
        const auto result = m_redactor.redact(text);
        m_redacted = m_redacted || result.hits > 0;
        return result.bytes;
    }

    bool isKnown(const QByteArray &text) const { return m_redactor.redact(text).hits > 0; }

    SnippetValue pieces(const QByteArray &text, SecretEscape encoding)
    {
        SnippetValue value;
        qsizetype done = 0;
        while (done < text.size()) {
            qsizetype at = -1;
            QUuid id;
            bool isPercent = false;
            qsizetype length = 0;
            for (const QUuid &each : m_marked) {
                for (const bool percent : {false, true}) {
                    const QByteArray marker = secretMarker(each, percent).toLatin1();
                    const qsizetype found = text.indexOf(marker, done);
                    if (found >= 0 && (at < 0 || found < at)) {
                        at = found;
                        id = each;
                        isPercent = percent;
                        length = marker.size();
                    }
                }
            }
            append(value, textPiece(redacted(at < 0 ? text.sliced(done) : text.sliced(done, at - done))));
            if (at < 0)
                break;
            append(value, secretPiece(markedSecret(id), isPercent ? SecretEscape::Percent : encoding));
            done = at + length;
        }
        return value;
    }

    /// "name=value&name=value": values whose names are those of credentials become secrets.
    SnippetValue items(const QByteArray &text, SecretEscape encoding)
    {
        SnippetValue value;
        const QList<QByteArray> all = text.split('&');
        for (qsizetype i = 0; i < all.size(); ++i) {
            const QByteArray &item = all.at(i);
            const qsizetype equals = item.indexOf('=');
            const QByteArray content = equals < 0 ? QByteArray() : item.sliced(equals + 1);
            if (i > 0)
                append(value, textPiece("&"));
            const QString name = QString::fromUtf8(decoded(item.first(qMax<qsizetype>(equals, 0))));
            if (content.isEmpty() || !namesCredential(name) || hasSecretMarker(content) || isKnown(content)) {
                append(value, pieces(item, encoding));
                continue;
            }
            append(value, pieces(item.first(equals + 1), encoding));
            append(value, secretPiece(typedSecret(name, decoded(content)), encoding));
        }
        return value;
    }

    static QByteArray decoded(QByteArray text) { return QByteArray::fromPercentEncoding(text.replace('+', ' ')); }

    SnippetValue url()
    {
        const QByteArray whole = m_request.url.toEncoded(QUrl::RemoveFragment);
        const qsizetype query = whole.indexOf('?');
        SnippetValue value = pieces(query < 0 ? whole : whole.first(query + 1), SecretEscape::Percent);
        if (query >= 0)
            append(value, items(whole.sliced(query + 1), SecretEscape::Percent));
        for (SnippetPiece &piece : value)
            piece.text.replace(QByteArrayView("\xE2\x80\xA2"), QByteArrayView("%E2%80%A2"));
        return value;
    }

    SnippetValue header(const QByteArray &name, const QByteArray &value)
    {
        const bool isAuthorization = isSameHeader(name, "Authorization") || isSameHeader(name, "Proxy-Authorization");
        const qsizetype space = isAuthorization ? value.indexOf(' ') + 1 : 0;
        if (hasSecretMarker(value)) {
            // The pair is encoded once it is known (RFC 7617), as HttpClient does it.
            if (isAuthorization && isSameHeader(value.first(space), "Basic ") && value.contains(':'))
                return {textPiece(value.first(space)), {Kind::Base64, {}, -1, SecretEscape::None, pieces(value.sliced(space), SecretEscape::None)}};
            return pieces(value, SecretEscape::None);
        }
        if (value.isEmpty() || !Redactor::isCredentialHeader(name) || isKnown(value))
            return pieces(value, SecretEscape::None);
        SnippetValue made;
        append(made, textPiece(value.first(space)));
        append(made, secretPiece(typedSecret(QString::fromUtf8(name), value.sliced(space)), SecretEscape::None));
        return made;
    }

    SnippetValue body()
    {
        SnippetValue value;
        const QByteArray *type = findHeader(m_request.headers, "Content-Type");
        const bool isForm = type && type->trimmed().toLower().startsWith("application/x-www-form-urlencoded");
        for (const BodyPiece &piece : m_request.body.pieces()) {
            if (!piece.file.isEmpty())
                append(value, SnippetPiece{Kind::File, {}, -1, SecretEscape::None, {}, piece.file, piece.fileSize});
            else if (piece.hidden && !hasSecretMarker(piece.bytes) && !isKnown(piece.bytes))
                append(value, secretPiece(typedSecret(u"FIELD_SECRET"_s, piece.bytes), SecretEscape::None));
            else
                append(value, isForm ? items(piece.bytes, SecretEscape::Form) : pieces(piece.bytes, m_request.bodyEscape));
        }
        return value;
    }

    const PreparedRequest &m_request;
    const SnippetNaming &m_naming;
    const Redactor &m_redactor;
    const QList<QUuid> m_marked;
    SnippetRequest m_made;
    int m_keySecret = -1;
    bool m_redacted = false;
};

} // namespace

SnippetRequest snippetRequest(const PreparedRequest &request, const SnippetNaming &naming, const Redactor &redactor)
{
    return Maker(request, naming, redactor).make();
}

} // namespace keydesk
