#include "app/interchange/postman/PostmanAuth.h"

#include "app/interchange/postman/Postman.h"

#include <QCoreApplication>

#include <algorithm>

namespace keydesk::postman {

using namespace Qt::StringLiterals;

namespace {

struct PostmanAuthText
{
    Q_DECLARE_TR_FUNCTIONS(Postman)
};

/// One parameter: a member of an object (2.0), or a row of a list (2.1).
QString parameter(SpecNode auth, std::string_view type, const QString &name)
{
    const SpecNode all = auth[type];
    QString found;
    for (SpecNode each = all.first(); each.isThere(); each = each.next()) {
        if (all.isMap() ? each.keyText() == name : valueText(each["key"]) == name)
            found = valueText(all.isMap() ? each : each["value"]);
    }
    return found;
}

/// What a person types into a form of its own has no space around it that is meant.
QString trimmedParameter(SpecNode auth, std::string_view type, const QString &name)
{
    return oneLine(parameter(auth, type, name)).trimmed();
}

class Applier
{
public:
    Applier(SpecNode auth, RequestSpec &spec, const QString &place, Notes &notes)
        : m_auth(auth)
        , m_spec(spec)
        , m_place(place)
        , m_notes(notes)
    {
    }

    void apply()
    {
        const QString type = m_auth["type"].text();
        if (type.isEmpty())
            return;
        const QString bearer = type == "bearer"_L1 ? trimmedParameter(m_auth, "bearer", u"token"_s) : QString();
        if (type == "bearer"_L1 && (bearer.isEmpty() || bearer == u"{{%1}}"_s.arg(QLatin1StringView(postmanKeyVariable))))
            return;
        m_spec.key.mode = KeyChoice::Mode::None;
        if (type == "bearer"_L1)
            setHeader(u"Authorization"_s, u"Bearer "_s + bearer);
        else if (type == "basic"_L1)
            applyBasic();
        else if (type == "apikey"_L1)
            applyApiKey();
        else if (type == "oauth2"_L1)
            applyOAuth();
        else if (type != "noauth"_L1)
            m_notes.notExpressed(
                here(),
                PostmanAuthText::tr("Keydesk does not sign requests by “%1”; the request is sent without it.")
                    .arg(oneLine(type).left(40)));
    }

private:
    [[nodiscard]] QString here() const { return placeOf(m_place, PostmanAuthText::tr("authorization")); }

    void applyBasic()
    {
        const QString user = oneLine(parameter(m_auth, "basic", u"username"_s));
        const QString password = oneLine(parameter(m_auth, "basic", u"password"_s));
        if (user.isEmpty() && password.isEmpty()) {
            m_notes.notExpressed(
                here(),
                PostmanAuthText::tr("It names neither a user nor a password, so no header was made of it."));
            return;
        }
        // With a space in the name or none at all, the colon says where the password begins.
        const bool needsColon = user.isEmpty() || user.contains(u' ') || password.isEmpty() || user.contains(u':');
        setHeader(u"Authorization"_s, u"Basic "_s + user + (needsColon ? u':' : u' ') + password);
    }

    void applyApiKey()
    {
        const QString name = trimmedParameter(m_auth, "apikey", u"key"_s);
        const QString value = oneLine(parameter(m_auth, "apikey", u"value"_s));
        if (name.isEmpty()) {
            m_notes.notExpressed(here(),
                                 PostmanAuthText::tr("The API key has no name, so nothing was made of it."));
            return;
        }
        if (parameter(m_auth, "apikey", u"in"_s) == "query"_L1)
            m_spec.params.append({name, withVariables(value, here(), m_notes), true});
        else
            setHeader(name, value);
    }

    void applyOAuth()
    {
        QString token = trimmedParameter(m_auth, "oauth2", u"accessToken"_s);
        if (token.isEmpty()) {
            token = u"{{accessToken}}"_s;
            m_notes.changed(here(),
                            PostmanAuthText::tr("Postman gets an access token by OAuth 2.0 for it. The "
                                                "request now names the variable {{accessToken}}; "
                                                "or make a key of the kind OAuth client credentials for its "
                                                "environment. The client's secret was left out."));
        }
        if (parameter(m_auth, "oauth2", u"addTokenTo"_s) == "queryParams"_L1) {
            m_spec.params.append({u"access_token"_s, withVariables(token, here(), m_notes), true});
            return;
        }
        const QString prefix = trimmedParameter(m_auth, "oauth2", u"headerPrefix"_s);
        setHeader(u"Authorization"_s, (prefix.isEmpty() ? u"Bearer"_s : prefix) + u' ' + token);
    }

    /// In the place of what was typed by hand: Postman sends the former.
    void setHeader(const QString &name, const QString &value)
    {
        for (NameValue &row : m_spec.headers) {
            if (row.enabled && row.name.trimmed().compare(name, Qt::CaseInsensitive) == 0) {
                row.enabled = false;
                m_notes.changed(
                    placeOf(m_place, PostmanAuthText::tr("header %1").arg(row.name.trimmed())),
                    PostmanAuthText::tr("It was switched off: what “Authorization” says goes before it."));
            }
        }
        m_spec.headers.append({name, withVariables(value, here(), m_notes), true});
    }

    SpecNode m_auth;
    RequestSpec &m_spec;
    QString m_place;
    Notes &m_notes;
};

} // namespace

void applyAuth(SpecNode auth, RequestSpec &spec, const QString &place, Notes &notes)
{
    Applier(auth, spec, place, notes).apply();
    // A header that is there already says who calls: a key would only come into its way.
    const bool hasOwn = std::ranges::any_of(spec.headers, [](const NameValue &row) {
        return row.enabled && row.name.trimmed().compare("authorization"_L1, Qt::CaseInsensitive) == 0;
    });
    if (hasOwn)
        spec.key.mode = KeyChoice::Mode::None;
}

} // namespace keydesk::postman
