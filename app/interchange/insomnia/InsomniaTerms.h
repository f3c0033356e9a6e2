#pragma once

#include "app/interchange/openapi/SpecTree.h"
#include "app/interchange/tools/ToolCollection.h"

namespace keydesk {

/// Insomnia's texts are Nunjucks templates: {{ _.name }}, {{ name }}, {{ _['a name'] }}, filters behind "|", and tags such as {% uuid 'v4'
/// %} (docs.insomnia.rest, "Template tags"). The few tags that Keydesk makes up alike become its own; the others stay, and are told of by
/// their names alone.
ToolSyntax insomniaSyntax();

/// An environment's object as rows: a member of a member is called "a.b", an element of a list "a[0]". `left` is told what is none of them.
QList<NameValue> insomniaVariables(SpecNode data);
/// The names of those in an environment whose values only Insomnia can decrypt.
QStringList insomniaSecrets(SpecNode keyValuePairs);

} // namespace keydesk
