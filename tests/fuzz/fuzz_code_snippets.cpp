#include "app/base/Redactor.h"
#include "app/http/HeaderRules.h"
#include "app/interchange/snippets/CodeSnippet.h"
#include "app/interchange/snippets/ShellWords.h"

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

constexpr const char *token = "talq_Canary0123456789Canary";

PreparedRequest requestOf(const QByteArray &input)
{
    const qsizetype bodyBegin = input.indexOf("\n\n");
    const QList<QByteArray> lines = (bodyBegin < 0 ? input : input.first(bodyBegin)).split('\n');
    PreparedRequest request;
    request.method = isToken(lines.value(0)) ? lines.value(0) : "POST"_ba;
    request.url = QUrl(u"https://x.test/"_s + QString::fromUtf8(lines.value(1)), QUrl::TolerantMode);
    for (const QByteArray &line : lines.mid(2)) {
        const qsizetype colon = line.indexOf(':');
        const QByteArray name = line.first(qMax<qsizetype>(colon, 0));
        const QByteArray value = line.sliced(colon + 1).trimmed();
        if (isToken(name) && isHeaderValue(value))
            request.headers.append({name, value});
    }
    if (bodyBegin >= 0)
        request.body = UploadBody(input.sliced(bodyBegin + 2));
    return request;
}

} // namespace

/// The first line is a method, the second one a path, each further one a header, and behind an empty line comes the body. Whatever they say:
/// code of every kind comes of it; without the choice it holds no token, and with it what is shown has no gap left in it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray input(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    if (input.contains("Canary") || input.size() > 64 * 1024)
        return 0;
    const PreparedRequest request = requestOf(input);
    if (!request.url.isValid())
        return 0;
    static const Redactor redactor;
    static const QUuid id = QUuid::createUuid();
    static const QList<KeyForm> forms{{}, {KeyPlacement::Query, "api_key", {}}, {KeyPlacement::Basic, "Authorization", "Basic "}};
    const SnippetNaming naming{
        SnippetKey{
            id, u"Key"_s, forms.at(input.size() % 3), u"TALKOVER_TOKEN"_s, u"talq_••••nary"_s, {*Origin::fromString(u"https://x.test"_s)}, false},
        {}};
    const SnippetRequest made = snippetRequest(request, naming, redactor);
    SecretValues values;
    values.emplace(id, Secret(token));
    for (const CodeFormat format : codeFormats()) {
        const CodeSnippet named = codeSnippet(format, made);
        require(named.gaps.isEmpty() && !named.text.contains(token));
        const CodeSnippet open = codeSnippet(format, made, SnippetSecrets::ByValue);
        require(!open.text.contains(token));
        const QString shown = open.shown();
        const auto filled = open.filled(values);
        require(filled.has_value());
        for (const SnippetGap &gap : open.gaps)
            require(!shown.contains(QString::fromLatin1(gap.mark)) && filled->reveal().find(gap.mark.constData()) == std::string_view::npos);
    }
    require(inBashQuotes(input).replace("'\\''", "'") == input);
    return 0;
}
