#include "ui/console/RequestEditor.h"

#include "app/Core.h"
#include "app/models/NameValueModel.h"
#include "ui/console/AuthPanel.h"
#include "ui/console/BodyEditor.h"
#include "ui/console/PaneParts.h"
#include "ui/console/SendButton.h"
#include "ui/console/UrlField.h"
#include "ui/setup/RoleLabel.h"
#include "ui/theme/Icon.h"
#include "ui/widgets/IconView.h"
#include "ui/widgets/MessageBar.h"
#include "ui/widgets/NameValueTable.h"
#include "ui/widgets/PageStack.h"

#include <QApplication>
#include <QBoxLayout>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTabBar>
#include <QToolButton>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

/// What is made late would come last: it comes where its page stands.
void continueTabOrder(QWidget *page)
{
    QWidget *before = page;
    for (QWidget *widget : page->findChildren<QWidget *>()) {
        if (!(widget->focusPolicy() & Qt::TabFocus))
            continue;
        QWidget::setTabOrder(before, widget);
        before = widget;
    }
}

} // namespace

RequestEditor::RequestEditor(Core &core, QWidget *parent)
    : QWidget(parent)
    , m_core(core)
    , m_params(makeRows())
    , m_headers(makeRows())
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    buildTop(layout);
    buildTabs(layout);
    updateCounts();
    colourMethod();
}

RequestEditor::Rows RequestEditor::makeRows()
{
    Rows rows;
    rows.model = new NameValueModel(this);
    rows.page = new QWidget;
    connect(rows.model, &NameValueModel::edited, this, &RequestEditor::changed);
    return rows;
}

void RequestEditor::fillRows(Rows &rows, const QString &accessibleName)
{
    rows.table = new NameValueTable(rows.model, accessibleName);
    rows.table->setFrameShape(QFrame::NoFrame);
    rows.problem = new FieldProblem(rows.table);
    auto *problemRow = new QHBoxLayout;
    problemRow->setContentsMargins(theme::panePadding, 0, theme::panePadding, 0);
    problemRow->addWidget(rows.problem);
    auto *layout = new QVBoxLayout(rows.page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::gap / 2);
    layout->addWidget(rows.table, 1);
    layout->addLayout(problemRow);
    continueTabOrder(rows.page);
}

/// Each tab is made at the first look: the window is there sooner, and most requests need one of them.
void RequestEditor::fillTab(int tab)
{
    switch (tab) {
    case ParamsTab:
        if (!m_params.table)
            fillRows(m_params, tr("Request parameters"));
        break;
    case HeadersTab:
        if (!m_headers.table)
            fillRows(m_headers, tr("Request headers"));
        break;
    case BodyTab:
        if (!m_body) {
            m_body = new BodyEditor;
            auto *layout = new QVBoxLayout(m_bodyPage);
            layout->setContentsMargins(0, 0, 0, 0);
            layout->addWidget(m_body);
            continueTabOrder(m_bodyPage);
            connect(m_body, &BodyEditor::edited, this, &RequestEditor::changed);
        }
        break;
    case AuthTab:
        if (!m_auth->isBuilt()) {
            m_auth->build();
            continueTabOrder(m_auth);
        }
        break;
    default:
        break;
    }
}

void RequestEditor::buildTop(QVBoxLayout *layout)
{
    m_method = new QComboBox(this);
    m_method->setEditable(true);
    m_method->setInsertPolicy(QComboBox::NoInsert);
    m_method->addItems({u"GET"_s, u"POST"_s, u"PUT"_s, u"PATCH"_s, u"DELETE"_s, u"HEAD"_s, u"OPTIONS"_s});
    m_method->lineEdit()->setAccessibleName(tr("Method"));
    QFont bold = m_method->font();
    bold.setWeight(QFont::Bold);
    m_method->setFont(bold);
    m_method->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_method->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    m_method->setToolTip(tr("Choose a method, or type any other"));
    auto *methodLabel = nameCombo(m_method, tr("Method"), false);

    m_url = new UrlField(m_core.redactor, this);
    m_send = new SendButton(this);
    m_menu = new QToolButton(this);
    m_menu->setAutoRaise(true);
    m_menu->setIcon(icon(u"dots"_s, theme::Role::SecondText));
    m_menu->setPopupMode(QToolButton::InstantPopup);
    m_menu->setAccessibleName(tr("Request actions"));

    auto *row = new QHBoxLayout;
    row->setSpacing(theme::gap);
    row->addWidget(methodLabel);
    row->addWidget(m_method);
    row->addWidget(m_url, 1);
    row->addWidget(m_send);
    row->addWidget(m_menu);

    m_methodProblem = new FieldProblem(m_method);
    m_urlProblem = new FieldProblem(m_url);

    m_protected = new QWidget;
    m_protectedText = new RoleLabel(theme::Role::Caution, RoleLabel::Size::Second);
    auto *shield = new IconView(u"shield"_s);
    shield->setIcon(u"shield"_s, theme::Role::Caution);
    auto *protectedRow = new QHBoxLayout(m_protected);
    protectedRow->setContentsMargins(0, 0, 0, 0);
    protectedRow->setSpacing(theme::gap);
    protectedRow->addWidget(shield);
    protectedRow->addWidget(m_protectedText, 1);
    m_protected->hide();

    m_messages = new MessageBar;

    auto *top = new QVBoxLayout;
    top->setContentsMargins(theme::panePadding, theme::panePadding - 2, theme::panePadding, theme::gap / 2);
    top->setSpacing(theme::gap);
    top->addLayout(row);
    top->addWidget(m_methodProblem);
    top->addWidget(m_urlProblem);
    top->addWidget(m_protected);
    top->addWidget(m_messages);
    layout->addLayout(top);

    connect(m_method, &QComboBox::editTextChanged, this, [this] {
        colourMethod();
        m_methodProblem->clear();
        changed();
    });
    connect(m_url, &QLineEdit::textEdited, this, [this] { m_urlProblem->clear(); });
    connect(m_url, &QLineEdit::textChanged, this, &RequestEditor::changed);
    connect(m_send, &QPushButton::clicked, this,
            [this] { m_send->isRunning() ? Q_EMIT cancelRequested() : Q_EMIT sendRequested(); });
}

