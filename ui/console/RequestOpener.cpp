#include "ui/console/RequestOpener.h"

#include "app/Core.h"
#include "app/http/RedactedRequest.h"
#include "ui/console/RequestEditor.h"
#include "ui/widgets/MessageBar.h"

#include <QAction>
#include <QJsonDocument>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

const QString rememberedRequest = u"console/request"_s;

}

RequestOpener::RequestOpener(Core &core, RequestEditor &editor, QObject *parent)
    : QObject(parent)
    , m_core(core)
    , m_editor(editor)
{
    m_rememberSoon.setSingleShot(true);
    m_rememberSoon.setInterval(1000);
    connect(&m_rememberSoon, &QTimer::timeout, this, &RequestOpener::remember);
    connect(&m_editor, &RequestEditor::edited, this, &RequestOpener::rememberSoon);
}

void RequestOpener::restore()
{
    const QByteArray stored = m_core.settings->remembered(rememberedRequest).toByteArray();
    const QJsonObject object = QJsonDocument::fromJson(stored).object();
    RequestSpec request;
    if (!object.isEmpty()) {
        request = RequestSpec::fromJson(object);
    } else if (const auto environment = m_core.environments->current()) {
        const Provider *provider = m_core.providers.find(environment->providerId);
        const TokenKind *kind = provider ? provider->firstStorableKind() : nullptr;
        if (const ProviderRequest *first = kind ? provider->checkRequest(kind->id) : nullptr)
            request = first->request;
    }
    const QString id = u"unlisted/%1"_s.arg(++m_unlisted);
    m_editor.setRequest(m_drafts.open(id, request));
    // What the fields make of it is the version to compare with.
    m_drafts.open(id, m_editor.request());
}

QList<RequestSpec> RequestOpener::edited() const
{
    return QList<RequestSpec>{m_editor.request()} + m_drafts.left();
}

void RequestOpener::remember()
{
    const auto written = [](const RequestSpec &request) {
        return QJsonDocument(request.toJson()).toJson(QJsonDocument::Compact);
    };
    const RequestSpec request = m_editor.request();
    m_core.storedTokens->learn(written(request));
    m_core.settings->remember(rememberedRequest, written(redactedRequest(request, m_core.redactor)));
}

void RequestOpener::open(const RequestSpec &request)
{
    open(u"unlisted/%1"_s.arg(++m_unlisted), request);
}

void RequestOpener::openFromHistory(qint64 callId, const RequestSpec &request)
{
    open(u"history/%1"_s.arg(callId), request);
}

void RequestOpener::open(const QString &id, const RequestSpec &request)
{
    m_editor.finishEditing();
    const QString leftId = m_drafts.id();
    const RequestSpec leftOriginal = m_drafts.original();
    const bool left = leftId != id && m_drafts.leave(m_editor.request());
    const RequestSpec shown = m_drafts.open(id, request);
    m_editor.messages().clear();
    m_editor.setRequest(shown);
    if (shown != request)
        offerOriginal();
    else
        m_drafts.open(id, m_editor.request());
    if (left)
        offerBack(leftId, leftOriginal);
    m_rememberSoon.start();
}

void RequestOpener::offerBack(const QString &id, const RequestSpec &original)
{
    auto *back = new QAction(tr("Back to It"), this);
    connect(back, &QAction::triggered, this, [this, back, id, original] {
        back->deleteLater();
        open(id, original);
    });
    const QString name = original.name.isEmpty() ? tr("the request before") : u'“' + original.name + u'”';
    m_editor.messages().show(MessageBar::Level::Info,
                             tr("Your changes to %1 are kept until Keydesk ends.").arg(name), {back});
}

void RequestOpener::offerOriginal()
{
    auto *discard = new QAction(tr("Discard Changes"), this);
    connect(discard, &QAction::triggered, this, [this, discard] {
        discard->deleteLater();
        m_drafts.forget();
        m_editor.messages().clear();
        m_editor.setRequest(m_drafts.original());
    });
    m_editor.messages().show(MessageBar::Level::Info,
                             tr("You changed this request before; your version is shown."), {discard});
}

void RequestOpener::openFromTree(const QString &id, const QString &providerId, const RequestSpec &request)
{
    open(id, request);
    const auto environment = m_core.environments->current();
    if (environment && environment->providerId != providerId)
        offerEnvironment(providerId);
}

void RequestOpener::offerEnvironment(const QString &providerId)
{
    const Provider *provider = m_core.providers.find(providerId);
    const auto current = m_core.environments->current();
    if (!provider || !current)
        return;
    QList<QAction *> offers;
    for (const Environment &environment : m_core.environments->all()) {
        if (environment.providerId != providerId)
            continue;
        auto *offer = new QAction(tr("Switch to %1").arg(environment.name), this);
        connect(offer, &QAction::triggered, this, [this, offer, id = environment.id] {
            offer->deleteLater();
            m_core.environments->setCurrent(id);
            m_editor.messages().clear();
        });
        offers.append(offer);
        break;
    }
    m_editor.messages().show(
        MessageBar::Level::Caution,
        offers.isEmpty()
            ? tr("This request belongs to %1, which no environment uses yet. It would go to “%2”.")
                  .arg(provider->name, current->name)
            : tr("This request belongs to %1, and the environment is “%2”.")
                  .arg(provider->name, current->name),
        offers);
}

} // namespace keydesk
