#include "ui/environments/EnvironmentKeys.h"

#include "app/keys/KeyStore.h"
#include "app/models/KeysModel.h"
#include "app/providers/Provider.h"
#include "ui/keys/KeyDelegate.h"
#include "ui/theme/Icon.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Chip.h"

#include <QComboBox>
#include <QGridLayout>
#include <QInputDialog>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

enum Column { Kind, As, Key, LastCheck, Status };

QLabel *headerLabel(const QString &text, const QFont &base)
{
    auto *label = new QLabel(text);
    label->setFont(theme::secondFont(base));
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

} // namespace

EnvironmentKeys::EnvironmentKeys(const KeyStore &keys, QWidget *parent)
    : QWidget(parent)
    , m_keys(keys)
    , m_rows(new QGridLayout(this))
{
}

void EnvironmentKeys::showEnvironment(const Environment &environment, const Provider *provider)
{
    // A new layout: a grid never gives up rows that it once had.
    const QList<QWidget *> old = findChildren<QWidget *>(Qt::FindDirectChildrenOnly);
    for (QWidget *widget : old) {
        if (widget->isWindow()) // a question about the name stays open
            continue;
        widget->hide();
        widget->deleteLater();
    }
    delete m_rows;
    m_rows = new QGridLayout(this);
    m_rows->setContentsMargins(0, 0, 0, 0);
    m_rows->setHorizontalSpacing(theme::groupGap);
    m_rows->setVerticalSpacing(theme::gap);
    m_rows->setColumnStretch(Key, 1);
    m_hasIdentities = !environment.identities.isEmpty();
    if (!provider)
        return;
    for (const auto &[column, text] : {std::pair(Kind, tr("Kind")), std::pair(As, m_hasIdentities ? tr("Identity") : QString()),
                                       std::pair(Key, tr("Key")), std::pair(LastCheck, tr("Last check")), std::pair(Status, tr("Status"))})
        m_rows->addWidget(headerLabel(text, font()), 0, column);
    const auto addRows = [this, provider](const QString &identity, const QHash<QString, QUuid> &keys) {
        bool isFirst = true;
        for (const TokenKind &kind : provider->kinds) {
            if (!kind.storable)
                continue;
            addRow(*provider, kind, identity, keys.value(kind.id), isFirst);
            isFirst = false;
        }
    };
    addRows({}, environment.keys);
    for (const Identity &each : environment.identities)
        addRows(each.name, each.keys);

    auto *add = new QPushButton(icon(u"plus"_s), tr("Add Identity…"));
    add->setFlat(true);
    add->setToolTip(tr("Somebody else to call as, with keys of its own: admin, read only …"));
    connect(add, &QPushButton::clicked, this, [this] {
        askForName(tr("Add Identity"), {}, [this](const QString &name) { Q_EMIT identityAdded(name); });
    });
    m_rows->addWidget(add, m_rows->rowCount(), Kind, 1, 3, Qt::AlignLeft);
}

void EnvironmentKeys::addRow(const Provider &provider, const TokenKind &kind, const QString &identity, const QUuid &used, bool isFirst)
{
    const int row = m_rows->rowCount();
    const auto key = used.isNull() ? std::nullopt : m_keys.find(used);
    auto *choice = new QComboBox;
    choice->setAccessibleName(identity.isEmpty() ? tr("Key for %1").arg(kind.name) : tr("Key for %1 as %2").arg(kind.name, identity));
    choice->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed); // a long name is cut, it does not push the status out of sight
    choice->setMinimumWidth(120);
    choice->addItem(identity.isEmpty() ? tr("No key") : tr("As default"), QUuid());
    for (const ApiKey &each : m_keys.all()) {
        if (each.providerId == provider.id && each.kindId == kind.id)
            choice->addItem(u"%1  %2"_s.arg(each.name, each.hint), each.id);
    }
    choice->setCurrentIndex(std::max(0, choice->findData(used)));
    connect(choice, &QComboBox::activated, this, [this, choice, id = kind.id, identity] {
        const QUuid picked = choice->currentData().toUuid();
        Q_EMIT chosen(id, picked.isNull() ? std::nullopt : std::optional(picked), identity);
    });
    auto *name = new QLabel(kind.name);
    name->setBuddy(choice);
    m_rows->addWidget(name, row, Kind);
    if (m_hasIdentities)
        m_rows->addWidget(identityLabel(identity, isFirst), row, As);
    m_rows->addWidget(choice, row, Key);

    if (key) {
        const bool checked = key->lastCheckedAt.isValid();
        auto *when = new QLabel(checked ? relativeTime(key->lastCheckedAt, QDateTime::currentDateTimeUtc()) : tr("not yet"));
        when->setForegroundRole(QPalette::PlaceholderText);
        m_rows->addWidget(when, row, LastCheck);
        const StatusLook look = keyStatusLook(static_cast<int>(key->status));
        auto *chip = new Chip;
        chip->setContent(look.word, look.ink, look.fill, look.icon);
        m_rows->addWidget(chip, row, Status);
        return;
    }
    auto *add = new QPushButton(tr("Add one…"));
    add->setFlat(true);
    connect(add, &QPushButton::clicked, this, [this, id = kind.id, identity] { Q_EMIT newKeyRequested(id, identity); });
    m_rows->addWidget(add, row, LastCheck);
    auto *chip = new Chip;
    chip->setContent(identity.isEmpty() ? tr("Missing") : tr("Default"), theme::Role::SecondText, theme::Role::NeutralFill);
    m_rows->addWidget(chip, row, Status);
}

/// Renaming and removing are offered beside the first row of an identity.
QWidget *EnvironmentKeys::identityLabel(const QString &identity, bool isFirst)
{
    auto *label = new QLabel(identity.isEmpty() ? tr("default", "identity") : identity);
    label->setTextFormat(Qt::PlainText);
    if (identity.isEmpty() || !isFirst) {
        label->setForegroundRole(QPalette::PlaceholderText);
        return label;
    }
    auto *more = new QToolButton;
    more->setIcon(icon(u"dots"_s));
    more->setAutoRaise(true);
    more->setPopupMode(QToolButton::InstantPopup);
    more->setAccessibleName(tr("Change the identity %1").arg(identity));
    auto *menu = new QMenu(more);
    menu->addAction(tr("Rename…"), this, [this, identity] {
        askForName(tr("Rename Identity"), identity, [this, identity](const QString &name) { Q_EMIT identityRenamed(identity, name); });
    });
    menu->addAction(tr("Remove"), this, [this, identity] { Q_EMIT identityRemoved(identity); });
    more->setMenu(menu);
    auto *box = new QWidget;
    auto *layout = new QHBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(label);
    layout->addWidget(more);
    layout->addStretch(1);
    return box;
}

void EnvironmentKeys::askForName(const QString &title, const QString &before, const std::function<void(const QString &)> &named)
{
    auto *dialog = new QInputDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(title);
    dialog->setLabelText(tr("Name, such as admin or read only"));
    dialog->setTextValue(before);
    connect(dialog, &QInputDialog::textValueSelected, this, named);
    dialog->open();
}

} // namespace keydesk
