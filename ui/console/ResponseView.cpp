#include "ui/console/ResponseView.h"

#include "app/http/BodyText.h"
#include "app/http/ExpectationSuggestions.h"
#include "ui/console/BodyView.h"
#include "ui/console/ConnectionView.h"
#include "ui/console/ExpectMenu.h"
#include "ui/console/ExpectationBar.h"
#include "ui/console/ExplainPanel.h"
#include "ui/console/HeadersModel.h"
#include "ui/console/LimitBar.h"
#include "ui/console/PaneParts.h"
#include "ui/console/StreamView.h"
#include "ui/console/TimingView.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/CodeView.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/PageStack.h"
#include "ui/widgets/TabOrder.h"

#include <QBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabBar>
#include <QTableView>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

// A smaller body is gone before anybody has read how much of it is left, in bytes.
constexpr qint64 slowUpload = 256 * 1024;

/// With large type in a small window its tabs stand closer together.
class PartTabs final : public QTabBar
{
protected:
    QSize minimumTabSizeHint(int index) const override { return tabSizeHint(index) - QSize(12, 0); }
};

}

ResponseView::ResponseView(const Redactor &redactor, QWidget *parent)
    : QWidget(parent)
    , m_redactor(redactor)
    , m_states(new PageStack)
    , m_answer(new QWidget)
    , m_tabs(new PartTabs)
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
    m_tabs->addTab(tr("Timing"));
    m_tabs->addTab(tr("Sent"));
    m_tabs->addTab(tr("Explain"));
    m_tabs->addTab(tr("TLS"));
    m_tabs->setTabToolTip(TlsTab, tr("How the call was connected: certificates, proxy"));
    m_status->setAccessibleName(tr("Response status"));
    setFocusPolicy(Qt::TabFocus); // a place for F6 before there is an answer

    auto *row = new QHBoxLayout;
    row->setContentsMargins(theme::panePadding, 0, theme::panePadding, 0);
    row->setSpacing(theme::gap);
    row->addWidget(m_tabs);
    row->addStretch(1);
    row->addWidget(m_status);
    row->addWidget(m_facts, 1000); // where it is narrow the facts give way first, then the status down to its number
    m_status->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    m_facts->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);

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
    m_arrivalSoon.setSingleShot(true);
    m_arrivalSoon.setInterval(flickerTime);
    connect(&m_arrivalSoon, &QTimer::timeout, this, &ResponseView::showArrival);
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
    if (phase != CallController::Phase::Idle)
        stopWaiting();
    if (m_call.isArriving && phase == CallController::Phase::Receiving && !m_arrivalSoon.isActive())
        m_arrivalSoon.start();
    if (phase == CallController::Phase::Idle || phase == CallController::Phase::Streaming || m_call.isArriving)
        m_phaseSoon.stop();
    else if (!m_phaseSoon.isActive())
        m_phaseSoon.start();
}

void ResponseView::setCall(const ShownCall &call)
{
    buildPages();
    const bool isSame = m_hasCall && call.response && call.response->spool && m_call.response && m_call.response->spool == call.response->spool;
    m_call = call;
    m_hasCall = true;
    m_arrivalSoon.stop();
    if (call.isArriving) {
        m_phaseSoon.stop();
        m_arriving.start();
        m_arrivedBefore = call.response->spool->size();
    }
    setFocusPolicy(Qt::NoFocus);
    m_filled = QList<bool>(m_tabs->count(), false);
    m_filled[BodyTab] = true;
    m_expectations->setOutcomes({});
    m_limits->setLimits(call.response ? rateLimits(call.response->headers, call.answeredAt) : QList<RateLimit>());
    m_states->setCurrentWidget(m_answer);
    showStatus();
    const qsizetype headers = call.response ? call.response->headers.size() : 0;
    const QString count = headers > 0 ? QString::number(headers) : QString();
    if (m_tabs->tabData(HeadersTab).toString() != count) {
        m_tabs->setTabData(HeadersTab, count);
        m_tabs->setTabText(HeadersTab,
                           m_tabs->tabText(HeadersTab)); // data alone does not lay the bar out again
    }

    // Who looked at the headers while the body arrived goes on doing so.
    const int front = isSame && call.explanation.isEmpty() ? m_tabs->currentIndex() : call.explanation.isEmpty() ? BodyTab : ExplainTab;
    fillTab(front);
    m_tabs->setCurrentIndex(front);
    m_pages->setCurrentIndex(front);
    m_bodyPage->setCurrentWidget(m_body);
    if (call.stream)
        showStream();
    else if (call.response)
        m_body->setResponse(*call.response, call.note, call.isArriving);
    else
        m_body->setSentence(call.error ? call.error->message : QString(), call.note);
}

void ResponseView::showStream()
{
    if (!m_stream) {
        m_stream = new StreamView(m_redactor);
        m_bodyPage->addWidget(m_stream);
        continueTabOrder(m_stream, m_pages);
        connect(m_stream, &StreamView::reconnectRequested, this, &ResponseView::reconnectRequested);
        connect(m_stream, &StreamView::failed, this, &ResponseView::failed);
        connect(m_stream, &StreamView::saved, this,
                [this](const QString &path) { Q_EMIT message(tr("What is shown of the stream was saved to %1.").arg(path)); });
    }
    m_stream->setCall(m_call);
    m_bodyPage->setCurrentWidget(m_stream);
    Q_EMIT shown();
}

void ResponseView::setExpectations(const QList<ExpectationOutcome> &outcomes)
{
    if (m_hasCall)
        m_expectations->setOutcomes(outcomes);
}

