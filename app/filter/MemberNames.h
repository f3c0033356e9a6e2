#pragma once

#include <QByteArray>
#include <QStringList>

namespace keydesk {

/// The names of members in the first document of a JSON text, which may end anywhere, each once, in order;
/// those with escapes are left out. At most `mostMemberNames`.
QStringList memberNames(const QByteArray &json);

inline constexpr qsizetype mostMemberNames = 1000;

} // namespace keydesk
