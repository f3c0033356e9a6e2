#include "app/http/HttpMessage.h"
#include "app/providers/AuthExplainer.h"

#include <cstdint>
#include <cstdlib>

using namespace keydesk;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

} // namespace

/// Whatever was printed: an answer that can be explained, within the limits, or an error that says something.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray text(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const Result<PrintedAnswer> answer = readPrintedAnswer(text);
    if (!answer) {
        require(!answer.error().message.isEmpty());
        return 0;
    }
    const HttpResponse &response = answer->response;
    require(response.status == 101 || (response.status >= 200 && response.status <= 599));
    require(response.body.size() <= printedAnswerLimit * 2); // UTF-16 grows
    require(answer->notes.size() <= 2);
    if (answer->request)
        (void)carriesCredential(*answer->request);
    CallFacts facts;
    facts.response = response;
    for (const auto sent :
         {CallFacts::Sent::NotKnown, CallFacts::Sent::WithKey, CallFacts::Sent::WithoutKey}) {
        facts.sent = sent;
        const Explanation told = explain(facts);
        require(told.isEmpty() == (response.status < 400));
        require(told.isEmpty() || (!told.title.isEmpty() && !told.text.isEmpty() && !told.steps.isEmpty()));
    }
    require(!evidence(facts).isEmpty());

    const auto chunks = printed::readChunks(text);
    require(!chunks || (chunks->size <= text.size() && chunks->body.size() <= chunks->size));
    return 0;
}
