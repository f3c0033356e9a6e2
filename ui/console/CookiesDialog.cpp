#include "ui/console/CookiesDialog.h"

#include "app/models/CookiesModel.h"
#include "ui/console/CookieDialog.h"
#include "ui/console/FlowLayout.h"
#include "ui/console/PaneParts.h"
#include "ui/keys/TimedReveal.h"
#include "ui/setup/RoleLabel.h"
#include "ui/theme/Icon.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/MessageBar.h"
#include "ui/widgets/PageStack.h"

#include <QAction>
#include <QBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QTableView>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

enum State { Table, Empty, NoMatch };

QString originOf(const std::optional<Environment> &environment)
{
    const auto origin = environment ? Origin::fromUrl(QUrl(environment->baseUrl)) : Result<Origin>(Origin());
    return origin && !origin->isNull() ? origin->toString() : QString();
}

} // namespace

CookiesDialog::CookiesDialog(CookieJars &jars, const std::optional<Environment> &environment, QWidget *parent)
    : QDialog(parent)
    , m_jars(jars)
    , m_owner(environment ? std::optional(environment->id) : std::nullopt)
    , m_place(environment ? environment->name : QString())
    , m_origin(originOf(environment))
    , m_model(std::make_unique<CookiesModel>())
    , m_sorted(new QSortFilterProxyModel(this))
    , m_search(new QLineEdit)
    , m_messages(new MessageBar)
    , m_states(new PageStack)
    , m_table(new QTableView)
    , m_reveal(new TimedReveal(tr("Cookie value"), tr("Reveal value")))
    , m_edit(new QPushButton(tr("Edit…")))
    , m_delete(new QPushButton(tr("Delete")))
    , m_deleteAll(new QPushButton(tr("Delete All")))
{
    setWindowTitle(m_place.isEmpty() ? tr("Cookies") : tr("Cookies of “%1”").arg(m_place));
    m_sorted->setSourceModel(m_model.get());
    m_sorted->setSortRole(CookiesModel::SortRole);
    m_sorted->setSortCaseSensitivity(Qt::CaseInsensitive);
    m_sorted->setFilterRole(CookiesModel::SearchRole);
    m_sorted->setFilterCaseSensitivity(Qt::CaseInsensitive);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding, theme::groupGap);
    layout->setSpacing(theme::panePadding);
    layout->addWidget(makeTop());
    layout->addWidget(m_messages);
    layout->addWidget(makeStates(), 1);
    layout->addWidget(m_reveal);
    layout->addWidget(makeFoot());
    setMinimumWidth(fontMetrics().averageCharWidth() * 72);
    resize(860, 480);

    connect(m_search, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_sorted->setFilterFixedString(text.trimmed());
        showState();
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &CookiesDialog::showSelection);
    connect(m_model.get(), &QAbstractItemModel::dataChanged, this, &CookiesDialog::showSelection);
    connect(m_table, &QAbstractItemView::activated, this, &CookiesDialog::edit);
    connect(&jars, &CookieJars::changed, this, [this](const CookieJars::Owner &owner) {
        if (owner == m_owner)
            refresh();
    });
    refresh();
    m_table->sortByColumn(CookiesModel::Name, Qt::AscendingOrder);
    m_table->selectRow(0);
    (m_model->rowCount() > 0 ? static_cast<QWidget *>(m_table) : m_search)->setFocus();
}

CookiesDialog::~CookiesDialog() = default;

QWidget *CookiesDialog::makeTop()
{
    m_search->setPlaceholderText(tr("Search cookies"));
    m_search->setAccessibleName(tr("Search cookies"));
    m_search->setClearButtonEnabled(true);
    m_search->addAction(icon(u"search"_s, theme::Role::SecondText), QLineEdit::LeadingPosition);
    auto *add = new QPushButton(icon(u"plus"_s), tr("Add Cookie…"));
    add->setAutoDefault(false);
    connect(add, &QPushButton::clicked, this, &CookiesDialog::add);
    auto *top = new QWidget;
    auto *row = new QHBoxLayout(top);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(theme::gap);
    row->addWidget(m_search, 1);
    row->addWidget(add);
    return top;
}

