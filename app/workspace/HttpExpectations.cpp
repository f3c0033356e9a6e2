#include "app/workspace/HttpEdit.h"
#include "app/workspace/HttpEdits.h"
#include "app/workspace/HttpRequest.h"

#include <QCoreApplication>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct HttpExpectationsText
{
    Q_DECLARE_TR_FUNCTIONS(HttpExpectations)
};

bool isOneLine(const QString &text)
{
    return std::ranges::none_of(text, [](QChar c) { return c == u'\n' || c == u'\r' || c.isNull(); });
}

} // namespace

Result<HttpFile> withExpectations(const HttpFile &file, int request, const QStringList &expectations)
{
    const auto was = readHttpRequest(file, request);
    if (!was)
        return tl::unexpected(was.error());
    QList<int> old; // lines, from 0
    for (const WrittenExpectation &each : was->expectations)
        old.append(each.line - 1);
    HttpEdits edits(file);
    QByteArrayList added;
    for (qsizetype at = 0; at < std::max(old.size(), expectations.size()); ++at) {
        const QString wanted = expectations.value(at).trimmed();
        if (at < expectations.size() && (wanted.isEmpty() || !isOneLine(wanted)))
            return failure(
                Error::Kind::InvalidInput,
                HttpExpectationsText::tr("An expectation is one line of text. Nothing was changed."));
        if (at < old.size() && at < expectations.size() && was->expectations.at(at).text == wanted)
            continue; // as it was written
        const auto line = file.encode(u"# @expect "_s + wanted);
        if (!line)
            return tl::unexpected(line.error());
        if (at >= old.size())
            added.append(*line);
        else if (at >= expectations.size())
            edits.replaceLines(old.at(at), old.at(at) + 1, {});
        else
            edits.replaceLines(old.at(at), old.at(at) + 1, {*line});
    }
    if (!added.isEmpty()) // behind the last one, or just above the request
        edits.insertLines(old.isEmpty() ? file.request(request).requestLine : old.constLast() + 1, added);
    const auto changed = HttpFile::parse(edits.apply(), file.path());
    if (!changed)
        return changed;
    const auto read = readHttpRequest(*changed, request);
    const bool isMeant = read && changed->requestCount() == file.requestCount() && read->spec == was->spec &&
                         std::ranges::equal(read->expectations, expectations, [](const WrittenExpectation &one, const QString &other) { return one.text == other.trimmed(); });
    if (!isMeant)
        return failure(Error::Kind::InvalidInput,
                       HttpExpectationsText::tr("These expectations cannot be written into the file so that "
                                                "they are read as what they are. Nothing was changed."));
    return changed;
}

} // namespace keydesk
