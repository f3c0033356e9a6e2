#include "app/interchange/insomnia/InsomniaFiles.h"
#include "app/interchange/insomnia/InsomniaRequest.h"
#include "app/interchange/insomnia/InsomniaTerms.h"
#include "app/interchange/tools/ToolFile.h"

#include <QCoreApplication>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct InsomniaV5Text
{
    Q_DECLARE_TR_FUNCTIONS(Insomnia)
};

double sortKey(SpecNode item)
{
    return item["meta"]["sortKey"].text().toDouble();
}

class V5Reader
{
public:
    explicit V5Reader(const CollectionSource &source)
        : m_made(InsomniaV5Text::tr("Insomnia v5"), insomniaSyntax(), source)
        , m_source(source)
    {
    }

    Result<ImportedCollection> read(SpecNode root)
    {
        m_made.setWhole({root["name"].text(), root["meta"]["description"].text()});
        if (root["environments"].isList()) { // written by hand: a list instead of the base with the others in it
            for (SpecNode each = root["environments"].first(); each.isThere(); each = each.next())
                addInsomniaEnvironment(m_made, each["name"].text(), each["data"], each["kvPairData"]);
        } else {
            readEnvironments(root["environments"]);
        }
        if (const auto done = readItems(root["collection"]); !done)
            return tl::unexpected(done.error());
        if (root["spec"]["contents"].isThere() || root["spec"]["file"].isThere())
            m_made.noteLeft({},
                            InsomniaV5Text::tr(
                                "The API description in it is not imported; import it as an OpenAPI file."));
        if (root["cookieJar"]["cookies"].first().isThere())
            m_made.noteLeft({}, InsomniaV5Text::tr("Its cookies are not imported."));
        if (root["testSuites"].first().isThere())
            m_made.noteLeft({}, InsomniaV5Text::tr(
                                    "Its tests are not imported: they are scripts, and Keydesk runs none."));
        if (root["certificates"].first().isThere())
            m_made.noteLeft(
                {}, InsomniaV5Text::tr(
                        "Its client certificates are not imported; an environment has them in Keydesk."));
        if (m_made.requestCount() == 0 && !m_made.hasVariables())
            return toolFailure(m_source.fileName, InsomniaV5Text::tr("The file holds no requests."));
        return m_made.take();
    }

private:
    void readEnvironments(SpecNode base)
    {
        addInsomniaVariables(m_made, base["data"], base["kvPairData"]);
        for (SpecNode each = base["subEnvironments"].first(); each.isThere(); each = each.next())
            addInsomniaEnvironment(m_made, each["name"].text(), each["data"], each["kvPairData"]);
    }

    Result<void> readItems(SpecNode items)
    {
        std::vector<SpecNode> sorted;
        for (SpecNode item = items.first(); items.isList() && item.isThere(); item = item.next())
            sorted.push_back(item);
        std::ranges::stable_sort(sorted, {}, sortKey);
        for (const SpecNode &item : sorted) {
            if (const auto done = readItem(item); !done)
                return done;
        }
        return {};
    }

    Result<void> readItem(SpecNode item)
    {
        const bool isRequest = item["method"].isThere();
        const bool isFolder = !isRequest && !item["url"].isThere() && !item["reflectionApi"].isThere() && !item["transportType"].isThere();
        if (isRequest)
            return m_made.add(insomniaRequest(item, InsomniaVersion::V5));
        if (!isFolder || !item.isMap()) {
            m_made.noteLeft(
                item["name"].text(),
                InsomniaV5Text::tr("Line %1: it is no HTTP request, and is not imported.").arg(item.line()));
            return {};
        }
        if (const auto opened = m_made.open(insomniaFolder(item, InsomniaVersion::V5)); !opened)
            return opened;
        const Result<void> done = readItems(item["children"]);
        m_made.close();
        return done;
    }

    ToolCollection m_made;
    const CollectionSource &m_source;
};

} // namespace

Result<ImportedCollection> readInsomniaV5(SpecNode root, const CollectionSource &source)
{
    return V5Reader(source).read(root);
}

} // namespace keydesk
