#pragma once

#include "app/calls/CallContext.h"
#include "app/cli/AnswerFile.h"
#include "app/cli/CallWords.h"
#include "app/cli/Command.h"

#include <functional>
#include <memory>

namespace keydesk {
class CallRecorder;
class Redactor;
struct CallOutcome;
struct Core;
struct HttpResponse;
} // namespace keydesk

namespace keydesk::cli {

/// call: sends one request. The body of the answer goes to standard output or into a file as it arrives, byte for byte; what is known of the
/// call goes to standard error. Opens what is stored only where the call needs it.
class Call : public Command
{
    Q_OBJECT

public:
    Call();
    ~Call() override;
    [[nodiscard]] bool takesTail() const override { return true; }
    void declare(CLI::App &app) override;
    void interrupt(const CaughtSignal &signal) override;

protected:
    void start() override;

private:
    [[nodiscard]] Result<void> readOptions();
    [[nodiscard]] bool needsStored() const;
    Result<RequestSpec> findRequest(Core &core, CallContext &context);
    Result<void> checkKeysEnvironments(const Core &core, const RequestSpec &request, const CallContext &context) const;
    Result<void> chooseKey(const Core &core, RequestSpec &request, const CallContext &context);
    Result<RequestSpec> build(RequestSpec request);
    Result<void> takeBody(RequestSpec &request);
    Result<void> applyOptions(const RequestSpec &request, CallContext &context) const;
    Result<void> openOutput();
    void sendLight();
    void sendStored(Core &core);
    void answered(const HttpResponse &head);
    void arrived(const QByteArray &piece);
    void toFile(const Result<void> &written);
    void finished(const CallOutcome &outcome);
    void endWhenKept(int status);

    QStringList m_words;
    QString m_environment;
    QString m_key;
    QString m_keyVariable;
    QString m_bodyFile;
    QString m_outputFile;
    QStringList m_variables;
    std::optional<double> m_timeout;
    bool m_noKey = false;
    bool m_keyFromInput = false;
    bool m_include = false;
    bool m_form = false;
    bool m_multipart = false;
    bool m_noFollow = false;
    bool m_yes = false;

    CallWords m_call;
    std::shared_ptr<const Secret> m_token; // for this call alone
    const Redactor *m_redactor = nullptr;
    std::unique_ptr<QObject> m_sender;
    AnswerFile m_file;
    std::function<void()> m_cancel;
    CallRecorder *m_recorder = nullptr; // of a call that is written down
    bool m_isKeeping = false;           // it is over, and being written down
    std::optional<int> m_signal;
};

} // namespace keydesk::cli
