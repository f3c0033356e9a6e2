#include "ui/console/ExplanationActions.h"

#include "app/Core.h"
#include "ui/console/RequestEditor.h"
#include "ui/console/ResponseView.h"

#include <QDesktopServices>
#include <QMessageBox>
#include <QPushButton>

namespace keydesk {

using namespace Qt::StringLiterals;

ExplanationActions::ExplanationActions(Core &core, RequestEditor &editor, ResponseView &response,
                                       QWidget *window)
    : QObject(window)
    , m_core(core)
    , m_editor(editor)
    , m_response(response)
    , m_window(window)
{
}

void ExplanationActions::setCall(const CallOutcome &outcome)
{
    m_outcome = outcome;
    if (m_outcome.response)
        m_outcome.response->spool.reset(); // which is gone with its tab
}

void ExplanationActions::run(const ExplanationAction &action)
{
    using Kind = ExplanationAction::Kind;
    switch (action.kind) {
    case Kind::AddKey:
        addKey();
        break;
    case Kind::ChooseKey:
        m_editor.chooseKey();
        break;
    case Kind::CheckKey:
        checkKey();
        break;
    case Kind::OpenUrl:
        QDesktopServices::openUrl(QUrl(action.argument));
        break;
    case Kind::BindOrigin:
        askToBind(action.argument);
        break;
    case Kind::RemoveHeader:
        m_editor.removeHeader(action.argument);
        m_response.showProgress(
            tr("The header %1 was removed. Send the request again.").arg(action.argument));
        break;
    case Kind::UseHttps:
        useHttps();
        break;
    case Kind::SendAgain:
        if (const qint64 seconds = action.argument.toLongLong(); seconds > 0)
            m_response.waitAndSend(std::chrono::seconds(seconds));
        else
            Q_EMIT sendRequested();
        break;
    case Kind::SwitchEnvironment: {
        const QUuid id(action.argument);
        m_core.environments->setCurrent(id);
        if (const auto environment = m_core.environments->find(id))
            m_response.showProgress(
                tr("The environment is now “%1”. Send the request again.").arg(environment->name));
        break;
    }
    case Kind::EditEnvironment:
        if (m_outcome.environment)
            Q_EMIT openEnvironment(m_outcome.environment->id);
        break;
    case Kind::EditConnection:
        if (m_outcome.environment)
            Q_EMIT openConnection(m_outcome.environment->id, action.argument);
        break;
    case Kind::EditUrl:
        m_editor.focusUrl();
        break;
    case Kind::UnlockKeychain:
        Q_EMIT unlockRequested(m_outcome.key ? m_outcome.key->place : SecretPlace::SystemKeychain);
        break;
    case Kind::OpenPreferences:
        Q_EMIT preferencesRequested();
        break;
    case Kind::FetchToken:
        fetchToken();
        break;
    case Kind::ShowSent:
        m_response.showSent();
        break;
    }
}

void ExplanationActions::fetchToken()
{
    if (!m_outcome.key)
        return;
    m_response.showProgress(tr("Fetching an access token…"));
    m_core.oauth->renew(m_outcome.key->id, this, [this](const Result<AccessTokenState> &fetched) {
        m_response.showProgress(
            fetched ? describe(*fetched, QDateTime::currentDateTimeUtc()) + u". "_s + tr("Send the request again.")
                    : fetched.error().message);
    });
}

void ExplanationActions::addKey()
{
    NewKeyHints hints;
    if (m_outcome.environment) {
        hints.providerId = m_outcome.environment->providerId;
        hints.environmentId = m_outcome.environment->id;
    }
    hints.kindId = m_outcome.wantedKindId;
    Q_EMIT newKeyRequested(hints);
}

void ExplanationActions::checkKey()
{
    if (!m_outcome.key)
        return;
    const QString name = m_outcome.key->name;
    m_response.showProgress(tr("Checking “%1”…").arg(name));
    KeyJob *job = m_core.keyService->check(
        m_outcome.key->id, m_outcome.environment ? std::optional(m_outcome.environment->id) : std::nullopt);
    connect(job, &KeyJob::progress, this, [this](const QString &what) { m_response.showProgress(what); });
    connect(job, &KeyJob::finished, this, [this, name](const Result<ApiKey> &result) {
        if (result)
            m_response.showProgress(tr("“%1” was checked: %2").arg(name, result->lastCheckNote));
        else
            m_response.showProgress(tr("“%1” could not be checked. %2").arg(name, result.error().message));
    });
}

void ExplanationActions::askToBind(const QString &originText)
{
    const auto origin = Origin::fromString(originText);
    if (!origin || !m_outcome.key)
        return;
    const ApiKey key = *m_outcome.key;
    auto *box = new QMessageBox(QMessageBox::Warning, tr("Send the Token to Another Origin"),
                                tr("Send the token of “%1” to %2 too?").arg(key.name, origin->toString()),
                                QMessageBox::Cancel, m_window);
    box->setTextFormat(Qt::PlainText);
    box->setAttribute(Qt::WA_DeleteOnClose);
    QStringList bound;
    for (const Origin &each : key.origins)
        bound.append(each.toString());
    box->setInformativeText(
        (bound.isEmpty() ? QString() : tr("Until now it goes only to %1.").arg(bound.join(u", "_s)) + u' ') +
        tr("Whoever runs %1 can then use the token as you can. You can take this back in API Keys.")
            .arg(origin->host()));
    auto *bind = box->addButton(tr("Allow %1").arg(origin->toString()), QMessageBox::AcceptRole);
    box->setDefaultButton(QMessageBox::Cancel);
    connect(box, &QMessageBox::buttonClicked, this, [this, bind, key, origin](QAbstractButton *pressed) {
        if (pressed != bind)
            return;
        if (const auto done = m_core.keyService->bindOrigin(key.id, *origin); !done) {
            Q_EMIT failed(done.error());
            return;
        }
        m_response.showProgress(
            tr("“%1” may now go to %2. Send the request again.").arg(key.name, origin->toString()));
    });
    box->open();
}

void ExplanationActions::useHttps()
{
    const QString url = m_editor.request().url.trimmed();
    if (url.startsWith("http://"_L1, Qt::CaseInsensitive)) {
        m_editor.setUrl(u"https://"_s + url.sliced(7));
        m_response.showProgress(tr("The URL begins with https:// now. Send the request again."));
    } else if (m_outcome.environment) {
        Q_EMIT openEnvironment(m_outcome.environment->id);
    }
}

} // namespace keydesk
