#include "ui/console/HistoryFilters.h"

#include "app/environments/EnvironmentStore.h"
#include "app/history/HistoryStore.h"
#include "ui/console/FlowLayout.h"
#include "ui/theme/Icon.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Chip.h"

#include <QActionGroup>
#include <QDateEdit>
#include <QDialog>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

QString statusName(int statusClass)
{
    return statusClass == 0 ? HistoryFilters::tr("No answer") : QString::number(statusClass) + u"xx"_s;
}

QString keyLabel(const QString &name)
{
    return name.isEmpty() ? HistoryFilters::tr("No key") : name;
}

} // namespace

HistoryFilters::HistoryFilters(const EnvironmentStore &environments, HistoryStore &history, QWidget *parent)
    : QWidget(parent)
    , m_environments(environments)
    , m_history(history)
    , m_button(new QToolButton)
    , m_menu(new QMenu(m_button))
{
    m_button->setIcon(icon(u"filter"_s, theme::Role::SecondText));
    m_button->setAutoRaise(true);
    m_button->setAccessibleName(tr("Filter history"));
    m_button->setToolTip(tr("Filter by date, status, environment or key"));
    m_button->setPopupMode(QToolButton::InstantPopup);
    m_button->setMenu(m_menu);
    auto *layout = new FlowLayout(this);
    layout->setContentsMargins(theme::panePadding, 0, theme::panePadding, 0);
    layout->setSpacing(4);
    // Which keys there are is known a moment after the menu has opened, at the latest.
    connect(m_menu, &QMenu::aboutToShow, this, &HistoryFilters::fillMenu);
    hide();
}

QString HistoryFilters::environmentName(const QUuid &id) const
{
    const auto environment = m_environments.find(id);
    return environment ? environment->name : tr("No environment");
}

void HistoryFilters::fillMenu()
{
    qDeleteAll(m_menu->findChildren<QMenu *>(Qt::FindDirectChildrenOnly)); // which it would keep
    m_menu->clear();
    const auto choice = [this](QMenu *menu, const QString &text, bool isChosen, const HistoryQuery &query) {
        QAction *action = menu->addAction(text, this, [this, query] { set(query); });
        action->setCheckable(true);
        action->setChecked(isChosen);
    };
    QMenu *dates = m_menu->addMenu(tr("Date"));
    const auto since = [this, dates](const QString &text, int days) {
        QAction *action = dates->addAction(text, this, [this, text, days] {
            setDates(QDate::currentDate().addDays(-days).startOfDay(), {}, text);
        });
        action->setCheckable(true);
        action->setChecked(m_dates == text);
    };
    since(tr("Today"), 0);
    since(tr("Last 7 days"), 6);
    since(tr("Last 30 days"), 29);
    dates->addAction(tr("Other Dates…"), this, &HistoryFilters::askDates);

    QMenu *status = m_menu->addMenu(tr("Status"));
    for (const int each : {2, 3, 4, 5, 0}) {
        HistoryQuery query = m_query;
        query.statusClass = each;
        choice(status, statusName(each), m_query.statusClass == each, query);
    }
    QMenu *places = m_menu->addMenu(tr("Environment"));
    for (const Environment &environment : m_environments.all()) {
        HistoryQuery query = m_query;
        query.environmentId = environment.id;
        choice(places, QString(environment.name).replace(u'&', u"&&"_s),
               m_query.environmentId == environment.id, query);
    }
    HistoryQuery nowhere = m_query;
    nowhere.environmentId = QUuid();
    choice(places, tr("No environment"), m_query.environmentId == QUuid(), nowhere);

    auto *keys = m_menu->addMenu(tr("Key"));
    const auto addKey = [this, choice, keys](const QString &name) {
        HistoryQuery query = m_query;
        query.keyName = name;
        choice(keys, keyLabel(QString(name).replace(u'&', u"&&"_s)), m_query.keyName == name, query);
    };
    addKey({});
    m_history.keyNames(keys, [addKey](const Result<QStringList> &names) {
        for (const QString &name : names.value_or(QStringList()))
            addKey(name);
    });

    HistoryQuery pins = m_query;
    pins.pinned = !pins.pinned;
    choice(m_menu, tr("Pinned"), m_query.pinned, pins);
    m_menu->addSeparator();
    QAction *none = m_menu->addAction(tr("Remove All Filters"), this, [this] { set({}); });
    none->setEnabled(!m_query.isAll());
}

