#include "ui/console/RunAsEachDialog.h"

#include "app/Core.h"
#include "ui/console/CompareDialog.h"
#include "ui/console/IdentityAnswer.h"
#include "ui/theme/Theme.h"

#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>

namespace keydesk {

namespace {

constexpr int atOnce = 4;

/// A session that one identity opened would answer for another.
CallContext withoutCookies(CallContext context)
{
    context.options.keepCookies = false;
    return context;
}

/// As each identity means with each one's own key, also where the request names one.
RequestSpec withEachKey(RequestSpec request)
{
    request.key.mode = KeyChoice::Mode::Automatic;
    return request;
}

} // namespace

RunAsEachDialog::RunAsEachDialog(Core &core, const RequestSpec &request, const CallContext &context, QWidget *parent)
    : QDialog(parent)
    , m_core(core)
    , m_request(withEachKey(request))
    , m_context(withoutCookies(context))
    , m_summary(new QLabel)
    , m_stop(new QPushButton(tr("Stop")))
{
    setWindowTitle(tr("Run as Each Identity"));
    const Environment environment = context.environment.value_or(Environment());
    auto *title = new QLabel(tr("%1 %2 in “%3”").arg(request.method, core.redactor.redactText(request.url), environment.name));
    title->setTextFormat(Qt::PlainText);
    title->setFont(theme::titleFont(font()));
    title->setWordWrap(true);
    m_summary->setForegroundRole(QPalette::PlaceholderText);
    m_summary->setTextInteractionFlags(Qt::TextSelectableByMouse);

    auto *columns = new QSplitter;
    columns->setChildrenCollapsible(false);
    const auto add = [&](const QString &identity) {
        auto *answer = new IdentityAnswer(core, identity);
        columns->addWidget(answer);
        m_answers.push_back(answer);
        connect(answer, &IdentityAnswer::finished, this, [this] {
            --m_running;
            summarise();
            sendNext();
        });
        connect(answer, &IdentityAnswer::compareRequested, this, [this, answer] { compare(*answer); });
    };
    add({});
    for (const Identity &each : environment.identities)
        add(each.name);
    auto *scroll = new QScrollArea; // as many as there are
    scroll->setWidget(columns);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);

    auto *close = new QPushButton(tr("Close"));
    close->setDefault(true);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    connect(m_stop, &QPushButton::clicked, this, &RunAsEachDialog::stop);
    connect(this, &QDialog::finished, this, &RunAsEachDialog::stop);
    auto *foot = new QHBoxLayout;
    foot->addWidget(m_summary, 1);
    foot->addWidget(m_stop);
    foot->addWidget(close);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding, theme::dialogPadding);
    layout->setSpacing(theme::panePadding);
    layout->addWidget(title);
    layout->addWidget(scroll, 1);
    layout->addLayout(foot);
    close->setFocus();
    resize(sizeHint()); // the layout would ask for as little height as it can do with
    summarise();
    sendNext();
}

RunAsEachDialog::~RunAsEachDialog() = default;

QSize RunAsEachDialog::sizeHint() const
{
    return {std::min<int>(1180, 420 * static_cast<int>(m_answers.size())), 560};
}

void RunAsEachDialog::sendNext()
{
    while (m_sent < m_answers.size() && m_running < atOnce) {
        ++m_running;
        m_answers[m_sent++]->send(m_request, m_context);
    }
    if (m_sent == m_answers.size() && m_running == 0)
        Q_EMIT allAnswered();
}

void RunAsEachDialog::stop()
{
    m_sent = m_answers.size(); // the others are not begun
    for (IdentityAnswer *answer : m_answers)
        answer->cancel();
    summarise();
}

void RunAsEachDialog::compare(const IdentityAnswer &answer)
{
    const IdentityAnswer &usual = *m_answers.front();
    auto *dialog = new CompareDialog({usual.name(), shownCall(*usual.outcome())}, {answer.name(), shownCall(*answer.outcome())}, m_core.redactor, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void RunAsEachDialog::summarise()
{
    const auto answered = std::ranges::count_if(m_answers, [](const IdentityAnswer *answer) { return answer->outcome().has_value(); });
    m_summary->setText(tr("%1 of %2 answered").arg(answered).arg(m_answers.size()));
    m_stop->setVisible(answered < static_cast<std::ptrdiff_t>(m_answers.size()) && (m_running > 0 || m_sent < m_answers.size()));
    if (!m_answers.front()->outcome())
        return;
    for (IdentityAnswer *answer : m_answers) {
        if (answer != m_answers.front())
            answer->compareWith(*m_answers.front()->outcome());
    }
}

} // namespace keydesk
