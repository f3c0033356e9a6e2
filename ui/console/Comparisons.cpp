#include "ui/console/Comparisons.h"

#include "app/Core.h"
#include "ui/console/Consent.h"
#include "ui/console/OpenRequests.h"

#include <QJsonDocument>
#include <QLocale>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr int mostLookedAt = 1'000; // of the calls to one address

QString timeText(const QDateTime &at)
{
    const QDateTime local = at.toLocalTime();
    const QLocale locale;
    return local.date() == QDate::currentDate() ? locale.toString(local.time(), QLocale::LongFormat).section(u' ', 0, 0)
                                                : locale.toString(local, QLocale::ShortFormat);
}

QString titleOf(const QString &environment, const QDateTime &at)
{
    return environment.isEmpty() ? timeText(at) : Comparisons::tr("%1, %2", "environment, time").arg(environment, timeText(at));
}

} // namespace

Comparisons::Comparisons(Core &core, const OpenRequests &requests, QWidget &page)
    : QObject(&page)
    , m_core(core)
    , m_requests(requests)
    , m_page(page)
{
}

void Comparisons::setShown(const CallOutcome &outcome, const ShownCall &shown)
{
    const QDateTime at = outcome.trace.startedAt.isValid() ? outcome.trace.startedAt : QDateTime::currentDateTimeUtc();
    const QString environment = outcome.environment ? outcome.environment->name : QString();
    m_shown = Shown{{titleOf(environment, at), shown}, outcome.request, CallRecorder::addressOf(outcome, m_core.redactor), at};
}

void Comparisons::setShown(const HistoryEntry &entry)
{
    m_shown = Shown{comparedCall(entry), entry.request, entry.row.url, entry.row.at};
}

ComparedCall Comparisons::comparedCall(const HistoryEntry &entry)
{
    return {titleOf(entry.row.environmentName, entry.row.at), shownCall(entry)};
}

void Comparisons::withPrevious()
{
    if (!m_shown)
        return;
    const QString method = m_shown->request.method.trimmed();
    m_core.history->list(
        {.text = m_shown->address}, 0, mostLookedAt, this,
        [this, method, shown = *m_shown](const Result<HistoryPage> &page) {
            if (!page) {
                Q_EMIT failed(page.error());
                return;
            }
            // The history counts in milliseconds.
            const qint64 at = shown.at.toMSecsSinceEpoch();
            for (const HistoryRow &row : page->rows) {
                if (row.url == shown.address && row.method == method && row.at.toMSecsSinceEpoch() < at) {
                    load(row.id, [this, shown](const HistoryEntry &entry) {
                        open(comparedCall(entry), shown.compared);
                    });
                    return;
                }
            }
            Q_EMIT message(tr("The history has no earlier call of this method and address."));
        });
}

void Comparisons::withCall(qint64 id)
{
    if (m_shown)
        load(id, [this, shown = *m_shown](const HistoryEntry &entry) { open(comparedCall(entry), shown.compared); });
}

void Comparisons::calls(qint64 one, qint64 other)
{
    load(std::min(one, other), [this, later = std::max(one, other)](const HistoryEntry &first) {
        load(later, [this, first](const HistoryEntry &second) { open(comparedCall(first), comparedCall(second)); });
    });
}

void Comparisons::load(qint64 id, const std::function<void(const HistoryEntry &)> &done)
{
    m_core.history->load(id, this, [this, done](const Result<HistoryEntry> &entry) {
        if (entry)
            done(*entry);
        else
            Q_EMIT failed(entry.error());
    });
}

void Comparisons::withEnvironment(const Environment &environment)
{
    if (!m_shown || m_elsewhere)
        return;
    if (QJsonDocument(m_shown->request.toJson()).toJson().contains("••••")) {
        Q_EMIT message(tr("This call held a token that history does not keep, so it cannot be sent elsewhere."));
        return;
    }
    const CallContext context = m_requests.context(environment);
    if (needsConsent(m_shown->request, context))
        askConsent(m_page, m_shown->request, context, m_core.redactor, [this, context] { sendTo(context); });
    else
        sendTo(context);
}

void Comparisons::sendTo(const CallContext &context)
{
    if (!m_shown)
        return;
    RequestSpec request = m_shown->request;
    request.key.mode = KeyChoice::Mode::Automatic; // each environment's own
    m_elsewhere = new CallController(m_core, this);
    connect(m_elsewhere, &CallController::finished, this, [this, shown = *m_shown](const CallOutcome &outcome) {
        m_elsewhere->deleteLater();
        m_elsewhere.clear();
        const QString name = outcome.environment ? outcome.environment->name : QString();
        open(shown.compared, {titleOf(name, outcome.trace.startedAt), shownCall(outcome)});
    });
    const QList<RequestProblem> problems = m_elsewhere->send(request, context);
    const QString environment = context.environment->name;
    if (problems.isEmpty()) {
        Q_EMIT message(tr("Sending to “%1”…").arg(environment));
        return;
    }
    delete m_elsewhere;
    Q_EMIT message(tr("This request cannot be sent in “%1”. %2").arg(environment, problems.first().message));
}

void Comparisons::open(const ComparedCall &left, const ComparedCall &right)
{
    auto *dialog = new CompareDialog(left, right, m_core.redactor, &m_page);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

} // namespace keydesk
