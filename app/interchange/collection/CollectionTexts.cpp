#include "app/interchange/collection/CollectionTexts.h"

#include <QCoreApplication>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr qsizetype longestAddress = 100; // characters

using Visit = std::function<void(QString &, TextPlace)>;

void rows(QList<NameValue> &rows, const Visit &visit)
{
    for (NameValue &row : rows) {
        visit(row.name, TextPlace::Label);
        visit(row.value, TextPlace::Value);
    }
}

void body(RequestBody &body, const Visit &visit)
{
    for (QString *text : {&body.text, &body.graphQlVariables, &body.file})
        visit(*text, TextPlace::Value);
    visit(body.graphQlOperation, TextPlace::Label);
    rows(body.form, visit);
    for (RequestPart &part : body.parts) {
        visit(part.name, TextPlace::Label);
        for (QString *text : {&part.value, &part.file, &part.fileName, &part.contentType})
            visit(*text, TextPlace::Value);
        rows(part.headers, visit);
    }
}

/// "POST https://api.test/orders", without the parts that hold credentials most often.
QString addressOf(const RequestSpec &spec)
{
    static const QRegularExpression userInfo(u"//.*@"_s);
    QString address = spec.url.section(u'?', 0, 0).section(u'#', 0, 0).replace(userInfo, u"//"_s).simplified();
    if (address.isEmpty())
        return QCoreApplication::translate("CollectionTexts", "a request without a name");
    if (address.size() > longestAddress)
        address = address.first(longestAddress) + u'…';
    return u"%1 %2"_s.arg(spec.method.isEmpty() ? u"GET"_s : spec.method, address);
}

} // namespace

void eachText(CollectionRequest &request, const Visit &visit)
{
    for (QString &name : request.folder)
        visit(name, TextPlace::Label);
    visit(request.about, TextPlace::Label);
    visit(request.reference, TextPlace::Label);
    for (QString &expectation : request.expectations)
        visit(expectation, TextPlace::Value);
    RequestSpec &spec = request.spec;
    visit(spec.name, TextPlace::Label);
    visit(spec.method, TextPlace::Label);
    visit(spec.url, TextPlace::Value);
    visit(spec.key.kindId, TextPlace::Label);
    rows(spec.params, visit);
    rows(spec.headers, visit);
    rows(spec.pathParts, visit);
    body(spec.body, visit);
    for (HttpPrompt &prompt : request.options.prompts) {
        visit(prompt.name, TextPlace::Label);
        visit(prompt.description, TextPlace::Label);
    }
}

void eachText(Collection &collection, const Visit &visit)
{
    visit(collection.name, TextPlace::Label);
    visit(collection.about, TextPlace::Label);
    for (CollectionRequest &request : collection.requests)
        eachText(request, visit);
    rows(collection.variables, visit);
    for (CollectionEnvironment &environment : collection.environments) {
        visit(environment.name, TextPlace::Label);
        rows(environment.variables, visit);
        for (QString &name : environment.secrets)
            visit(name, TextPlace::Label);
    }
    for (QString &name : collection.secrets)
        visit(name, TextPlace::Label);
}

QString placeOf(const CollectionRequest &request)
{
    QStringList names = request.folder;
    names.append(request.spec.name.isEmpty() ? addressOf(request.spec) : request.spec.name);
    return names.join(u" › "_s);
}

} // namespace keydesk
