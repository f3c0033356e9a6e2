#pragma once

#include "app/calls/CallController.h"

#include <QJsonObject>
#include <QStringList>

namespace keydesk {
class Redactor;
}

namespace keydesk::cli {

/// What is told of a call that ended beside its body, redacted: its answer, time and size, the key that went along, what redirects dropped,
/// and the explanation of a refusal.
QStringList factLines(const CallOutcome &outcome, const Redactor &redactor);
QJsonObject factsJson(const CallOutcome &outcome, const Redactor &redactor);
/// The answer's status line and headers as they came, redacted, with the empty line behind them.
QByteArray headText(const HttpResponse &head, const Redactor &redactor);
QStringList explanationLines(const Explanation &explanation);
QJsonObject explanationJson(const Explanation &explanation);

} // namespace keydesk::cli
