#pragma once

#include "app/base/Background.h"
#include "app/cli/Command.h"
#include "app/interchange/collection/Formats.h"

namespace keydesk {
struct Core;
}

namespace keydesk::cli {

/// keydesk-cli convert: requests of one format as another. Sends, runs and resolves nothing (SECURITY S10). Credentials are taken out, named
/// in the report as variables, and written nowhere. What is written is there whole or not at all, and only in place of nothing without --force.
class Convert : public Command
{
    Q_OBJECT

public:
    Convert();
    void declare(CLI::App &app) override;
    void interrupt(const CaughtSignal &signal) override;

protected:
    void start() override;

private:
    struct Written
    {
        QString path; ///< empty: standard output
        QByteArray bytes; ///< for standard output
        QList<ImportNote> notes;
    };

    void convert(const Result<ImportedCollection> &imported);
    Result<Written> write(const Collection &collection) const;
    Result<Written> writeTo(const QString &path, const Collection &collection) const;
    Result<Written> writeInto(const QString &folder, const Collection &collection) const;
    Result<void> writeFile(const QString &path, const QByteArray &bytes) const;
    void report(const ImportedCollection &imported, const Written &written);
    void refuse(const Error &error);

    QString m_input;
    QString m_from;
    QString m_to;
    QString m_outputPath;
    bool m_force = false;

    CollectionFormat m_format = CollectionFormat::Http; // that is written
    Core *m_core = nullptr;
    QList<TokenPattern> m_patterns;
    std::optional<int> m_signal;
    std::atomic_bool m_cancelled = false;
    Background m_background; // last: its work refers to the others
};

} // namespace keydesk::cli
