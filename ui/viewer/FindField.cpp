#include "ui/viewer/FindField.h"

#include "ui/console/PaneParts.h"
#include "ui/theme/Icon.h"
#include "ui/viewer/FilePane.h"

#include <QBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QLocale>
#include <QMenu>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

QToolButton *optionButton(const QString &text, const QString &name)
{
    auto *button = new QToolButton;
    button->setText(text);
    button->setCheckable(true);
    button->setAutoRaise(true);
    button->setProperty("compact", true);
    button->setAccessibleName(name);
    button->setToolTip(name);
    return button;
}

QToolButton *iconButton(const QString &iconName, const QString &name)
{
    auto *button = new QToolButton;
    button->setIcon(icon(iconName, theme::Role::SecondText));
    button->setAutoRaise(true);
    button->setProperty("compact", true);
    button->setAccessibleName(name);
    button->setToolTip(name);
    return button;
}

} // namespace

FindField::FindField(FindTarget &target, QWidget *parent)
    : QWidget(parent)
    , m_target(&target)
    , m_field(new QLineEdit)
    , m_case(optionButton(u"Aa"_s, tr("Match case")))
    , m_words(optionButton(u"ab|"_s, tr("Whole words")))
    , m_pattern(optionButton(u".*"_s, tr("Regular expression")))
    , m_parts(new QToolButton(this))
    , m_count(secondLabel())
{
    m_parts->setText(tr("Names and values"));
    m_parts->setAutoRaise(true);
    m_parts->setProperty("compact", true);
    m_parts->setToolTip(tr("What is searched"));
    m_parts->setPopupMode(QToolButton::InstantPopup);
    m_parts->setMenu(new QMenu(m_parts));
    m_parts->setVisible(false);
    addPart(FindTarget::Part::Both, m_parts->text());
    addPart(FindTarget::Part::Names, tr("Names"));
    addPart(FindTarget::Part::Values, tr("Values"));
    m_field->setPlaceholderText(tr("Find"));
    m_field->setAccessibleName(tr("Find in text"));
    m_field->installEventFilter(this);
    QToolButton *previous = iconButton(u"arrow-left"_s, tr("Previous match"));
    QToolButton *next = iconButton(u"arrow-right"_s, tr("Next match"));
    QToolButton *shut = iconButton(u"close"_s, tr("Close find"));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(theme::panePadding, 6, theme::gap, 6);
    row->setSpacing(4);
    row->addWidget(m_field, 1);
    for (QToolButton *button : {m_case, m_words, m_pattern}) {
        row->addWidget(button);
        connect(button, &QToolButton::toggled, this, &FindField::start);
    }
    row->addWidget(m_parts);
    row->addSpacing(theme::gap);
    row->addWidget(m_count);
    for (QToolButton *button : {previous, next, shut})
        row->addWidget(button);
    m_startSoon.setSingleShot(true);
    m_startSoon.setInterval(80);
    connect(&m_startSoon, &QTimer::timeout, this, &FindField::start);
    connect(m_field, &QLineEdit::textChanged, &m_startSoon, qOverload<>(&QTimer::start));
    connect(previous, &QToolButton::clicked, this, [this] { step(false); });
    connect(next, &QToolButton::clicked, this, [this] { step(true); });
    connect(shut, &QToolButton::clicked, this, &FindField::close);
    connect(&m_search, &TextSearch::grew, this, &FindField::showFound);
    hide();
}

void FindField::addPart(FindTarget::Part part, const QString &name)
{
    m_parts->menu()->addAction(name, this, [this, part, name] {
        m_part = part;
        m_parts->setText(name);
        start();
    });
}

void FindField::setTarget(FindTarget &target)
{
    if (m_target == &target)
        return;
    m_target->setSearch(nullptr);
    m_target = &target;
    m_parts->setVisible(target.hasParts());
    restart();
}

void FindField::restart()
{
    m_search.stop();
    if (isVisible())
        start();
    m_shownFirst = true;
}

TextQuery FindField::query() const
{
    return {m_field->text(), m_case->isChecked(), m_words->isChecked(), m_pattern->isChecked()};
}

void FindField::open()
{
    constexpr qint64 longest = 200; // of a selection that is meant to be looked for
    const TextPieces *pieces = m_target->searchedText();
    const TextMatch selected = m_target->selection();
    if (pieces && selected.begin < selected.end && selected.end - selected.begin <= longest) {
        const QString text =
            plainText(pieces->bytes().read(selected.begin, selected.end - selected.begin), pieces->coding());
        if (!text.contains(u'\n'))
            m_field->setText(text);
    }
    show();
    m_field->setFocus(Qt::ShortcutFocusReason);
    m_field->selectAll();
    start();
}

void FindField::close()
{
    m_startSoon.stop();
    m_search.stop();
    m_target->setSearch(nullptr);
    hide();
    Q_EMIT closed();
}

void FindField::start()
{
    m_startSoon.stop();
    m_search.stop();
    m_count->clear();
    m_target->setSearch(nullptr);
    const TextPieces *pieces = m_target->searchedText();
    if (!pieces || m_field->text().isEmpty())
        return;
    if (const std::optional<Error> problem = problemWith(query())) {
        m_count->setText(problem->message);
        return;
    }
    m_from = m_target->selection().begin;
    m_shownFirst = false;
    m_search.start(*pieces, query(), m_from, m_target->filterFor(m_part));
    m_target->setSearch(&m_search);
    m_count->setText(tr("Searching…"));
}

void FindField::showFound()
{
    if (!m_shownFirst) {
        const auto found = m_search.next(m_from);
        // One before that is the first only if none comes behind.
        if (found && (found->first.begin >= m_from || !m_search.isRunning()))
            showMatch(found->first);
    }
    showCount();
    m_target->setSearch(&m_search);
}

void FindField::showMatch(const TextMatch &match)
{
    m_shownFirst = true;
    m_target->select(match.begin, match.end);
}

void FindField::showCount()
{
    const qint64 count = m_search.count();
    const auto here = m_search.next(m_target->selection().begin);
    const QString more = m_search.isRunning() ? u"…"_s : QString();
    if (!m_search.problem().isEmpty())
        m_count->setText(m_search.problem());
    else if (count == 0)
        m_count->setText(m_search.isRunning() ? tr("Searching…") : tr("No match"));
    else if (here && here->first == m_target->selection())
        m_count->setText(tr("%1 of %2").arg(locale().toString(here->second + 1), locale().toString(count)) +
                         more);
    else
        m_count->setText(tr("%1 found").arg(locale().toString(count)) + more);
}

void FindField::step(bool forward)
{
    if (m_startSoon.isActive())
        start();
    const TextMatch selected = m_target->selection();
    const qint64 from = forward && selected.begin < selected.end ? selected.begin + 1 : selected.begin;
    if (const auto found = forward ? m_search.next(from) : m_search.previous(from))
        showMatch(found->first);
    showCount();
}

bool FindField::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride || event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        const bool isStep = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
        const bool isEscape = key->key() == Qt::Key_Escape;
        if (isStep || isEscape) {
            event->accept();
            if (event->type() == QEvent::KeyPress) {
                if (isEscape)
                    close();
                else
                    step(!(key->modifiers() & Qt::ShiftModifier));
            }
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace keydesk
