#include "ui/console/RequestEditor.h"

#include "app/Core.h"
#include "app/catalogue/FieldCheck.h"
#include "app/http/PathParts.h"
#include "app/http/SendWarnings.h"
#include "app/http/StreamKind.h"
#include "app/models/NameValueModel.h"
#include "app/models/PathPartsModel.h"
#include "ui/console/AuthPanel.h"
#include "ui/console/BodyEditor.h"
#include "ui/console/BodyMembers.h"
#include "ui/console/ConnectionNotice.h"
#include "ui/console/EndpointBar.h"
#include "ui/console/FieldNote.h"
#include "ui/console/SendButton.h"
#include "ui/console/UrlField.h"
#include "ui/setup/RoleLabel.h"
#include "ui/theme/Icon.h"
#include "ui/widgets/NameValueEditor.h"
#include "ui/widgets/NameValueTable.h"
#include "ui/widgets/VariableCompleter.h"
#include "ui/widgets/VariableHints.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QBoxLayout>
#include <QComboBox>
#include <QLineEdit>
#include <QTabBar>
#include <QToolButton>
#include <QUrlQuery>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

/// Of the rows that are sent.
QStringList namesOf(const QList<NameValue> &rows)
{
    QStringList names;
    for (const NameValue &row : rows) {
        if (row.enabled)
            names.append(row.name.trimmed());
    }
    return names;
}

} // namespace

RequestEditor::RequestEditor(Core &core, QWidget *parent)
    : QWidget(parent)
    , m_core(core)
    , m_hints(new VariableHints(core.redactor, this))
    , m_params(makeRows())
    , m_parts(new PathPartsModel(this))
    , m_headers(makeRows())
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    buildTop(layout);
    buildTabs(layout);
    connect(m_parts, &NameValueModel::edited, this, &RequestEditor::changed);
    m_compareSoon.setSingleShot(true);
    m_compareSoon.setInterval(300);
    connect(&m_compareSoon, &QTimer::timeout, this, &RequestEditor::compareWithDocumentation);
    connect(core.catalogues.get(), &CatalogueStore::changed, this, [this] {
        m_endpoint = nullptr; // its catalogue may be gone
        findEndpoint();
    });
    m_warnSoon.setSingleShot(true);
    m_warnSoon.setInterval(300);
    connect(&core.http->cookies(), &CookieJars::changed, this, &RequestEditor::countCookies);
    connect(&m_warnSoon, &QTimer::timeout, this, &RequestEditor::showWarnings);
    updateCounts();
    colourMethod();
    new VariableCompleter(*this, core.redactor, [this] { return m_hints->sources(); });
    VariableCompleter::leaveOut(*m_method);
}

void RequestEditor::setRequest(const RequestSpec &request)
{
    m_setting = true;
    m_base = request;
    m_method->setEditText(request.method);
    m_url->setText(request.url);
    m_url->setCursorPosition(0);
    m_parts->setRows(request.pathParts);
    m_parts->setUrl(request.url);
    m_params.model->setRows(request.params);
    m_headers.model->setRows(request.headers);
    if (request.body != RequestBody())
        fillTab(BodyTab);
    if (m_body)
        m_body->setBody(request.body);
    m_auth->setChoice(request.key);
    clearProblems();
    m_setting = false;
    showParts();
    findEndpoint();
    m_warnSoon.start();
    m_tabs->setCurrentIndex(request.body.kind != RequestBody::Kind::None ? BodyTab
                            : !request.params.isEmpty() || m_parts->rowCount() > 0 ? ParamsTab
                            : !request.headers.isEmpty()                           ? HeadersTab
                                                                                   : ParamsTab);
    updateCounts();
    updateContext();
}

void RequestEditor::finishEditing()
{
    // A cell that is still being edited is part of what the user sees: leaving it commits it.
    QWidget *focus = QApplication::focusWidget();
    const bool isField = qobject_cast<QLineEdit *>(focus) || qobject_cast<QComboBox *>(focus);
    if (!isField || !isAncestorOf(focus))
        return;
    for (QWidget *around = focus->parentWidget(); around && around != this; around = around->parentWidget()) {
        if (qobject_cast<QAbstractItemView *>(around))
            around->setFocus();
    }
}

RequestSpec RequestEditor::request() const
{
    RequestSpec request = m_base;
    request.method = m_method->currentText().trimmed();
    request.url = m_url->text();
    request.pathParts = m_parts->rows();
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
    m_connection->setEnvironment(environment);
    countCookies();
    updateContext(); // the base URL; what variables it has follows
    findEndpoint();
    m_warnSoon.start();
}

