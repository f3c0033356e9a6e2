#include "ui/viewer/FilterCompleter.h"

#include "ui/theme/Theme.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QKeyEvent>
#include <QLineEdit>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr qsizetype mostChoices = 100;

bool isOfName(QChar c)
{
    return c.isLetterOrNumber() || c == u'_' || c == u'-';
}

/// In each language.
bool isIdentifier(const QString &name)
{
    const auto isWord = [](QChar c) { return c == u'_' || (c.unicode() < 0x80 && c.isLetterOrNumber()); };
    return !name.isEmpty() && !name.at(0).isDigit() && std::all_of(name.cbegin(), name.cend(), isWord);
}

} // namespace

FilterCompleter::FilterCompleter(QLineEdit &field, Language language, Source names, Source history)
    : QObject(&field)
    , m_field(field)
    , m_language(std::move(language))
    , m_names(std::move(names))
    , m_history(std::move(history))
    , m_completer(new QCompleter(&m_choices, this))
{
    m_completer->setWidget(&m_field);
    m_completer->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
    m_completer->popup()->setFont(theme::fixedFont(m_field.font()));
    m_completer->popup()->installEventFilter(this);
    m_field.installEventFilter(this);
    connect(&m_field, &QLineEdit::textEdited, this, &FilterCompleter::offerNames);
    connect(m_completer, qOverload<const QString &>(&QCompleter::activated), this, &FilterCompleter::take);
}

/// Behind a dot or a quote; in a JSON Pointer, behind a slash.
std::optional<FilterCompleter::Typed> FilterCompleter::typed() const
{
    const QString text = m_field.text();
    int begin = m_field.cursorPosition();
    while (begin > 0 && isOfName(text.at(begin - 1)))
        --begin;
    const QStringView openers = m_language() == FilterLanguage::Pointer ? u"/" : u".'\"";
    if (begin == 0 || !openers.contains(text.at(begin - 1)))
        return {};
    const bool isFraction = text.at(begin - 1) == u'.' && begin > 1 && text.at(begin - 2).isDigit();
    if (isFraction)
        return {};
    return Typed{begin, text.mid(begin, m_field.cursorPosition() - begin)};
}

void FilterCompleter::offerNames()
{
    const std::optional<Typed> name = typed();
    QStringList choices;
    if (name) {
        for (const QString &each : m_names()) {
            if (each.startsWith(name->text, Qt::CaseInsensitive) && each != name->text &&
                choices.size() < mostChoices)
                choices << each;
        }
    }
    m_isHistory = false;
    offer(choices);
}

void FilterCompleter::offerHistory()
{
    m_isHistory = true;
    offer(m_history());
    if (QAbstractItemView *list = m_completer->popup(); list->isVisible())
        list->setCurrentIndex(m_completer->completionModel()->index(0, 0));
}

void FilterCompleter::offer(const QStringList &choices)
{
    m_choices.setStringList(choices);
    if (choices.isEmpty()) {
        m_completer->popup()->hide();
        return;
    }
    m_completer->complete();
    m_completer->popup()->setCurrentIndex({});
}

void FilterCompleter::take(const QString &choice)
{
    if (m_isHistory) {
        m_field.setText(choice);
        Q_EMIT expressionTaken();
    } else if (const std::optional<Typed> name = typed()) {
        takeName(*name, choice);
    }
}

/// As the language writes it: where it is no identifier, it would be read as something else.
void FilterCompleter::takeName(const Typed &typed, QString name)
{
    const QString text = m_field.text();
    const QChar opener = text.at(typed.begin - 1);
    int begin = typed.begin;
    if (m_language() == FilterLanguage::Pointer) {
        name.replace(u'~', u"~0"_s).replace(u'/', u"~1"_s);
    } else if (opener == u'\'') {
        name.replace(u'\'', u"\\'"_s);
    } else if (opener == u'.' && !isIdentifier(name)) {
        name = u'"' + name + u'"'; // names with escapes are not offered
        if (m_language() == FilterLanguage::Path) {
            name = u'[' + name + u']';
            if (begin < 2 || text.at(begin - 2) != u'.') // "$.a" becomes "$["a"]", "$..a" "$..["a"]"
                --begin;
        }
    }
    m_field.setSelection(begin, typed.begin - begin + int(typed.text.size()));
    m_field.insert(name);
}

bool FilterCompleter::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::KeyPress)
        return QObject::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent *>(event)->key();
    QAbstractItemView *list = m_completer->popup();
    if (watched == &m_field && key == Qt::Key_Down && !list->isVisible()) {
        offerHistory();
        return true;
    }
    if (watched == list) {
        const bool takes = key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Tab;
        const QModelIndex chosen = list->currentIndex();
        if (key == Qt::Key_Escape || (takes && chosen.isValid())) {
            list->hide();
            if (takes)
                take(chosen.data().toString());
            return true;
        }
        if (takes)
            list->hide(); // and the field has the key
    }
    return QObject::eventFilter(watched, event);
}

} // namespace keydesk