QWidget *CookiesDialog::makeStates()
{
    m_table->setModel(m_sorted);
    m_table->setAccessibleName(tr("Cookies"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setTabKeyNavigation(false);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setSortingEnabled(true);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(std::max(theme::rowHeight, m_table->fontMetrics().height() + 10));
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setStretchLastSection(true);
    const QList<int> widths{130, 90, 190, 60, 165};
    for (int column = 0; column < widths.size(); ++column)
        m_table->setColumnWidth(column, widths.at(column) * std::max(16, fontMetrics().height()) / 16);

    auto *empty = new EmptyState(u"console"_s,
                                 m_place.isEmpty() ? tr("No cookies yet. Answers to calls without an environment leave theirs here.")
                                                   : tr("No cookies yet. Answers to calls in “%1” leave theirs here.").arg(m_place),
                                 {});
    auto *noMatch = secondLabel(tr("No cookie matches the search."));
    noMatch->setAlignment(Qt::AlignCenter);
    m_states->addWidget(m_table);
    m_states->addWidget(empty);
    m_states->addWidget(noMatch);
    return m_states;
}

QWidget *CookiesDialog::makeFoot()
{
    auto *where = new RoleLabel(theme::Role::SecondText, RoleLabel::Size::Second);
    where->setText(tr("Cookies are kept until Keydesk closes and never written to disk. Each goes to the scheme, host and port that set it."));
    auto *close = new QPushButton(tr("Close"));
    close->setDefault(true);
    for (QPushButton *each : {m_edit, m_delete, m_deleteAll})
        each->setAutoDefault(false);
    connect(m_edit, &QPushButton::clicked, this, &CookiesDialog::edit);
    connect(m_delete, &QPushButton::clicked, this, [this] { remove(selected()); });
    connect(m_deleteAll, &QPushButton::clicked, this, [this] { remove(m_model->cookies()); });
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(theme::gap);
    for (QPushButton *each : {m_edit, m_delete, m_deleteAll})
        buttons->addWidget(each);
    buttons->addStretch(1);
    buttons->addWidget(close);
    auto *foot = new QWidget;
    auto *column = new QVBoxLayout(foot);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(theme::panePadding);
    column->addWidget(where);
    column->addLayout(buttons);
    return foot;
}

void CookiesDialog::refresh()
{
    m_model->setCookies(m_jars.cookies(m_owner));
    showState();
}

void CookiesDialog::showState()
{
    m_states->setCurrentIndex(m_model->rowCount() == 0 ? Empty : m_sorted->rowCount() == 0 ? NoMatch : Table);
    if (m_sorted->rowCount() > 0 && !m_table->selectionModel()->hasSelection())
        m_table->selectRow(0);
    m_deleteAll->setEnabled(m_model->rowCount() > 0);
    showSelection();
}

QList<Cookie> CookiesDialog::selected() const
{
    QList<Cookie> cookies;
    for (const QModelIndex &index : m_table->selectionModel()->selectedRows())
        cookies.append(m_model->cookies().at(m_sorted->mapToSource(index).row()));
    return cookies;
}

void CookiesDialog::showSelection()
{
    const QList<Cookie> cookies = selected();
    const bool isOne = cookies.size() == 1;
    m_edit->setEnabled(isOne);
    m_delete->setEnabled(!cookies.isEmpty());
    m_reveal->setVisible(isOne);
    if (!isOne) {
        m_reveal->setSecret({}, {}, {}, {});
        return;
    }
    const Cookie &cookie = cookies.constFirst();
    const QString name = QString::fromUtf8(cookie.data.name());
    const QByteArray value = cookie.data.value();
    const QString id = QStringList{cookie.origin.toString(), cookie.data.path(), name, QString::number(qHash(value))}.join(u'\n');
    m_reveal->setSecret(id, tr("%1 = %2").arg(name, value.isEmpty() ? tr("(empty)") : u"••••••••"_s), tr("Value of %1").arg(name),
                        value.isEmpty() ? TimedReveal::Read() : [value](QObject *, const TimedReveal::Done &done) {
                            done(Secret(std::string_view(value.constData(), static_cast<std::size_t>(value.size()))));
                        });
}

void CookiesDialog::add()
{
    openEditor({});
}

void CookiesDialog::edit()
{
    if (const QList<Cookie> cookies = selected(); cookies.size() == 1)
        openEditor(cookies.constFirst());
}

void CookiesDialog::openEditor(const std::optional<Cookie> &cookie)
{
    auto *editor = new CookieDialog(cookie, m_origin, this);
    editor->setAttribute(Qt::WA_DeleteOnClose);
    connect(editor, &CookieDialog::made, this, [this, cookie](const Cookie &made) {
        if (cookie && !cookie->isSameAs(made)) // it has another name or goes elsewhere now
            m_jars.remove(m_owner, *cookie);
        m_jars.put(m_owner, made);
        select(made);
    });
    editor->open();
}

void CookiesDialog::select(const Cookie &cookie)
{
    const auto &cookies = m_model->cookies();
    const auto found = std::ranges::find_if(cookies, [&](const Cookie &each) { return each.isSameAs(cookie); });
    if (found != cookies.end())
        m_table->selectRow(m_sorted->mapFromSource(m_model->index(static_cast<int>(found - cookies.begin()), 0)).row());
}

void CookiesDialog::remove(QList<Cookie> cookies)
{
    if (cookies.isEmpty())
        return;
    const auto without = [](QList<Cookie> all, const QList<Cookie> &gone) {
        all.removeIf([&](const Cookie &each) {
            return std::ranges::any_of(gone, [&](const Cookie &other) { return each.isSameAs(other); });
        });
        return all;
    };
    const bool isAll = cookies.size() == m_model->cookies().size();
    m_jars.replace(m_owner, isAll ? QList<Cookie>() : without(m_jars.cookies(m_owner), cookies));
    auto *undo = new QAction(tr("Undo"), m_messages);
    connect(
        undo, &QAction::triggered, this,
        [this, cookies, without] {
            const QList<Cookie> now = m_jars.cookies(m_owner);
            m_jars.replace(m_owner, now + without(cookies, now)); // what a call has set meanwhile is newer
            m_messages->clear();
            m_table->setFocus();
        },
        Qt::QueuedConnection);
    m_messages->show(MessageBar::Level::Info,
                     cookies.size() == 1 ? tr("“%1” is deleted.").arg(QString::fromUtf8(cookies.constFirst().data.name()))
                                         : tr("Deleted %n cookie(s).", nullptr, static_cast<int>(cookies.size())),
                     {undo});
}

void CookiesDialog::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Delete && m_table->hasFocus())
        remove(selected());
    else if (event->matches(QKeySequence::Find))
        m_search->setFocus();
    else
        QDialog::keyPressEvent(event);
}

} // namespace keydesk
