#include "app/providers/ExplainParts.h"

#include <algorithm>

namespace keydesk::explaining {

using namespace Qt::StringLiterals;

namespace {

using Severity = Explanation::Severity;

QStringList segments(const QString &path)
{
    return path.split(u'/', Qt::SkipEmptyParts);
}

// The segments that stand twice in a row at the front of `path`, "/v1" in "/v1/v1/profile"; empty if none do.
QString doubledStart(const QString &path)
{
    const QStringList parts = segments(path);
    for (qsizetype length = std::min<qsizetype>(parts.size() / 2, 4); length > 0; --length) {
        if (parts.mid(0, length) == parts.mid(length, length))
            return u'/' + parts.mid(0, length).join(u'/');
    }
    return {};
}

QString without(QString path)
{
    while (path.endsWith(u'/'))
        path.chop(1);
    return path;
}

} // namespace

Explanation explainBaseUrl(const CallFacts &facts, const HttpResponse &response)
{
    if (!facts.environment || !facts.provider || facts.provider->isCustom)
        return {};
    const QString base = facts.environment->baseUrl;
    const QString path = without(QUrl(base).path());
    const QString documented = facts.provider->sandboxService.isEmpty()
                                   ? without(QUrl(facts.provider->baseUrl).path())
                                   : without(facts.provider->basePath);
    const QString called = response.url.isEmpty() ? lastUrl(facts).path() : response.url.path();
    const QString doubled = doubledStart(called);

    Explanation told{u"base-url"_s, Severity::Caution, {}, {}, {}, {editEnvironment(), showSent()}};
    if (!doubled.isEmpty()) {
        told.title = Text::tr("The address has %1 twice").arg(doubled);
        told.text = sentences(
            {answered(facts, response),
             Text::tr("The call went to %1. The base URL of %2 (%3) and the request's URL both bring %4.")
                 .arg(called, environmentName(facts), base, doubled)});
        told.steps = {Text::tr("Take %1 off the end of the base URL, or off the start of the request's URL.")
                          .arg(doubled),
                      Text::tr("Send again.")};
        return told;
    }
    if (path == documented || !called.startsWith(path))
        return {};
    told.title = Text::tr("The base URL is probably wrong");
    told.text =
        sentences({answered(facts, response),
                   documented.isEmpty()
                       ? Text::tr("The base URL of %1 is %2, and %3's documentation has none of the path %4.")
                             .arg(environmentName(facts), base, facts.provider->name, path)
                       : Text::tr("The base URL of %1 is %2, and %3's documentation has one that ends in %4.")
                             .arg(environmentName(facts), base, facts.provider->name, documented)});
    told.steps = {documented.isEmpty() ? Text::tr("Take %1 off the end of the base URL.").arg(path)
                                       : Text::tr("Let the base URL end in %1.").arg(documented),
                  Text::tr("Send again.")};
    return told;
}

} // namespace keydesk::explaining
