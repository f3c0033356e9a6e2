#pragma once

#include "app/base/Background.h"
#include "app/history/FinishedCall.h"
#include "app/history/HistoryStore.h"

#include <functional>

namespace keydesk {

class StoredTokens;
class ProviderCatalog;
class Redactor;
class Settings;

/// Writes calls into the history, redacted (SECURITY S8), unless the user wants none kept. UI thread; large
/// bodies are redacted aside.
class CallRecorder : public QObject
{
    Q_OBJECT

public:
    CallRecorder(StoredTokens &tokens, const ProviderCatalog &providers, const Settings &settings,
                 Redactor &redactor, HistoryStore &history, QObject *parent = nullptr);

    /// Makes tokens known that the call holds: one that was typed by hand may be of a stored key that was not
    /// used since the start; one that this call has made is one that nobody has seen yet. Before the call is
    /// shown anywhere.
    void learnTokens(const FinishedCall &call);
    /// After `learnTokens`.
    void keep(const FinishedCall &call);
    /// `done` once every call that was kept before is in the history, or could not be put there
    /// (HistoryStore::failed). Never inside this call, and not after `guard` died.
    void whenKept(QObject *guard, std::function<void()> done);
    /// Its address as the history shows it.
    [[nodiscard]] static QString addressOf(const FinishedCall &call, const Redactor &redactor);
    /// Both.
    void record(const FinishedCall &call);

private:
    StoredTokens &m_tokens;
    const ProviderCatalog &m_providers;
    const Settings &m_settings;
    Redactor &m_redactor;
    HistoryStore &m_history;
    int m_redacting = 0;                    // large bodies
    QList<std::function<void()>> m_waiting; // until none is
    Background m_background;
};

} // namespace keydesk
