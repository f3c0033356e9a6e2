#include "app/sandbox/Dashboard.h"

#include "app/sandbox/DashboardPage.h"
#include "app/sandbox/Paging.h"
#include "app/sandbox/SandboxState.h"
#include "app/sandbox/Service.h"

#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk::sandbox {

namespace {

constexpr qsizetype mostNameCharacters = 255;
constexpr qsizetype mostAbilities = 20;
constexpr int mostPerPage = 100;
constexpr int longestLife = 10 * 366 * 24 * 3600; // seconds

/// What a form says as text and JSON as a number.
bool isNumber(const QString &name)
{
    static const QStringList numbers = {u"expires_in"_s, u"delay_ms"_s, u"failing_calls"_s,
                                        u"limited_calls"_s, u"retry_after"_s};
    return numbers.contains(name);
}

/// A form's fields as the JSON that would say the same; abilities are separated by commas or spaces.
QJsonObject wishOf(const QList<QPair<QString, QString>> &form)
{
    QJsonObject wish;
    for (const auto &[name, value] : form) {
        bool isWhole = false;
        const int number = value.toInt(&isWhole);
        if (isNumber(name) && (isWhole || value.trimmed().isEmpty())) {
            if (isWhole)
                wish.insert(name, number);
        } else if (name == u"rate_limited") {
            wish.insert(name, true); // a box that is not ticked is not sent
        } else if (name != u"abilities") {
            wish.insert(name, value);
        } else if (!value.trimmed().isEmpty()) {
            wish.insert(name, QJsonArray::fromStringList(
                                  QString(value).replace(u',', u' ').split(u' ', Qt::SkipEmptyParts)));
        }
    }
    return wish;
}

tl::expected<QJsonObject, QString> wishOf(const Request &request)
{
    return request.isForm() ? wishOf(parseForm(request.body)) : parseObject(request);
}

/// Null: never.
QDateTime readExpiry(Fields &fields)
{
    const std::optional<int> seconds =
        fields.integer(u"expires_in"_s, Presence::Optional, 1, longestLife);
    const QString text = fields.text(u"expires_at"_s, Presence::Optional, 64);
    if (seconds)
        return QDateTime::currentDateTimeUtc().addSecs(*seconds);
    if (text.isEmpty())
        return {};
    const QDateTime time = QDateTime::fromString(text, Qt::ISODateWithMs);
    if (!time.isValid())
        fields.refuse(u"expires_at"_s, fields.label(u"expires_at"_s) +
                                           u" must be a time such as 2027-01-31T10:00:00Z."_s);
    return time.toUTC();
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
                 [this](const Request &request, const QStringList &) { return list(request); });
    m_routes.add("GET", u"/dashboard/modes"_s, [this](const Request &, const QStringList &) {
        return jsonReply(200, {{u"data"_s, toJson(m_service.modes().current())}});
    });
    m_routes.add("POST", u"/dashboard/modes"_s,
                 [this](const Request &request, const QStringList &) { return setMode(request); });
    m_routes.add("POST", u"/dashboard/keys"_s,
                 [this](const Request &request, const QStringList &) { return create(request); });
    m_routes.add("DELETE", u"/dashboard/keys/{id}"_s,
                 [this](const Request &request, const QStringList &parts) {
                     return act(request, parts[0], u"revoke"_s);
                 });
    m_routes.add("POST", u"/dashboard/keys/{id}/{action}"_s,
                 [this](const Request &request, const QStringList &parts) {
                     return parts[1] == u"expiry" ? setExpiry(request, parts[0])
                                                  : act(request, parts[0], parts[1]);
                 });
}

Reply Dashboard::page() const
{
    return htmlReply(200, dashboardPage(m_service, m_state));
}

