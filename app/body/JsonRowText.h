#pragma once

#include "app/body/JsonRows.h"

#include <QString>

#include <atomic>

namespace keydesk {

/// A row of JSON in words, without its indentation.
struct JsonRowText
{
    enum class Part : quint8 { Name, String, Number, Punctuation, Note };
    struct Span
    {
        Part part;
        int begin; ///< in `text`
        int end;
    };

    QString text;
    QList<qint64> offsets; ///< of the byte where each UTF-16 unit of `text` comes from; one more at the end
    std::vector<Span> spans;
    bool isCut = false; ///< the value or its name is longer than what is shown of it

    /// The place in `text` of what comes from a byte.
    [[nodiscard]] int positionOf(qint64 offset) const;
};

struct JsonTextStyle
{
    bool decodesEscapes = false; ///< é instead of \u00e9; else as it was sent
    bool marksControls = true;   ///< as in shownText; else the text itself, as it is copied
    qint64 longest = 1000;       ///< bytes of a value or a name
};

/// Numbers stand as they were sent.
JsonRowText jsonRowText(const JsonRows &rows, const JsonPlace &place, const JsonTextStyle &style);

/// What the inside of a string means, without its escapes; as far as it has come at `stop`.
QString decodedJson(QByteArrayView inside, const std::atomic<bool> &stop = false);
/// What a step adds to a path: `.status`, `["first name"]` with the name as it was sent, or `[2]`.
QString jsonStep(const FileBytes &bytes, const JsonIndex::PathStep &step);
/// `$.data[2].status`
QString jsonPath(const FileBytes &bytes, const std::vector<JsonIndex::PathStep> &path);
/// RFC 6901: `/data/2/status`
QString jsonPointer(const FileBytes &bytes, const std::vector<JsonIndex::PathStep> &path);

} // namespace keydesk
