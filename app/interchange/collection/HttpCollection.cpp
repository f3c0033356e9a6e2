#include "app/interchange/collection/HttpCollection.h"

#include "app/http/VariableReference.h"
#include "app/interchange/collection/CollectionTexts.h"
#include "app/workspace/DiskSteps.h"
#include "app/workspace/EnvironmentFiles.h"
#include "app/workspace/HttpEdit.h"
#include "app/workspace/WorkspaceIndex.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QHash>
#include <QSet>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

using Kind = HttpLine::Kind;

struct HttpCollectionText
{
    Q_DECLARE_TR_FUNCTIONS(HttpCollection)
};

tl::unexpected<Error> stopped()
{
    return failure(Error::Kind::Cancelled, HttpCollectionText::tr("The reading was stopped."));
}

/// A comment that begins with "@" would say something.
QByteArray commentLines(QString text)
{
    if (text.trimmed().isEmpty())
        return {};
    text.replace("\r\n"_L1, "\n"_L1).replace(u'\r', u'\n');
    QByteArray lines;
    for (const QString &line : text.split(u'\n')) {
        const QString trimmed = line.trimmed();
        const bool isEscaped = trimmed.startsWith(u'@') || (trimmed.startsWith(u'\\') && trimmed.contains(u'@'));
        lines += line.isEmpty() ? QByteArray("#") : "# " + (isEscaped ? u'\\' + trimmed : line).toUtf8();
        lines += '\n';
    }
    return lines;
}

/// The comments of lines [first, last), as they were given to `commentLines`.
QString commentsIn(const HttpFile &file, int first, int last)
{
    QStringList lines;
    for (int at = first; at < last; ++at) {
        const HttpLine &line = file.lines().at(static_cast<std::size_t>(at));
        if (line.kind != Kind::Comment)
            continue;
        QString text = file.decode(line).trimmed();
        text = text.startsWith("//"_L1) ? text.sliced(2) : text.sliced(1);
        if (text.startsWith(u' '))
            text.remove(0, 1);
        if (text.startsWith(u'\\') && text.contains(u'@'))
            text.remove(0, 1);
        lines.append(text);
    }
    return lines.join(u'\n');
}

QByteArray optionLines(const HttpOptions &options)
{
    QByteArray lines;
    const auto say = [&lines](bool does, const QByteArray &what) { lines += does ? "# @" + what + '\n' : QByteArray(); };
    say(!options.followRedirects, "no-redirect");
    say(!options.keepCookies, "no-cookie-jar");
    say(!options.keepLog, "no-log");
    say(!options.encodeUrl, "no-auto-encoding");
    say(options.confirm, "note");
    say(options.timeoutMs.has_value(), "timeout " + QByteArray::number(options.timeoutMs.value_or(0)) + " ms");
    say(options.connectionTimeoutMs.has_value(),
        "connection-timeout " + QByteArray::number(options.connectionTimeoutMs.value_or(0)) + " ms");
    for (const HttpPrompt &prompt : options.prompts) {
        QString name = prompt.name.simplified();
        name.remove(u' ');
        say(!name.isEmpty(), "prompt " + (name + u' ' + prompt.description).simplified().toUtf8());
    }
    return lines;
}

/// What other tools read, too; of the requests of other formats there is none.
QByteArray annotationLines(const CollectionRequest &request)
{
    QByteArray lines;
    if (!request.reference.isEmpty())
        lines += "# @name " + request.reference.toUtf8() + '\n';
    for (const QString &each : request.expectations)
        lines += QByteArray("# @") + expectAnnotation + ' ' + each.toUtf8() + '\n';
    return lines;
}

/// What "@name" says, if there is one.
QString writtenReference(const HttpFile &file, int request)
{
    const HttpBlock &block = file.request(request);
    for (int at = block.firstLine; at < block.headersEnd; ++at) {
        const HttpLine &line = file.lines().at(static_cast<std::size_t>(at));
        if (line.kind == Kind::Annotation && httpAnnotation(file.bytes(line)).name == "name")
            return file.reference(request);
    }
    return {};
}

