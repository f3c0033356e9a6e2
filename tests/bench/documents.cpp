#include "app/base/Redactor.h"
#include "app/interchange/collection/Formats.h"
#include "app/interchange/openapi/OpenApi.h"
#include "app/providers/ProviderCatalog.h"
#include "app/workspace/Workspace.h"
#include "tests/bench/Report.h"
#include "tests/support/CoreFixture.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <functional>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

constexpr int rounds = 7;

/// The median of some runs, in milliseconds; the first one warms what it reads.
double timeOf(const std::function<void()> &work)
{
    QList<qint64> times;
    for (int round = 0; round <= rounds; ++round) {
        QElapsedTimer clock;
        clock.start();
        work();
        if (round > 0)
            times << clock.nsecsElapsed();
    }
    std::sort(times.begin(), times.end());
    return double(times.at(times.size() / 2)) / 1e6;
}

void print(const QString &what, double size, const QString &sizeUnit, double ours, double base,
           const QString &baseline, double budget)
{
    bench::report(
        {what, size, sizeUnit, ours, u"ms"_s, baseline, base, bench::Measurement::Limit::AtMost, budget});
}

/// Folders of 100 files, each with a few requests.
void fillWorkspace(const QString &folder, int files)
{
    for (int number = 0; number < files; ++number) {
        const QString place = u"%1/%2"_s.arg(folder).arg(number / 100);
        QDir().mkpath(place);
        QFile file(u"%1/%2.http"_s.arg(place).arg(number));
        if (!file.open(QIODevice::WriteOnly))
            qFatal("%s", qPrintable(file.errorString()));
        QByteArray text = "@version = v1\n";
        for (int request = 0; request < 4; ++request)
            text += "\n### Request " + QByteArray::number(request) + " of " + QByteArray::number(number) +
                    "\n# @name request" + QByteArray::number(request) +
                    "\nPOST {{baseUrl}}/{{version}}/things/" + QByteArray::number(number) +
                    "?page=1\nContent-Type: application/json\nX-Trace: {{$guid}}\n\n{\n  \"name\": "
                    "\"thing\",\n  \"tags\": [1, 2, 3]\n}\n";
        file.write(text);
    }
}

void measureWorkspace(int files)
{
    QTemporaryDir folder(QDir::tempPath() + u"/keydesk-workspace-XXXXXX"_s);
    fillWorkspace(folder.path(), files);
    const double base = timeOf([&] {
        if (QProcess::execute(u"sh"_s,
                              {u"-c"_s, u"find \"$0\" -name '*.http' -print0 | xargs -0 cat >/dev/null"_s,
                               folder.path()}) != 0)
            qFatal("cat failed");
    });
    test::CoreFixture core;
    const double ours = timeOf([&] {
        QEventLoop loop;
        const auto done = QObject::connect(core->workspace.get(), &Workspace::indexChanged, &loop, [&] {
            if (core->workspace->index()->requestCount() == files * 4)
                loop.quit();
        });
        core->workspace->close();
        core->workspace->open(folder.path());
        loop.exec();
        QObject::disconnect(done);
    });
    print(u"Open a folder of request files"_s, files, u"files"_s, ours, base,
          u"find and cat of the same files"_s, 3);
}

