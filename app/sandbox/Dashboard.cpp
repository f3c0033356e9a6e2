#include "app/sandbox/Dashboard.h"

#include "app/sandbox/DashboardPage.h"
#include "app/sandbox/SandboxState.h"
#include "app/sandbox/Service.h"

#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk::sandbox {

namespace {

constexpr qsizetype mostNameCharacters = 255;
constexpr qsizetype mostAbilities = 20;

/// A form's fields as the JSON that would say the same; abilities are separated by commas or spaces.
QJsonObject wishOf(const QList<QPair<QString, QString>> &form)
{
    QJsonObject wish;
    for (const auto &[name, value] : form) {
        if (name != u"abilities")
            wish.insert(name, value);
        else if (!value.trimmed().isEmpty())
            wish.insert(name, QJsonArray::fromStringList(
                                  QString(value).replace(u',', u' ').split(u' ', Qt::SkipEmptyParts)));
    }
    return wish;
}

} // namespace

Dashboard::Dashboard(Service &service, SandboxState &state)
    : m_service(service)
    , m_state(state)
{
    const auto showPage = [this](const Request &, const QStringList &) { return page(); };
    m_routes.add("GET", u"/"_s, showPage);
    m_routes.add("GET", u"/dashboard"_s, showPage);
    m_routes.add("GET", u"/dashboard/keys"_s,
                 [this](const Request &, const QStringList &) { return list(); });
    m_routes.add("POST", u"/dashboard/keys"_s,
                 [this](const Request &request, const QStringList &) { return create(request); });
    m_routes.add("DELETE", u"/dashboard/keys/{id}"_s,
                 [this](const Request &request, const QStringList &parts) {
                     return act(request, parts[0], u"revoke"_s);
                 });
    m_routes.add("POST", u"/dashboard/keys/{id}/{action}"_s,
                 [this](const Request &request, const QStringList &parts) {
                     return act(request, parts[0], parts[1]);
                 });
}

Reply Dashboard::page() const
{
    return htmlReply(200, dashboardPage(m_service, m_state));
}

Reply Dashboard::list() const
{
    QJsonArray keys;
    for (const SandboxKey &key : m_state.keys(m_service.id()))
        keys.append(toJson(key));
    return jsonReply(200, {{u"data"_s, keys}});
}

tl::expected<KeyDraft, FieldErrors> Dashboard::check(const QJsonObject &wish) const
{
    Fields fields(wish);
    const QList<KeyKind> kinds = m_service.kinds();
    QStringList ids;
    for (const KeyKind &kind : kinds)
        ids << kind.id;
    QString kindId = fields.oneOf(u"kind"_s, Presence::Optional, ids);
    if (kindId.isEmpty())
        kindId = ids.first();
    const KeyKind &kind = kinds.at(ids.indexOf(kindId));

    KeyDraft draft{m_service.id(),
                   kindId,
                   fields.text(u"name"_s, Presence::Required, mostNameCharacters).trimmed(),
                   {},
                   {}};
    const QString environment =
        fields.oneOf(u"environment"_s, Presence::Optional, {u"production"_s, u"development"_s});
    if (kind.hasEnvironment)
        draft.environment = environment.isEmpty() ? u"production"_s : environment;
    const std::optional<QStringList> abilities = fields.texts(u"abilities"_s, mostAbilities);
    if (!kind.abilities.isEmpty())
        draft.abilities = abilities && !abilities->isEmpty() ? *abilities : QStringList{u"*"_s};
    if (!fields.fine())
        return tl::unexpected(fields.errors());
    return draft;
}

Reply Dashboard::create(const Request &request)
{
    const tl::expected<QJsonObject, QString> wish =
        request.isForm() ? wishOf(parseForm(request.body)) : parseObject(request);
    if (!wish)
        return m_service.error(400, wish.error());
    const tl::expected<KeyDraft, FieldErrors> draft = check(*wish);
    if (!draft) {
        return request.isForm() ? htmlReply(422, messagePage(m_service, draft.error().first().message))
                                : m_service.invalid(draft.error());
    }
    return shown(request, 201,
                 m_state.issue(*draft, [&](qint64 number) { return m_service.makeToken(*draft, number); }));
}

Reply Dashboard::act(const Request &request, const QString &id, const QString &action)
{
    using Status = SandboxKey::Status;
    if (action == u"expire")
        return done(request, m_state.setStatus(m_service.id(), id, Status::Expired), u"Token expired"_s);
    if (action == u"revoke")
        return done(request, m_state.setStatus(m_service.id(), id, Status::Revoked), u"Token revoked"_s);
    const std::optional<SandboxKey> key = m_state.find(m_service.id(), id);
    if (action == u"regenerate") {
        const SandboxKey known = key.value_or(SandboxKey());
        const KeyDraft draft{known.service, known.kind, known.name, known.environment, known.abilities};
        return shown(request, 200, m_state.regenerate(m_service.id(), id, [&](qint64 number) {
            return m_service.makeToken(draft, number);
        }));
    }
    if (action == u"use-up-limit" && key && m_service.useUpLimit(id))
        return done(request, {}, u"The rate limit of this key is used up for some seconds"_s);
    return failed(request, {Error::Kind::NotFound, u"There is no such key or action."_s, {}});
}

Reply Dashboard::shown(const Request &request, int status, const Result<IssuedKey> &issued) const
{
    if (!issued)
        return failed(request, issued.error());
    if (request.isForm())
        return htmlReply(status, tokenPage(m_service, *issued));
    QJsonObject data = toJson(issued->key);
    data.insert(u"token"_s, QString::fromLatin1(issued->token));
    return jsonReply(status, {{u"data"_s, data}});
}

Reply Dashboard::done(const Request &request, const Result<void> &outcome, const QString &message) const
{
    if (!outcome)
        return failed(request, outcome.error());
    if (!request.isForm())
        return jsonReply(200, {{u"message"_s, message}});
    Reply reply = htmlReply(303, messagePage(m_service, message + u'.'));
    reply.addHeader("Location", "/dashboard");
    return reply;
}

Reply Dashboard::failed(const Request &request, const Error &error) const
{
    const int status = error.kind == Error::Kind::NotFound   ? 404
                       : error.kind == Error::Kind::TooLarge ? 409
                                                             : 500;
    return request.isForm() ? htmlReply(status, messagePage(m_service, error.message))
                            : m_service.error(status, error.message);
}

} // namespace keydesk::sandbox
