#include "tests/support/SnippetCases.h"

#include "tests/support/Files.h"

using namespace Qt::StringLiterals;

namespace keydesk::test {

namespace {

using Kind = RequestBody::Kind;

RequestSpec request(const QString &method, const QString &path, const QList<NameValue> &headers = {}, const RequestBody &body = {})
{
    RequestSpec spec;
    spec.method = method;
    spec.url = path;
    spec.headers = headers;
    spec.body = body;
    return spec;
}

RequestBody textBody(Kind kind, const QString &text)
{
    RequestBody body;
    body.kind = kind;
    body.text = text;
    return body;
}

const QString hard = u"it's \"quoted\" $HOME ${HOME} `id` $(id) %PATH% %%x !! !x \\ \\n \\\\ ^ & | < > * ? # ~ {a,b} [a-z] ; @x"_s;

} // namespace

SnippetCases::SnippetCases(const QUrl &baseUrl)
    : m_baseUrl(baseUrl)
{
    const Origin origin = *Origin::fromUrl(baseUrl);
    const auto addKey = [&](Key place, const char *secret, const KeyForm &form, const QString &variableName) {
        m_keys.insert(static_cast<int>(place), key(m_tokens.add(secret, {origin}, form.name, form.prefix, form.placement), form, variableName));
    };
    addKey(Key::Bearer, token, {}, u"TALKOVER_TOKEN"_s);
    addKey(Key::Header, token, {KeyPlacement::Header, "X-API-Key", {}}, u"TALKOVER_TOKEN"_s);
    addKey(Key::Query, token, {KeyPlacement::Query, "api_key", {}}, u"TALKOVER_TOKEN"_s);
    addKey(Key::Basic, pair, {KeyPlacement::Basic, "Authorization", "Basic "}, u"ALICE_PAIR"_s);
    m_variable = m_tokens.add(variable, {origin});
    m_word = m_tokens.add(word, {origin});

    add(u"get"_s, request(u"GET"_s, u"/"_s));
    RequestSpec params = request(u"GET"_s, u"/agents"_s);
    params.params = {{u"q"_s, u"a b&c=d+é’ \"'%20"_s, true}, {u"empty"_s, {}, true}, {u"list[]"_s, u"1,2"_s, true}};
    add(u"params"_s, params, Key::Bearer);
    add(u"duplicate headers"_s,
        request(u"GET"_s, u"/"_s, {{u"X-Tag"_s, u"one"_s, true}, {u"x-tag"_s, u"two"_s, true}, {u"Accept"_s, u"application/json"_s, true}}));
    add(u"empty header"_s, request(u"GET"_s, u"/"_s, {{u"X-Empty"_s, {}, true}, {u"X-Last"_s, u"there"_s, true}}));
    add(u"hard header"_s, request(u"GET"_s, u"/"_s, {{u"X-Hard"_s, hard, true}, {u"X-At"_s, u"@file"_s, true}, {u"X-Equals"_s, u"=1:=2"_s, true}}));
    add(u"header outside ASCII"_s, request(u"GET"_s, u"/"_s, {{u"X-Name"_s, u"Zoë — 𝄞"_s, true}}));
    add(u"host"_s, request(u"GET"_s, u"/"_s, {{u"Host"_s, u"other.example.test"_s, true}}));
    add(u"encoded"_s, request(u"GET"_s, u"/a%20b/%2Fc/ü(x)'/~;,@:/%7Bid%7D?x=%26&y=[1]&z=a'b"_s));
    add(u"json"_s,
        request(u"POST"_s, u"/"_s, {},
                textBody(Kind::Json, u"{\n  \"name\": \"Zoë “x” 𝄞 \u202Ereversed\",\n  \"path\": \"C:\\\\dir\\\\\",\n  \"n\": 1.50\n}\n"_s)),
        Key::Bearer);
    add(u"hard text"_s, request(u"POST"_s, u"/"_s, {}, textBody(Kind::Text, u"@start\r\n\t"_s + hard + u"\r\nthe\u0001end\n"_s)));
    add(u"number as text"_s, request(u"PUT"_s, u"/"_s, {{u"Content-Type"_s, u"application/json"_s, true}}, textBody(Kind::Text, u"  12.50 "_s)));
    add(u"long text"_s, request(u"POST"_s, u"/"_s, {}, textBody(Kind::Text, u"it's 20 \"characters\"\n"_s.repeated(9000))));
    RequestBody form;
    form.kind = Kind::Form;
    form.form = {{u"a b"_s, u"1+1=2 & 50 %"_s, true}, {u"é"_s, u"\r\n'\""_s, true}};
    add(u"form"_s, request(u"POST"_s, u"/"_s, {}, form), Key::Header);
    writeFile(m_folder.filePath(u"da ta'$x.bin"_s), QByteArray("\0\1\xFF\r\n--x\n", 9) + QByteArray(3000, '\x80'));
    writeFile(m_folder.filePath(u"note.txt"_s), "from a file\n");
    RequestBody file;
    file.kind = Kind::File;
    file.file = m_folder.filePath(u"da ta'$x.bin"_s);
    add(u"file"_s, request(u"PUT"_s, u"/"_s, {}, file), Key::Bearer);
    RequestBody multipart;
    multipart.kind = Kind::Multipart;
    multipart.parts = {{u"title"_s, u"it's \"here\"; a=b\r\n$x"_s, {}, {}, {}, {}, true},
                       {u"meta"_s, u"{\"a\": \"b;c\"}"_s, {}, {}, u"application/json"_s, {}, true},
                       {u"upload"_s, {}, file.file, u"other name.bin"_s, {}, {}, true},
                       {u"note"_s, {}, m_folder.filePath(u"note.txt"_s), {}, u"text/plain; charset=utf-8"_s, {}, true}};
    add(u"multipart"_s, request(u"POST"_s, u"/"_s, {}, multipart), Key::Bearer);
    multipart.parts[0].headers = {{u"X-Part"_s, u"1"_s, true}};
    add(u"multipart with a header"_s, request(u"POST"_s, u"/"_s, {}, multipart));
    add(u"post nothing"_s, request(u"POST"_s, u"/"_s));
    add(u"patch"_s, request(u"PATCH"_s, u"/"_s, {}, textBody(Kind::Json, u"[1]"_s)));
    add(u"delete"_s, request(u"DELETE"_s, u"/"_s), Key::Bearer);
    add(u"delete with a body"_s, request(u"DELETE"_s, u"/"_s, {}, textBody(Kind::Json, u"{\"ids\":[1,2]}"_s)));
    add(u"get with a body"_s, request(u"GET"_s, u"/"_s, {}, textBody(Kind::Json, u"{}"_s)));
    add(u"head"_s, request(u"HEAD"_s, u"/"_s), Key::Bearer);
    add(u"options"_s, request(u"OPTIONS"_s, u"/"_s));
    add(u"query key"_s, request(u"GET"_s, u"/?a=1"_s), Key::Query);
    add(u"query key, no query"_s, request(u"POST"_s, u"/"_s, {}, textBody(Kind::Json, u"{}"_s)), Key::Query);
    add(u"basic key"_s, request(u"GET"_s, u"/"_s), Key::Basic);
    add(u"secret variable in a header"_s, request(u"GET"_s, u"/"_s, {{u"X-One"_s, u"a{{word}}b"_s, true}}));
    add(u"secret variable in the URL"_s, request(u"GET"_s, u"/{{secret}}/x?v={{secret}}"_s));
    RequestBody secretForm;
    secretForm.kind = Kind::Form;
    secretForm.form = {{u"s"_s, u"{{secret}}"_s, true}};
    add(u"secret variable in a form"_s, request(u"POST"_s, u"/"_s, {}, secretForm));
    add(u"secret variable in text"_s, request(u"POST"_s, u"/"_s, {}, textBody(Kind::Text, u"${{secret}}_x\n{{secret}}"_s)));
    add(u"secret variable in JSON"_s, request(u"POST"_s, u"/"_s, {}, textBody(Kind::Json, u"{\"s\": \"{{secret}}\"}"_s)));
    add(u"secret variable in Basic"_s, request(u"GET"_s, u"/"_s, {{u"Authorization"_s, u"Basic bob:{{word}}"_s, true}}));
    add(u"text that looks like an option"_s, request(u"POST"_s, u"/"_s, {}, textBody(Kind::Text, u"--help"_s)));
}

SnippetKey SnippetCases::key(const QUuid &id, const KeyForm &form, const QString &variableName) const
{
    return {id, u"My key"_s, form, variableName, u"talq_••••9a&x"_s, {*Origin::fromUrl(m_baseUrl)}, false};
}

void SnippetCases::add(const QString &name, RequestSpec spec, Key place)
{
    const QString folder = u"/case%1"_s.arg(m_all.size(), 2, 10, QChar(u'0'));
    spec.url = folder + spec.url;
    SnippetNaming naming;
    if (place != Key::None)
        naming.key = m_keys.value(static_cast<int>(place));
    naming.secretVariables = {{m_variable, key(m_variable, {}, u"secret"_s)}, {m_word, key(m_word, {}, u"word"_s)}};
    VariableSources sources;
    sources.secrets = {{u"secret"_s, m_variable}, {u"word"_s, m_word}};
    const auto prepared = prepareRequest(spec, m_baseUrl, sources, naming.key ? std::optional(naming.key->id) : std::nullopt);
    if (!prepared)
        qFatal("%s: %s", qPrintable(name), qPrintable(prepared.error().message));
    m_all.append({name, *prepared, naming});
}

const SnippetCase &SnippetCases::named(const QString &name) const
{
    for (const SnippetCase &each : m_all) {
        if (each.name == name)
            return each;
    }
    qFatal("no case %s", qPrintable(name));
}

SecretValues SnippetCases::values() const
{
    SecretValues values;
    for (const SnippetKey &each : m_keys)
        values.emplace(each.id, Secret(each.form.placement == KeyPlacement::Basic ? pair : token));
    values.emplace(m_variable, Secret(variable));
    values.emplace(m_word, Secret(word));
    return values;
}

QList<QPair<QString, QString>> SnippetCases::environment() const
{
    return {{u"TALKOVER_TOKEN"_s, QString::fromUtf8(token)},
            {u"ALICE_PAIR"_s, QString::fromUtf8(pair)},
            {u"secret"_s, QString::fromUtf8(variable)},
            {u"word"_s, QString::fromUtf8(word)}};
}

} // namespace keydesk::test