void HistoryFilters::askDates()
{
    auto *dialog = new QDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Calls Between Two Days"));
    auto *from =
        new QDateEdit(m_query.from.isValid() ? m_query.from.date() : QDate::currentDate().addDays(-6));
    auto *to =
        new QDateEdit(m_query.until.isValid() ? m_query.until.addMSecs(-1).date() : QDate::currentDate());
    for (QDateEdit *edit : {from, to}) {
        edit->setCalendarPopup(true);
        edit->setDisplayFormat(QLocale().dateFormat(QLocale::ShortFormat));
    }
    connect(from, &QDateEdit::dateChanged, to, [to](const QDate &day) { to->setMinimumDate(day); });
    to->setMinimumDate(from->date());
    auto *form = new QFormLayout;
    form->addRow(tr("First day"), from);
    form->addRow(tr("Last day"), to);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    auto *show = buttons->addButton(tr("Show Calls"), QDialogButtonBox::AcceptRole);
    show->setDefault(true);
    connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, dialog, [this, dialog, from, to] {
        const QLocale locale;
        const QString first = locale.toString(from->date(), QLocale::ShortFormat);
        setDates(
            from->date().startOfDay(), to->date().addDays(1).startOfDay(),
            from->date() == to->date()
                ? first
                : tr("%1 – %2", "two days").arg(first, locale.toString(to->date(), QLocale::ShortFormat)));
        dialog->accept();
    });
    auto *layout = new QVBoxLayout(dialog);
    layout->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding,
                               theme::groupGap);
    layout->addLayout(form);
    layout->addSpacing(theme::groupGap);
    layout->addWidget(buttons);
    dialog->open();
}

void HistoryFilters::setDates(const QDateTime &from, const QDateTime &until, const QString &name)
{
    m_dates = name;
    HistoryQuery query = m_query;
    query.from = from;
    query.until = until;
    set(query);
}

void HistoryFilters::set(const HistoryQuery &query)
{
    m_query = query;
    if (!query.from.isValid() && !query.until.isValid())
        m_dates.clear();
    showChips();
    Q_EMIT changed();
}

QStringList HistoryFilters::words() const
{
    QStringList words;
    if (!m_dates.isEmpty())
        words.append(m_dates);
    if (m_query.statusClass)
        words.append(statusName(*m_query.statusClass));
    if (m_query.environmentId)
        words.append(environmentName(*m_query.environmentId));
    if (m_query.keyName)
        words.append(keyLabel(*m_query.keyName));
    if (m_query.pinned)
        words.append(tr("Pinned"));
    return words;
}

void HistoryFilters::showChips()
{
    const bool hadFocus = isAncestorOf(focusWidget());
    while (QLayoutItem *item = layout()->takeAt(0)) {
        item->widget()->deleteLater(); // one of them was clicked
        item->widget()->hide();
        delete item;
    }
    const auto chip = [this](const QString &text, auto HistoryQuery::*fact) {
        auto *button = new QToolButton;
        button->setText(QString(text).replace(u'&', u"&&"_s));
        button->setIcon(icon(u"close"_s, theme::Role::SecondText));
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setLayoutDirection(
            layoutDirection() == Qt::LeftToRight ? Qt::RightToLeft : Qt::LeftToRight); // the cross at the end
        button->setIconSize({12, 12});
        button->setProperty("chip", true);
        button->setAccessibleName(tr("Remove filter: %1").arg(text));
        button->setToolTip(tr("Remove this filter"));
        connect(button, &QToolButton::clicked, this, [this, fact] {
            HistoryQuery query = m_query;
            query.*fact = {};
            if constexpr (std::is_same_v<decltype(fact), QDateTime HistoryQuery::*>)
                query.until = {};
            set(query);
        });
        layout()->addWidget(button);
    };
    if (!m_dates.isEmpty())
        chip(m_dates, &HistoryQuery::from);
    if (m_query.statusClass)
        chip(statusName(*m_query.statusClass), &HistoryQuery::statusClass);
    if (m_query.environmentId)
        chip(environmentName(*m_query.environmentId), &HistoryQuery::environmentId);
    if (m_query.keyName)
        chip(keyLabel(*m_query.keyName), &HistoryQuery::keyName);
    if (m_query.pinned)
        chip(tr("Pinned"), &HistoryQuery::pinned);
    setVisible(layout()->count() > 0);
    if (hadFocus)
        m_button->setFocus();
}

} // namespace keydesk