QStringList textsOf(const QList<WrittenExpectation> &expectations)
{
    QStringList texts;
    for (const WrittenExpectation &each : expectations)
        texts.append(each.text);
    return texts;
}

/// The names that {{name.response.…}} of any request begins with.
QSet<QString> referencesIn(Collection collection)
{
    QSet<QString> names;
    eachText(collection, [&names](QString &text, TextPlace) {
        for (auto each = nextVariable(text); each; each = nextVariable(text, each->start + each->length)) {
            if (each->name.contains(".response."_L1) || each->name.contains(".request."_L1))
                names.insert(each->name.section(u'.', 0, 0));
        }
    });
    return names;
}

/// What stands in front of the first request: its own comments are those behind the separator.
int headEnd(const HttpFile &file)
{
    const auto separator = std::ranges::find(file.lines(), Kind::Separator, &HttpLine::kind);
    return static_cast<int>(separator - file.lines().begin());
}

Result<void> readInto(ImportedCollection &imported, const HttpFile &file, const QStringList &folder, const CollectionSource &source)
{
    Collection &collection = imported.collection;
    if (collection.requests.size() + file.requestCount() > collectionRequestLimit)
        return failure(
            Error::Kind::TooLarge,
            HttpCollectionText::tr("There are more than %n requests; Keydesk does not read more at once.",
                                   nullptr, collectionRequestLimit));
    for (int i = 0; i < file.requestCount(); ++i) {
        if (source.cancelled)
            return stopped();
        const auto request = readHttpRequest(file, i);
        if (!request) {
            imported.notes.append({ImportNote::What::NotExpressed,
                                   HttpCollectionText::tr("line %1").arg(file.lineNumber(i)),
                                   request.error().message});
            continue;
        }
        CollectionRequest found{folder, request->spec, request->options, {}};
        const HttpBlock &block = file.request(i);
        found.reference = writtenReference(file, i);
        found.expectations = textsOf(request->expectations);
        found.about = commentsIn(file, block.firstLine, block.requestLine);
        const QString place = placeOf(found);
        for (const HttpNote &note : request->notes)
            imported.notes.append({ImportNote::What::NotExpressed,
                                   HttpCollectionText::tr("%1, line %2").arg(place).arg(note.line),
                                   note.text});
        collection.requests.append(found);
    }
    QHash<QString, QString> known;
    for (const NameValue &row : std::as_const(collection.variables))
        known.insert(row.name, row.value);
    for (const NameValue &row : fileVariables(file)) {
        const auto same = known.constFind(row.name);
        if (same == known.cend())
            collection.variables.append(row);
        else if (*same != row.value)
            imported.notes.append(
                {ImportNote::What::Changed, file.path(),
                 HttpCollectionText::tr(
                     "Another file has another value for the variable %1, and that is used.")
                     .arg(row.name)});
    }
    return {};
}

} // namespace

Result<ImportedCollection> readHttpCollection(const QByteArray &bytes, const CollectionSource &source)
{
    const auto file = HttpFile::parse(bytes, source.fileName);
    if (!file)
        return tl::unexpected(file.error());
    ImportedCollection imported;
    imported.format = HttpCollectionText::tr(".http file");
    imported.collection.name = QFileInfo(source.fileName).completeBaseName();
    if (const int end = headEnd(*file); end < static_cast<int>(file->lines().size()))
        imported.collection.about = commentsIn(*file, 0, end);
    if (const auto read = readInto(imported, *file, {}, source); !read)
        return tl::unexpected(read.error());
    if (imported.collection.requests.isEmpty())
        return failure(
            Error::Kind::InvalidInput,
            HttpCollectionText::tr("%1 has no request in it that Keydesk can send.")
                .arg(source.fileName.isEmpty() ? HttpCollectionText::tr("The text") : source.fileName));
    return imported;
}

