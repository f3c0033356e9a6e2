#pragma once

#include <QString>

namespace keydesk {

/// What an option of curl's command line means to a request of Keydesk.
enum class CurlMeaning {
    // They are done.
    Method,
    Header,
    Data,
    DataRaw,
    DataBinary,
    DataUrlEncode,
    Json,
    Form,
    FormString,
    FormEscape,
    Get,
    Head,
    Upload,
    User,
    Bearer,
    Agent,
    Referer,
    Cookie,
    Url,
    UrlQuery,
    Location,
    LocationTrusted,
    MaxTime,
    ConnectTimeout,
    Range,
    GlobOff,
    ProtoDefault,
    Next,
    // They are said.
    Config,     ///< more options in a file, which is not read
    Output,     ///< where the answer is written to
    Connection, ///< TLS, proxy, addresses: what an environment has settings for
    Scheme,     ///< ways to sign in that Keydesk has none of
    Behaviour,  ///< how curl goes about it: retries, limits of speed
    Elsewhere,  ///< other protocols
    // Neither: what a terminal shows, and what Keydesk does anyway.
    Nothing,
};

struct CurlOption
{
    char letter = 0; ///< of "-X"; 0: it has none
    QLatin1StringView name;
    bool takesValue = false;
    CurlMeaning meaning = CurlMeaning::Nothing;
};

/// By its letter, its name without dashes, or a beginning of it that no other has, as curl takes it. Null: curl has none.
/// The table is `curl --help all` of curl 7.88 (Debian 12) with the options that curl 8 added.
const CurlOption *curlOption(QChar letter);
const CurlOption *curlOption(const QString &name);

} // namespace keydesk
