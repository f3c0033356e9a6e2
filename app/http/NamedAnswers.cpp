#include "app/http/NamedAnswers.h"

#include "app/http/HeaderRules.h"

#include <QCoreApplication>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct NamedAnswersText
{
    Q_DECLARE_TR_FUNCTIONS(NamedAnswers)
};

qsizetype sizeOfHeaders(const Headers &headers)
{
    qsizetype size = 0;
    for (const auto &[name, value] : headers)
        size += name.size() + value.size();
    return size;
}

Result<QString> bodyValue(const QByteArray &body, const QString &path)
{
    if (path.isEmpty() || path == u'*')
        return QString::fromUtf8(body);
    return path.startsWith(u'/') ? findInXml(body, path) : findInJson(body, path);
}

} // namespace

qsizetype NamedAnswers::sizeOf(const NamedAnswer &answer)
{
    return sizeOfHeaders(answer.requestHeaders) + answer.requestBody.size() +
           sizeOfHeaders(answer.responseHeaders) + answer.responseBody.size();
}

void NamedAnswers::put(const QString &name, NamedAnswer answer)
{
    remove(name);
    if (answer.requestBody.size() > largestBody)
        answer.requestBody.clear();
    if (answer.responseBody.size() > largestBody) {
        answer.responseBody.clear();
        answer.truncated = true;
    }
    m_bytes += sizeOf(answer);
    m_answers.insert(name, answer);
    m_order.append(name);
    while (m_order.size() > 1 && (m_order.size() > mostAnswers || m_bytes > mostBytes))
        remove(QString(m_order.first()));
}

void NamedAnswers::remove(const QString &name)
{
    const auto known = m_answers.constFind(name);
    if (known == m_answers.cend())
        return;
    m_bytes -= sizeOf(*known);
    m_answers.erase(known);
    m_order.removeOne(name);
}

void NamedAnswers::clear()
{
    *this = NamedAnswers();
}

const NamedAnswer *NamedAnswers::find(const QString &name) const
{
    const auto answer = m_answers.constFind(name);
    return answer == m_answers.cend() ? nullptr : &*answer;
}

Result<QString> NamedAnswers::value(const AnswerReference &reference) const
{
    const auto answer = m_answers.constFind(reference.request);
    if (answer == m_answers.cend())
        return failure(Error::Kind::NotFound, noAnswer(reference.request));
    const bool isRequest = reference.side == AnswerReference::Side::Request;
    if (reference.part == AnswerReference::Part::Header) {
        const QByteArray *header =
            findHeader(isRequest ? answer->requestHeaders : answer->responseHeaders, reference.path.toUtf8());
        if (!header)
            return failure(Error::Kind::NotFound, NamedAnswersText::tr("“%1” has no header %2")
                                                      .arg(reference.request, reference.path.left(80)));
        return QString::fromUtf8(*header);
    }
    if (!isRequest && answer->truncated)
        return failure(
            Error::Kind::TooLarge,
            NamedAnswersText::tr("the answer of “%1” was too large to be kept").arg(reference.request));
    return bodyValue(isRequest ? answer->requestBody : answer->responseBody, reference.path);
}

} // namespace keydesk
