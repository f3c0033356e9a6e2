#include "app/providers/Provider.h"

#include <algorithm>

namespace keydesk {

namespace {

template <typename List, typename Condition>
auto findIn(const List &list, Condition condition)
{
    const auto it = std::find_if(list.cbegin(), list.cend(), condition);
    return it == list.cend() ? nullptr : &*it;
}

} // namespace

const TokenKind *Provider::kind(const QString &kindId) const
{
    return findIn(kinds, [&](const TokenKind &kind) { return kind.id == kindId; });
}

const TokenKind *Provider::firstStorableKind() const
{
    return findIn(kinds, [](const TokenKind &kind) { return kind.storable; });
}

const TokenApi *Provider::tokenApi(const QString &kindId) const
{
    return findIn(tokenApis, [&](const TokenApi &api) { return api.kindId == kindId; });
}

const ProviderRequest *Provider::request(const QString &requestName) const
{
    return findIn(requests,
                  [&](const ProviderRequest &candidate) { return candidate.request.name == requestName; });
}

const ProviderRequest *Provider::checkRequest(const QString &kindId) const
{
    const TokenKind *wanted = kind(kindId);
    return wanted && !wanted->checkRequest.isEmpty() ? request(wanted->checkRequest) : nullptr;
}

} // namespace keydesk
