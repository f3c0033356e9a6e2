#include "ui/console/BodyEditor.h"

#include "app/http/JsonFormat.h"
#include "app/http/XmlFormat.h"
#include "app/models/NameValueModel.h"
#include "app/models/PartsModel.h"
#include "ui/console/FieldNote.h"
#include "ui/console/FileBody.h"
#include "ui/console/GraphQlPanel.h"
#include "ui/console/PaneParts.h"
#include "ui/setup/RoleLabel.h"
#include "ui/widgets/CodeView.h"
#include "ui/widgets/NameValueEditor.h"
#include "ui/widgets/PageStack.h"
#include "ui/widgets/PartsTable.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QSplitter>
#include <QTextBlock>

namespace keydesk {

using namespace Qt::StringLiterals;
using Kind = RequestBody::Kind;

namespace {

// What somebody edits by hand; beyond it indentation is not worth the wait.
constexpr qsizetype formatLimit = 8 * 1024 * 1024;
// Beyond this a check after each key would be felt. It is checked when it is sent.
constexpr qsizetype checkedXml = 1024 * 1024;

CodeView::Language languageOf(Kind kind)
{
    switch (kind) {
    case Kind::Json:
        return CodeView::Language::Json;
    case Kind::Xml:
        return CodeView::Language::Xml;
    case Kind::GraphQl:
        return CodeView::Language::GraphQl;
    default:
        return CodeView::Language::Plain;
    }
}

bool isChecked(Kind kind)
{
    return kind == Kind::Json || kind == Kind::Xml || kind == Kind::GraphQl;
}

/// Where and why the text is not what it should be; empty if it is.
QString problemIn(const QString &text, Kind kind)
{
    if (text.trimmed().isEmpty() || (kind == Kind::Xml && text.size() > checkedXml))
        return {};
    if (kind == Kind::Xml) {
        const auto problem = checkXml(text);
        return problem ? problem->sentence() : QString();
    }
    const auto problem = checkJson(text.toUtf8(), JsonDialect::WithVariables);
    return problem ? problem->sentence() : QString();
}

/// What to say of a text without a problem.
QString praise(const QString &text, Kind kind)
{
    const bool empty = text.trimmed().isEmpty();
    if (kind == Kind::GraphQl)
        return empty ? BodyEditor::tr("No variables") : BodyEditor::tr("Valid variables");
    if (empty)
        return BodyEditor::tr("Empty");
    if (kind == Kind::Json)
        return BodyEditor::tr("Valid JSON");
    return text.size() > checkedXml ? BodyEditor::tr("It is checked when it is sent")
                                    : BodyEditor::tr("Well-formed XML");
}

void goTo(CodeView &view, int line, int column)
{
    if (line <= 0)
        return;
    const QTextBlock block = view.document()->findBlockByNumber(line - 1);
    QTextCursor cursor(block);
    cursor.movePosition(QTextCursor::Right, QTextCursor::MoveAnchor,
                        qMin(column - 1, qMax(0, block.length() - 1)));
    view.setTextCursor(cursor);
    view.centerCursor();
}

/// Through a cursor, so that one Undo brings the old layout back.
void replaceText(CodeView &view, const QString &text)
{
    QTextCursor cursor(view.document());
    cursor.beginEditBlock();
    cursor.select(QTextCursor::Document);
    cursor.insertText(text);
    cursor.endEditBlock();
}

} // namespace

BodyEditor::BodyEditor(VariableHints &hints, QWidget *parent)
    : QWidget(parent)
    , m_hints(hints)
    , m_kinds(new QComboBox(this))
    , m_stack(new PageStack)
    , m_texts(new QSplitter(Qt::Horizontal))
    , m_text(new CodeView)
    , m_messages(new QVBoxLayout)
    , m_note(new FieldNote)
    , m_foot(new FootBar)
    , m_state(new ElidedLabel)
    , m_choose(new QPushButton(tr("Choose File…")))
    , m_format(new QPushButton(tr("Format")))
{
    m_text->setAccessibleName(tr("Request body"));
    m_text->setTabChangesFocus(false);
    m_text->setHints(hints);
    m_texts->setChildrenCollapsible(false);
    m_texts->setHandleWidth(1);
    m_texts->addWidget(m_text);
    m_checkSoon.setSingleShot(true);
    m_checkSoon.setInterval(250);
    auto *none = secondLabel(tr("This request has no body."));
    none->setAlignment(Qt::AlignCenter);
    m_none = none;
    m_stack->addWidget(m_none);
    m_stack->addWidget(m_texts);
    m_messages->setContentsMargins(theme::panePadding, 0, theme::panePadding, theme::gap / 2);
    m_messages->addWidget(m_note);
    buildFoot();

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_stack, 1);
    layout->addLayout(m_messages);
    layout->addWidget(m_foot);

