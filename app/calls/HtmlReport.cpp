#include "app/base/Redactor.h"
#include "app/base/VisibleText.h"
#include "app/calls/ReportFormats.h"
#include "app/http/BodyText.h"

#include <QCoreApplication>
#include <QLocale>

namespace keydesk {

using namespace Qt::StringLiterals;
using State = RequestResult::State;

namespace {

struct HtmlReportText
{
    Q_DECLARE_TR_FUNCTIONS(HtmlReport)
};

constexpr char style[] = R"(
:root { color-scheme: light dark; --text: #1f2328; --second: #5b636d; --line: #e3e6ea; --pane: #f6f7f9; --good: #1a7f37; --bad: #c62828; --note: #8a5a00; background: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e7e9ec; --second: #a3abb6; --line: #363a41; --pane: #26292e; --good: #5cc17c; --bad: #ff7b72; --note: #e3b341; background: #1e2024; }
}
body { color: var(--text); font: 14px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 960px; padding: 24px; }
h1 { font-size: 20px; margin: 0; } h2 { font-size: 15px; margin: 24px 0 8px; overflow-wrap: anywhere; }
p { margin: 4px 0; } .second { color: var(--second); }
article { border: 1px solid var(--line); border-radius: 8px; margin: 8px 0; padding: 12px; }
h3 { font-size: 14px; margin: 0; overflow-wrap: anywhere; } code { font: 12px/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
ul { list-style: none; margin: 8px 0 0; padding: 0; } li { margin: 4px 0; overflow-wrap: anywhere; }
.passed { color: var(--good); } .failed { color: var(--bad); } .skipped { color: var(--note); }
)";

class HtmlWriter
{
public:
    HtmlWriter(const RunReport &report, const Redactor &redactor)
        : m_report(report)
        , m_redactor(redactor)
    {
    }

    QByteArray write()
    {
        m_html =
            u"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>"_s +
            escaped(HtmlReportText::tr("Requests run with Keydesk")) + u"</title>\n<style>"_s +
            QString::fromLatin1(style) + u"</style>\n</head>\n<body>\n"_s;
        element(u"h1"_s, HtmlReportText::tr("Requests run with Keydesk"));
        paragraph(m_report.summary(), m_report.isOk() ? u"passed"_s : u"failed"_s);
        QStringList facts;
        if (!m_report.environment.isEmpty())
            facts << HtmlReportText::tr("Environment “%1”").arg(m_report.environment);
        if (m_report.startedAt.isValid())
            facts << QLocale::c().toString(m_report.startedAt, u"yyyy-MM-dd HH:mm:ss 'UTC'"_s);
        facts << durationText(m_report.elapsed);
        paragraph(facts.join(u" · "_s), u"second"_s);
        if (!m_report.ending.isEmpty())
            paragraph(m_report.ending, u"skipped"_s);
        for (const FileResult &file : m_report.files)
            writeFile(file);
        m_html += u"</body>\n</html>\n"_s;
        return m_html.toUtf8();
    }

private:
    [[nodiscard]] QString escaped(const QString &text) const { return withVisibleControls(m_redactor.redactText(text)).toHtmlEscaped(); }

    void element(const QString &name, const QString &text, const QString &kind = {})
    {
        m_html += u'<' + name + (kind.isEmpty() ? QString() : u" class=\""_s + kind + u'"') + u'>' + escaped(text) + u"</"_s + name + u">\n"_s;
    }
    void paragraph(const QString &text, const QString &kind) { element(u"p"_s, text, kind); }

    void writeFile(const FileResult &file)
    {
        m_html += u"<section>\n"_s;
        element(u"h2"_s, file.name);
        if (!file.problem.isEmpty())
            paragraph(file.problem, u"failed"_s);
        for (const RequestResult &request : file.requests)
            writeRequest(request);
        m_html += u"</section>\n"_s;
    }

    void writeRequest(const RequestResult &request)
    {
        const bool isFailed = request.state == State::Failed;
        const bool isPassed = request.state == State::Passed;
        const QString kind = isPassed ? u"passed"_s : isFailed ? u"failed"_s : u"skipped"_s;
        const QString word = isPassed   ? HtmlReportText::tr("Passed")
                             : isFailed ? HtmlReportText::tr("Failed")
                                        : HtmlReportText::tr("Skipped");
        m_html += u"<article>\n<h3>"_s + escaped(request.name) + u" <span class=\""_s + kind + u"\">"_s + escaped(word) + u"</span></h3>\n"_s;
        QStringList facts;
        if (request.status > 0)
            facts << request.answer;
        if (isPassed || isFailed)
            facts << durationText(request.elapsed);
        m_html += u"<p class=\"second\"><code>"_s + escaped(request.method + u' ' + request.url) + u"</code>"_s +
                  (facts.isEmpty() ? QString() : u" · "_s + escaped(facts.join(u" · "_s))) + u"</p>\n"_s;
        if (!request.reason.isEmpty())
            paragraph(request.reason, isFailed ? kind : u"second"_s);
        if (!request.expectations.isEmpty()) {
            m_html += u"<ul>\n"_s;
            for (const ExpectationOutcome &each : request.expectations)
                m_html +=
                    u"<li><span class=\""_s + (each.isMet() ? u"passed"_s : u"failed"_s) + u"\">"_s +
                    escaped(each.isMet() ? HtmlReportText::tr("✓ met:") : HtmlReportText::tr("✗ not met:")) +
                    u"</span> <code>"_s + escaped(each.text) + u"</code>"_s +
                    (each.message.isEmpty() ? QString() : u' ' + escaped(each.message)) + u"</li>\n"_s;
            m_html += u"</ul>\n"_s;
        }
        m_html += u"</article>\n"_s;
    }

    const RunReport &m_report;
    const Redactor &m_redactor;
    QString m_html;
};

} // namespace

QByteArray htmlReport(const RunReport &report, const Redactor &redactor)
{
    return HtmlWriter(report, redactor).write();
}

} // namespace keydesk
