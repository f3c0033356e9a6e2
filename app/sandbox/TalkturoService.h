#pragma once

#include "app/sandbox/Router.h"
#include "app/sandbox/Service.h"
#include "app/sandbox/TalkturoAccount.h"
#include "app/sandbox/TalkturoSamples.h"

namespace keydesk::sandbox {

/// Talkturo as docs.talkturo.ai/en/api-reference describes it: one API token for everything under /api,
/// {"error":"…"} on failure. The key's account is "my-team"; the account "other-team", its team "team_other"
/// and its assistant "asst_other" belong to others. What the second set of its documentation says about keys
/// and signing in is answered by TalkturoAccount, in that set's own shapes.
class TalkturoService : public Service
{
public:
    TalkturoService(SandboxState &state, const StopSignal &stop);

    [[nodiscard]] QList<KeyKind> kinds() const override;
    [[nodiscard]] QByteArray makeToken(const KeyDraft &draft, qint64 number) const override;
    [[nodiscard]] Reply error(int status, const QString &message) const override;
    [[nodiscard]] Reply invalid(const FieldErrors &errors) const override;
    [[nodiscard]] Reply limited(const QString &path, std::chrono::seconds retryAfter) const override;
    [[nodiscard]] QStringList notes() const override;

protected:
    Reply call(const Request &request) override;

private:
    using Handler = Reply (TalkturoService::*)(const Request &, const QStringList &);

    /// `family`: the scopes of the key must cover reading or writing it ("assistants"); empty: none needed.
    void addRoute(const QByteArray &method, const QString &pattern, Handler handler,
                  const QString &family = {});
    /// For handlers that read a JSON object; refuses what is for another account.
    template <Reply (TalkturoService::*handler)(Fields &, const QJsonObject &)>
    Reply withBody(const Request &request, const QStringList &parts);

    Reply createAssistant(Fields &fields, const QJsonObject &body);
    Reply getAssistant(const Request &request, const QStringList &parts);
    Reply updateAssistant(const Request &request, const QStringList &parts);
    Reply createContact(Fields &fields, const QJsonObject &body);
    Reply listContacts(const Request &request, const QStringList &parts);
    Reply createCompany(Fields &fields, const QJsonObject &body);
    Reply listCompanies(const Request &request, const QStringList &parts);
    Reply createCampaign(Fields &fields, const QJsonObject &body);
    Reply listCampaigns(const Request &request, const QStringList &parts);
    Reply searchNumbers(Fields &fields, const QJsonObject &body);

    /// limit and offset over `items`, which the reply names `resource`.
    Reply listed(const Request &request, const QString &resource, const QJsonArray &items) const;
    Reply made(const QString &resource, QJsonArray &items, const QJsonObject &item) const;
    /// The assistant's place, or the reply that says why not.
    tl::expected<qsizetype, Reply> assistant(const QString &assistantId) const;

    Router m_routes;
    TalkturoAccount m_account;
    TalkturoData m_data; // filled by the first call
};

} // namespace keydesk::sandbox
