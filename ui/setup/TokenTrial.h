#pragma once

#include "app/keys/KeyService.h"

#include <QObject>
#include <QPointer>

namespace keydesk {

struct Core;
struct SetupDraft;

/// The real call with a token that is not stored yet, or with an OAuth client's secret the fetch of an access token: at most one at a time, and never to a place where a
/// token must not go.
class TokenTrial : public QObject
{
    Q_OBJECT

public:
    explicit TokenTrial(Core &core, QObject *parent = nullptr);
    ~TokenTrial() override;

    /// Why the draft's token is not sent to the draft's place, or nothing.
    [[nodiscard]] static QString hindrance(const SetupDraft &draft, const Core &core);
    /// Tries the draft's token. A trial under way is stopped first.
    void start(const SetupDraft &draft);
    /// Stops, and forgets the last outcome.
    void reset();
    [[nodiscard]] bool isRunning() const { return m_running; }
    /// "GET /api/v1/health", what is being asked.
    [[nodiscard]] QString question() const { return m_question; }
    [[nodiscard]] const std::optional<TokenCheck> &outcome() const { return m_outcome; }

Q_SIGNALS:
    void changed();

private:
    void fetchToken(const SetupDraft &draft);

    Core &m_core;
    std::unique_ptr<QObject> m_fetch; // of an access token, while it is waited for
    QPointer<HttpCall> m_call;
    quint64 m_generation = 0; // answers of trials that were stopped are not listened to
    bool m_running = false;
    QString m_question;
    std::optional<TokenCheck> m_outcome;
};

/// What a refused or failed check means, in one or two short sentences. Empty if it went well.
QString explainCheck(int status, ApiKey::Status verdict, const std::optional<Error> &error);

} // namespace keydesk
