#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QString>

namespace keydesk::sandbox {

/// The sample replies of Talkover's documentation (docs.talkover.ai/en/api-reference/endpoints/…), filled up
/// to the totals that they name: 25 agents and 100 calls in production; a few in development, with ids of
/// their own.
struct TalkoverData
{
    QJsonArray agents;
    QJsonArray calls;
    QJsonArray campaigns;
};

TalkoverData talkoverSamples(const QString &environment);
/// What GET /campaigns/{id} tells beyond the list.
QJsonObject talkoverCampaignDetails();

} // namespace keydesk::sandbox