    connect(m_text, &QPlainTextEdit::textChanged, this, &BodyEditor::textEdited);
    connect(&m_checkSoon, &QTimer::timeout, this, &BodyEditor::check);
    showKind(Kind::None);
}

void BodyEditor::buildFoot()
{
    const std::pair<Kind, QString> names[] = {{Kind::None, tr("None")},           {Kind::Json, tr("JSON")},
                                              {Kind::GraphQl, tr("GraphQL")},     {Kind::Xml, tr("XML")},
                                              {Kind::Text, tr("Text")},           {Kind::Form, tr("Form")},
                                              {Kind::Multipart, tr("Multipart")}, {Kind::File, tr("File")}};
    for (const auto &[kind, name] : names)
        m_kinds->addItem(name, static_cast<int>(kind));
    m_kinds->setFrame(false);
    m_kinds->setMinimumContentsLength(11); // without its frame it asks for less than it needs
    m_kinds->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_kinds->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    m_choose->setFlat(true);
    m_choose->setToolTip(tr("Send a file's content as the part that is chosen in the table"));
    m_format->setFlat(true);
    m_format->setToolTip(tr("Lay the text out with one value a line"));
    m_state->setFont(theme::secondFont(m_state->font()));
    m_state->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_state->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    m_foot->row()->addWidget(nameCombo(m_kinds, tr("Body type"), false));
    m_foot->row()->addWidget(m_kinds);
    m_foot->row()->addWidget(m_state, 1);
    m_foot->row()->addWidget(m_choose);
    m_foot->row()->addWidget(m_format);
    connect(m_kinds, &QComboBox::activated, this,
            [this] { chooseKind(static_cast<Kind>(m_kinds->currentData().toInt())); });
    connect(m_choose, &QPushButton::clicked, this, [this] { m_partsTable->chooseFile(); });
    connect(m_format, &QPushButton::clicked, this, &BodyEditor::format);
}

void BodyEditor::setBody(const RequestBody &body)
{
    m_setting = true;
    m_kept = body;
    if (m_text->exactText() != body.text)
        m_text->setPlainText(body.text);
    if (m_graphQl)
        m_graphQl->set(body.graphQlVariables, body.graphQlOperation);
    if (m_form)
        m_form->setRows(body.form);
    if (m_parts)
        m_parts->setParts(body.parts);
    if (m_file)
        m_file->setPath(body.file);
    m_setting = false;
    clearProblem();
    showNotes({});
    showKind(body.kind);
}

RequestBody BodyEditor::body() const
{
    RequestBody body = m_kept;
    body.kind = m_kind;
    body.text = m_text->exactText();
    if (m_graphQl) {
        body.graphQlVariables = m_graphQl->variables();
        body.graphQlOperation = m_graphQl->operation();
    }
    if (m_form)
        body.form = m_form->rows();
    if (m_parts)
        body.parts = m_parts->parts();
    if (m_file)
        body.file = m_file->path();
    return body;
}

