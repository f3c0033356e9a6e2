#pragma once

#include "app/interchange/collection/Collection.h"
#include "app/interchange/curl/CurlOptions.h"
#include "app/interchange/curl/ShellWords.h"

#include <optional>

namespace keydesk {

/// What the options between two --next come to: requests, one for each URL.
class CurlRequest
{
public:
    /// `input`: what the command is given to read, as -d @- takes it.
    CurlRequest(QList<ImportNote> &notes, const std::optional<QString> &input)
        : m_notes(notes)
        , m_input(input)
    {
        m_options.followRedirects = false;
    }

    /// `value` is empty for an option that takes none. `isOn`: not "--no-…".
    void take(const CurlOption &option, const ShellWord &value, bool isOn);
    void takeUrl(const ShellWord &url) { m_urls.append(url); }
    [[nodiscard]] bool isEmpty() const { return m_urls.isEmpty(); }

    /// Each with `title` as its name.
    [[nodiscard]] QList<CollectionRequest> requests(const QString &title);

private:
    struct Data
    {
        QString text;
        QString file; ///< not empty: its content
    };

    void note(const ShellWord &at, const QString &sentence, ImportNote::What what = ImportNote::What::NotExpressed);
    void noteOption(const CurlOption &option, const ShellWord &at);
    void takeHeader(const ShellWord &value);
    void takeData(const ShellWord &value, CurlMeaning meaning);
    void takeUrlEncoded(const ShellWord &value, bool forUrl);
    void takeForm(const ShellWord &value, bool isPlain);
    void takeCookie(const ShellWord &value);
    void takeUser(const ShellWord &value);
    void addData(const Data &data, bool isApart = true);
    [[nodiscard]] static std::optional<int> milliseconds(const QString &seconds);

    [[nodiscard]] bool hasHeader(QLatin1StringView name) const;
    void addDefault(RequestSpec &spec, QLatin1StringView name, const QString &value) const;
    [[nodiscard]] std::optional<CollectionRequest> request(const ShellWord &url, const QString &title, qsizetype number);
    [[nodiscard]] QString methodOf(bool hasBody) const;
    [[nodiscard]] bool setUrl(RequestSpec &spec, const ShellWord &url);
    void addQuery(QString &url) const;
    void setHeaders(RequestSpec &spec) const;
    void setBody(RequestSpec &spec, const ShellWord &at, qsizetype number);

    QList<ImportNote> &m_notes;
    std::optional<QString> m_input;
    QList<ShellWord> m_urls;
    QList<ShellWord> m_uploads;
    QList<NameValue> m_headers;
    QStringList m_removed; // "Accept:"
    QList<Data> m_data;
    bool m_hasData = false;
    bool m_isJson = false;
    bool m_isWhole = true; // UTF-8
    QList<RequestPart> m_parts;
    QString m_method;
    QString m_agent;
    QString m_referer;
    QString m_authorization;
    QString m_bearer;
    QString m_range;
    QStringList m_cookies;
    QStringList m_query;
    QString m_scheme = QStringLiteral("http");
    HttpOptions m_options; // without redirects, as curl has it
    bool m_isGet = false;
    bool m_isHead = false;
    bool m_globs = true;
};

} // namespace keydesk
