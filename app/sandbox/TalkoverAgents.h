#pragma once

#include "app/sandbox/Message.h"
#include "app/sandbox/TalkoverSamples.h"

#include <QDateTime>
#include <QHash>
#include <QStringList>

namespace keydesk::sandbox {

class Service;

/// The voice API of one Talkover environment: agents, calls and campaigns, in memory.
class TalkoverAgents
{
public:
    TalkoverAgents(const Service &service, const QString &environment);

    Reply list(const Request &request, const QStringList &parts);
    Reply create(const Request &request, const QStringList &parts);
    Reply get(const Request &request, const QStringList &parts);
    Reply remove(const Request &request, const QStringList &parts);
    Reply makeCall(const Request &request, const QStringList &parts);
    Reply callsOf(const Request &request, const QStringList &parts);
    Reply calls(const Request &request, const QStringList &parts);
    Reply campaigns(const Request &request, const QStringList &parts);
    Reply campaign(const Request &request, const QStringList &parts);

private:
    [[nodiscard]] qsizetype indexOf(const QString &agentId) const; ///< -1: not here
    [[nodiscard]] Reply notFound(const QString &agentId) const;
    [[nodiscard]] bool hasActiveCall(const QString &agentId) const;

    const Service &m_service;
    const QString m_environment;
    TalkoverData m_data;
    QHash<QString, QDateTime> m_ringingSince; // agent → its latest call
};

} // namespace keydesk::sandbox
