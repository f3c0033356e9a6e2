#pragma once

#include <QByteArray>
#include <QHash>

namespace keydesk {

/// What a text says of the format it is in, without its being parsed: its first part, and, if it looks like JSON or YAML, the names of its
/// outermost members. A value. Linear in the size of the text; a text that is cut short or wrong has fewer members.
class FormatHints
{
public:
    static constexpr qsizetype headSize = 256 * 1024;

    explicit FormatHints(const QByteArray &bytes);

    /// The beginning, without a byte order mark: at most `headSize` bytes.
    [[nodiscard]] const QByteArray &head() const { return m_head; }
    /// It begins as a JSON object does.
    [[nodiscard]] bool isJson() const { return m_isJson; }
    /// Whether there is a member "log.entries": of JSON three levels deep, of YAML only the outermost.
    [[nodiscard]] bool has(const QByteArray &member) const { return m_members.contains(member); }
    /// Its text, or what is written of a number; empty for anything else.
    [[nodiscard]] QByteArray value(const QByteArray &member) const { return m_members.value(member); }

private:
    void readJson(const QByteArray &bytes);
    void readYaml();

    QByteArray m_head;
    bool m_isJson = false;
    QHash<QByteArray, QByteArray> m_members;
};

} // namespace keydesk
