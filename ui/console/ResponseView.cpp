#include "ui/console/ResponseView.h"

#include "ui/console/BodyView.h"
#include "ui/console/ExplainPanel.h"
#include "ui/console/HeadersModel.h"
#include "ui/console/PaneParts.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/CodeView.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/PageStack.h"

#include <QBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabBar>
#include <QTableView>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

// A smaller body is gone before anybody has read how much of it is left, in bytes.
constexpr qint64 slowUpload = 256 * 1024;
constexpr int flickerTime = 150; // ms

}

ResponseView::ResponseView(const Redactor &redactor, QWidget *parent)
    : QWidget(parent)
    , m_redactor(redactor)
    , m_states(new PageStack)
    , m_answer(new QWidget)
    , m_tabs(new QTabBar)
    , m_status(new Chip)
    , m_facts(new ElidedLabel)
    , m_pages(new PageStack)
{
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setUsesScrollButtons(false);
    m_tabs->setAccessibleName(tr("Response parts"));
    m_tabs->addTab(tr("Body"));
    m_tabs->addTab(tr("Headers"));
    m_tabs->addTab(tr("Sent"));
    m_tabs->addTab(tr("Explain"));
    m_status->setAccessibleName(tr("Response status"));
    setFocusPolicy(Qt::TabFocus); // a place for F6 before there is an answer

    auto *row = new QHBoxLayout;
    row->setContentsMargins(theme::panePadding, 0, theme::panePadding, 0);
    row->setSpacing(theme::gap);
    row->addWidget(m_tabs);
    row->addStretch(1);
    row->addWidget(m_status);
    row->addWidget(m_facts);

    auto *answerLayout = new QVBoxLayout(m_answer);
    answerLayout->setContentsMargins(0, 0, 0, 0);
    answerLayout->setSpacing(0);
    answerLayout->addLayout(row);
    answerLayout->addWidget(new Hairline);
    answerLayout->addWidget(m_pages, 1);

    m_states->addWidget(m_answer);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_states);

    m_phaseSoon.setSingleShot(true);
    m_phaseSoon.setInterval(flickerTime);
    connect(&m_phaseSoon, &QTimer::timeout, this, &ResponseView::showPhase);
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int tab) {
        fillTab(tab);
        m_pages->setCurrentIndex(tab);
    });
}

void ResponseView::setIdle(const QString &missingKey)
{
    if (m_hasCall)
        return;
    const QString noKey =
        tr("“%1” has no key yet. Add one, and the requests at left can be sent with it.").arg(missingKey);
    if (missingKey.isEmpty() && !m_ready) {
        m_ready = new EmptyState(u"send"_s,
                                 tr("Press Ctrl+Enter to send the request. The answer appears here."), {});
        m_states->addWidget(m_ready);
    } else if (!missingKey.isEmpty() && !m_noKey) {
        m_noKey = new EmptyState(u"key"_s, noKey, tr("New Key"));
        connect(m_noKey, &EmptyState::buttonClicked, this, &ResponseView::newKeyRequested);
        m_states->addWidget(m_noKey);
    } else if (!missingKey.isEmpty()) {
        m_noKey->setSentence(noKey);
    }
    m_states->setCurrentWidget(missingKey.isEmpty() ? m_ready : m_noKey);
}

void ResponseView::setPhase(CallController::Phase phase, qint64 received, qint64 total)
{
    m_phase = phase;
    m_received = received;
    m_total = total;
    if (phase == CallController::Phase::Idle)
        m_phaseSoon.stop();
    else if (!m_phaseSoon.isActive())
        m_phaseSoon.start();
}

void ResponseView::setCall(const ShownCall &call)
{
    buildPages();
    m_call = call;
    m_hasCall = true;
    setFocusPolicy(Qt::NoFocus);
    m_filled = {true, false, false, false};
    m_states->setCurrentWidget(m_answer);
    showStatus();
    const qsizetype headers = call.response ? call.response->headers.size() : 0;
    const QString count = headers > 0 ? QString::number(headers) : QString();
    if (m_tabs->tabData(HeadersTab).toString() != count) {
        m_tabs->setTabData(HeadersTab, count);
        m_tabs->setTabText(HeadersTab,
                           m_tabs->tabText(HeadersTab)); // data alone does not lay the bar out again
    }

    const Tab front = call.explanation.isEmpty() ? BodyTab : ExplainTab;
    fillTab(front);
    m_tabs->setCurrentIndex(front);
    m_pages->setCurrentIndex(front);
    if (call.response)
        m_body->setResponse(*call.response, call.note);
    else
        m_body->setSentence(call.error ? call.error->message : QString(), call.note);
}

void ResponseView::clear()
{
    m_hasCall = false;
    m_call = {};
}

void ResponseView::showSent()
{
    if (m_hasCall)
        m_tabs->setCurrentIndex(SentTab);
}

void ResponseView::showProgress(const QString &text)
{
    if (m_explain)
        m_explain->showProgress(text);
}

void ResponseView::openFind()
{
    if (!m_hasCall)
        return;
    if (m_tabs->currentIndex() == SentTab) {
        m_sent->openFind();
        return;
    }
    m_tabs->setCurrentIndex(BodyTab);
    m_body->openFind();
}