QByteArray openApi(qsizetype bytes)
{
    QJsonObject paths;
    qsizetype size = 0;
    for (int number = 0; size < bytes; ++number) {
        QJsonArray parameters;
        for (int each = 0; each < 4; ++each)
            parameters.append(
                QJsonObject{{u"name"_s, u"field%1"_s.arg(each)},
                            {u"in"_s, u"query"_s},
                            {u"required"_s, each == 0},
                            {u"description"_s, u"What it is for, in a sentence of the usual length."_s},
                            {u"schema"_s, QJsonObject{{u"type"_s, u"string"_s},
                                                      {u"enum"_s, QJsonArray{u"one"_s, u"two"_s}}}}});
        const QJsonObject properties{
            {u"id"_s, QJsonObject{{u"type"_s, u"integer"_s}, {u"example"_s, number}}},
            {u"name"_s, QJsonObject{{u"type"_s, u"string"_s}, {u"description"_s, u"A name for people."_s}}}};
        const QJsonObject body{
            {u"content"_s,
             QJsonObject{{u"application/json"_s,
                          QJsonObject{{u"schema"_s, QJsonObject{{u"type"_s, u"object"_s},
                                                                {u"properties"_s, properties}}}}}}}};
        const QJsonObject operation{
            {u"operationId"_s, u"operation%1"_s.arg(number)},
            {u"summary"_s, u"Does the thing number %1"_s.arg(number)},
            {u"tags"_s, QJsonArray{u"group%1"_s.arg(number / 20)}},
            {u"parameters"_s, parameters},
            {u"requestBody"_s, body},
            {u"responses"_s, QJsonObject{{u"200"_s, QJsonObject{{u"description"_s, u"It is done."_s}}}}}};
        const QJsonObject path{{u"post"_s, operation}};
        size += QJsonDocument(path).toJson(QJsonDocument::Indented).size();
        paths.insert(u"/things/%1"_s.arg(number), path);
    }
    return QJsonDocument(
               QJsonObject{{u"openapi"_s, u"3.0.3"_s},
                           {u"info"_s, QJsonObject{{u"title"_s, u"Large"_s}, {u"version"_s, u"1"_s}}},
                           {u"servers"_s, QJsonArray{QJsonObject{{u"url"_s, u"https://api.example.test"_s}}}},
                           {u"paths"_s, paths}})
        .toJson(QJsonDocument::Indented);
}

void import(const QByteArray &bytes, const QString &name)
{
    const std::atomic_bool cancelled = false;
    const auto api = readOpenApi(bytes, name, {}, cancelled);
    if (!api)
        qFatal("%s", qPrintable(api.error().message));
}

void measureOpenApi(int megabytes)
{
    const QByteArray json = openApi(qsizetype(megabytes) * 1024 * 1024);
    const double base = timeOf([&] {
        if (!QJsonDocument::fromJson(json).isObject())
            qFatal("not JSON");
    });
    print(u"Import OpenAPI, JSON"_s, megabytes, u"MB"_s, timeOf([&] { import(json, u"api.json"_s); }), base,
          u"QJsonDocument parsing it"_s, 2);
}

