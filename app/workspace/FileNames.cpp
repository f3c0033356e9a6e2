#include "app/workspace/FileNames.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace keydesk {

using namespace Qt::StringLiterals;

Result<QString> fileNameFor(const QString &name)
{
    static const QRegularExpression forbidden(u"[\\x00-\\x1F\\x7F/\\\\:*?\"<>|]"_s);
    static const QRegularExpression reserved(u"^(?:CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])(?:\\.|$)"_s,
                                             QRegularExpression::CaseInsensitiveOption);
    QString safe = name.trimmed();
    safe.replace(forbidden, u"-"_s);
    // A name that begins with a dot is hidden, and so would not be found again; one that ends with one is no
    // name on Windows.
    while (safe.startsWith(u'.') || safe.startsWith(u' '))
        safe.remove(0, 1);
    while (safe.toUtf8().size() > 200)
        safe.chop(safe.back().isLowSurrogate() ? 2 : 1);
    while (safe.endsWith(u'.') || safe.endsWith(u' '))
        safe.chop(1);
    if (reserved.match(safe).hasMatch())
        safe.prepend(u'_');
    if (safe.isEmpty())
        return failure(Error::Kind::InvalidInput,
                       QCoreApplication::translate(
                           "FileNames", "“%1” cannot be the name of a file. Write a letter or a digit.")
                           .arg(name.left(80)));
    return safe;
}

} // namespace keydesk
