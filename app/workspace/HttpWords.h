#pragma once

#include <QByteArrayView>

/// What a line of a .http file begins or ends with. `trimmed` has no space around it.
namespace keydesk::words {

bool isComment(QByteArrayView trimmed);
bool isIndented(QByteArrayView line);
/// One of those that are a method whatever follows, in either case.
bool isMethodWord(QByteArrayView word);
/// RFC 9110 section 5.6.2.
bool isTokenWord(QByteArrayView word);
/// So that the word in front of it is a method.
bool looksLikeTarget(QByteArrayView text);
/// Where " HTTP/1.1" begins at the end of a line, or its size.
qsizetype versionBegin(QByteArrayView trimmed);
bool endsInScriptName(QByteArrayView path);
/// "name:" with a name that a header may have, and nothing but space or the end behind the colon.
bool isPlainHeader(QByteArrayView trimmed);

} // namespace keydesk::words
