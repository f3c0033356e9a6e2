#pragma once

#include "app/interchange/openapi/OpenApi.h"
#include "app/interchange/openapi/OpenApiSchemas.h"

namespace keydesk::openapi {

/// The addresses of the servers that can be used, https first; the others are reported.
QStringList readServers(SpecNode root, const Texts &texts, Report &report);

/// How keys are sent: what the file calls its schemes, and which of them can be expressed.
class Security
{
public:
    Security(SpecNode root, Schemas &schemas, const Texts &texts, Report &report);

    [[nodiscard]] const QList<ImportedKind> &kinds() const { return m_kinds; }
    /// Fills in the key that an operation takes.
    void apply(SpecNode operation, Endpoint &endpoint) const;

private:
    void add(SpecNode scheme, const QString &place, const Texts &texts, Report &report);
    void addApiKey(SpecNode scheme, const QString &place, const Texts &texts, Report &report);
    void addOAuth(SpecNode scheme, const QString &place, const Texts &texts, Report &report);

    SpecNode m_everywhere; // the document's own `security`
    QList<ImportedKind> m_kinds;
    QHash<QString, QString> m_ids; // the file's name of a scheme → kind id
    bool m_isSaid = false;
};

} // namespace keydesk::openapi