void RequestEditor::setRunning(bool running, bool streams)
{
    m_send->setState(!running ? SendButton::State::Ready : streams ? SendButton::State::Streaming : SendButton::State::Running);
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
        case Field::PathPart:
            m_tabs->setCurrentIndex(ParamsTab);
            showParts();
            m_partsProblem->setText(problem->message);
            m_partsTable->setCurrentIndex(m_parts->index(problem->row, NameValueModel::Value));
            break;
        case Field::Param:
        case Field::Header: {
            const Rows &rows = problem->field == Field::Param ? m_params : m_headers;
            m_tabs->setCurrentIndex(problem->field == Field::Param ? ParamsTab : HeadersTab);
            rows.problem->setText(problem->message);
            if (problem->row >= 0)
                rows.editor->showRow(problem->row);
            rows.editor->setFocus();
            break;
        }
        case Field::Body:
        case Field::GraphQlVariables:
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
    for (FieldProblem *problem : {m_partsProblem, m_params.problem, m_headers.problem}) {
        if (problem)
            problem->clear();
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
    m_parts->setUrl(m_url->text());
    showParts();
    updateCounts();
    updateContext();
    findEndpoint();
    m_warnSoon.start();
    Q_EMIT edited();
}

void RequestEditor::showWarnings()
{
    QStringList header;
    QStringList body;
    for (const RequestProblem &warning :
         sendWarnings(request(), m_hints->sources().variables))
        (warning.field == RequestProblem::Field::Header ? header : body).append(warning.message);
    const QList<NameValue> rows = m_headers.model->rows();
    const bool hasCookie = std::ranges::any_of(rows, [](const NameValue &row) {
        return row.enabled && row.name.trimmed().compare("Cookie"_L1, Qt::CaseInsensitive) == 0;
    });
    if (hasCookie && m_cookies && !m_cookies->isHidden())
        header.append(tr("This Cookie goes out instead of the cookies that answers in this environment have set."));
    header.removeDuplicates();
    if (!header.isEmpty() && !m_headers.note) {
        fillTab(HeadersTab);
        m_headers.note = new FieldNote;
        m_headers.messages->insertWidget(0, m_headers.note);
    }
    if (m_headers.note)
        m_headers.note->setNotes(header);
    if (m_body)
        m_body->showNotes(body);
    markTab(HeadersTab, !header.isEmpty());
    markTab(BodyTab, !body.isEmpty());
}

/// Where a warning stands behind another tab, the tab says so.
void RequestEditor::markTab(Tab tab, bool warns)
{
    m_warned.removeAll(tab);
    if (warns)
        m_warned.append(tab);
    const QString words = tr("Something here goes out otherwise than it is written.");
    m_tabs->setTabToolTip(tab, warns ? words : QString());
    m_tabs->setAccessibleTabName(tab, warns ? m_tabs->tabText(tab) + u". "_s + words : QString());
    updateCounts();
}

void RequestEditor::updateCounts()
{
    const auto number = [](int count) { return count > 0 ? QString::number(count) : QString(); };
    setCount(ParamsTab, number(m_params.model->usedCount() + m_parts->rowCount()));
    setCount(HeadersTab, number(m_headers.model->usedCount()));
    setCount(BodyTab, m_body ? m_body->summary() : QString());
}

void RequestEditor::setSources(const VariableSources &sources)
{
    m_hints->setSources(sources);
    updateContext();
    m_warnSoon.start();
}

void RequestEditor::setAnswers(const std::shared_ptr<const NamedAnswers> &answers)
{
    m_hints->setAnswers(answers);
    // After each call: nothing else is looked at again because of it.
    if (m_url->text().contains(".response."_L1) || m_url->text().contains(".request."_L1))
        updateContext();
}

void RequestEditor::updateContext()
{
    if (m_setting)
        return;
    const QUrl baseUrl = m_environment ? QUrl(m_environment->baseUrl) : QUrl();
    m_url->setContext(baseUrl, m_parts->rows());

    RequestSpec onlyUrl;
    onlyUrl.url = m_url->text();
    if (const QString method = m_method->currentText(); opensWebSocket(method, {}))
        onlyUrl.method = method;
    // Which origin it is does not depend on them, and an empty one must not hide it.
    for (const QString &name : pathPartNames(onlyUrl.url))
        onlyUrl.pathParts.append({name, u"x"_s, true});
    Origin target;
    bool opensSocket = false;
    QStringList parameters = namesOf(m_params.model->rows());
    if (const auto prepared = prepareRequest(onlyUrl, baseUrl, m_hints->sources(), {})) {
        target = Origin::fromUrl(handshakeUrl(prepared->url)).value_or(Origin());
        opensSocket = isWebSocket(prepared->url);
        for (const auto &[name, value] : QUrlQuery(prepared->url).queryItems(QUrl::FullyDecoded))
            parameters.append(name);
    }
    m_send->setConnects(opensSocket);
    m_auth->setContext(m_environment, target, namesOf(m_headers.model->rows()), parameters);
}

/// By the method and the URL: so it is found again in a request of the history or of the last run, too.
void RequestEditor::findEndpoint()
{
    if (m_setting)
        return;
    RequestSpec request;
    request.name = m_base.name;
    request.method = m_method->currentText().trimmed();
    request.url = m_url->text();
    CataloguePtr catalogue;
    const Endpoint *endpoint = m_core.catalogues->endpointOf(
        request, m_environment ? m_environment->providerId : QString(), catalogue);
    if (endpoint != m_endpoint || catalogue != m_catalogue) {
        m_catalogue = catalogue;
        m_endpoint = endpoint;
        m_parts->setFields(endpoint ? endpoint->parts : QList<DocumentedField>());
        m_params.model->setFields(endpoint ? endpoint->query : QList<DocumentedField>());
        m_headers.model->setFields(endpoint ? endpoint->headers : QList<DocumentedField>(), true);
        m_endpointBar->setEndpoint(endpoint);
        showMembers();
        compareWithDocumentation();
    } else if (endpoint) {
        m_compareSoon.start();
    }
}

void RequestEditor::showMembers()
{
    if (m_members)
        m_members->setFields(m_endpoint && m_endpoint->bodyKind == RequestBody::Kind::Json
                                 ? m_endpoint->body
                                 : QList<DocumentedField>());
}

void RequestEditor::compareWithDocumentation()
{
    m_compareSoon.stop();
    m_endpointBar->setWarnings(
        m_endpoint ? checkFields(*m_endpoint, request(), m_hints->sources().variables)
                   : QList<FieldWarning>());
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

void RequestEditor::setCount(Tab tab, const QString &count)
{
    const QString text = m_warned.contains(tab) ? (count + u" !"_s).trimmed() : count;
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
