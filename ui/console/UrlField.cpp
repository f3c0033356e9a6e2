#include "ui/console/UrlField.h"

#include "app/base/Redactor.h"
#include "app/base/VisibleText.h"
#include "app/http/PreparedRequest.h"
#include "app/http/SecretMarkers.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/VariableHints.h"

namespace keydesk {

using namespace Qt::StringLiterals;

UrlField::UrlField(const Redactor &redactor, VariableHints &hints, QWidget *parent)
    : QLineEdit(parent)
    , m_redactor(redactor)
    , m_hints(hints)
{
    setFont(theme::fixedFont(font()));
    setAccessibleName(tr("URL"));
    setPlaceholderText(tr("A path such as /v1/agents, or a whole URL"));
    hints.follow(*this, [this] { return text().isEmpty() ? QString() : withVisibleControls(resolved()); });
}

void UrlField::setContext(const QUrl &baseUrl, const QList<NameValue> &pathParts)
{
    m_pathParts = pathParts;
    m_baseUrl = baseUrl;
}

QString UrlField::resolved() const
{
    RequestSpec spec;
    spec.url = text();
    spec.pathParts = m_pathParts;
    const auto prepared = prepareRequest(spec, m_baseUrl, m_hints.sources(), {});
    if (!prepared)
        return prepared.error().message;
    return m_redactor.redactText(maskedMarkers(prepared->url).toString());
}

} // namespace keydesk
