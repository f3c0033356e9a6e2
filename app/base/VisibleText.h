#pragma once

#include <QString>

namespace keydesk {

/// It would change the display instead of standing in it; a tab and a line feed do not count.
bool isInvisible(QChar c);

/// Makes characters that would change the display visible, as "⟨U+202E⟩": C0/C1 controls but tab and newline,
/// bidi controls, zero-width (Trojan Source, CVE-2021-42574).
QString withVisibleControls(const QString &text);

/// What a tool tip shows as `text`, as it is, whatever markup is in it. Nothing for an empty text.
QString plainTip(const QString &text);

} // namespace keydesk