void ResponseView::clear()
{
    m_hasCall = false;
    m_call = {};
    m_arrivalSoon.stop();
    if (m_body)
        m_body->clear();
    stopWaiting();
}

void ResponseView::waitAndSend(std::chrono::seconds wait)
{
    if (m_hasCall)
        m_limits->startWaiting(wait);
}

void ResponseView::stopWaiting()
{
    if (m_limits)
        m_limits->stopWaiting();
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
    if (m_call.stream)
        m_stream->openFind();
    else
        m_body->openFind();
}

void ResponseView::openFilter()
{
    if (!m_hasCall || m_call.stream)
        return;
    m_tabs->setCurrentIndex(BodyTab);
    m_body->openFilter();
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
    m_body->setFilterHistory(m_filterHistory);
    m_body->setTokenReader(m_readTokens);
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
    m_headersTable->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_headersTable, &QWidget::customContextMenuRequested, this, &ResponseView::showHeaderMenu);
    m_timing = new TimingView;
    m_sent = new CodeView;
    m_sent->setReadOnly(true);
    m_sent->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_sent->setFrameShape(QFrame::NoFrame);
    m_sent->setAccessibleName(tr("Sent request"));
    m_connection = new ConnectionView;
    m_explain = new ExplainPanel;
    m_limits = new LimitBar;
    m_expectations = new ExpectationBar;
    auto *column = static_cast<QVBoxLayout *>(m_answer->layout());
    column->insertWidget(2, m_limits); // between the line and the pages
    column->insertWidget(3, m_expectations);

    m_bodyPage = new PageStack;
    m_bodyPage->addWidget(m_body);
    m_pages->addWidget(m_bodyPage);
    m_pages->addWidget(m_headersTable);
    m_pages->addWidget(m_timing);
    m_pages->addWidget(m_sent);
    m_pages->addWidget(m_explain);
    m_pages->addWidget(m_connection);
    continueTabOrder(m_pages, continueTabOrder(m_expectations, continueTabOrder(m_limits, m_tabs)));

    connect(m_body, &BodyView::shown, this, &ResponseView::shown);
    connect(m_limits, &LimitBar::sendDue, this, [this] { Q_EMIT actionChosen({ExplanationAction::Kind::SendAgain, {}, {}}); });
    connect(m_expectations, &ExpectationBar::allRequested, this, &ResponseView::expectationsRequested);
    connect(m_timing, &TimingView::copied, this, [this] { Q_EMIT message(tr("The timing was copied.")); });
    connect(m_body, &BodyView::expectationWanted, this, &ResponseView::expectationWanted);
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
    case TimingTab:
        m_timing->setTimings(m_call.timings);
        break;
    case SentTab:
        m_sent->setPlainText(CodeView::withVisibleControls(m_call.sent));
        break;
    case TlsTab:
        m_connection->setConnections(m_call.connections,
                                     m_call.isFromHistory ? tr("How a call was connected is not kept in the history. Send it again to see it.")
                                                          : tr("No connection came about."));
        break;
    case ExplainTab:
        m_explain->setExplanation(m_call.explanation);
        break;
    default:
        break;
    }
}

void ResponseView::showHeaderMenu(const QPoint &place)
{
    const QModelIndex row = m_headersTable->indexAt(place);
    if (!row.isValid() || !m_call.response)
        return;
    const auto &[name, value] = m_call.response->headers.at(row.row());
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    addExpectThis(*menu, expectationsOfHeader(QString::fromUtf8(name), QString::fromUtf8(value)), m_redactor,
                  [this](const QString &each) { Q_EMIT expectationWanted(each); });
    if (menu->isEmpty())
        delete menu;
    else
        menu->popup(m_headersTable->viewport()->mapToGlobal(place));
}

void ResponseView::showStatus()
{
    const bool goesOn = m_call.isArriving || (m_call.stream && !m_call.stream->isEnded());
    QStringList facts;
    const auto isUnverified = [](const ConnectionFacts &each) { return each.isEstablished && each.isEncrypted() && !each.isVerified; };
    if (std::ranges::any_of(m_call.connections, isUnverified))
        facts.append(tr("TLS not verified"));
    if (!goesOn)
        facts.append(durationText(m_call.elapsed));
    if (m_call.response) {
        if (!goesOn && m_call.response->status != 101)
            facts.append(sizeText(qMax<qint64>(m_call.response->wireBytes, m_call.response->bodySize())));
        facts.append(QString::fromLatin1(m_call.response->protocol));
    }
    m_facts->setText(facts.join(u"  "_s).trimmed());
    fitStatus();
    m_status->setAccessibleDescription(CodeView::withVisibleControls(statusWord(m_call)) + u", "_s +
                                       facts.join(u", "_s));
}

/// What has arrived, and how quickly, in the place of the facts that are known at the end.
void ResponseView::showArrival()
{
    if (!m_call.isArriving)
        return;
    QStringList facts{m_total > 0 ? tr("%1 of %2").arg(sizeText(m_received), sizeText(m_total)) : sizeText(m_received)};
    if (const qint64 elapsed = m_arriving.elapsed(); elapsed > 0 && m_received > m_arrivedBefore)
        facts.append(tr("%1/s").arg(sizeText((m_received - m_arrivedBefore) * 1000 / elapsed)));
    m_facts->setText(tr("Receiving… %1").arg(facts.join(u"  "_s)));
    m_body->grew();
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
    case CallController::Phase::Streaming: // it shows itself
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
