#include "app/base/Redactor.h"
#include "app/calls/ReportFormats.h"

#include <QCoreApplication>
#include <QXmlStreamWriter>

namespace keydesk {

using namespace Qt::StringLiterals;
using State = RequestResult::State;

namespace {

struct JUnitReportText
{
    Q_DECLARE_TR_FUNCTIONS(JUnitReport)
};

/// XML 1.0 has no way to write most control characters, nor halves of surrogate pairs (section 2.2).
QString xmlText(const QString &text)
{
    QString clean;
    clean.reserve(text.size());
    for (qsizetype at = 0; at < text.size(); ++at) {
        const QChar c = text.at(at);
        const bool isPair = c.isHighSurrogate() && at + 1 < text.size() && text.at(at + 1).isLowSurrogate();
        if (isPair)
            clean += text.sliced(at++, 2);
        else if (c.isSurrogate() || c.unicode() == 0xFFFE || c.unicode() == 0xFFFF || (c.unicode() < 0x20 && c != u'\t' && c != u'\n'))
            clean += QChar::ReplacementCharacter;
        else
            clean += c;
    }
    return clean;
}

QString seconds(std::chrono::microseconds time)
{
    return QString::number(static_cast<double>(time.count()) / 1e6, 'f', 6);
}

struct Counts
{
    int tests = 0;
    int failures = 0;
    int errors = 0;
    int skipped = 0;
    std::chrono::microseconds time{0};

    Counts &operator+=(const Counts &other)
    {
        tests += other.tests;
        failures += other.failures;
        errors += other.errors;
        skipped += other.skipped;
        time += other.time;
        return *this;
    }
};

/// A request that was not answered is an error; one whose answer was not as expected is a failure.
bool isError(const RequestResult &request)
{
    return request.state == State::Failed && request.status == 0;
}

bool isUnsent(const RequestResult &request)
{
    return request.state != State::Passed && request.state != State::Failed;
}

Counts countsOf(const FileResult &file)
{
    Counts counts;
    if (!file.problem.isEmpty())
        counts += {1, 0, 1, 0, {}};
    for (const RequestResult &request : file.requests)
        counts += {1, request.state == State::Failed && !isError(request) ? 1 : 0, isError(request) ? 1 : 0, isUnsent(request) ? 1 : 0, request.elapsed};
    return counts;
}

class JUnitWriter
{
public:
    JUnitWriter(const RunReport &report, const Redactor &redactor)
        : m_report(report)
        , m_redactor(redactor)
        , m_xml(&m_bytes)
    {
    }

    QByteArray write()
    {
        Counts all;
        for (const FileResult &file : m_report.files)
            all += countsOf(file);
        m_xml.setAutoFormatting(true);
        m_xml.setAutoFormattingIndent(2);
        m_xml.writeStartDocument();
        m_xml.writeStartElement(u"testsuites"_s);
        attribute(u"name"_s, u"Keydesk"_s);
        writeCounts(all, m_report.elapsed);
        for (const FileResult &file : m_report.files)
            writeFile(file);
        m_xml.writeEndElement();
        m_xml.writeEndDocument();
        return m_bytes;
    }

private:
    void attribute(const QString &name, const QString &value) { m_xml.writeAttribute(name, xmlText(m_redactor.redactText(value))); }

    void writeCounts(const Counts &counts, std::chrono::microseconds time)
    {
        attribute(u"tests"_s, QString::number(counts.tests));
        attribute(u"failures"_s, QString::number(counts.failures));
        attribute(u"errors"_s, QString::number(counts.errors));
        attribute(u"skipped"_s, QString::number(counts.skipped));
        attribute(u"time"_s, seconds(time));
    }

    void writeFile(const FileResult &file)
    {
        const Counts counts = countsOf(file);
        m_xml.writeStartElement(u"testsuite"_s);
        attribute(u"name"_s, file.name);
        writeCounts(counts, counts.time);
        if (m_report.startedAt.isValid())
            attribute(u"timestamp"_s, m_report.startedAt.toString(u"yyyy-MM-ddTHH:mm:ss"_s));
        if (!m_report.environment.isEmpty()) {
            m_xml.writeStartElement(u"properties"_s);
            m_xml.writeStartElement(u"property"_s);
            attribute(u"name"_s, u"environment"_s);
            attribute(u"value"_s, m_report.environment);
            m_xml.writeEndElement();
            m_xml.writeEndElement();
        }
        if (!file.problem.isEmpty()) {
            startCase(file, file.name, {});
            outcome(u"error"_s, u"file"_s, file.problem, file.problem);
            m_xml.writeEndElement();
        }
        for (const RequestResult &request : file.requests)
            writeRequest(file, request);
        m_xml.writeEndElement();
    }

    void startCase(const FileResult &file, const QString &name, std::chrono::microseconds time)
    {
        m_xml.writeStartElement(u"testcase"_s);
        attribute(u"name"_s, name);
        attribute(u"classname"_s, file.name);
        attribute(u"time"_s, seconds(time));
    }

    void outcome(const QString &element, const QString &type, const QString &message, const QString &text)
    {
        m_xml.writeStartElement(element);
        attribute(u"message"_s, message);
        attribute(u"type"_s, type);
        m_xml.writeCharacters(xmlText(m_redactor.redactText(text)));
        m_xml.writeEndElement();
    }

    void writeRequest(const FileResult &file, const RequestResult &request)
    {
        startCase(file, request.name, request.elapsed);
        const QString where = request.method + u' ' + request.url + u'\n' + file.name + u':' + QString::number(request.line);
        if (isError(request)) {
            outcome(u"error"_s, u"call"_s, request.reason, request.reason + u'\n' + where);
        } else if (request.state == State::Failed) {
            if (!request.reason.isEmpty())
                outcome(u"failure"_s, u"status"_s, request.reason, request.reason + u'\n' + where);
            for (const ExpectationOutcome &each : request.expectations) {
                if (!each.isMet())
                    outcome(u"failure"_s, u"expectation"_s,
                            JUnitReportText::tr("%1: %2").arg(each.text, each.message),
                            JUnitReportText::tr("Expected: %1").arg(each.text) + u'\n' + each.message +
                                u'\n' + where);
            }
        } else if (isUnsent(request)) {
            m_xml.writeStartElement(u"skipped"_s);
            attribute(u"message"_s,
                      request.reason.isEmpty() ? JUnitReportText::tr("It was not sent.") : request.reason);
            m_xml.writeEndElement();
        }
        m_xml.writeEndElement();
    }

    const RunReport &m_report;
    const Redactor &m_redactor;
    QByteArray m_bytes;
    QXmlStreamWriter m_xml;
};

} // namespace

QByteArray junitReport(const RunReport &report, const Redactor &redactor)
{
    return JUnitWriter(report, redactor).write();
}

} // namespace keydesk