void RequestEditor::buildTabs(QVBoxLayout *layout)
{
    m_tabs = new QTabBar;
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setUsesScrollButtons(false);
    m_tabs->setAccessibleName(tr("Request parts"));
    m_tabs->addTab(tr("Params"));
    m_tabs->addTab(tr("Headers"));
    m_tabs->addTab(tr("Body"));
    m_tabs->addTab(tr("Auth"));

    m_keyButton = new ElidedButton;
    m_keyButton->setToolTip(tr("The key that the request goes out with"));

    m_bodyPage = new QWidget;
    m_auth = new AuthPanel(*m_core.keys, m_core.providers);
    m_stack = new PageStack;
    m_stack->addWidget(m_params.page);
    m_stack->addWidget(m_headers.page);
    m_stack->addWidget(m_bodyPage);
    auto *authArea = new QScrollArea;
    authArea->setWidgetResizable(true);
    authArea->setFrameShape(QFrame::NoFrame);
    authArea->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    authArea->setWidget(m_auth);
    m_stack->addWidget(authArea);

    auto *row = new QHBoxLayout;
    row->setContentsMargins(theme::panePadding, 0, theme::panePadding, 0);
    row->setSpacing(theme::gap);
    row->addWidget(m_tabs);
    row->addStretch(1);
    row->addWidget(m_keyButton);
    layout->addLayout(row);
    layout->addWidget(new Hairline);
    layout->addWidget(m_stack, 1);

    connect(m_tabs, &QTabBar::currentChanged, this, [this](int tab) {
        fillTab(tab);
        m_stack->setCurrentIndex(tab);
    });
    fillTab(ParamsTab);
    connect(m_keyButton, &QToolButton::clicked, this, &RequestEditor::focusKey);
    connect(m_auth, &AuthPanel::edited, this, &RequestEditor::changed);
    connect(m_auth, &AuthPanel::resolvedChanged, this, &RequestEditor::updateKey);
    connect(m_auth, &AuthPanel::newKeyRequested, this, &RequestEditor::newKeyRequested);
    connect(m_auth, &AuthPanel::openKey, this, &RequestEditor::openKey);
}

void RequestEditor::setRequest(const RequestSpec &request)
{
    m_setting = true;
    m_base = request;
    m_method->setEditText(request.method);
    m_url->setText(request.url);
    m_url->setCursorPosition(0);
    m_params.model->setRows(request.params);
    m_headers.model->setRows(request.headers);
    if (request.body != RequestBody())
        fillTab(BodyTab);
    if (m_body)
        m_body->setBody(request.body);
    m_auth->setChoice(request.key);
    clearProblems();
    m_setting = false;
    m_tabs->setCurrentIndex(request.body.kind != RequestBody::Kind::None ? BodyTab
                            : !request.params.isEmpty()                  ? ParamsTab
                            : !request.headers.isEmpty()                 ? HeadersTab
                                                                         : ParamsTab);
    updateCounts();
    updateContext();
}

void RequestEditor::finishEditing()
{
    // A cell that is still being edited is part of what the user sees: leaving it commits it.
    QWidget *focus = QApplication::focusWidget();
    for (QWidget *table : {static_cast<QWidget *>(m_params.table), static_cast<QWidget *>(m_headers.table),
                           static_cast<QWidget *>(m_body)}) {
        if (focus && table && focus != table && table->isAncestorOf(focus) &&
            qobject_cast<QLineEdit *>(focus))
            table->setFocus();
    }
}

RequestSpec RequestEditor::request() const
{
    RequestSpec request = m_base;
    request.method = m_method->currentText().trimmed();
    request.url = m_url->text();
    request.params = m_params.model->rows();
    request.headers = m_headers.model->rows();
    request.body = m_body ? m_body->body() : RequestBody();
    request.key = m_auth->choice();
    return request;
}

