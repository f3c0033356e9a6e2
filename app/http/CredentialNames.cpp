#include "app/http/CredentialNames.h"

#include "app/base/Redactor.h"

#include <QRegularExpression>

namespace keydesk {

using namespace Qt::StringLiterals;

bool namesOnlyVariables(const QString &value)
{
    static const QRegularExpression pattern(
        u"^(?:[A-Za-z]+ +)?\\{\\{[^{}]+\\}\\}(?:[ :]*\\{\\{[^{}]+\\}\\})*$"_s);
    return pattern.match(value.trimmed()).hasMatch();
}

bool namesCredential(const QString &name)
{
    QString dashed = name.trimmed();
    dashed.replace(u'_', u'-');
    return Redactor::isCredentialHeader(dashed.toUtf8()) ||
           dashed.compare("token"_L1, Qt::CaseInsensitive) == 0 ||
           dashed.compare("password"_L1, Qt::CaseInsensitive) == 0 ||
           dashed.compare("secret"_L1, Qt::CaseInsensitive) == 0;
}

} // namespace keydesk