/// Folders of 20 requests, as Postman itself exports them: each with a query, headers, a JSON body and an
/// example answer.
QByteArray postman(qsizetype bytes)
{
    QJsonArray folders;
    QJsonArray items;
    qsizetype size = 0;
    for (int number = 0; size < bytes; ++number) {
        const QString path = u"things/%1"_s.arg(number);
        const QJsonObject url{
            {u"raw"_s, u"{{baseUrl}}/"_s + path + u"?page=1&sort=name"_s},
            {u"host"_s, QJsonArray{u"{{baseUrl}}"_s}},
            {u"path"_s, QJsonArray{u"things"_s, QString::number(number)}},
            {u"query"_s, QJsonArray{QJsonObject{{u"key"_s, u"page"_s}, {u"value"_s, u"1"_s}},
                                    QJsonObject{{u"key"_s, u"sort"_s}, {u"value"_s, u"name"_s}}}}};
        const QJsonArray headers{QJsonObject{{u"key"_s, u"Accept"_s}, {u"value"_s, u"application/json"_s}},
                                 QJsonObject{{u"key"_s, u"X-Trace"_s},
                                             {u"value"_s, u"{{$guid}}"_s},
                                             {u"description"_s, u"Tells calls apart."_s}}};
        const QJsonObject body{
            {u"mode"_s, u"raw"_s},
            {u"raw"_s,
             u"{\n  \"name\": \"thing %1\",\n  \"tags\": [1, 2, 3],\n  \"about\": \"Something that is long enough to be a sentence.\"\n}"_s
                 .arg(number)},
            {u"options"_s, QJsonObject{{u"raw"_s, QJsonObject{{u"language"_s, u"json"_s}}}}}};
        const QJsonObject request{
            {u"method"_s, u"POST"_s},
            {u"header"_s, headers},
            {u"body"_s, body},
            {u"url"_s, url},
            {u"description"_s, u"Makes a thing. It has a name and some tags, and is listed from then on."_s}};
        const QJsonObject answer{{u"name"_s, u"Made"_s},           {u"originalRequest"_s, request},
                                 {u"status"_s, u"Created"_s},      {u"code"_s, 201},
                                 {u"header"_s, headers},           {u"cookie"_s, QJsonArray()},
                                 {u"body"_s, body.value("raw"_L1)}};
        const QJsonObject item{{u"name"_s, u"Make thing %1"_s.arg(number)},
                               {u"request"_s, request},
                               {u"response"_s, QJsonArray{answer}}};
        items.append(item);
        size += QJsonDocument(QJsonArray{QJsonArray{QJsonArray{QJsonArray{item}}}})
                    .toJson()
                    .size(); // as deep as it will stand
        if (items.size() == 20) {
            folders.append(QJsonObject{{u"name"_s, u"Folder %1"_s.arg(number / 20)}, {u"item"_s, items}});
            items = {};
        }
    }
    folders.append(QJsonObject{{u"name"_s, u"Rest"_s}, {u"item"_s, items}});
    return QJsonDocument(
               QJsonObject{
                   {u"info"_s,
                    QJsonObject{{u"name"_s, u"Large"_s},
                                {u"schema"_s,
                                 u"https://schema.getpostman.com/json/collection/v2.1.0/collection.json"_s}}},
                   {u"item"_s, folders},
                   {u"variable"_s, QJsonArray{QJsonObject{{u"key"_s, u"baseUrl"_s},
                                                          {u"value"_s, u"https://api.example.test"_s}}}}})
        .toJson();
}

/// All of an import: what the format is, its requests, and the search for credentials.
void measurePostman(int megabytes)
{
    const QByteArray json = postman(qsizetype(megabytes) * 1024 * 1024);
    const double base = timeOf([&] {
        if (!QJsonDocument::fromJson(json).isObject())
            qFatal("not JSON");
    });
    ProviderCatalog providers;
    providers.loadBuiltIn();
    const CollectionReading reading{tokenPatterns(providers), {}};
    const double ours = timeOf([&] {
        const std::atomic_bool cancelled = false;
        const auto read = readCollection(json, {u"large.json"_s, cancelled}, reading);
        if (!read)
            qFatal("%s", qPrintable(read.error().message));
    });
    print(u"Import Postman"_s, megabytes, u"MB"_s, ours, base, u"QJsonDocument parsing it"_s, 2);
}

void measureYaml(int megabytes)
{
    // JSON is YAML; this is what a converter makes of it.
    YAML::Emitter emitter;
    emitter << YAML::Load(openApi(qsizetype(megabytes) * 1024 * 1024).toStdString());
    const QByteArray yaml(emitter.c_str());
    const double base = timeOf([&] {
        if (!YAML::Load(yaml.toStdString()).IsMap())
            qFatal("not YAML");
    });
    print(u"Import OpenAPI, YAML"_s, double(yaml.size()) / 1024 / 1024, u"MB"_s,
          timeOf([&] { import(yaml, u"api.yaml"_s); }), base, u"yaml-cpp parsing it"_s, 2);
}

} // namespace

/// What is read from files, against reading or parsing the same files, at three sizes.
int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    for (const int files : {100, 1'000, 10'000})
        measureWorkspace(files);
    for (const int megabytes : {1, 4, 10})
        measureOpenApi(megabytes);
    for (const int megabytes : {1, 4, 10})
        measurePostman(megabytes);
    for (const int megabytes : {1, 2, 4})
        measureYaml(megabytes);
    return 0;
}
