#include "ui/console/BodyEditor.h"

#include "app/http/JsonFormat.h"
#include "app/models/NameValueModel.h"
#include "ui/console/PaneParts.h"
#include "ui/setup/RoleLabel.h"
#include "ui/widgets/CodeView.h"
#include "ui/widgets/NameValueTable.h"
#include "ui/widgets/PageStack.h"

#include <QBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QTextBlock>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

// What somebody edits by hand; beyond it indentation is not worth the wait.
constexpr qsizetype formatLimit = 8 * 1024 * 1024;

} // namespace

BodyEditor::BodyEditor(QWidget *parent)
    : QWidget(parent)
    , m_kinds(new ModeSwitch(tr("Body type")))
    , m_stack(new PageStack)
    , m_text(new CodeView)
    , m_form(new NameValueModel(this))
    , m_table(new NameValueTable(m_form, tr("Form fields")))
    , m_state(secondLabel())
    , m_format(new QPushButton(tr("Format")))
{
    m_kinds->addMode(static_cast<int>(RequestBody::Kind::None), tr("None"));
    m_kinds->addMode(static_cast<int>(RequestBody::Kind::Json), tr("JSON"));
    m_kinds->addMode(static_cast<int>(RequestBody::Kind::Text), tr("Text"));
    m_kinds->addMode(static_cast<int>(RequestBody::Kind::Form), tr("Form"));

    m_text->setAccessibleName(tr("Request body"));
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->setTabChangesFocus(false);
    m_format->setFlat(true);
    m_format->setToolTip(tr("Lay out the JSON with one value a line"));
    m_checkSoon.setSingleShot(true);
    m_checkSoon.setInterval(250);

    auto *none = secondLabel(tr("This request has no body."));
    none->setAlignment(Qt::AlignCenter);
    m_stack->addWidget(none);
    m_stack->addWidget(m_text);
    m_stack->addWidget(m_table);

    m_problem = new FieldProblem(m_text);
    auto *problemRow = new QHBoxLayout;
    problemRow->setContentsMargins(theme::panePadding, 0, theme::panePadding, theme::gap / 2);
    problemRow->addWidget(m_problem);

    auto *foot = new FootBar;
    foot->row()->addWidget(m_kinds);
    foot->row()->addStretch(1);
    foot->row()->addWidget(m_state);
    foot->row()->addWidget(m_format);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_stack, 1);
    layout->addLayout(problemRow);
    layout->addWidget(foot);

    connect(m_kinds, &ModeSwitch::modeChosen, this,
            [this](int id) { chooseKind(static_cast<RequestBody::Kind>(id)); });
    connect(m_text, &QPlainTextEdit::textChanged, this, [this] {
        m_checkSoon.start();
        if (m_setting)
            return;
        clearProblem();
        Q_EMIT edited();
    });
    connect(m_form, &NameValueModel::edited, this, &BodyEditor::edited);
    connect(&m_checkSoon, &QTimer::timeout, this, &BodyEditor::check);
    connect(m_format, &QPushButton::clicked, this, &BodyEditor::format);
    showKind(RequestBody::Kind::None);
}

void BodyEditor::setBody(const RequestBody &body)
{
    m_setting = true;
    if (m_text->toPlainText() != body.text)
        m_text->setPlainText(body.text);
    m_form->setRows(body.form);
    m_setting = false;
    clearProblem();
    showKind(body.kind);
}

RequestBody BodyEditor::body() const
{
    return {m_kind, m_text->toPlainText(), m_form->rows()};
}

QString BodyEditor::summary() const
{
    switch (m_kind) {
    case RequestBody::Kind::None:
        return {};
    case RequestBody::Kind::Json:
        return tr("JSON");
    case RequestBody::Kind::Text:
        return tr("text");
    case RequestBody::Kind::Xml:
        return tr("XML");
    case RequestBody::Kind::Form:
        return tr("form");
    case RequestBody::Kind::Multipart:
        return tr("multipart");
    case RequestBody::Kind::File:
        return tr("file");
    case RequestBody::Kind::GraphQl:
        return tr("GraphQL");
    }
    return {};
}

void BodyEditor::showProblem(const RequestProblem &problem)
{
    m_problem->setText(problem.message);
    check();
    if (m_kind == RequestBody::Kind::Form) {
        if (problem.row >= 0)
            m_table->setCurrentIndex(m_form->index(problem.row, NameValueModel::Name));
        m_table->setFocus();
        return;
    }
    if (problem.line > 0) {
        const QTextBlock block = m_text->document()->findBlockByNumber(problem.line - 1);
        QTextCursor cursor(block);
        cursor.movePosition(QTextCursor::Right, QTextCursor::MoveAnchor,
                            qMin(problem.column - 1, qMax(0, block.length() - 1)));
        m_text->setTextCursor(cursor);
        m_text->centerCursor();
    }
    m_text->setFocus();
}

void BodyEditor::clearProblem()
{
    m_problem->clear();
}

void BodyEditor::chooseKind(RequestBody::Kind kind)
{
    clearProblem();
    showKind(kind);
    Q_EMIT edited();
}

void BodyEditor::showKind(RequestBody::Kind kind)
{
    m_kind = kind;
    m_kinds->setMode(static_cast<int>(kind));
    m_stack->setCurrentIndex(kind == RequestBody::Kind::None ? 0 : kind == RequestBody::Kind::Form ? 2 : 1);
    m_text->setLanguage(kind == RequestBody::Kind::Json ? CodeView::Language::Json
                                                        : CodeView::Language::Plain);
    m_format->setVisible(kind == RequestBody::Kind::Json);
    m_state->setVisible(kind == RequestBody::Kind::Json);
    check();
}

void BodyEditor::check()
{
    if (m_kind != RequestBody::Kind::Json)
        return;
    const QString text = m_text->toPlainText();
    const bool empty = text.trimmed().isEmpty();
    const auto problem = empty ? std::nullopt : checkJson(text.toUtf8(), JsonDialect::WithVariables);
    const bool said = !m_problem->text().isEmpty(); // at length, right above
    m_state->setText(empty      ? tr("Empty")
                     : !problem ? tr("Valid JSON")
                     : said     ? tr("Not valid JSON")
                                : problem->sentence());
    m_format->setEnabled(!empty && !problem);
}

void BodyEditor::format()
{
    const QByteArray before = m_text->toPlainText().toUtf8();
    const JsonText pretty = prettyJson(before, JsonDialect::WithVariables, formatLimit);
    if (!pretty.isWhole() || pretty.text == before)
        return;
    // Through a cursor, so that one Undo brings the old layout back.
    QTextCursor cursor(m_text->document());
    cursor.beginEditBlock();
    cursor.select(QTextCursor::Document);
    cursor.insertText(QString::fromUtf8(pretty.text));
    cursor.endEditBlock();
}

} // namespace keydesk
