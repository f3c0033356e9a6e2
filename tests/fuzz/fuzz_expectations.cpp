#include "app/base/Redactor.h"
#include "app/http/ExpectationCheck.h"

#include <QStringList>

#include <cstdint>
#include <cstdlib>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

} // namespace

/// Lines up to an empty one are expectations, the rest is the body of an answer. Each has one outcome: what cannot be read names a place in
/// it and is never met, and what a message tells is short and without the secret.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray input(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const qsizetype gap = input.indexOf("\n\n");
    const QStringList lines = QString::fromUtf8(gap < 0 ? input : input.first(gap)).split(u'\n');
    HttpResponse response;
    response.status = 200;
    response.reason = "OK";
    response.headers = {{"Content-Type", "application/json"}, {"X-Secret", "fuzz-canary-123456"}};
    response.body = gap < 0 ? QByteArray() : input.sliced(gap + 2);
    Redactor redactor;
    redactor.add(Secret("fuzz-canary-123456"));
    QList<WrittenExpectation> written;
    for (const QString &line : lines)
        written.append({static_cast<int>(written.size()) + 1, 1, line});
    const auto outcomes = checkExpectations(written, {response, std::chrono::milliseconds(20)}, {{u"name"_s, u"value"_s, true}}, redactor);
    require(outcomes.size() == written.size());
    for (qsizetype at = 0; at < outcomes.size(); ++at) {
        const auto parsed = Expectation::parse(written.at(at).text);
        const ExpectationOutcome &outcome = outcomes.at(at);
        require(parsed.has_value() == (outcome.state != ExpectationOutcome::State::Unreadable));
        require(outcome.isMet() == outcome.message.isEmpty());
        require(outcome.message.size() < 2'000);
        require(!outcome.message.contains("fuzz-canary-123456"_L1));
        if (parsed)
            require(Expectation::parse(parsed->text) == parsed);
        else
            require(parsed.error().offset >= 0 && parsed.error().offset <= written.at(at).text.size() && !parsed.error().message.isEmpty());
    }
    return 0;
}