void ResponseView::focusInside()
{
    if (!m_hasCall) {
        QWidget *button = m_states->currentWidget()->findChild<QPushButton *>();
        (button && button->isVisible() ? button : this)->setFocus(Qt::ShortcutFocusReason);
        return;
    }
    m_tabs->setFocus(Qt::ShortcutFocusReason);
}

void ResponseView::buildPages()
{
    if (m_body)
        return;
    m_body = new BodyView(m_redactor);
    m_headers = new HeadersModel(m_redactor, this);
    m_headersTable = new QTableView;
    m_headersTable->setModel(m_headers);
    m_headersTable->setAccessibleName(tr("Response headers"));
    m_headersTable->setFrameShape(QFrame::NoFrame);
    m_headersTable->setShowGrid(false);
    m_headersTable->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_headersTable->setTabKeyNavigation(false);
    m_headersTable->setWordWrap(false);
    m_headersTable->verticalHeader()->hide();
    m_headersTable->horizontalHeader()->setStretchLastSection(true);
    m_headersTable->horizontalHeader()->setHighlightSections(false);
    m_headersTable->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_sent = new CodeView;
    m_sent->setReadOnly(true);
    m_sent->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_sent->setFrameShape(QFrame::NoFrame);
    m_sent->setAccessibleName(tr("Sent request"));
    m_explain = new ExplainPanel;

    m_pages->addWidget(m_body);
    m_pages->addWidget(m_headersTable);
    m_pages->addWidget(m_sent);
    m_pages->addWidget(m_explain);

    connect(m_body, &BodyView::shown, this, &ResponseView::shown);
    connect(m_body, &BodyView::failed, this, &ResponseView::failed);
    connect(m_body, &BodyView::saved, this,
            [this](const QString &path) { Q_EMIT message(tr("The body was saved to %1.").arg(path)); });
    connect(m_explain, &ExplainPanel::actionChosen, this, &ResponseView::actionChosen);
}

void ResponseView::fillTab(int tab)
{
    if (!m_hasCall || m_filled.value(tab, true))
        return;
    m_filled[tab] = true;
    switch (tab) {
    case HeadersTab:
        m_headers->setHeaders(m_call.response ? m_call.response->headers : Headers());
        m_headersTable->resizeColumnToContents(HeadersModel::Name);
        break;
    case SentTab:
        m_sent->setPlainText(CodeView::withVisibleControls(m_call.sent));
        break;
    case ExplainTab:
        m_explain->setExplanation(m_call.explanation);
        break;
    default:
        break;
    }
}

void ResponseView::showStatus()
{
    QStringList facts{durationText(m_call.elapsed)};
    if (m_call.response) {
        facts.append(sizeText(qMax<qint64>(m_call.response->wireBytes, m_call.response->body.size())));
        facts.append(QString::fromLatin1(m_call.response->protocol));
    }
    m_facts->setText(facts.join(u"  "_s).trimmed());
    fitStatus();
    m_status->setAccessibleDescription(CodeView::withVisibleControls(statusWord(m_call)) + u", "_s +
                                       facts.join(u", "_s));
}

/// The whole phrase if there is room beside the tabs, else its first word.
void ResponseView::fitStatus()
{
    if (!m_hasCall || m_phaseSoon.isActive())
        return;
    const int status = m_call.response ? m_call.response->status : 0;
    const QString whole = CodeView::withVisibleControls(statusWord(m_call));
    const QString described = m_status->accessibleDescription();
    const auto show = [this, status](const QString &word) {
        m_status->setContent(word, theme::statusRole(status), theme::statusFillRole(status));
    };
    show(whole);
    const int room = width() - m_tabs->sizeHint().width() - 2 * theme::panePadding - 2 * theme::gap;
    if (status > 0 && m_status->sizeHint().width() > room)
        show(QString::number(status));
    m_status->setToolTip(m_status->text() == whole ? QString() : whole);
    m_status->setAccessibleDescription(described);
}

void ResponseView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitStatus();
}

void ResponseView::showPhase()
{
    QString text;
    switch (m_phase) {
    case CallController::Phase::Idle:
        return;
    case CallController::Phase::WaitingForKeychain:
        text = tr("Waiting for the keychain…");
        break;
    case CallController::Phase::FetchingToken:
        text = tr("Fetching an access token…");
        break;
    case CallController::Phase::Sending:
        text = m_total > slowUpload && m_received < m_total
                   ? tr("Sending… %1 of %2").arg(sizeText(m_received), sizeText(m_total))
                   : tr("Sending…");
        break;
    case CallController::Phase::Receiving:
        text = m_total > 0 ? tr("Receiving… %1 of %2").arg(sizeText(m_received), sizeText(m_total))
                           : tr("Receiving… %1").arg(sizeText(m_received));
        break;
    }
    buildPages();
    m_states->setCurrentWidget(m_answer);
    m_status->setContent(text, theme::Role::SecondText, theme::Role::NeutralFill);
    m_facts->clear();
    m_phaseSoon.start();
}

} // namespace keydesk