void RequestEditor::setEnvironment(const std::optional<Environment> &environment)
{
    m_environment = environment;
    const bool isProtected = environment && environment->isProtected;
    m_protected->setVisible(isProtected);
    if (isProtected)
        m_protectedText->setText(
            tr("“%1” is protected: Keydesk asks before it sends anything but GET, HEAD or OPTIONS.")
                .arg(environment->name));
    updateContext();
}

void RequestEditor::setRunning(bool running)
{
    m_send->setRunning(running);
}

void RequestEditor::showProblems(const QList<RequestProblem> &problems)
{
    using Field = RequestProblem::Field;
    clearProblems();
    // Each message takes the focus to its field: the first one last.
    for (auto problem = problems.crbegin(); problem != problems.crend(); ++problem) {
        switch (problem->field) {
        case Field::Method:
            m_methodProblem->setText(problem->message);
            break;
        case Field::Url:
            m_urlProblem->setText(problem->message);
            break;
        case Field::Param:
        case Field::Header: {
            const Rows &rows = problem->field == Field::Param ? m_params : m_headers;
            m_tabs->setCurrentIndex(problem->field == Field::Param ? ParamsTab : HeadersTab);
            rows.problem->setText(problem->message);
            if (problem->row >= 0)
                rows.table->setCurrentIndex(rows.model->index(problem->row, NameValueModel::Name));
            break;
        }
        case Field::Body:
            m_tabs->setCurrentIndex(BodyTab);
            m_body->showProblem(*problem);
            break;
        }
    }
}

void RequestEditor::clearProblems()
{
    m_methodProblem->clear();
    m_urlProblem->clear();
    clearRowProblems();
    if (m_body)
        m_body->clearProblem();
}

void RequestEditor::clearRowProblems()
{
    for (const Rows &rows : {m_params, m_headers}) {
        if (rows.problem)
            rows.problem->clear();
    }
}

void RequestEditor::focusUrl()
{
    m_url->setFocus(Qt::ShortcutFocusReason);
    m_url->selectAll();
}

void RequestEditor::focusKey()
{
    m_tabs->setCurrentIndex(AuthTab);
    m_auth->focusChooser();
}

void RequestEditor::chooseKey()
{
    m_tabs->setCurrentIndex(AuthTab);
    m_auth->openChooser();
}

void RequestEditor::setUrl(const QString &url)
{
    m_url->setText(url);
}

void RequestEditor::removeHeader(const QString &name)
{
    QList<NameValue> rows = m_headers.model->rows();
    if (rows.removeIf([&name](const NameValue &row) {
            return row.name.trimmed().compare(name, Qt::CaseInsensitive) == 0;
        }) == 0)
        return;
    m_headers.model->setRows(rows);
    m_tabs->setCurrentIndex(HeadersTab);
    changed();
}

void RequestEditor::changed()
{
    if (m_setting)
        return;
    clearRowProblems();
    updateCounts();
    updateContext();
    Q_EMIT edited();
}

void RequestEditor::updateCounts()
{
    const auto number = [](int count) { return count > 0 ? QString::number(count) : QString(); };
    setCount(ParamsTab, number(m_params.model->usedCount()));
    setCount(HeadersTab, number(m_headers.model->usedCount()));
    setCount(BodyTab, m_body ? m_body->summary() : QString());
}

void RequestEditor::updateContext()
{
    if (m_setting)
        return;
    const QUrl baseUrl = m_environment ? QUrl(m_environment->baseUrl) : QUrl();
    const Variables variables = m_environment ? m_environment->allVariables() : Variables();
    m_url->setContext(baseUrl, variables);

    RequestSpec onlyUrl;
    onlyUrl.url = m_url->text();
    Origin target;
    if (const auto prepared = prepareRequest(onlyUrl, baseUrl, variables, {}))
        target = Origin::fromUrl(prepared->url).value_or(Origin());
    QStringList handWritten;
    for (const NameValue &row : m_headers.model->rows()) {
        if (row.enabled)
            handWritten.append(row.name.trimmed());
    }
    m_auth->setContext(m_environment, target, handWritten);
}

void RequestEditor::updateKey()
{
    const auto &resolved = m_auth->resolved();
    setCount(AuthTab, resolved.key ? tr("key") : QString());
    m_keyButton->setIcon(
        icon(u"key"_s, resolved.missing.isEmpty() ? theme::Role::SecondText : theme::Role::Caution));
    m_keyButton->setText(resolved.key                 ? resolved.key->name + u"  "_s + resolved.key->hint
                         : resolved.missing.isEmpty() ? tr("Without a key")
                                                      : tr("No key"));
}

void RequestEditor::setCount(Tab tab, const QString &text)
{
    if (m_tabs->tabData(tab).toString() == text)
        return;
    m_tabs->setTabData(tab, text);
    m_tabs->setTabText(tab, m_tabs->tabText(tab)); // data alone does not lay the bar out again
}

void RequestEditor::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        colourMethod();
}

void RequestEditor::colourMethod()
{
    QPalette own;
    const QColor ink = theme::methodColour(QApplication::palette(), m_method->currentText());
    own.setColor(QPalette::Text, ink);
    own.setColor(QPalette::ButtonText, ink);
    m_method->setPalette(own);
}

} // namespace keydesk
