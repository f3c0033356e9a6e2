#include "app/interchange/curl/CurlRequest.h"

#include "app/http/VariableReference.h"
#include "app/interchange/collection/TextBody.h"
#include "app/interchange/curl/CurlForm.h"

#include <QCoreApplication>

#include <utility>

namespace keydesk {

using namespace Qt::StringLiterals;
using What = ImportNote::What;

namespace {

struct CurlRequestText
{
    Q_DECLARE_TR_FUNCTIONS(CurlRequest)
};

/// As curl encodes a form's value: a blank is a "+".
QString formEncoded(const QString &text)
{
    return percentEncoded(text).replace("%20"_L1, "+"_L1);
}

} // namespace

void CurlRequest::note(const ShellWord &at, const QString &sentence, What what)
{
    m_notes.append({what, placeText(at.place), sentence});
}

void CurlRequest::take(const CurlOption &option, const ShellWord &value, bool isOn)
{
    if (!value.isWhole)
        m_isWhole = false;
    switch (option.meaning) {
    case CurlMeaning::Method:
        m_method = value.text.trimmed();
        break;
    case CurlMeaning::Header:
        takeHeader(value);
        break;
    case CurlMeaning::Data:
    case CurlMeaning::DataRaw:
    case CurlMeaning::DataBinary:
    case CurlMeaning::Json:
        takeData(value, option.meaning);
        break;
    case CurlMeaning::DataUrlEncode:
        takeUrlEncoded(value, false);
        break;
    case CurlMeaning::UrlQuery:
        takeUrlEncoded(value, true);
        break;
    case CurlMeaning::Form:
    case CurlMeaning::FormString:
        takeForm(value, option.meaning == CurlMeaning::FormString);
        break;
    case CurlMeaning::Get:
        m_isGet = isOn;
        break;
    case CurlMeaning::Head:
        m_isHead = isOn;
        break;
    case CurlMeaning::Upload:
        m_uploads.append(value);
        break;
    case CurlMeaning::User:
        takeUser(value);
        break;
    case CurlMeaning::Bearer:
        m_bearer = u"Bearer "_s + value.text;
        break;
    case CurlMeaning::Agent:
        m_agent = value.text;
        break;
    case CurlMeaning::Referer:
        m_referer = value.text;
        if (const qsizetype automatic = m_referer.indexOf(";auto"_L1); automatic >= 0)
            m_referer.truncate(automatic);
        break;
    case CurlMeaning::Cookie:
        takeCookie(value);
        break;
    case CurlMeaning::Url:
        takeUrl(value);
        break;
    case CurlMeaning::LocationTrusted:
        note(value,
             CurlRequestText::tr("Redirects are followed, but credentials never go to another host, whatever "
                                 "--location-trusted says."),
             What::Changed);
        [[fallthrough]];
    case CurlMeaning::Location:
        m_options.followRedirects = isOn;
        break;
    case CurlMeaning::MaxTime:
        m_options.timeoutMs = milliseconds(value.text);
        break;
    case CurlMeaning::ConnectTimeout:
        m_options.connectionTimeoutMs = milliseconds(value.text);
        break;
    case CurlMeaning::Range:
        m_range = u"bytes="_s + value.text;
        break;
    case CurlMeaning::GlobOff:
        m_globs = !isOn;
        break;
    case CurlMeaning::ProtoDefault:
        m_scheme = value.text.trimmed().toLower();
        break;
    case CurlMeaning::FormEscape:
    case CurlMeaning::Next:
    case CurlMeaning::Nothing:
        break;
    case CurlMeaning::Config:
    case CurlMeaning::Output:
    case CurlMeaning::Connection:
    case CurlMeaning::Scheme:
    case CurlMeaning::Behaviour:
    case CurlMeaning::Elsewhere:
        noteOption(option, value);
        break;
    }
}

/// Without the value, which may be a password.
void CurlRequest::noteOption(const CurlOption &option, const ShellWord &at)
{
    const QString name = u"--"_s + option.name;
    switch (option.meaning) {
    case CurlMeaning::Config:
        note(at, CurlRequestText::tr("%1 names more than the command says. It was not read.").arg(name));
        break;
    case CurlMeaning::Output:
        note(at,
             CurlRequestText::tr(
                 "%1 says where the answer is written. Keydesk shows the answer, and saves it from there.")
                 .arg(name));
        break;
    case CurlMeaning::Connection:
        note(at, CurlRequestText::tr("%1 is about the connection. That belongs to an environment: see its "
                                     "connection settings under Environments.")
                     .arg(name));
        break;
    case CurlMeaning::Scheme:
        note(at, CurlRequestText::tr(
                     "%1 is a way to sign in that Keydesk does not have. The request goes out without it.")
                     .arg(name));
        break;
    case CurlMeaning::Behaviour:
        note(at, CurlRequestText::tr("%1 has no counterpart in Keydesk.").arg(name));
        break;
    default:
        note(at, CurlRequestText::tr("%1 is not about HTTP requests.").arg(name));
        break;
    }
}

void CurlRequest::takeHeader(const ShellWord &value)
{
    if (value.text.startsWith(u'@')) {
        note(value, CurlRequestText::tr("Headers lie in a file, which was not read."));
        return;
    }
    const qsizetype colon = value.text.indexOf(u':');
    const qsizetype semicolon = value.text.indexOf(u';');
    if (colon < 0) {
        // "Name;" is a header without a value; anything else without a colon is not sent by curl either.
        if (semicolon > 0 && value.text.sliced(semicolon + 1).trimmed().isEmpty())
            m_headers.append({value.text.first(semicolon).trimmed(), {}, true});
        return;
    }
    const QString name = value.text.first(colon).trimmed();
    const QString content = value.text.sliced(colon + 1).trimmed();
    if (name.isEmpty())
        return;
    if (content.isEmpty()) {
        m_removed.append(name.toLower());
        if (name.compare("expect"_L1, Qt::CaseInsensitive) != 0)
            note(value,
                 CurlRequestText::tr("The command sends no %1. Keydesk may send its own: “Sent” shows it.")
                     .arg(name.left(80)));
        return;
    }
    if (name.compare("content-length"_L1, Qt::CaseInsensitive) == 0 || name.compare("transfer-encoding"_L1, Qt::CaseInsensitive) == 0) {
        note(value, CurlRequestText::tr("The header %1 was left out: it follows from the body.").arg(name),
             What::Changed);
        return;
    }
    m_headers.append({name, content, true});
}

void CurlRequest::addData(const Data &data, bool isApart)
{
    if (m_hasData && isApart)
        m_data.append({u"&"_s, {}});
    m_hasData = true;
    m_data.append(data);
}

void CurlRequest::takeData(const ShellWord &value, CurlMeaning meaning)
{
    const bool isJson = meaning == CurlMeaning::Json;
    m_isJson = m_isJson || isJson;
    if (!value.text.startsWith(u'@') || meaning == CurlMeaning::DataRaw) {
        addData({value.text, {}}, !isJson);
        return;
    }
    const QString file = value.text.sliced(1);
    if (file == "-"_L1) {
        QString input = m_input.value_or(QString());
        if (!m_input)
            note(value,
                 CurlRequestText::tr(
                     "The body comes from another command or a terminal. Write it, or choose its file."));
        if (meaning == CurlMeaning::Data)
            input.remove(u'\n');
        addData({input, {}}, !isJson);
        return;
    }
    if (meaning == CurlMeaning::Data)
        note(value,
             CurlRequestText::tr(
                 "curl takes the line breaks out of the file's text. Keydesk sends the file as it is."),
             What::Changed);
    addData({{}, file}, !isJson);
}

/// "content", "=content", "name=content", "@file", "name@file".
void CurlRequest::takeUrlEncoded(const ShellWord &value, bool forUrl)
{
    const auto add = [this, forUrl](const QString &text) {
        if (forUrl)
            m_query.append(text);
        else
            addData({text, {}});
    };
    if (forUrl && value.text.startsWith(u'+')) {
        add(value.text.sliced(1));
        return;
    }
    const qsizetype equals = value.text.indexOf(u'=');
    const qsizetype at = value.text.indexOf(u'@');
    if (equals < 0 && at >= 0) {
        note(value, CurlRequestText::tr(
                        "The content of a file was to be encoded. It was not read, and is missing."));
        add(at > 0 ? value.text.first(at) + u'=' : QString());
    } else if (equals > 0) {
        add(value.text.first(equals + 1) + formEncoded(value.text.sliced(equals + 1)));
    } else {
        add(formEncoded(equals == 0 ? value.text.sliced(1) : value.text));
    }
}

void CurlRequest::takeForm(const ShellWord &value, bool isPlain)
{
    const qsizetype equals = value.text.indexOf(u'=');
    if (equals < 0) {
        note(value, CurlRequestText::tr("A part of a form without “=” was left out. curl refuses it."));
        return;
    }
    if (isPlain) {
        RequestPart part;
        part.name = value.text.first(equals);
        part.value = value.text.sliced(equals + 1);
        m_parts.append(part);
        return;
    }
    if (const auto form = curlFormParts(value.text)) {
        m_parts += form->parts;
        for (const QString &sentence : form->notes)
            note(value, sentence);
    }
}

void CurlRequest::takeCookie(const ShellWord &value)
{
    if (value.text.contains(u'=') || value.text.startsWith("{{"_L1))
        m_cookies.append(value.text);
    else if (!value.text.isEmpty())
        note(value, CurlRequestText::tr("Cookies lie in a file, which was not read."));
}

void CurlRequest::takeUser(const ShellWord &value)
{
    QString pair = value.text;
    if (!pair.contains(u':')) {
        pair += u':';
        note(value, CurlRequestText::tr(
                        "curl would ask for the password. Write it, or choose a key for the request."));
    }
    // With variables it stays as it is written: the request is encoded when they have their values.
    m_authorization = u"Basic "_s + (nextVariable(pair) ? pair : QString::fromLatin1(pair.toUtf8().toBase64()));
}

std::optional<int> CurlRequest::milliseconds(const QString &seconds)
{
    bool isNumber = false;
    const double value = seconds.trimmed().toDouble(&isNumber);
    if (!isNumber || !(value > 0) || value > 1'000'000)
        return {};
    return qMax(1, static_cast<int>(value * 1000));
}

} // namespace keydesk
