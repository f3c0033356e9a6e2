#include "ui/keys/KeyFacts.h"

#include "app/environments/EnvironmentStore.h"
#include "app/keys/KeyRing.h"
#include "app/keys/SecretPlaces.h"
#include "app/models/KeysModel.h"
#include "app/models/RemoteTokensModel.h"
#include "app/providers/ProviderCatalog.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/WrapLabel.h"

#include <QFormLayout>
#include <QLabel>
#include <QLocale>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

QString exactDate(const QDateTime &time)
{
    return QLocale().toString(time.toLocalTime().date(), KeyFacts::tr("d MMM yyyy"));
}

/// "Found 2 h ago; last used there yesterday", "Not in the list of 3 d ago", and why it is not of now.
QString sightingWords(const RemoteSighting &seen, const QDateTime &now)
{
    const QString when = relativeTime(seen.fetchedAt, now);
    QStringList parts;
    if (!seen.token)
        parts << (seen.cut ? KeyFacts::tr("not seen %1; the list was too long to read whole").arg(when)
                           : KeyFacts::tr("gone: not in its list of %1").arg(when));
    else if (seen.token->state != RemoteToken::State::Active)
        parts << KeyFacts::tr("%1, seen %2").arg(remoteStateWord(seen.token->state).toLower(), when);
    else
        parts << KeyFacts::tr("found %1").arg(when);
    if (seen.token)
        parts << (seen.token->lastUsedAt.isValid() ? KeyFacts::tr("last used there %1").arg(relativeTime(seen.token->lastUsedAt, now))
                                                   : KeyFacts::tr("no use there is known"));
    if (!seen.error.isEmpty())
        parts << KeyFacts::tr("could not be asked since: %1").arg(seen.error);
    return parts.join(u"; "_s);
}

/// The place, and how it is there if that says anything.
QString storedIn(SecretPlace place, const KeyRing &ring)
{
    if (place == SecretPlace::Session)
        return placeName(place);
    return KeyFacts::tr("%1, %2").arg(placeName(place), stateWord(ring.store(place).state()));
}

} // namespace

KeyFacts::KeyFacts(const EnvironmentStore &environments, const ProviderCatalog &providers, const KeyRing &ring,
                   QWidget *parent)
    : QWidget(parent)
    , m_environments(environments)
    , m_providers(providers)
    , m_ring(ring)
    , m_rows(new QFormLayout(this))
{
    m_rows->setContentsMargins(0, 0, 0, 0);
    m_rows->setLabelAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_rows->setFormAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_rows->setHorizontalSpacing(theme::groupGap);
    m_rows->setVerticalSpacing(theme::gap);
    m_rows->setRowWrapPolicy(QFormLayout::DontWrapRows);
    m_rows->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
}

void KeyFacts::clear()
{
    m_key = {};
    while (m_rows->rowCount() > 0)
        m_rows->removeRow(0);
}

void KeyFacts::show(const ApiKey &key)
{
    clear();
    m_key = key.id;
    const QDateTime now = QDateTime::currentDateTimeUtc();
    addFact(tr("Stored in"), storedIn(key.place, m_ring));
    QStringList origins;
    for (const Origin &origin : key.origins) {
        const QString text = origin.toString().toHtmlEscaped();
        origins << (key.origins.size() > 1 ? u"%1 <a href=\"unbind:%1\">%2</a>"_s.arg(text, tr("Unbind")) : text);
    }
    addLink(tr("Bound to"), origins.isEmpty() ? tr("nowhere") : origins.join(u"<br>"_s));
    QStringList users;
    for (const Environment &environment : m_environments.usedBy(key.id))
        users << u"<a href=\"environment:%1\">%2</a>"_s.arg(environment.id.toString(QUuid::WithoutBraces),
                                                            environment.name.toHtmlEscaped());
    addLink(tr("Used by"), users.isEmpty() ? tr("no environment") : users.join(u", "_s));
    if (key.oauth || key.form() != KeyForm())
        addFact(tr("Sent as"), shownAs(key.form(), key.oauth ? tr("access token") : key.hint));
    if (key.oauth) {
        addFact(tr("Token URL"), key.oauth->tokenUrl.toDisplayString());
        addFact(tr("Client ID"), key.oauth->clientId);
        if (!key.oauth->scope.isEmpty())
            addFact(tr("Scope"), key.oauth->scope);
        if (!key.oauth->audience.isEmpty())
            addFact(tr("Audience"), key.oauth->audience);
    }
    addFact(tr("Created"), exactDate(key.createdAt));
    if (key.expiresAt.isValid())
        addFact(tr("Expires"), exactDate(key.expiresAt));
    addFact(tr("Last used"), relativeTime(key.lastUsedAt, now));
    if (m_remoteTokens) {
        if (const std::optional<RemoteSighting> seen = m_remoteTokens->sightingOf(key))
            addFact(tr("At the provider"), sightingWords(*seen, now));
    }
    addFact(tr("Last check"), key.lastCheckedAt.isValid() ? tr("%1, %2").arg(relativeTime(key.lastCheckedAt, now), key.lastCheckNote)
                                                          : tr("not checked yet"));
}

void KeyFacts::addFact(const QString &label, const QString &value, bool fixedPitch)
{
    auto *text = new WrapLabel(value);
    text->setTextFormat(Qt::PlainText);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    text->setAccessibleName(u"%1: %2"_s.arg(label, value));
    if (fixedPitch)
        text->setFont(theme::fixedFont(font()));
    auto *name = new QLabel(label);
    name->setForegroundRole(QPalette::PlaceholderText);
    m_rows->addRow(name, text);
}

void KeyFacts::addLink(const QString &label, const QString &html)
{
    auto *text = new WrapLabel(html);
    text->setTextFormat(Qt::RichText);
    text->setTextInteractionFlags(Qt::TextBrowserInteraction);
    connect(text, &QLabel::linkActivated, this, &KeyFacts::followLink);
    auto *name = new QLabel(label);
    name->setForegroundRole(QPalette::PlaceholderText);
    m_rows->addRow(name, text);
}

void KeyFacts::followLink(const QString &link)
{
    if (link.startsWith(u"environment:"))
        Q_EMIT openEnvironment(QUuid::fromString(link.mid(12)));
    else if (link.startsWith(u"unbind:"))
        Q_EMIT unbindRequested(m_key, link.mid(7));
}

} // namespace keydesk
