#pragma once

#include "app/http/ExpectationCheck.h"
#include "ui/console/ShownCall.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

#include <functional>
#include <memory>

class QLabel;
class QStackedWidget;
class QTabBar;
class QTableView;

namespace keydesk {

class BodyView;
class Chip;
class CodeView;
class ConnectionView;
class EmptyState;
class ExpectationBar;
class ExplainPanel;
class FilterHistory;
class HeadersModel;
class LimitBar;
class Redactor;
class StreamView;
class TimingView;

/// The lower half: status, time, size and protocol; body, headers, where the time went, what was sent, and the explanation. Before
/// the first answer it says what to do.
class ResponseView : public QWidget
{
    Q_OBJECT

public:
    explicit ResponseView(const Redactor &redactor, QWidget *parent = nullptr);

    /// Before the first answer: `missingKey` names the environment that has no key, empty if all is ready.
    void setIdle(const QString &missingKey);
    void setPhase(CallController::Phase phase, qint64 received, qint64 total);
    /// `shown` follows when it is on screen.
    void setCall(const ShownCall &call);
    /// How the call that is shown meets what is expected of it; none until this says so.
    void setExpectations(const QList<ExpectationOutcome> &outcomes);
    /// Back to what it shows before the first answer; `setIdle` says what.
    void clear();
    void showSent();
    void showProgress(const QString &text); ///< of an explanation's action
    /// Counts down where everybody sees it, then asks by `actionChosen` to send again.
    void waitAndSend(std::chrono::seconds wait);
    void stopWaiting();
    void openFind();
    void openFilter(); ///< of the body
    /// Of its expressions; before the first answer.
    void setFilterHistory(const std::shared_ptr<FilterHistory> &history) { m_filterHistory = history; }
    /// Of bodies (BodyView.h); before the first answer.
    void setTokenReader(const std::function<std::function<void(const QByteArray &)>()> &reader) { m_readTokens = reader; }
    void focusInside();

protected:
    void resizeEvent(QResizeEvent *event) override;

Q_SIGNALS:
    void shown();
    void newKeyRequested();
    void reconnectRequested(const QByteArray &lastEventId); ///< to go on behind that event
    void actionChosen(const keydesk::ExplanationAction &action);
    void expectationsRequested(); ///< to see them all
    void expectationWanted(const QString &expectation); ///< this one is to be added
    void message(const QString &text);
    void failed(const keydesk::Error &error);

private:
    enum Tab { BodyTab, HeadersTab, TimingTab, SentTab, ExplainTab, TlsTab };

    void buildPages();
    void showStream();
    void fillTab(int tab);
    void showHeaderMenu(const QPoint &place);
    void showStatus();
    void fitStatus();
    void showPhase();
    void showArrival();

    const Redactor &m_redactor;
    ShownCall m_call;
    bool m_hasCall = false;
    CallController::Phase m_phase = CallController::Phase::Idle;
    qint64 m_received = 0;
    qint64 m_total = -1;
    QTimer m_phaseSoon; // a quick answer comes without a flicker before it
    QElapsedTimer m_arriving; // since the answer that arrives on disk is shown
    qint64 m_arrivedBefore = 0; // bytes that were there then
    QTimer m_arrivalSoon; // a quick one comes in thousands of pieces
    QList<bool> m_filled;

    QStackedWidget *m_states;
    EmptyState *m_ready = nullptr;
    EmptyState *m_noKey = nullptr;
    QWidget *m_answer;
    QTabBar *m_tabs;
    Chip *m_status;
    QLabel *m_facts;
    LimitBar *m_limits = nullptr;
    ExpectationBar *m_expectations = nullptr;
    QStackedWidget *m_pages;
    QStackedWidget *m_bodyPage = nullptr;
    std::shared_ptr<FilterHistory> m_filterHistory;
    std::function<std::function<void(const QByteArray &)>()> m_readTokens;
    BodyView *m_body = nullptr;
    StreamView *m_stream = nullptr; // in place of m_body; made for the first answer that goes on
    HeadersModel *m_headers = nullptr;
    QTableView *m_headersTable = nullptr;
    TimingView *m_timing = nullptr;
    CodeView *m_sent = nullptr;
    ConnectionView *m_connection = nullptr;
    ExplainPanel *m_explain = nullptr;
};

} // namespace keydesk
