#include "ui/console/AuthPanel.h"

#include "app/keys/KeyStore.h"
#include "app/keys/OAuthTokens.h"
#include "app/providers/ProviderCatalog.h"
#include "ui/console/PaneParts.h"
#include "ui/keys/AccessTokenLine.h"
#include "ui/setup/RoleLabel.h"
#include "ui/widgets/IconView.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

// Rows of the chooser before the keys.
constexpr int automaticRow = 0;
constexpr int noneRow = 1;
constexpr int firstKeyRow = 2;

QString nameAndHint(const ApiKey &key)
{
    return key.hint.isEmpty() ? key.name : key.name + u"  "_s + key.hint;
}

bool shownAlike(const ApiKey &one, const ApiKey &other)
{
    return one.name == other.name && one.hint == other.hint && one.form() == other.form() &&
           one.oauth == other.oauth && one.origins == other.origins;
}

} // namespace

AuthPanel::AuthPanel(const KeyStore &keys, const ProviderCatalog &providers, OAuthTokens &tokens, QWidget *parent)
    : QWidget(parent)
    , m_keys(keys)
    , m_providers(providers)
    , m_tokens(tokens)
{
    connect(&m_keys, &KeyStore::added, this, &AuthPanel::fill);
    connect(&m_keys, &KeyStore::removed, this, &AuthPanel::fill);
    connect(&m_keys, &KeyStore::reset, this, &AuthPanel::fill);
    // Every call changes a key's journal: what is not shown here must cost nothing.
    connect(&m_keys, &KeyStore::changed, this, [this](int position) {
        const ApiKey &changed = m_keys.all().at(position);
        const QString text = nameAndHint(changed);
        if (const int row = m_chooser ? m_chooser->findData(changed.id) : -1; row >= 0 && m_chooser->itemText(row) != text)
            m_chooser->setItemText(row, text);
        if (m_resolved.key && m_resolved.key->id == changed.id && shownAlike(*m_resolved.key, changed))
            m_resolved.key = changed;
        else
            resolve();
    });
    resolve();
}

void AuthPanel::build()
{
    if (m_chooser)
        return;
    m_chooser = new QComboBox(this);
    m_written = new RoleLabel(theme::Role::Text);
    m_whereIcon = new IconView(u"info"_s);
    m_where = new RoleLabel(theme::Role::SecondText);
    m_accessToken = new AccessTokenLine(m_tokens);
    m_newKey = new QPushButton(tr("New Key…"));
    m_showKey = new QPushButton(tr("Show Key"));
    m_chooser->setMinimumContentsLength(16);
    m_chooser->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_chooser->setMaximumWidth(420);
    m_showKey->setFlat(true);
    m_showKey->setToolTip(tr("Open this key in API Keys"));

    auto *chooserRow = new QHBoxLayout;
    chooserRow->setSpacing(theme::gap);
    chooserRow->addWidget(nameCombo(m_chooser, tr("Key"), true));
    chooserRow->addWidget(m_chooser, 1);
    chooserRow->addWidget(m_newKey);
    chooserRow->addWidget(m_showKey);
    chooserRow->addStretch(1);

    auto *whereRow = new QHBoxLayout;
    whereRow->setSpacing(theme::gap);
    whereRow->addWidget(m_whereIcon, 0, Qt::AlignTop);
    whereRow->addWidget(m_where, 1);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::panePadding, theme::panePadding, theme::panePadding,
                               theme::panePadding);
    layout->setSpacing(theme::gap);
    layout->addLayout(chooserRow);
    layout->addWidget(m_written);
    layout->addLayout(whereRow);
    layout->addWidget(m_accessToken);
    layout->addStretch(1);

    connect(m_chooser, &QComboBox::activated, this, &AuthPanel::choose);
    connect(m_newKey, &QPushButton::clicked, this, &AuthPanel::newKeyRequested);
    connect(m_showKey, &QPushButton::clicked, this, [this] {
        if (m_resolved.key)
            Q_EMIT openKey(m_resolved.key->id);
    });
    fill();
}

void AuthPanel::setChoice(const KeyChoice &choice)
{
    m_choice = choice;
    showChoice();
}

void AuthPanel::setContext(const std::optional<Environment> &environment, const Origin &target,
                           const QStringList &headers, const QStringList &parameters)
{
    m_environment = environment;
    m_target = target;
    m_headers = headers;
    m_parameters = parameters;
    resolve();
}

void AuthPanel::focusChooser()
{
    build();
    m_chooser->setFocus(Qt::OtherFocusReason);
}

void AuthPanel::openChooser()
{
    focusChooser();
    // The tab may have come to the front just now: the list opens where the chooser is once it is laid out.
    QMetaObject::invokeMethod(m_chooser, &QComboBox::showPopup, Qt::QueuedConnection);
}

