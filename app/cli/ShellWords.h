#pragma once

#include <QString>
#include <QStringList>

namespace keydesk::cli {

/// A line of bash up to the cursor, taken apart as bash does it, but for expansions: those stay as they are written.
struct BashLine
{
    enum class Quote { None, Single, Double, Ansi }; ///< '…', "…", $'…'

    QStringList words;        ///< without their quotes; the last one is being typed, and may be empty
    QString typed;            ///< the last one as it is written
    Quote open = Quote::None; ///< that is not closed yet
};

BashLine readBashLine(const QString &line);
/// `text` as bash reads it back where such a quote is open: nothing in it is expanded or run. Invisible characters are written as numbers.
QString bashQuoted(const QString &text, BashLine::Quote open);

} // namespace keydesk::cli
