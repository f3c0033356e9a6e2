#pragma once

#include <QString>

#include <atomic>
#include <optional>

namespace keydesk {

/// Where text stops being well-formed XML, and why.
struct XmlProblem
{
    int line = 1;
    int column = 1; ///< in characters, from 1
    QString message;

    bool operator==(const XmlProblem &) const = default;
    /// "Line 3, column 12: …"
    [[nodiscard]] QString sentence() const;
};

/// Whether it is a well-formed document. Nothing outside of it is read: no DTD, no external entity. Entities
/// that would grow without bound are a problem too.
std::optional<XmlProblem> checkXml(const QString &text);
/// The same document with one element a line and indentation. Only white space between elements changes;
/// elements that hold text stay as they are. Nothing if the text is not well-formed, or once `stop` says so.
std::optional<QString> prettyXml(const QString &text, const std::atomic<bool> &stop = false);
/// The encoding that the XML declaration names, as written; empty if none.
QString declaredXmlEncoding(const QString &text);

} // namespace keydesk