Reply Dashboard::list(const Request &request) const
{
    const std::optional<QString> kind = request.queryValue(u"kind"_s);
    const std::optional<QString> status = request.queryValue(u"status"_s);
    QJsonArray keys;
    for (const SandboxKey &key : m_state.keys(m_service.id())) {
        if ((!kind || key.kind == *kind) && (!status || statusName(key.status) == *status))
            keys.append(toJson(key));
    }
    if (!request.queryValue(u"page"_s) && !request.queryValue(u"per_page"_s))
        return jsonReply(200, {{u"data"_s, keys}});
    FieldErrors errors;
    const int page = queryNumber(request, u"page"_s, 1, 1, 1'000'000, errors);
    const int perPage = queryNumber(request, u"per_page"_s, 20, 1, mostPerPage, errors);
    if (!errors.isEmpty())
        return m_service.invalid(errors);
    const qsizetype lastPage = std::max<qsizetype>((keys.size() + perPage - 1) / perPage, 1);
    return jsonReply(200, {{u"data"_s, slice(keys, qint64{page - 1} * perPage, perPage)},
                           {u"meta"_s, QJsonObject{{u"current_page"_s, page},
                                                   {u"per_page"_s, perPage},
                                                   {u"total"_s, keys.size()},
                                                   {u"last_page"_s, lastPage}}}});
}

tl::expected<KeyDraft, FieldErrors> Dashboard::check(const QJsonObject &wish) const
{
    Fields fields(wish);
    const QList<KeyKind> kinds = m_service.kinds();
    QStringList ids;
    for (const KeyKind &kind : kinds) {
        if (kind.onDashboard)
            ids << kind.id;
    }
    QString kindId = fields.oneOf(u"kind"_s, Presence::Optional, ids);
    if (kindId.isEmpty())
        kindId = ids.first();
    const KeyKind &kind = *std::find_if(kinds.begin(), kinds.end(), [&kindId](const KeyKind &known) {
        return known.id == kindId;
    });

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
    draft.expiresAt = readExpiry(fields);
    if (draft.expiresAt.isNull() && kind.lifetime.count() > 0)
        draft.expiresAt = QDateTime::currentDateTimeUtc().addSecs(kind.lifetime.count());
    draft.shownCharacters = kind.shownCharacters;
    if (!fields.fine())
        return tl::unexpected(fields.errors());
    return draft;
}

Reply Dashboard::create(const Request &request)
{
    const tl::expected<QJsonObject, QString> wish = wishOf(request);
    if (!wish)
        return m_service.error(400, wish.error());
    const tl::expected<KeyDraft, FieldErrors> draft = check(*wish);
    if (!draft)
        return refused(request, draft.error());
    return shown(request, 201,
                 m_state.issue(*draft, [&](qint64 number) { return m_service.makeToken(*draft, number); }));
}

Reply Dashboard::setExpiry(const Request &request, const QString &id)
{
    const tl::expected<QJsonObject, QString> wish = wishOf(request);
    if (!wish)
        return m_service.error(400, wish.error());
    Fields fields(*wish);
    const QDateTime expiresAt = readExpiry(fields);
    if (!fields.fine())
        return refused(request, fields.errors());
    return done(request, m_state.setExpiry(m_service.id(), id, expiresAt), u"Expiry set"_s);
}

Reply Dashboard::setMode(const Request &request)
{
    const tl::expected<QJsonObject, QString> wish = wishOf(request);
    if (!wish)
        return m_service.error(400, wish.error());
    const tl::expected<Mode, FieldErrors> mode = readMode(*wish);
    if (!mode)
        return refused(request, mode.error());
    m_service.modes().set(*mode);
    return request.isForm() ? done(request, {}, u"Set"_s)
                            : jsonReply(200, {{u"data"_s, toJson(*mode)}});
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

Reply Dashboard::refused(const Request &request, const FieldErrors &errors) const
{
    return request.isForm() ? htmlReply(422, messagePage(m_service, errors.first().message))
                            : m_service.invalid(errors);
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
