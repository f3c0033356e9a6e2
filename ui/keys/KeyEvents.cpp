#include "ui/keys/KeyEvents.h"

#include "app/keys/KeyStore.h"
#include "app/models/KeysModel.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/WrapLabel.h"

#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

namespace keydesk {

namespace {

constexpr int mostLines = 10;

} // namespace

KeyEvents::KeyEvents(const KeyStore &keys, QWidget *parent)
    : QWidget(parent)
    , m_keys(keys)
    , m_lines(new QVBoxLayout)
{
    auto *title = new QLabel(tr("What happened"));
    title->setFont(theme::groupFont(font()));
    m_lines->setSpacing(theme::gap);
    auto *all = new QPushButton(tr("All…"));
    all->setProperty("link", true);
    all->setAccessibleName(tr("All that happened"));
    connect(all, &QPushButton::clicked, this, [this] { Q_EMIT allRequested(m_key); });
    // An event is noted after the change that it tells of.
    connect(&keys, &KeyStore::eventAdded, this, [this](const QUuid &id) {
        if (id == m_key)
            fill();
    });
    auto *head = new QHBoxLayout;
    head->addWidget(title);
    head->addStretch(1);
    head->addWidget(all);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::gap);
    layout->addLayout(head);
    layout->addLayout(m_lines);
}

void KeyEvents::show(const ApiKey &key)
{
    m_key = key.id;
    fill();
}

void KeyEvents::fill()
{
    while (QLayoutItem *item = m_lines->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    const QDateTime now = QDateTime::currentDateTimeUtc();
    for (const AuditEntry &event : m_keys.events(m_key, mostLines)) {
        auto *line = new WrapLabel(tr("%1 · %2").arg(relativeTime(event.at, now), event.what));
        line->setTextFormat(Qt::PlainText);
        line->setForegroundRole(QPalette::PlaceholderText);
        line->setToolTip(QLocale().toString(event.at.toLocalTime(), QLocale::LongFormat));
        m_lines->addWidget(line);
    }
}

} // namespace keydesk
