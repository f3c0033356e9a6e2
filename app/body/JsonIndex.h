#pragma once

#include "app/body/BackgroundScan.h"
#include "app/body/FileBytes.h"
#include "app/body/JsonNode.h"

#include <memory>
#include <optional>
#include <vector>

namespace keydesk {

class JsonReader;

/// Where the values of JSON text of any size are: one document, several (JSON Lines, concatenated) or a
/// sequence (RFC 7464). Checks the text once, on a thread of its own, and keeps a few figures for every 8 kB
/// of it, however many values there are and however deep: about 4 MB a gigabyte. What lies between is read
/// again when it is asked for, so that an answer takes well under a millisecond. Numbers are never converted,
/// names may be there twice.
///
/// Text behind a fault is not looked at. What is open there ends there; a scalar that the fault cuts is no
/// value. All may be asked on any thread, also while it scans: what it has not come to is not there yet.
class JsonIndex : public BackgroundScan
{
    Q_OBJECT

public:
    using PathStep = JsonPathStep;

    /// `begin`: behind a byte order mark.
    explicit JsonIndex(const std::shared_ptr<const FileBytes> &bytes, qint64 begin = 0,
                       QObject *parent = nullptr);

    /// More text is on its way; not so at first. That it ends too early is no fault then.
    void setGrowing(bool isGrowing);
    /// Up to where the text is known, in bytes of the file.
    [[nodiscard]] qint64 scanned() const;
    /// It has come to the end of all text, or to its fault: nothing more will be known.
    [[nodiscard]] bool isComplete() const;
    /// Also that the text ends too early, once it is complete; such a one goes away when more text has come.
    [[nodiscard]] std::optional<JsonFault> fault() const;

    [[nodiscard]] std::optional<JsonNode> firstDocument() const;
    [[nodiscard]] std::optional<JsonNode> nextDocument(const JsonNode &document) const;
    [[nodiscard]] std::optional<JsonNode> previousDocument(const JsonNode &document) const;
    /// So far.
    [[nodiscard]] qint64 documentCount() const;
    [[nodiscard]] std::optional<JsonNode> document(qint64 index) const;

    /// None while the container's end has not been reached; 0 for a scalar.
    [[nodiscard]] std::optional<qint64> childCount(const JsonNode &container) const;
    [[nodiscard]] std::optional<JsonNode> child(const JsonNode &container, qint64 index) const;
    [[nodiscard]] std::optional<JsonNode> firstChild(const JsonNode &container) const;
    [[nodiscard]] std::optional<JsonNode>
    lastChild(const JsonNode &container) const; ///< none while its end is unknown
    /// The value behind this one in the same container (not for documents).
    [[nodiscard]] std::optional<JsonNode> next(const JsonNode &child) const;
    [[nodiscard]] std::optional<JsonNode> previous(const JsonNode &child) const;

    /// From the document to the innermost value that holds the byte. A name, and what stands between it and
    /// its value, belong to the value; what stands between values to their container. Empty between documents
    /// and where nothing was scanned.
    [[nodiscard]] std::vector<PathStep> pathAt(qint64 offset) const;

    /// Tokens of the stretch that holds a byte, of several kB; none where there is no text, or none that is
    /// known before `stop`: waits until it is. For any thread, also when the index is gone.
    using TokenSource = std::function<JsonTokens(qint64 offset, const std::atomic<bool> &stop)>;
    [[nodiscard]] TokenSource tokenSource() const;

private:
    struct State;

    JsonIndex(const std::shared_ptr<const FileBytes> &bytes, const std::shared_ptr<State> &state,
              QObject *parent);

    [[nodiscard]] bool isEnded() const;
    [[nodiscard]] JsonReader reader() const;

    const std::shared_ptr<const FileBytes> m_bytes;
    const std::shared_ptr<State> m_state;
    std::atomic<bool> m_isGrowing = false;
};

} // namespace keydesk
