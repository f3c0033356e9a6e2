#pragma once

#include "app/cli/Command.h"
#include "app/http/HttpMessage.h"
#include "app/providers/AuthExplainer.h"
#include "app/providers/ProviderCatalog.h"

#include <future>

namespace keydesk::cli {

/// keydesk-cli explain: why an answer that another program got was refused, and what to do, as the window
/// explains it. Sends nothing, and opens neither what is stored nor the keychain; the user's own provider
/// files are read.
class Explain : public Command
{
    Q_OBJECT

public:
    Explain();
    void declare(CLI::App &app) override;

protected:
    void start() override;

private:
    void read(const Result<QByteArray> &text);
    [[nodiscard]] Result<PrintedAnswer> answerOf(const QByteArray &text) const;
    Result<CallFacts> factsOf(const PrintedAnswer &answer);
    void tell(const CallFacts &facts, const PrintedAnswer &answer);
    void refuse(const Error &error);

    QString m_input;
    QString m_provider;
    QString m_url;
    QString m_sentKey;
    std::optional<double> m_status;

    std::future<ProviderCatalog> m_reading;
    ProviderCatalog m_providers;
};

} // namespace keydesk::cli
