#include "ui/console/RequestEditor.h"

#include "app/Core.h"
#include "app/http/JsonMember.h"
#include "app/models/PathPartsModel.h"
#include "ui/console/AuthPanel.h"
#include "ui/console/BodyEditor.h"
#include "ui/console/BodyMembers.h"
#include "ui/console/ConnectionNotice.h"
#include "ui/console/EndpointBar.h"
#include "ui/console/PaneParts.h"
#include "ui/console/SendButton.h"
#include "ui/console/UrlField.h"
#include "ui/setup/RoleLabel.h"
#include "ui/theme/Icon.h"
#include "ui/widgets/IconView.h"
#include "ui/widgets/MessageBar.h"
#include "ui/widgets/NameValueEditor.h"
#include "ui/widgets/NameValueTable.h"
#include "ui/widgets/PageStack.h"
#include "ui/widgets/TabOrder.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QLineEdit>
#include <QScrollArea>
#include <QTabBar>
#include <QToolButton>

namespace keydesk {

using namespace Qt::StringLiterals;

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
    rows.editor = new NameValueEditor(rows.model, accessibleName);
    rows.editor->setHints(*m_hints);
    rows.problem = new FieldProblem(&rows.editor->table());
    rows.messages = new QVBoxLayout;
    rows.messages->setContentsMargins(theme::panePadding, theme::gap / 2, theme::panePadding, theme::gap / 2);
    rows.messages->addWidget(rows.problem);
    auto *layout = new QVBoxLayout(rows.page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(rows.editor, 1);
    layout->addLayout(rows.messages);
    continueTabOrder(rows.page);
}

/// Above the parameters: the parts of the path, which the URL names.
void RequestEditor::fillParts()
{
    m_partsBox = new QWidget;
    m_partsTable = new NameValueTable(m_parts, tr("Path parts"));
    m_partsTable->setHints(*m_hints);
    m_partsTable->horizontalHeader()->hide();
    m_partsTable->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_partsProblem = new FieldProblem(m_partsTable);
    const auto titled = [](const QString &text) {
        QLabel *title = secondLabel(text);
        title->setContentsMargins(theme::panePadding, theme::gap / 2, theme::panePadding, 0);
        return title;
    };
    auto *problemRow = new QHBoxLayout;
    problemRow->setContentsMargins(theme::panePadding, 0, theme::panePadding, 0);
    problemRow->addWidget(m_partsProblem);
    auto *layout = new QVBoxLayout(m_partsBox);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::gap / 2);
    layout->addWidget(titled(tr("Path")));
    layout->addWidget(m_partsTable);
    layout->addLayout(problemRow);
    layout->addWidget(titled(tr("Query")));
    qobject_cast<QVBoxLayout *>(m_params.page->layout())->insertWidget(0, m_partsBox);
    continueTabOrder(m_params.page);
}

void RequestEditor::showParts()
{
    constexpr int mostRowsShown = 4;
    const int rows = m_parts->rowCount();
    if (m_setting || !m_params.editor || (!m_partsBox && rows == 0))
        return;
    if (!m_partsBox)
        fillParts();
    m_partsBox->setVisible(rows > 0);
    m_partsTable->setFixedHeight(m_partsTable->verticalHeader()->defaultSectionSize() * qMin(rows, mostRowsShown));
    m_partsTable->horizontalHeader()->resizeSection(NameValueModel::Name,
                                                    m_params.editor->table().horizontalHeader()->sectionSize(NameValueModel::Name));
}

