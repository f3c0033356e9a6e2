#include "app/interchange/curl/CurlOptions.h"

#include <algorithm>
#include <array>

namespace keydesk {

using namespace Qt::StringLiterals;
using Meaning = CurlMeaning;

namespace {

// In the order of their names.
constexpr std::array options = std::to_array<CurlOption>({
    {'\0', "abstract-unix-socket"_L1, true, Meaning::Connection}, {'\0', "alt-svc"_L1, true, Meaning::Connection},
    {'\0', "anyauth"_L1, false, Meaning::Nothing}, {'a', "append"_L1, false, Meaning::Output}, {'\0', "aws-sigv4"_L1, true, Meaning::Scheme},
    {'\0', "basic"_L1, false, Meaning::Nothing}, {'\0', "ca-native"_L1, false, Meaning::Connection}, {'\0', "cacert"_L1, true, Meaning::Connection},
    {'\0', "capath"_L1, true, Meaning::Connection}, {'E', "cert"_L1, true, Meaning::Connection}, {'\0', "cert-status"_L1, false, Meaning::Connection},
    {'\0', "cert-type"_L1, true, Meaning::Connection}, {'\0', "ciphers"_L1, true, Meaning::Connection}, {'\0', "compressed"_L1, false, Meaning::Nothing},
    {'\0', "compressed-ssh"_L1, false, Meaning::Elsewhere}, {'K', "config"_L1, true, Meaning::Config},
    {'\0', "connect-timeout"_L1, true, Meaning::ConnectTimeout}, {'\0', "connect-to"_L1, true, Meaning::Connection},
    {'C', "continue-at"_L1, true, Meaning::Behaviour}, {'b', "cookie"_L1, true, Meaning::Cookie}, {'c', "cookie-jar"_L1, true, Meaning::Output},
    {'\0', "create-dirs"_L1, false, Meaning::Output}, {'\0', "create-file-mode"_L1, true, Meaning::Output}, {'\0', "crlf"_L1, false, Meaning::Behaviour},
    {'\0', "crlfile"_L1, true, Meaning::Connection}, {'\0', "curves"_L1, true, Meaning::Connection}, {'d', "data"_L1, true, Meaning::Data},
    {'\0', "data-ascii"_L1, true, Meaning::Data}, {'\0', "data-binary"_L1, true, Meaning::DataBinary}, {'\0', "data-raw"_L1, true, Meaning::DataRaw},
    {'\0', "data-urlencode"_L1, true, Meaning::DataUrlEncode}, {'\0', "delegation"_L1, true, Meaning::Scheme},
    {'\0', "digest"_L1, false, Meaning::Scheme}, {'q', "disable"_L1, false, Meaning::Nothing}, {'\0', "disable-eprt"_L1, false, Meaning::Elsewhere},
    {'\0', "disable-epsv"_L1, false, Meaning::Elsewhere}, {'\0', "disallow-username-in-url"_L1, false, Meaning::Behaviour},
    {'\0', "dns-interface"_L1, true, Meaning::Connection}, {'\0', "dns-ipv4-addr"_L1, true, Meaning::Connection},
    {'\0', "dns-ipv6-addr"_L1, true, Meaning::Connection}, {'\0', "dns-servers"_L1, true, Meaning::Connection},
    {'\0', "doh-cert-status"_L1, false, Meaning::Connection}, {'\0', "doh-insecure"_L1, false, Meaning::Connection},
    {'\0', "doh-url"_L1, true, Meaning::Connection}, {'\0', "dump-ca-embed"_L1, false, Meaning::Nothing}, {'D', "dump-header"_L1, true, Meaning::Output},
    {'\0', "ech"_L1, true, Meaning::Connection}, {'\0', "egd-file"_L1, true, Meaning::Connection}, {'\0', "engine"_L1, true, Meaning::Connection},
    {'\0', "etag-compare"_L1, true, Meaning::Behaviour}, {'\0', "etag-save"_L1, true, Meaning::Output},
    {'\0', "expect100-timeout"_L1, true, Meaning::Nothing}, {'f', "fail"_L1, false, Meaning::Nothing}, {'\0', "fail-early"_L1, false, Meaning::Nothing},
    {'\0', "fail-with-body"_L1, false, Meaning::Nothing}, {'\0', "false-start"_L1, false, Meaning::Nothing},
    {'\0', "follow"_L1, false, Meaning::Location}, {'F', "form"_L1, true, Meaning::Form}, {'\0', "form-escape"_L1, false, Meaning::FormEscape},
    {'\0', "form-string"_L1, true, Meaning::FormString}, {'\0', "ftp-account"_L1, true, Meaning::Elsewhere},
    {'\0', "ftp-alternative-to-user"_L1, true, Meaning::Elsewhere}, {'\0', "ftp-create-dirs"_L1, false, Meaning::Elsewhere},
    {'\0', "ftp-method"_L1, true, Meaning::Elsewhere}, {'\0', "ftp-pasv"_L1, false, Meaning::Elsewhere}, {'P', "ftp-port"_L1, true, Meaning::Elsewhere},
    {'\0', "ftp-pret"_L1, false, Meaning::Elsewhere}, {'\0', "ftp-skip-pasv-ip"_L1, false, Meaning::Elsewhere},
    {'\0', "ftp-ssl-ccc"_L1, false, Meaning::Elsewhere}, {'\0', "ftp-ssl-ccc-mode"_L1, true, Meaning::Elsewhere},
    {'\0', "ftp-ssl-control"_L1, false, Meaning::Elsewhere}, {'G', "get"_L1, false, Meaning::Get}, {'g', "globoff"_L1, false, Meaning::GlobOff},
    {'\0', "happy-eyeballs-timeout-ms"_L1, true, Meaning::Connection}, {'\0', "haproxy-clientip"_L1, true, Meaning::Connection},
    {'\0', "haproxy-protocol"_L1, false, Meaning::Connection}, {'I', "head"_L1, false, Meaning::Head}, {'H', "header"_L1, true, Meaning::Header},
    {'h', "help"_L1, true, Meaning::Nothing}, {'\0', "hostpubmd5"_L1, true, Meaning::Elsewhere}, {'\0', "hostpubsha256"_L1, true, Meaning::Elsewhere},
    {'\0', "hsts"_L1, true, Meaning::Connection}, {'\0', "http0.9"_L1, false, Meaning::Connection}, {'0', "http1.0"_L1, false, Meaning::Connection},
    {'\0', "http1.1"_L1, false, Meaning::Nothing}, {'\0', "http2"_L1, false, Meaning::Connection},
    {'\0', "http2-prior-knowledge"_L1, false, Meaning::Connection}, {'\0', "http3"_L1, false, Meaning::Connection},
    {'\0', "http3-only"_L1, false, Meaning::Connection}, {'\0', "ignore-content-length"_L1, false, Meaning::Behaviour},
    {'i', "include"_L1, false, Meaning::Nothing}, {'k', "insecure"_L1, false, Meaning::Connection}, {'\0', "interface"_L1, true, Meaning::Connection},
    {'\0', "ip-tos"_L1, true, Meaning::Connection}, {'\0', "ipfs-gateway"_L1, true, Meaning::Elsewhere}, {'4', "ipv4"_L1, false, Meaning::Connection},
    {'6', "ipv6"_L1, false, Meaning::Connection}, {'\0', "json"_L1, true, Meaning::Json}, {'j', "junk-session-cookies"_L1, false, Meaning::Behaviour},
    {'\0', "keepalive-cnt"_L1, true, Meaning::Connection}, {'\0', "keepalive-time"_L1, true, Meaning::Nothing},
    {'\0', "key"_L1, true, Meaning::Connection}, {'\0', "key-type"_L1, true, Meaning::Connection}, {'\0', "knownhosts"_L1, true, Meaning::Elsewhere},
    {'\0', "krb"_L1, true, Meaning::Scheme}, {'\0', "libcurl"_L1, true, Meaning::Nothing}, {'\0', "limit-rate"_L1, true, Meaning::Behaviour},
    {'l', "list-only"_L1, false, Meaning::Elsewhere}, {'\0', "local-port"_L1, true, Meaning::Connection}, {'L', "location"_L1, false, Meaning::Location},
    {'\0', "location-trusted"_L1, false, Meaning::LocationTrusted}, {'\0', "login-options"_L1, true, Meaning::Scheme},
    {'\0', "mail-auth"_L1, true, Meaning::Elsewhere}, {'\0', "mail-from"_L1, true, Meaning::Elsewhere}, {'\0', "mail-rcpt"_L1, true, Meaning::Elsewhere},
    {'\0', "mail-rcpt-allowfails"_L1, false, Meaning::Elsewhere}, {'M', "manual"_L1, false, Meaning::Nothing},
    {'\0', "max-filesize"_L1, true, Meaning::Behaviour}, {'\0', "max-redirs"_L1, true, Meaning::Behaviour}, {'m', "max-time"_L1, true, Meaning::MaxTime},
    {'\0', "metalink"_L1, false, Meaning::Elsewhere}, {'\0', "mptcp"_L1, false, Meaning::Connection}, {'\0', "negotiate"_L1, false, Meaning::Scheme},
    {'n', "netrc"_L1, false, Meaning::Scheme}, {'\0', "netrc-file"_L1, true, Meaning::Scheme}, {'\0', "netrc-optional"_L1, false, Meaning::Scheme},
    {':', "next"_L1, false, Meaning::Next}, {'\0', "no-alpn"_L1, false, Meaning::Nothing}, {'N', "no-buffer"_L1, false, Meaning::Nothing},
    {'\0', "no-clobber"_L1, false, Meaning::Output}, {'\0', "no-keepalive"_L1, false, Meaning::Nothing}, {'\0', "no-npn"_L1, false, Meaning::Nothing},
    {'\0', "no-progress-meter"_L1, false, Meaning::Nothing}, {'\0', "no-sessionid"_L1, false, Meaning::Nothing},
    {'\0', "noproxy"_L1, true, Meaning::Connection}, {'\0', "ntlm"_L1, false, Meaning::Scheme}, {'\0', "ntlm-wb"_L1, false, Meaning::Scheme},
    {'\0', "oauth2-bearer"_L1, true, Meaning::Bearer}, {'\0', "out-null"_L1, false, Meaning::Output}, {'o', "output"_L1, true, Meaning::Output},
    {'\0', "output-dir"_L1, true, Meaning::Output}, {'Z', "parallel"_L1, false, Meaning::Nothing},
    {'\0', "parallel-immediate"_L1, false, Meaning::Nothing}, {'\0', "parallel-max"_L1, true, Meaning::Nothing},
    {'\0', "parallel-max-host"_L1, true, Meaning::Nothing}, {'\0', "pass"_L1, true, Meaning::Connection},
    {'\0', "path-as-is"_L1, false, Meaning::Behaviour}, {'\0', "pinnedpubkey"_L1, true, Meaning::Connection},
    {'\0', "post301"_L1, false, Meaning::Behaviour}, {'\0', "post302"_L1, false, Meaning::Behaviour}, {'\0', "post303"_L1, false, Meaning::Behaviour},
    {'\0', "preproxy"_L1, true, Meaning::Connection}, {'#', "progress-bar"_L1, false, Meaning::Nothing}, {'\0', "proto"_L1, true, Meaning::Behaviour},
    {'\0', "proto-default"_L1, true, Meaning::ProtoDefault}, {'\0', "proto-redir"_L1, true, Meaning::Behaviour},
    {'x', "proxy"_L1, true, Meaning::Connection}, {'\0', "proxy-anyauth"_L1, false, Meaning::Connection},
    {'\0', "proxy-basic"_L1, false, Meaning::Connection}, {'\0', "proxy-ca-native"_L1, false, Meaning::Connection},
    {'\0', "proxy-cacert"_L1, true, Meaning::Connection}, {'\0', "proxy-capath"_L1, true, Meaning::Connection},
    {'\0', "proxy-cert"_L1, true, Meaning::Connection}, {'\0', "proxy-cert-type"_L1, true, Meaning::Connection},
    {'\0', "proxy-ciphers"_L1, true, Meaning::Connection}, {'\0', "proxy-crlfile"_L1, true, Meaning::Connection},
    {'\0', "proxy-digest"_L1, false, Meaning::Connection}, {'\0', "proxy-header"_L1, true, Meaning::Connection},
    {'\0', "proxy-http2"_L1, false, Meaning::Connection}, {'\0', "proxy-insecure"_L1, false, Meaning::Connection},
    {'\0', "proxy-key"_L1, true, Meaning::Connection}, {'\0', "proxy-key-type"_L1, true, Meaning::Connection},
    {'\0', "proxy-negotiate"_L1, false, Meaning::Connection}, {'\0', "proxy-ntlm"_L1, false, Meaning::Connection},
    {'\0', "proxy-pass"_L1, true, Meaning::Connection}, {'\0', "proxy-pinnedpubkey"_L1, true, Meaning::Connection},
    {'\0', "proxy-service-name"_L1, true, Meaning::Connection}, {'\0', "proxy-ssl-allow-beast"_L1, false, Meaning::Connection},
    {'\0', "proxy-ssl-auto-client-cert"_L1, false, Meaning::Connection}, {'\0', "proxy-tls13-ciphers"_L1, true, Meaning::Connection},
    {'\0', "proxy-tlsauthtype"_L1, true, Meaning::Connection}, {'\0', "proxy-tlspassword"_L1, true, Meaning::Connection},
    {'\0', "proxy-tlsuser"_L1, true, Meaning::Connection}, {'\0', "proxy-tlsv1"_L1, false, Meaning::Connection},
    {'U', "proxy-user"_L1, true, Meaning::Connection}, {'\0', "proxy1.0"_L1, true, Meaning::Connection},
    {'p', "proxytunnel"_L1, false, Meaning::Connection}, {'\0', "pubkey"_L1, true, Meaning::Elsewhere}, {'Q', "quote"_L1, true, Meaning::Elsewhere},
    {'\0', "random-file"_L1, true, Meaning::Connection}, {'r', "range"_L1, true, Meaning::Range}, {'\0', "rate"_L1, true, Meaning::Behaviour},
    {'\0', "raw"_L1, false, Meaning::Nothing}, {'e', "referer"_L1, true, Meaning::Referer}, {'J', "remote-header-name"_L1, false, Meaning::Output},
    {'O', "remote-name"_L1, false, Meaning::Output}, {'\0', "remote-name-all"_L1, false, Meaning::Output},
    {'R', "remote-time"_L1, false, Meaning::Output}, {'\0', "remove-on-error"_L1, false, Meaning::Output}, {'X', "request"_L1, true, Meaning::Method},
    {'\0', "request-target"_L1, true, Meaning::Behaviour}, {'\0', "resolve"_L1, true, Meaning::Connection}, {'\0', "retry"_L1, true, Meaning::Behaviour},
    {'\0', "retry-all-errors"_L1, false, Meaning::Behaviour}, {'\0', "retry-connrefused"_L1, false, Meaning::Behaviour},
    {'\0', "retry-delay"_L1, true, Meaning::Behaviour}, {'\0', "retry-max-time"_L1, true, Meaning::Behaviour},
    {'\0', "sasl-authzid"_L1, true, Meaning::Scheme}, {'\0', "sasl-ir"_L1, false, Meaning::Scheme}, {'\0', "service-name"_L1, true, Meaning::Scheme},
    {'S', "show-error"_L1, false, Meaning::Nothing}, {'\0', "sigalgs"_L1, true, Meaning::Connection}, {'s', "silent"_L1, false, Meaning::Nothing},
    {'\0', "skip-existing"_L1, false, Meaning::Output}, {'\0', "socks4"_L1, true, Meaning::Connection}, {'\0', "socks4a"_L1, true, Meaning::Connection},
    {'\0', "socks5"_L1, true, Meaning::Connection}, {'\0', "socks5-basic"_L1, false, Meaning::Connection},
    {'\0', "socks5-gssapi"_L1, false, Meaning::Connection}, {'\0', "socks5-gssapi-nec"_L1, false, Meaning::Connection},
    {'\0', "socks5-gssapi-service"_L1, true, Meaning::Connection}, {'\0', "socks5-hostname"_L1, true, Meaning::Connection},
    {'Y', "speed-limit"_L1, true, Meaning::Behaviour}, {'y', "speed-time"_L1, true, Meaning::Behaviour}, {'\0', "ssl"_L1, false, Meaning::Elsewhere},
    {'\0', "ssl-allow-beast"_L1, false, Meaning::Connection}, {'\0', "ssl-auto-client-cert"_L1, false, Meaning::Connection},
    {'\0', "ssl-no-revoke"_L1, false, Meaning::Connection}, {'\0', "ssl-reqd"_L1, false, Meaning::Elsewhere},
    {'\0', "ssl-revoke-best-effort"_L1, false, Meaning::Connection}, {'2', "sslv2"_L1, false, Meaning::Connection},
    {'3', "sslv3"_L1, false, Meaning::Connection}, {'\0', "stderr"_L1, true, Meaning::Nothing}, {'\0', "styled-output"_L1, false, Meaning::Nothing},
    {'\0', "suppress-connect-headers"_L1, false, Meaning::Nothing}, {'\0', "tcp-fastopen"_L1, false, Meaning::Nothing},
    {'\0', "tcp-nodelay"_L1, false, Meaning::Nothing}, {'t', "telnet-option"_L1, true, Meaning::Elsewhere},
    {'\0', "tftp-blksize"_L1, true, Meaning::Elsewhere}, {'\0', "tftp-no-options"_L1, false, Meaning::Elsewhere},
    {'z', "time-cond"_L1, true, Meaning::Behaviour}, {'\0', "tls-earlydata"_L1, false, Meaning::Connection},
    {'\0', "tls-max"_L1, true, Meaning::Connection}, {'\0', "tls13-ciphers"_L1, true, Meaning::Connection},
    {'\0', "tlsauthtype"_L1, true, Meaning::Scheme}, {'\0', "tlspassword"_L1, true, Meaning::Scheme}, {'\0', "tlsuser"_L1, true, Meaning::Scheme},
    {'1', "tlsv1"_L1, false, Meaning::Connection}, {'\0', "tlsv1.0"_L1, false, Meaning::Connection}, {'\0', "tlsv1.1"_L1, false, Meaning::Connection},
    {'\0', "tlsv1.2"_L1, false, Meaning::Connection}, {'\0', "tlsv1.3"_L1, false, Meaning::Connection},
    {'\0', "tr-encoding"_L1, false, Meaning::Behaviour}, {'\0', "trace"_L1, true, Meaning::Nothing}, {'\0', "trace-ascii"_L1, true, Meaning::Nothing},
    {'\0', "trace-config"_L1, true, Meaning::Nothing}, {'\0', "trace-ids"_L1, false, Meaning::Nothing}, {'\0', "trace-time"_L1, false, Meaning::Nothing},
    {'\0', "unix-socket"_L1, true, Meaning::Connection}, {'T', "upload-file"_L1, true, Meaning::Upload},
    {'\0', "upload-flags"_L1, true, Meaning::Elsewhere}, {'\0', "url"_L1, true, Meaning::Url}, {'\0', "url-query"_L1, true, Meaning::UrlQuery},
    {'B', "use-ascii"_L1, false, Meaning::Elsewhere}, {'u', "user"_L1, true, Meaning::User}, {'A', "user-agent"_L1, true, Meaning::Agent},
    {'\0', "variable"_L1, true, Meaning::Config}, {'v', "verbose"_L1, false, Meaning::Nothing}, {'V', "version"_L1, false, Meaning::Nothing},
    {'\0', "vlan-priority"_L1, true, Meaning::Connection}, {'w', "write-out"_L1, true, Meaning::Output}, {'\0', "xattr"_L1, false, Meaning::Nothing},
});

} // namespace

const CurlOption *curlOption(QChar letter)
{
    const auto found = std::ranges::find_if(options, [letter](const CurlOption &option) { return option.letter != 0 && QLatin1Char(option.letter) == letter; });
    return found == options.end() ? nullptr : &*found;
}

const CurlOption *curlOption(const QString &name)
{
    const auto first = std::ranges::find_if(options, [&name](const CurlOption &option) { return option.name == name; });
    if (first != options.end())
        return &*first;
    const auto begins = [&name](const CurlOption &option) { return name.size() > 1 && QStringView(name).size() <= option.name.size() && name == option.name.first(name.size()); };
    const auto found = std::ranges::find_if(options, begins);
    return found != options.end() && std::ranges::count_if(options, begins) == 1 ? &*found : nullptr;
}

} // namespace keydesk