void AuthPanel::fill()
{
    if (m_chooser) {
        m_chooser->clear();
        m_chooser->addItem(QString());
        m_chooser->addItem(tr("None"));
        for (const ApiKey &key : m_keys.all()) {
            if (isApiKey(key))
                m_chooser->addItem(nameAndHint(key), key.id);
        }
        m_keyRows = m_chooser->count() - firstKeyRow;
    }
    showChoice();
}

void AuthPanel::showChoice()
{
    if (!m_chooser) {
        resolve();
        return;
    }
    const int lostRow = firstKeyRow + m_keyRows;
    if (m_chooser->count() > lostRow)
        m_chooser->removeItem(lostRow);
    int row = m_choice.mode == KeyChoice::Mode::None ? noneRow : automaticRow;
    if (m_choice.mode == KeyChoice::Mode::Chosen) {
        row = m_chooser->findData(m_choice.keyId);
        if (row < 0) {
            m_chooser->addItem(tr("A key that is no longer there"), m_choice.keyId);
            row = lostRow;
        }
    }
    m_chooser->setCurrentIndex(row);
    resolve();
}

void AuthPanel::choose(int row)
{
    m_choice.mode = row == automaticRow ? KeyChoice::Mode::Automatic
                    : row == noneRow    ? KeyChoice::Mode::None
                                        : KeyChoice::Mode::Chosen;
    m_choice.keyId = row > noneRow ? m_chooser->itemData(row).toUuid() : QUuid();
    resolve();
    Q_EMIT edited();
}

void AuthPanel::resolve()
{
    m_resolved = keyForRequest(m_choice, m_environment, m_providers, m_keys);
    if (m_chooser)
        showResolved();
    Q_EMIT resolvedChanged();
}

void AuthPanel::showResolved()
{
    KeyChoice automatic = m_choice;
    automatic.mode = KeyChoice::Mode::Automatic;
    const auto byEnvironment = keyForRequest(automatic, m_environment, m_providers, m_keys);
    m_chooser->setItemText(automaticRow, byEnvironment.key
                                             ? tr("Automatic: %1").arg(nameAndHint(*byEnvironment.key))
                                             : tr("Automatic: no key here yet"));
    const auto &key = m_resolved.key;
    const auto say = [this](const QString &icon, theme::Role ink, const QString &text) {
        m_whereIcon->setIcon(icon, ink);
        m_whereIcon->setVisible(!text.isEmpty());
        m_where->setInk(ink);
        m_where->setText(text);
        m_where->setVisible(!text.isEmpty());
    };
    m_newKey->setVisible(!m_resolved.missing.isEmpty());
    m_showKey->setVisible(key.has_value());
    m_written->setVisible(key.has_value());
    m_accessToken->setKey(key);
    if (!m_resolved.missing.isEmpty()) {
        say(u"info"_s, theme::Role::Caution, m_resolved.missing);
    } else if (!key) {
        say(u"info"_s, theme::Role::SecondText, tr("The request goes out without a key."));
    } else {
        showWritten(*key);
        if (const QString collision = handWritten(*key); !collision.isEmpty())
            say(u"warning"_s, theme::Role::Caution, collision);
        else if (m_target.isNull())
            say(u"info"_s, theme::Role::SecondText, tr("Where it goes is known once the URL is complete."));
        else if (!key->origins.contains(m_target))
            say(u"warning"_s, theme::Role::Caution,
                tr("This key is not bound to %1, so it is not sent there. Sending the request says how to "
                   "allow it.")
                    .arg(m_target.toString()));
        else if (!m_target.isSecure())
            say(u"warning"_s, theme::Role::Caution,
                tr("%1 is not encrypted, so the key is not sent there.").arg(m_target.toString()));
        else
            say(u"shield"_s, theme::Role::Success,
                tr("Goes to %1, which the key is bound to.").arg(m_target.toString()));
    }
}

void AuthPanel::showWritten(const ApiKey &key)
{
    const bool inQuery = key.placement == KeyPlacement::Query;
    const QString line =
        (inQuery ? u"?"_s : QString()) + shownAs(key.form(), key.oauth ? tr("access token") : key.hint);
    m_written->setTextWithCodes(tr("Sent as %1").arg(line), {line});
}

/// What stands in the key's place already, a sentence; empty if nothing does.
QString AuthPanel::handWritten(const ApiKey &key) const
{
    if (key.placement == KeyPlacement::Query)
        return m_parameters.contains(key.headerName)
                   ? tr("The parameter %1 is written by hand, in Params or in the URL: that one is sent instead of the "
                        "key. Remove it there to use the key.")
                         .arg(key.headerName)
                   : QString();
    return m_headers.contains(key.headerName, Qt::CaseInsensitive)
               ? tr("The header %1 is written by hand, in Headers: that one is sent instead of the key. "
                    "Remove it there to use the key.")
                     .arg(key.headerName)
               : QString();
}

} // namespace keydesk
