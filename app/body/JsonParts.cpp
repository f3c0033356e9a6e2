#include "app/body/JsonParts.h"

#include <algorithm>

namespace keydesk {

MatchFilter jsonPart(const JsonIndex &index, JsonPart part)
{
    return [tokensAt = index.tokenSource(), part](std::vector<TextMatch> &matches,
                                                  const std::atomic<bool> &stop) {
        JsonTokens known;
        std::erase_if(matches, [&](const TextMatch &match) {
            if (match.begin >= known.end)
                known = tokensAt(match.begin, stop);
            const auto token =
                std::partition_point(known.tokens.cbegin(), known.tokens.cend(),
                                     [&match](const JsonToken &each) { return each.end <= match.begin; });
            return token == known.tokens.cend() || token->begin > match.begin ||
                   token->isName != (part == JsonPart::Names);
        });
    };
}

} // namespace keydesk