QString BodyEditor::summary() const
{
    switch (m_kind) {
    case Kind::None:
        return {};
    case Kind::Json:
        return tr("JSON");
    case Kind::Text:
        return tr("text");
    case Kind::Xml:
        return tr("XML");
    case Kind::Form:
        return tr("form");
    case Kind::Multipart:
        return tr("multipart");
    case Kind::File:
        return tr("file");
    case Kind::GraphQl:
        return tr("GraphQL");
    }
    return {};
}

void BodyEditor::showProblem(const RequestProblem &problem)
{
    if (m_kind == Kind::Form) {
        say(&m_formEditor->table(), problem.message);
        if (problem.row >= 0)
            m_formEditor->showRow(problem.row);
        m_formEditor->setFocus();
    } else if (m_kind == Kind::Multipart) {
        say(m_partsTable, problem.message);
        if (problem.row >= 0)
            m_partsTable->setCurrentIndex(m_parts->index(problem.row, PartsModel::Name));
    } else if (m_kind == Kind::File) {
        say(&m_file->field(), problem.message);
    } else {
        CodeView &view = problem.field == RequestProblem::Field::GraphQlVariables && m_graphQl
                             ? m_graphQl->variablesView()
                             : *m_text;
        say(&view, problem.message);
        check();
        goTo(view, problem.line, problem.column);
    }
}

void BodyEditor::say(QWidget *field, const QString &message)
{
    FieldProblem *&problem = m_problems[field];
    if (!problem) {
        problem = new FieldProblem(field);
        m_messages->addWidget(problem);
    }
    problem->setText(message);
}

void BodyEditor::clearProblem()
{
    for (FieldProblem *problem : std::as_const(m_problems))
        problem->clear();
}

void BodyEditor::showNotes(const QStringList &notes)
{
    m_note->setNotes(notes);
}

void BodyEditor::chooseKind(Kind kind)
{
    clearProblem();
    showKind(kind);
    Q_EMIT edited();
}

void BodyEditor::showKind(Kind kind)
{
    m_kind = kind;
    m_kinds->setCurrentIndex(m_kinds->findData(static_cast<int>(kind)));
    m_stack->setCurrentWidget(pageOf(kind));
    m_text->setLanguage(languageOf(kind));
    if (m_graphQl)
        m_graphQl->setVisible(kind == Kind::GraphQl);
    m_choose->setVisible(kind == Kind::Multipart);
    m_format->setVisible(isChecked(kind));
    m_state->clear();
    check();
}

void BodyEditor::textEdited()
{
    m_checkSoon.start();
    if (m_setting)
        return;
    clearProblem();
    Q_EMIT edited();
}

void BodyEditor::check()
{
    if (!isChecked(m_kind))
        return;
    const QString text = m_kind == Kind::GraphQl ? m_graphQl->variables() : m_text->exactText();
    const bool said = std::ranges::any_of(m_problems, [](const FieldProblem *each) {
        return !each->text().isEmpty();
    }); // at length, right above
    const QString problem = problemIn(text, m_kind);
    m_format->setEnabled(!text.trimmed().isEmpty() && problem.isEmpty());
    if (problem.isEmpty())
        m_state->setText(praise(text, m_kind));
    else if (said)
        m_state->setText(m_kind == Kind::Xml ? tr("Not well-formed XML") : tr("Not valid JSON"));
    else
        m_state->setText(m_kind == Kind::GraphQl ? tr("Variables: %1").arg(problem) : problem);
    m_state->setToolTip(problem);
}

void BodyEditor::format()
{
    CodeView &view = m_kind == Kind::GraphQl ? m_graphQl->variablesView() : *m_text;
    const QString before = view.exactText();
    QString pretty;
    if (m_kind == Kind::Xml) {
        pretty = before.size() > formatLimit ? before : prettyXml(before).value_or(before);
    } else {
        const JsonText json = prettyJson(before.toUtf8(), JsonDialect::WithVariables, formatLimit);
        pretty = json.isWhole() ? QString::fromUtf8(json.text) : before;
    }
    if (pretty != before)
        replaceText(view, pretty);
}

} // namespace keydesk