Result<ImportedCollection> readHttpFolder(const QString &path, const CollectionSource &source)
{
    const WorkspaceIndex index = scanWorkspace(path, {}, source.cancelled);
    ImportedCollection imported;
    imported.format = HttpCollectionText::tr("Folder of .http files");
    imported.collection.name = QFileInfo(path).fileName();
    for (const WorkspaceFile &each : index.files) {
        if (source.cancelled)
            return stopped();
        const auto bytes = readRequestFile(index.absolute(each.path));
        const auto file = bytes ? HttpFile::parse(bytesOf(*bytes), each.path) : Result<HttpFile>(tl::unexpected(bytes.error()));
        if (!file) {
            imported.notes.append({ImportNote::What::NotExpressed, each.path, file.error().message});
            continue;
        }
        QStringList folder = each.path.split(u'/');
        folder.last() = QFileInfo(each.path).completeBaseName();
        if (folder.size() == 1 && folder.first() == imported.collection.name) {
            folder.clear();
            imported.collection.about = commentsIn(*file, 0, headEnd(*file));
        }
        if (const auto read = readInto(imported, *file, folder, source); !read)
            return tl::unexpected(read.error());
    }
    for (const FileEnvironment &each : readEnvironmentFiles(path, path, {}).environments)
        imported.collection.environments.append({each.name, each.variables});
    if (imported.collection.requests.isEmpty())
        return failure(Error::Kind::InvalidInput,
                       HttpCollectionText::tr("%1 has no request in it that Keydesk can send.").arg(path));
    return imported;
}

QByteArray httpHead(const QString &about, const QList<NameValue> &variables)
{
    QByteArray head = commentLines(about);
    for (const NameValue &row : variables) {
        const QByteArray line = u"@%1 = %2"_s.arg(row.name.simplified(), row.value.simplified()).toUtf8();
        if (row.enabled && !httpAssignment(line).name.isEmpty())
            head += line + '\n';
    }
    return head.isEmpty() ? head : head + '\n';
}

Result<QByteArray> httpSource(const CollectionRequest &request)
{
    const auto written = HttpFile::parse({}).and_then([&](const HttpFile &empty) { return withNewRequest(empty, 0, request.spec); });
    if (!written)
        return tl::unexpected(written.error());
    QByteArray source = written->text();
    const qsizetype titleEnd = source.indexOf('\n') + 1;
    source.insert(titleEnd, commentLines(request.about) + optionLines(request.options) + annotationLines(request));
    // Nothing of a description may become a request, an option or a variable.
    const auto file = HttpFile::parse(source);
    const auto again = file && file->requestCount() == 1 ? readHttpRequest(*file, 0) : Result<HttpRequest>(tl::unexpected(Error()));
    if (!again || !fileVariables(*file).isEmpty() || canonicalRequest(again->spec) != canonicalRequest(request.spec) ||
        again->options.prompts.size() > request.options.prompts.size() || textsOf(again->expectations) != request.expectations ||
        writtenReference(*file, 0) != request.reference)
        return failure(
            Error::Kind::InvalidInput,
            HttpCollectionText::tr("“%1” cannot be written into a .http file.").arg(placeOf(request)));
    return source.endsWith('\n') ? source : source + '\n';
}

Result<QByteArray> writeHttpCollection(const Collection &collection)
{
    QByteArray text = httpHead(collection.about, collection.variables);
    const QSet<QString> references = referencesIn(collection);
    for (const CollectionRequest &each : collection.requests) {
        CollectionRequest request = each;
        if (!request.folder.isEmpty()) {
            if (request.reference.isEmpty() && references.contains(request.spec.name))
                request.reference = request.spec.name;
            request.spec.name = placeOf(request);
        }
        const auto source = httpSource(request);
        if (!source)
            return source;
        text += *source + '\n';
    }
    return text;
}

} // namespace keydesk
