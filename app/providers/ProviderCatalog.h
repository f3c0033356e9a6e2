#pragma once

#include "app/base/Error.h"
#include "app/providers/Provider.h"

#include <QHash>
#include <QJsonObject>
#include <QList>
#include <QString>

#include <future>

namespace keydesk {

/// All providers: the built-in files (":/providers"), then the user's own (config/providers/*.json), which may replace a built-in one of
/// the same id. A file may say `"extends": "<id>"` and then name only what differs (see resolveExtends). A broken file is left out and reported;
/// so is a file with a member that Keydesk does not know, which is nearly always a typing mistake. Sorted by `order`, then name.
class ProviderCatalog
{
public:
    struct Problem
    {
        QString file;
        QString message; ///< names the field: "token_kinds[1].pattern: not a regular expression: …"
    };

    /// The built-in ones and those in `folder`, read on another thread. Needs no QCoreApplication yet.
    static std::future<ProviderCatalog> read(const QString &folder);

    void loadBuiltIn();
    void loadFolder(const QString &folder);

    [[nodiscard]] const QList<Provider> &all() const { return m_providers; }
    [[nodiscard]] const Provider *find(const QString &id) const; ///< nullptr if there is none; valid until the next load
    [[nodiscard]] const QList<Problem> &problems() const { return m_problems; }

private:
    void complain(const QString &file, const QString &message);

    QList<Provider> m_providers;
    QList<Problem> m_problems;
    QHash<QString, QJsonObject> m_sources; // resolved, for what a later file extends
};

/// Reads one provider file's contents. `bases` resolves `extends`. The Error's message names the field.
Result<Provider> parseProvider(const QByteArray &json, const QHash<QString, QJsonObject> &bases = {});

} // namespace keydesk