/// Each tab is made at the first look: the window is there sooner, and most requests need one of them.
void RequestEditor::fillTab(int tab)
{
    switch (tab) {
    case ParamsTab:
        if (!m_params.editor)
            fillRows(m_params, tr("Request parameters"));
        showParts();
        break;
    case HeadersTab:
        if (m_headers.editor)
            break;
        fillRows(m_headers, tr("Request headers"));
        m_headers.editor->table().setCompletions(&NameValueTable::headerCompletions);
        break;
    case BodyTab:
        if (!m_body) {
            m_body = new BodyEditor(*m_hints);
            m_members = new BodyMembers;
            auto *layout = new QHBoxLayout(m_bodyPage);
            layout->setContentsMargins(0, 0, 0, 0);
            layout->setSpacing(0);
            layout->addWidget(m_body, 3);
            layout->addWidget(m_members, 2);
            connect(m_members, &BodyMembers::valueChosen, this,
                    [this](const QString &pointer, const QString &json) {
                        RequestBody body = m_body->body();
                        const auto text = withJsonMember(body.text.trimmed().isEmpty() ? u"{}"_s : body.text,
                                                         pointer, json);
                        if (!text)
                            return;
                        body.text = *text;
                        m_body->setBody(body);
                        changed();
                    });
            showMembers();
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

/// Beside the key: what else goes along by itself. Made when there is the first one.
void RequestEditor::countCookies()
{
    const auto owner = m_environment ? std::optional(m_environment->id) : std::nullopt;
    const auto count = m_core.http->cookies().cookies(owner).size();
    if (count == 0 && !m_cookies)
        return;
    if (!m_cookies) {
        m_cookies = new ElidedButton;
        m_cookies->setToolTip(tr("The cookies that answers in this environment have set; those for the URL go along"));
        m_tabsRow->insertWidget(m_tabsRow->indexOf(m_keyButton), m_cookies);
        QWidget::setTabOrder(m_endpointBar->link(), m_cookies);
        QWidget::setTabOrder(m_cookies, m_keyButton);
        connect(m_cookies, &QToolButton::clicked, this, &RequestEditor::cookiesRequested);
    }
    m_cookies->setVisible(count > 0);
    m_warnSoon.start(); // of a Cookie header by hand
    m_cookies->setText(tr("%n Cookie(s)", nullptr, static_cast<int>(count)));
}

void RequestEditor::buildTop(QVBoxLayout *layout)
{
    m_method = new QComboBox(this);
    m_method->setEditable(true);
    m_method->setInsertPolicy(QComboBox::NoInsert);
    m_method->addItems({u"GET"_s, u"POST"_s, u"PUT"_s, u"PATCH"_s, u"DELETE"_s, u"HEAD"_s, u"OPTIONS"_s});
    m_method->lineEdit()->setAccessibleName(tr("Method"));
    QFont bold = m_method->font();
    bold.setWeight(QFont::DemiBold);
    m_method->setFont(bold);
    m_method->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_method->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    m_method->setToolTip(tr("Choose a method, or type any other"));
    auto *methodLabel = nameCombo(m_method, tr("Method"), false);

    m_url = new UrlField(m_core.redactor, *m_hints, this);
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

    m_connection = new ConnectionNotice;
    connect(m_connection, &ConnectionNotice::changeRequested, this, [this] {
        if (m_environment)
            Q_EMIT connectionRequested(m_environment->id, u"verification"_s);
    });
    m_endpointBar = new EndpointBar;
    m_messages = new MessageBar;

    auto *top = new QVBoxLayout;
    top->setContentsMargins(theme::panePadding, theme::panePadding - 2, theme::panePadding, theme::gap / 2);
    top->setSpacing(theme::gap);
    top->addLayout(row);
    top->addWidget(m_methodProblem);
    top->addWidget(m_urlProblem);
    top->addWidget(m_protected);
    top->addWidget(m_connection);
    top->addWidget(m_endpointBar);
    top->addWidget(m_messages);
    layout->addLayout(top);

    connect(m_method, &QComboBox::editTextChanged, this, [this] {
        colourMethod();
        m_methodProblem->clear();
        changed();
    });
    connect(m_url, &QLineEdit::textEdited, this, [this] { m_urlProblem->clear(); });
    connect(m_url, &QLineEdit::textChanged, this, &RequestEditor::changed);
    connect(m_url, &UrlField::curlPasted, this, &RequestEditor::takeCurl);
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
    m_auth = new AuthPanel(*m_core.keys, m_core.providers, *m_core.oauth);
    m_stack = new PageStack;
    m_stack->addWidget(m_params.page);
    m_stack->addWidget(m_headers.page);
    m_stack->addWidget(m_bodyPage);
    auto *authArea = new QScrollArea;
    authArea->setWidgetResizable(true);
    authArea->setFrameShape(QFrame::NoFrame);
    authArea->setFocusPolicy(Qt::NoFocus); // its fields have it
    authArea->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    authArea->setWidget(m_auth);
    m_stack->addWidget(authArea);

    m_tabsRow = new QHBoxLayout;
    QHBoxLayout *row = m_tabsRow;
    row->setContentsMargins(theme::panePadding, 0, theme::panePadding, 0);
    row->setSpacing(theme::gap);
    row->addWidget(m_tabs);
    row->addStretch(1);
    row->addWidget(m_endpointBar->link());
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

} // namespace keydesk
