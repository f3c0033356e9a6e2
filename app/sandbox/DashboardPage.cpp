#include "app/sandbox/DashboardPage.h"

#include "app/sandbox/Message.h"
#include "app/sandbox/SandboxState.h"
#include "app/sandbox/Service.h"

using namespace Qt::StringLiterals;

namespace keydesk::sandbox {

namespace {

QString frame(const Service &service, const QString &heading, const QString &content)
{
    return uR"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>%1 · %2 sandbox</title>
<style>
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #8884; vertical-align: top; }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
.token { display: block; padding: .8rem; border: 1px solid #8886; border-radius: 6px; }
form.inline, label.inline { display: inline; }
fieldset { border: 1px solid #8884; border-radius: 6px; margin: 1rem 0; }
label { display: block; margin: .4rem 0; }
input, select, button { font: inherit; }
</style>
</head>
<body>
<p>%2 · Keydesk sandbox on this computer</p>
<h1>%1</h1>
%3
</body>
</html>
)"_s.arg(heading.toHtmlEscaped(), service.title().toHtmlEscaped(), content);
}

QString actionForm(const QString &id, const QString &action, const QString &label, const QString &name)
{
    return uR"(<form class="inline" method="post" action="/dashboard/keys/%1/%2"><button aria-label="%3 %4">%3</button></form>
)"_s.arg(id, action, label, name.toHtmlEscaped());
}

QString expiryChoice()
{
    return uR"(<select name="expires_in"><option value="">never</option>
<option value="60">in a minute</option><option value="3600">in an hour</option>
<option value="86400">in a day</option><option value="2592000">in 30 days</option>
<option value="7776000">in 90 days</option><option value="31536000">in a year</option></select>)"_s;
}

QString expiryForm(const SandboxKey &key)
{
    return uR"(<form class="inline" method="post" action="/dashboard/keys/%1/expiry"><label class="inline">Expires %2</label>
<button aria-label="Set expiry %3">Set</button></form>
)"_s.arg(key.id, expiryChoice(), key.name.toHtmlEscaped());
}

QString actionsOf(const Service &service, const SandboxKey &key)
{
    QString forms;
    if (key.status == SandboxKey::Status::Revoked)
        return forms;
    forms += actionForm(key.id, u"regenerate"_s, u"Regenerate"_s, key.name);
    if (key.status == SandboxKey::Status::Active) {
        forms += actionForm(key.id, u"expire"_s, u"Expire"_s, key.name);
        if (service.hasLimit())
            forms += actionForm(key.id, u"use-up-limit"_s, u"Use up rate limit"_s, key.name);
    }
    return forms + actionForm(key.id, u"revoke"_s, u"Revoke"_s, key.name) + expiryForm(key);
}

QString kindTitle(const Service &service, const SandboxKey &key)
{
    for (const KeyKind &kind : service.kinds()) {
        if (kind.id == key.kind)
            return key.environment.isEmpty() ? kind.title : kind.title + u", "_s + key.environment;
    }
    return key.kind;
}

QString keyTable(const Service &service, const QList<SandboxKey> &keys)
{
    if (keys.isEmpty())
        return u"<p>There are no keys yet. Create the first one below.</p>\n"_s;
    QString rows;
    for (const SandboxKey &key : keys) {
        const QString used = key.lastUsedAt.isNull() ? u"never"_s : timeText(key.lastUsedAt);
        const QString expires = key.expiresAt.isNull() ? u"never"_s : timeText(key.expiresAt);
        const QStringList cells = {key.name.toHtmlEscaped(),
                                   kindTitle(service, key).toHtmlEscaped(),
                                   u"<code>%1</code>"_s.arg(key.hint.toHtmlEscaped()),
                                   key.abilities.join(u", "_s).toHtmlEscaped(),
                                   timeText(key.createdAt),
                                   used,
                                   expires,
                                   statusName(key.status),
                                   actionsOf(service, key)};
        rows += u"<tr><td>"_s + cells.join(u"</td><td>"_s) + u"</td></tr>\n"_s;
    }
    return u"<table>\n<thead><tr><th scope=\"col\">Name</th><th scope=\"col\">Kind</th><th "
           u"scope=\"col\">Key</th>"
           "<th scope=\"col\">Abilities</th><th scope=\"col\">Created</th><th scope=\"col\">Last used</th>"
           "<th scope=\"col\">Expires</th><th scope=\"col\">Status</th><th scope=\"col\">Actions</th></tr></thead>\n<tbody>\n"_s +
           rows + u"</tbody>\n</table>\n"_s;
}

QString createForm(const KeyKind &kind)
{
    const bool isSession = kind.id == u"session";
    QString fields = uR"(<input type="hidden" name="kind" value="%1">
<label>Name <input name="name" required maxlength="255" value="%2"></label>
)"_s.arg(kind.id, isSession ? u"Session"_s : QString());
    if (kind.hasEnvironment)
        fields +=
            uR"(<label>Environment <select name="environment"><option value="production">Production</option>
