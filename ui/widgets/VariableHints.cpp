#include "ui/widgets/VariableHints.h"

#include "app/base/Redactor.h"
#include "app/base/VisibleText.h"
#include "app/http/VariableReference.h"
#include "ui/theme/Theme.h"

#include <QCoreApplication>
#include <QHelpEvent>
#include <QInputMethodEvent>
#include <QKeyEvent>
#include <QLineEdit>
#include <QToolTip>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestHinted = 300; // with its braces, to be found in a line of any length
constexpr qsizetype mostRemembered = 2'000;
/// What is looked at of a value: a secret that begins within what is shown is in it to its end.
constexpr qsizetype mostRedacted = 64 * 1024;

/// Marks the variables in one line edit. QLineEdit has no highlighter. Formats of an input method event that
/// inserts nothing are the one way in: they stay until the next one.
class FieldMarks final : public QObject
{
public:
    FieldMarks(QLineEdit &field, const VariableHints &hints, const std::function<QString()> &tip)
        : QObject(&field)
        , m_field(field)
        , m_hints(hints)
        , m_tip(tip)
    {
        connect(&field, &QLineEdit::textChanged, this, &FieldMarks::mark);
        connect(&hints, &VariableHints::changed, this, &FieldMarks::mark);
        field.installEventFilter(this);
        mark();
    }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        switch (event->type()) {
        case QEvent::PaletteChange:
        case QEvent::StyleChange:
            mark();
            break;
        case QEvent::ToolTip:
            return explain(static_cast<QHelpEvent *>(event)->globalPos());
        case QEvent::KeyPress:
            if (VariableHints::isAsked(*static_cast<QKeyEvent *>(event)))
                return explain(m_field.mapToGlobal(
                    m_field.inputMethodQuery(Qt::ImCursorRectangle).toRect().bottomLeft()));
            break;
        default:
            break;
        }
        return QObject::eventFilter(watched, event);
    }

private:
    void mark()
    {
        if (m_isMarking)
            return;
        m_isMarking = true;
        QList<QInputMethodEvent::Attribute> attributes;
        for (const QTextLayout::FormatRange &range : m_hints.formats(m_field.text(), m_field.palette()))
            attributes.append({QInputMethodEvent::TextFormat, range.start - m_field.cursorPosition(),
                               range.length, range.format});
        QInputMethodEvent marks(QString(), attributes);
        QCoreApplication::sendEvent(&m_field, &marks);
        m_isMarking = false;
    }

    bool explain(const QPoint &globalPlace)
    {
        const QString words = m_tip();
        VariableHints::show(globalPlace, words, m_field);
        return !words.isEmpty();
    }

    QLineEdit &m_field;
    const VariableHints &m_hints;
    const std::function<QString()> m_tip;
    bool m_isMarking = false;
};

} // namespace

VariableHints::VariableHints(const Redactor &redactor, QObject *parent)
    : QObject(parent)
    , m_redactor(redactor)
{
}

void VariableHints::setSources(const VariableSources &sources)
{
    m_sources = sources;
    m_known.clear();
    Q_EMIT changed();
}

void VariableHints::setAnswers(const std::shared_ptr<const NamedAnswers> &answers)
{
    m_sources.answers = answers;
    // There are new ones after each call, and most requests name none.
    const auto names = [](const QString &text) { return text.contains(".response."_L1) || text.contains(".request."_L1); };
    const bool isNamed = std::any_of(m_known.keyBegin(), m_known.keyEnd(), names) ||
                         std::ranges::any_of(m_sources.variables, names, &NameValue::value);
    if (!isNamed)
        return;
    m_known.clear();
    Q_EMIT changed();
}

bool VariableHints::isKnown(const QString &name) const
{
    if (const auto known = m_known.constFind(name); known != m_known.cend())
        return *known;
    if (m_known.size() >= mostRemembered)
        m_known.clear();
    return *m_known.insert(name, meaningOf(name, m_sources).isKnown);
}

QList<QTextLayout::FormatRange> VariableHints::formats(const QString &line, const QPalette &palette) const
{
    QList<QTextLayout::FormatRange> ranges;
    if (line.size() > longestMarked)
        return ranges;
    for (auto each = nextVariable(line); each; each = nextVariable(line, each->start + each->length)) {
        const bool known = isKnown(each->name);
        QTextCharFormat format;
        format.setForeground(theme::colour(palette, known ? theme::Role::Accent : theme::Role::Danger));
        format.setBackground(
            theme::colour(palette, known ? theme::Role::BadgeFill : theme::Role::DangerFill));
        if (!known)
            format.setUnderlineStyle(QTextCharFormat::DashUnderline); // colour alone says nothing to some
        ranges.append({static_cast<int>(each->start), static_cast<int>(each->length), format});
    }
    return ranges;
}

QString VariableHints::words(const QString &text, const QString &fieldName) const
{
    const bool isCredential = Redactor::isCredentialHeader(fieldName.toUtf8());
    QStringList names;
    for (auto each = nextVariable(text); each && names.size() <= mostExplained;
         each = nextVariable(text, each->start + each->length)) {
        if (!names.contains(each->name))
            names.append(each->name);
    }
    QStringList lines;
    for (const QString &name : std::as_const(names))
        lines.append(lines.size() == mostExplained ? u"…"_s : wordsOf(name, isCredential));
    return lines.join(u'\n');
}

QString VariableHints::wordsAt(const QString &line, qsizetype position) const
{
    const qsizetype from = std::max<qsizetype>(0, position - longestHinted);
    const QString around = line.sliced(from, std::min(line.size() - from, 2 * longestHinted));
    for (auto each = nextVariable(around); each && from + each->start <= position;
         each = nextVariable(around, each->start + each->length)) {
        if (position <= from + each->start + each->length)
            return wordsOf(each->name, false);
    }
    return {};
}

QString VariableHints::wordsOf(const QString &name, bool isCredential) const
{
    const VariableMeaning meaning = meaningOf(name, m_sources);
    const auto clean = [this](const QString &text) {
        const QString redacted = m_redactor.redactText(text.left(mostRedacted)).simplified();
        const qsizetype most = KnownVariable::longestShown;
        return withVisibleControls(redacted.size() > most ? redacted.left(most) + u"…"_s : redacted);
    };
    const QString shown = clean(name.left(80));
    if (!meaning.isKnown)
        return tr("{{%1}} has no value: %2.").arg(shown, clean(meaning.words));
    if (meaning.value.isEmpty())
        return tr("{{%1}}: %2")
            .arg(shown, meaning.words.isEmpty() ? tr("nothing, its value is empty") : clean(meaning.words));
    const QString value = isCredential ? u"••••"_s : clean(meaning.value);
    return meaning.words.isEmpty() ? tr("{{%1}}: %2").arg(shown, value)
                                   : tr("{{%1}}: %2, %3").arg(shown, value, meaning.words);
}

void VariableHints::follow(QLineEdit &field, const std::function<QString()> &tip)
{
    new FieldMarks(
        field, *this, tip ? tip : [this, &field] { return words(field.text()); });
}

void VariableHints::show(const QPoint &globalPlace, const QString &words, QWidget &over)
{
    if (words.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(globalPlace, plainTip(words), &over);
}

bool VariableHints::isAsked(const QKeyEvent &event)
{
    return event.key() == Qt::Key_F1 && event.modifiers() == Qt::ShiftModifier;
}

} // namespace keydesk
