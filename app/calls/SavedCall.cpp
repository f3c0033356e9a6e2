#include "app/calls/SavedCall.h"

#include "app/base/Redactor.h"
#include "app/history/FinishedCall.h"
#include "app/http/DynamicValues.h"
#include "app/workspace/EnvironmentFiles.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct SavedCallText
{
    Q_DECLARE_TR_FUNCTIONS(SavedCall)
};

constexpr int mostNamesListed = 10;

QString requestsIn(const HttpFile &file)
{
    QStringList names;
    for (int index = 0; index < std::min(file.requestCount(), mostNamesListed); ++index) {
        const QString name = file.reference(index);
        names << QString::number(index + 1) + u". "_s + (name.isEmpty() ? file.method(index) : name);
    }
    if (file.requestCount() > mostNamesListed)
        names << u"…"_s;
    return names.join(u", "_s);
}

Result<int> indexOf(const HttpFile &file, const QString &which)
{
    if (file.requestCount() == 0)
        return failure(Error::Kind::NotFound, SavedCallText::tr("%1 has no request.").arg(file.path()));
    if (which.isEmpty() && file.requestCount() == 1)
        return 0;
    if (which.isEmpty())
        return failure(Error::Kind::NotFound,
                       SavedCallText::tr("%1 has several requests. Name one of them: %2.")
                           .arg(file.path(), requestsIn(file)));
    for (int index = 0; index < file.requestCount(); ++index) {
        if (file.reference(index) == which || file.name(index) == which)
            return index;
    }
    bool isNumber = false;
    const int number = which.toInt(&isNumber);
    if (isNumber && number >= 1 && number <= file.requestCount())
        return number - 1;
    return failure(
        Error::Kind::NotFound,
        SavedCallText::tr("%1 has no request “%2”. It has: %3.").arg(file.path(), which, requestsIn(file)));
}

} // namespace

CallOrigin callOrigin(const RequestInFile &opened)
{
    // In a file the last of a name counts, here the first.
    return {opened.place.file, Variables(opened.variables.rbegin(), opened.variables.rend()), opened.request.options};
}

CallContext callContext(const CallOrigin &origin, const std::optional<Environment> &environment, const QString &root,
                        std::shared_ptr<const NamedAnswers> answers, Redactor &redactor)
{
    CallContext context;
    context.environment = environment;
    context.options = origin.options;
    DynamicContext dynamic;
    if (!origin.file.isEmpty())
        context.baseFolder = dynamic.folder = QFileInfo(origin.file).path();
    dynamic.projectRoot = root;
    dynamic.secretFound = [&redactor](const Secret &secret) { redactor.add(secret); };
    Variables variables = origin.variables;
    if (environment && !origin.file.isEmpty()) { // what other tools know the environment of this name by, beside the file
        const FileEnvironments files = readEnvironmentFiles(dynamic.folder, dynamic.projectRoot, dynamic.secretFound);
        const auto same = std::ranges::find(files.environments, environment->name, &FileEnvironment::name);
        if (same != files.environments.end())
            variables += same->variables;
    }
    if (environment)
        variables += environment->allVariables();
    context.sources = VariableSources(variables, std::make_shared<const DynamicValues>(dynamic), std::move(answers));
    if (environment)
        context.sources.secrets = environment->secretVariables();
    return context;
}

Result<RequestInFile> findSavedRequest(const RequestFiles &files, const QString &path, const QString &which)
{
    const QString absolute = QFileInfo(path).absoluteFilePath();
    const Result<HttpFile> file = files.read(absolute);
    if (!file)
        return tl::unexpected(file.error());
    return indexOf(*file, which).and_then([&](int index) { return files.open(absolute, index); });
}

void keepAnswer(NamedAnswers &answers, const QString &reference, const FinishedCall &call)
{
    if (reference.isEmpty() || !call.response || call.trace.sent.isEmpty())
        return;
    const SentRequest &sent = call.trace.sent.constFirst();
    // What is on disk is more than an answer may have to be referred to.
    const HttpResponse &response = *call.response;
    answers.put(reference, {sent.headers, sent.body, response.headers, response.spool ? QByteArray() : response.body, response.hasOnlyBegin()});
}

} // namespace keydesk