<option value="development">Development</option></select></label>
)"_s;
    if (!kind.abilities.isEmpty())
        fields += uR"(<label>Abilities <input name="abilities" value="*"> (%1)</label>
)"_s.arg(kind.abilities.join(u", "_s));
    if (kind.lifetime.count() == 0)
        fields += u"<label>Expires %1</label>\n"_s.arg(expiryChoice());
    return uR"(<fieldset><legend>%1</legend>
<form method="post" action="/dashboard/keys">
%2<button>%3</button>
</form></fieldset>
)"_s.arg(kind.title, fields, isSession ? u"Sign in"_s : u"Create"_s);
}

QString chosen(bool isChosen, const QString &attribute)
{
    return isChosen ? u' ' + attribute : QString();
}

QString modeForm(const Mode &mode)
{
    const auto failing = [&mode](Mode::Failing choice) {
        return chosen(mode.failing == choice, u"selected"_s);
    };
    return uR"(<p>For every call of this service's API and of /dashboard/keys, until it is changed here or the sandbox
stops: none of it is kept over a restart. The dashboard itself always answers.</p>
<fieldset><legend>Behaviour</legend>
<form method="post" action="/dashboard/modes">
<label>Slow: wait <input name="delay_ms" type="number" min="0" max="60000" value="%1"> ms before each reply</label>
<label>Failing <select name="failing"><option value="no"%2>no</option><option value="error"%3>answer 500</option>
<option value="drop"%4>close the connection without a reply</option></select></label>
<label>Failing: for the next <input name="failing_calls" type="number" min="0" max="1000000" value="%5"> calls (0: all of them)</label>
<label><input name="rate_limited" type="checkbox"%6> Rate-limited: answer 429</label>
<label>Rate-limited: for the next <input name="limited_calls" type="number" min="0" max="1000000" value="%7"> calls (0: all of them)</label>
<label>Rate-limited: tell to retry after <input name="retry_after" type="number" min="1" max="86400" value="%8"> seconds</label>
<button>Set behaviour</button>
</form>
<form class="inline" method="post" action="/dashboard/modes"><input type="hidden" name="failing" value="no"><button>Behave well again</button></form>
</fieldset>
)"_s.arg(QString::number(mode.delayMs), failing(Mode::Failing::No), failing(Mode::Failing::Error),
         failing(Mode::Failing::Drop), QString::number(mode.failingCalls),
         chosen(mode.limited, u"checked"_s), QString::number(mode.limitedCalls),
         QString::number(mode.retryAfter));
}

QString notesOf(const Service &service)
{
    QString items;
    for (const QString &note : service.notes())
        items += u"<li>"_s + note.toHtmlEscaped() + u"</li>\n"_s;
    return u"<ul>\n"_s + items +
           uR"(<li><a href="/sandbox/slow?seconds=5">/sandbox/slow?seconds=5</a> answers late (up to 60 seconds).</li>
<li><a href="/sandbox/html?status=502">/sandbox/html?status=502</a> sends a web page instead of JSON, with any status.</li>
<li><a href="/sandbox/large?megabytes=10">/sandbox/large?megabytes=10</a> sends that much JSON (up to 256 MB).</li>
<li><a href="/dashboard/keys">/dashboard/keys</a> gives this list as JSON; the same forms can be sent to it as JSON.</li>
</ul>
)"_s;
}

} // namespace

QByteArray dashboardPage(const Service &service, const SandboxState &state)
{
    QString forms;
    for (const KeyKind &kind : service.kinds()) {
        if (kind.onDashboard)
            forms += createForm(kind);
    }
    return frame(service, u"API keys"_s,
                 keyTable(service, state.keys(service.id())) + u"<h2>New key</h2>\n"_s + forms +
                     u"<h2>How this service behaves</h2>\n"_s + modeForm(service.modes().current()) +
                     u"<h2>Things to try</h2>\n"_s + notesOf(service))
        .toUtf8();
}

QByteArray tokenPage(const Service &service, const IssuedKey &issued)
{
    return frame(
               service, u"Copy the new key now"_s,
               uR"(<p>%1. This is the only time that it is shown: the sandbox keeps a salted hash, not the key.</p>
<p><code class="token" id="token">%2</code></p>
<p><a href="/dashboard">Back to the keys</a></p>
)"_s.arg((issued.key.name + u" ("_s + kindTitle(service, issued.key) + u')').toHtmlEscaped(),
               QString::fromLatin1(issued.token)))
        .toUtf8();
}

QByteArray messagePage(const Service &service, const QString &message)
{
    return frame(service, u"API keys"_s,
                 u"<p>%1</p>\n<p><a href=\"/dashboard\">Back to the keys</a></p>\n"_s.arg(
                     message.toHtmlEscaped()))
        .toUtf8();
}

} // namespace keydesk::sandbox
