#include "app/workspace/EnvironmentFiles.h"

#include "app/base/Redactor.h"
#include "app/http/JsonFormat.h"
#include "app/http/JsonMember.h"
#include "app/http/RedactedRequest.h"
#include "app/interchange/SourceFile.h"
#include "app/workspace/JsonMembers.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>

#include <algorithm>
#include <map>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct EnvironmentFilesText
{
    Q_DECLARE_TR_FUNCTIONS(EnvironmentFiles)
};

const QString shared = u"$shared"_s;

std::optional<QString> simpleText(const QJsonValue &value)
{
    if (value.isString())
        return value.toString();
    if (!value.isDouble() && !value.isBool())
        return std::nullopt;
    const QByteArray wrapped = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    return QString::fromUtf8(wrapped.sliced(1, wrapped.size() - 2));
}

class Collector
{
public:
    explicit Collector(const std::function<void(const Secret &)> &secretFound)
        : m_secretFound(secretFound)
    {
    }

    void read(const QString &path, bool isPrivate)
    {
        if (!QFileInfo::exists(path))
            return;
        if (const auto object = objectIn(path))
            add(*object, isPrivate);
    }

    void readSettings(const QString &path)
    {
        if (!QFileInfo::exists(path))
            return;
        if (const auto object = objectIn(path))
            add((*object)[u"rest-client.environmentVariables"_s].toObject(), false);
    }

    FileEnvironments finished()
    {
        const Variables common = m_found.contains(shared) ? m_found.at(shared).variables : Variables();
        const QStringList commonSecrets =
            m_found.contains(shared) ? m_found.at(shared).secretNames : QStringList();
        for (auto &[name, environment] : m_found) {
            if (name == shared)
                continue;
            environment.variables += common;
            environment.secretNames += commonSecrets;
            m_result.environments.append(environment);
        }
        return std::move(m_result);
    }

private:
    std::optional<QJsonObject> objectIn(const QString &path)
    {
        const auto file = readSourceFile(path);
        if (!file) {
            m_result.problems.append(file.error());
            return std::nullopt;
        }
        const std::string_view bytes = file->bytes.reveal();
        QByteArray json(bytes.data(), static_cast<qsizetype>(bytes.size()));
        const QJsonDocument document = QJsonDocument::fromJson(json);
        if (!document.isObject()) {
            const auto problem = checkJson(json);
            m_result.problems.append(
                {Error::Kind::InvalidInput,
                 problem ? EnvironmentFilesText::tr("%1 was left out. %2").arg(path, problem->sentence())
                         : EnvironmentFilesText::tr("%1 was left out: it is no object of environments.")
                               .arg(path),
                 {}});
        }
        wipe(json);
        return document.isObject() ? std::optional(document.object()) : std::nullopt;
    }

    void add(const QJsonObject &environments, bool isPrivate)
    {
        for (auto each = environments.begin(); each != environments.end(); ++each) {
            if (!each.value().isObject())
                continue;
            FileEnvironment &environment = m_found[each.key()];
            environment.name = each.key();
            const QJsonObject values = each.value().toObject();
            for (auto value = values.begin(); value != values.end(); ++value) {
                const auto text =
                    simpleText(value.value()); // "Security", "SSLConfiguration": not for Keydesk
                if (!text)
                    continue;
                environment.variables.append({value.key(), *text, true});
                if (!isPrivate)
                    continue;
                environment.secretNames.append(value.key());
                if (m_secretFound)
                    m_secretFound(Secret(text->toStdString()));
            }
        }
    }

    const std::function<void(const Secret &)> &m_secretFound;
    std::map<QString, FileEnvironment> m_found;
    FileEnvironments m_result;
};

QByteArray jsonString(const QString &text)
{
    const QByteArray wrapped = QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact);
    return wrapped.sliced(1, wrapped.size() - 2);
}

} // namespace

FileEnvironments readEnvironmentFiles(const QString &folder, const QString &root,
                                      const std::function<void(const Secret &)> &secretFound)
{
    Collector collector(secretFound);
    const QString top = QDir(root).absolutePath();
    QDir at(QDir(folder).absolutePath());
    for (int depth = 0; depth < 200; ++depth) {
        collector.read(at.filePath(privateEnvironmentFileName), true);
        collector.read(at.filePath(environmentFileName), false);
        if (at.absolutePath() == top || !at.absolutePath().startsWith(top) || !at.cdUp())
            break;
    }
    collector.readSettings(QDir(top).filePath(u".vscode/settings.json"_s));
    return collector.finished();
}

Result<EnvironmentText> withEnvironment(const QByteArray &existing, const Environment &environment,
                                        const Redactor &redactor)
{
    QByteArray base = existing.trimmed().isEmpty() ? QByteArray("{\n}\n") : existing;
    if (const auto problem = checkJson(base); problem || !QJsonDocument::fromJson(base).isObject())
        return failure(Error::Kind::InvalidInput,
                       EnvironmentFilesText::tr("%1 cannot be changed: %2")
                           .arg(environmentFileName,
                                problem ? problem->sentence()
                                        : EnvironmentFilesText::tr("it is no object of environments.")));
    EnvironmentText result;
    QList<JsonMember> members;
    const QList<JsonMember> known = jsonMembers(base);
    const auto old = std::ranges::find(known, environment.name, &JsonMember::name);
    const QByteArray oldText =
        old == known.end() ? QByteArray() : base.sliced(old->begin, old->end - old->begin);
    if (oldText.startsWith('{'))
        members = jsonMembers(oldText);

    QList<std::pair<QString, QByteArray>> written;
    const auto isSecret = [&redactor](const NameValue &row) {
        return redactor.redact(row.value.toUtf8()).hits > 0 ||
               (namesCredential(row.name) && !row.value.trimmed().isEmpty() &&
                !namesOnlyVariables(row.value));
    };
    const Variables variables = environment.allVariables();
    // What is there and not Keydesk's (an object, a list) stays as it is, in its place.
    for (const JsonMember &member : std::as_const(members)) {
        const QByteArray text = oldText.sliced(member.begin, member.end - member.begin);
        const auto row = std::ranges::find(variables, member.name, &NameValue::name);
        if (row != variables.end() && row->enabled && !isSecret(*row))
            written.append({member.name, jsonString(row->value)});
        else if (text.startsWith('{') || text.startsWith('['))
            written.append({member.name, text});
    }
    for (const NameValue &row : variables) {
        if (!row.enabled || row.name.isEmpty())
            continue;
        if (isSecret(row))
            result.leftOut.append(row.name);
        else if (std::ranges::none_of(written, [&row](const auto &each) { return each.first == row.name; }))
            written.append({row.name, jsonString(row.value)});
    }
    QByteArray text = "{";
    for (qsizetype i = 0; i < written.size(); ++i)
        text +=
            (i > 0 ? ",\n    " : "\n    ") + jsonString(written.at(i).first) + ": " + written.at(i).second;
    text += written.isEmpty() ? "}" : "\n  }";
    QString name = environment.name;
    name.replace(u'~', u"~0"_s).replace(u'/', u"~1"_s);
    const auto whole = withJsonMember(QString::fromUtf8(base), u'/' + name, QString::fromUtf8(text));
    if (!whole)
        return failure(Error::Kind::InvalidInput,
                       EnvironmentFilesText::tr("%1 cannot be changed.").arg(environmentFileName));
    result.text = whole->toUtf8();
    return result;
}

Variables variablesOf(const HttpFile &file, const FileEnvironment *environment, const Variables &further)
{
    return fileVariables(file) + (environment ? environment->variables : Variables()) + further;
}

} // namespace keydesk
