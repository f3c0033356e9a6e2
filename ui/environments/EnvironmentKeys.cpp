#include "ui/environments/EnvironmentKeys.h"

#include "app/environments/Environment.h"
#include "app/keys/KeyStore.h"
#include "app/models/KeysModel.h"
#include "app/providers/Provider.h"
#include "ui/keys/KeyDelegate.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Chip.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

enum Column { Kind, Key, LastCheck, Status };

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
    m_rows->setContentsMargins(0, 0, 0, 0);
    m_rows->setHorizontalSpacing(theme::groupGap);
    m_rows->setVerticalSpacing(theme::gap);
    m_rows->setColumnStretch(Key, 1);
}

void EnvironmentKeys::showEnvironment(const Environment &environment, const Provider *provider)
{
    while (QLayoutItem *item = m_rows->takeAt(0)) {
        if (item->widget())
            item->widget()->deleteLater();
        delete item;
    }
    if (!provider)
        return;
    int row = 0;
    for (const auto &[column, text] : {std::pair(Kind, tr("Kind")), std::pair(Key, tr("Key")), std::pair(LastCheck, tr("Last check")),
                                       std::pair(Status, tr("Status"))})
        m_rows->addWidget(headerLabel(text, font()), row, column);
    for (const TokenKind &kind : provider->kinds) {
        if (!kind.storable)
            continue;
        ++row;
        const QUuid used = environment.keys.value(kind.id);
        const auto key = used.isNull() ? std::nullopt : m_keys.find(used);

        auto *choice = new QComboBox;
        choice->setAccessibleName(tr("Key for %1").arg(kind.name));
        choice->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed); // a long name is cut, it does not push the status out of sight
        choice->setMinimumWidth(120);
        choice->addItem(tr("No key"), QUuid());
        for (const ApiKey &each : m_keys.all()) {
            if (each.providerId == provider->id && each.kindId == kind.id)
                choice->addItem(u"%1  %2"_s.arg(each.name, each.hint), each.id);
        }
        choice->setCurrentIndex(std::max(0, choice->findData(used)));
        connect(choice, &QComboBox::activated, this, [this, choice, id = kind.id] {
            const QUuid picked = choice->currentData().toUuid();
            Q_EMIT chosen(id, picked.isNull() ? std::nullopt : std::optional(picked));
        });
        auto *name = new QLabel(kind.name);
        name->setBuddy(choice);
        m_rows->addWidget(name, row, Kind);
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
        } else {
            auto *add = new QPushButton(tr("Add one…"));
            add->setFlat(true);
            connect(add, &QPushButton::clicked, this, [this, id = kind.id] { Q_EMIT newKeyRequested(id); });
            m_rows->addWidget(add, row, LastCheck);
            auto *chip = new Chip;
            chip->setContent(tr("Missing"), theme::Role::SecondText, theme::Role::NeutralFill);
            m_rows->addWidget(chip, row, Status);
        }
    }
}

} // namespace keydesk
