#include "ui/KeychainButton.h"

#include "ui/theme/Theme.h"
#include "ui/widgets/Chip.h"

#include <QAccessible>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct Look
{
    QString word;
    QString icon;
    theme::Role ink;
    theme::Role fill;
};

Look sealedLook(SecretStore::State state)
{
    using enum theme::Role;
    switch (state) {
    case SecretStore::State::Available:
        return {KeychainButton::tr("Sealed file unlocked"), u"unlock"_s, Success, SuccessFill};
    case SecretStore::State::Absent:
        return {KeychainButton::tr("Sealed file is gone"), u"warning"_s, Danger, DangerFill};
    case SecretStore::State::Denied:
    case SecretStore::State::Failing:
        return {KeychainButton::tr("Sealed file cannot be used"), u"warning"_s, Danger, DangerFill};
    case SecretStore::State::Locked:
    case SecretStore::State::Slow:
    case SecretStore::State::Unknown:
        break;
    }
    return {KeychainButton::tr("Sealed file locked"), u"lock"_s, Caution, CautionFill};
}

Look lookOf(SecretStore::State state, SecretPlace place)
{
    using enum theme::Role;
    if (place == SecretPlace::SealedFile)
        return sealedLook(state);
    switch (state) {
    case SecretStore::State::Unknown:
        return {KeychainButton::tr("Keychain…"), u"lock"_s, SecondText, NeutralFill};
    case SecretStore::State::Available:
        return {KeychainButton::tr("Keychain unlocked"), u"unlock"_s, Success, SuccessFill};
    case SecretStore::State::Locked:
        return {KeychainButton::tr("Keychain locked"), u"lock"_s, Caution, CautionFill};
    case SecretStore::State::Denied:
        return {KeychainButton::tr("Keychain denied"), u"lock"_s, Danger, DangerFill};
    case SecretStore::State::Absent:
        return {KeychainButton::tr("No keychain"), u"no-keychain"_s, Caution, CautionFill};
    case SecretStore::State::Slow:
        return {KeychainButton::tr("Keychain is slow"), u"clock"_s, Caution, CautionFill};
    case SecretStore::State::Failing:
        return {KeychainButton::tr("Keychain is failing"), u"warning"_s, Danger, DangerFill};
    }
    Q_UNREACHABLE();
}

} // namespace

KeychainButton::KeychainButton(const SecretStore &store, SecretPlace place, QWidget *parent)
    : QPushButton(parent)
    , m_store(store)
    , m_place(place)
{
    setFlat(true);
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    setCursor(Qt::PointingHandCursor);
    setAccessibleName(place == SecretPlace::SealedFile ? tr("Sealed file") : tr("Keychain"));
    connect(&store, &SecretStore::stateChanged, this, &KeychainButton::showState);
    showState();
}

QSize KeychainButton::sizeHint() const
{
    Chip chip;
    const Look look = lookOf(m_store.state(), m_place);
    chip.setFont(font());
    chip.setContent(look.word, look.ink, look.fill, look.icon);
    return chip.sizeHint().expandedTo({0, theme::controlHeight - theme::gap});
}

QSize KeychainButton::minimumSizeHint() const
{
    Chip chip;
    const Look look = lookOf(m_store.state(), m_place);
    chip.setFont(font());
    chip.setContent({}, look.ink, look.fill, look.icon);
    return chip.sizeHint().expandedTo({0, theme::controlHeight - theme::gap});
}

void KeychainButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    Look look = lookOf(m_store.state(), m_place);
    if (width() < sizeHint().width())
        look.word.clear();
    Chip::paint(&painter, rect(), palette(), font(), look.word, look.ink, look.fill, look.icon);
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(theme::colour(palette(), theme::Role::Accent), 2));
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), theme::cardRadius, theme::cardRadius);
    }
}

void KeychainButton::setInUse(bool inUse)
{
    m_inUse = inUse;
    showState();
}

void KeychainButton::showState()
{
    const SecretStore::State state = m_store.state();
    if (m_place == SecretPlace::SealedFile)
        setVisible(m_inUse || (state != SecretStore::State::Absent && state != SecretStore::State::Unknown));
    setAccessibleDescription(lookOf(m_store.state(), m_place).word);
    setToolTip(m_store.describe());
    updateGeometry();
    update();
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
}

} // namespace keydesk
