#pragma once

#include <QJsonArray>
#include <QJsonObject>

namespace keydesk::sandbox {

/// The sample data of Talkturo's documentation, under the ids that it prints ("asst_01j...").
struct TalkturoData
{
    QJsonArray assistants; ///< the second one, asst_other, belongs to another account
    QJsonArray contacts;
    QJsonArray companies;
    QJsonArray campaigns;
};

TalkturoData talkturoSamples();
QJsonObject talkturoAssistant();
/// POST /phone-numbers/search
QJsonObject talkturoNumbers();

} // namespace keydesk::sandbox
