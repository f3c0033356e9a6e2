#include "app/http/ExpectationSuggestions.h"

#include "app/base/Redactor.h"
#include "app/http/AnswerReference.h"
#include "app/http/ExpectedValue.h"
#include "app/http/RedactedRequest.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

constexpr int mostMembers = 8; // of one object
constexpr qsizetype largestBody = 1024 * 1024;
constexpr std::chrono::milliseconds quickest{500};
constexpr qsizetype longestValue = 200; // characters

QString memberPath(const QString &parent, const QString &name)
{
    static const QRegularExpression plain(u"^[A-Za-z_][\\w-]*$"_s);
    if (plain.match(name).hasMatch())
        return parent + u'.' + name;
    QString escaped = name;
    return parent + u"['"_s + escaped.replace(u'\\', u"\\\\"_s).replace(u'\'', u"\\'"_s) + u"']"_s;
}

void addMembers(const QString &path, const QJsonObject &object, QStringList &found)
{
    int count = 0;
    for (auto member = object.constBegin(); member != object.constEnd() && count < mostMembers; ++member, ++count)
        found << u"body %1 is %2"_s.arg(memberPath(path, member.key()), typeOf(member.value()));
}

void addJson(const QJsonValue &root, QStringList &found)
{
    found << u"body $ is "_s + typeOf(root);
    addMembers(u"$"_s, root.toObject(), found);
    if (root.isArray())
        addMembers(u"$[0]"_s, root.toArray().first().toObject(), found);
    const QJsonObject object = root.toObject();
    for (auto member = object.constBegin(); member != object.constEnd(); ++member) {
        if (!member.value().isArray() || member.value().toArray().isEmpty())
            continue;
        addMembers(memberPath(u"$"_s, member.key()) + u"[0]"_s, member.value().toArray().first().toObject(), found);
        break;
    }
}

/// As a value is written in an expectation; empty: it cannot be, or had better not.
QString valueText(const QJsonValue &value)
{
    if (value.isObject() || value.isArray())
        return {};
    const QByteArray wrapped = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    const QString text = QString::fromUtf8(wrapped.sliced(1, wrapped.size() - 2));
    return text.size() <= longestValue && !text.contains("{{"_L1) ? text : QString(); // {{…}} would be a variable
}

/// Whether a step of the path names a credential, or several: "$.token", "$.tokens[0]".
bool leadsToCredential(const QString &path)
{
    static const QRegularExpression name(u"\\.([^.\\[]+)|\\[[\"']((?:[^\"'\\\\]|\\\\.)*)[\"']\\]"_s);
    for (auto steps = name.globalMatch(path); steps.hasNext();) {
        const auto step = steps.next();
        const QString word = step.captured(1) + step.captured(2);
        if (namesCredential(word) || (word.endsWith(u's') && namesCredential(word.chopped(1))))
            return true;
    }
    return false;
}

/// Those that are what they look like when they are read again.
QStringList readable(QStringList expectations)
{
    expectations.removeIf([](const QString &each) { return !Expectation::parse(each); });
    return expectations;
}

} // namespace

QStringList expectationsOfMember(const QByteArray &json, const QString &path)
{
    if (json.size() > largestBody)
        return {};
    const auto value = parseJsonText(json).and_then([&path](const QJsonValue &root) { return followJsonPath(root, path); });
    if (!value)
        return {};
    QStringList found;
    if (const QString text = valueText(*value); !text.isEmpty() && !leadsToCredential(path))
        found << u"body %1 = %2"_s.arg(path, text);
    found << u"body %1 is %2"_s.arg(path, typeOf(*value)) << u"body %1 exists"_s.arg(path);
    return readable(found);
}

QStringList expectationsOfHeader(const QString &name, const QString &value)
{
    QStringList found;
    const QString text = valueText(value);
    if (!text.isEmpty() && !namesCredential(name) && !Redactor::isCredentialHeader(name.toUtf8()))
        found << u"header %1 = %2"_s.arg(name, text);
    found << u"header %1 exists"_s.arg(name);
    return readable(found);
}

QStringList suggestedExpectations(const AnswerFacts &facts)
{
    if (!facts.response)
        return {};
    const HttpResponse &response = *facts.response;
    QStringList found{u"status %1"_s.arg(response.status)};
    if (const QByteArray type = response.contentType(); !type.isEmpty())
        found << u"header content-type contains "_s + QString::fromLatin1(type);
    const auto limit = std::max<std::chrono::milliseconds>(quickest, std::chrono::ceil<std::chrono::seconds>(2 * facts.elapsed));
    found << u"time < %1 ms"_s.arg(limit.count());
    if (response.body.size() <= largestBody && !response.hasOnlyBegin()) {
        if (const auto root = parseJsonText(response.body))
            addJson(*root, found);
    }
    found.removeDuplicates();
    return found;
}

} // namespace keydesk
