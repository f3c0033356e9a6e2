#include "app/http/ExpectationSuggestions.h"

#include "app/http/AnswerReference.h"
#include "app/http/ExpectedValue.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

constexpr int mostMembers = 8; // of one object
constexpr qsizetype largestBody = 1024 * 1024;
constexpr std::chrono::milliseconds quickest{500};

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

} // namespace

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
    if (response.body.size() <= largestBody && !response.truncated) {
        if (const auto root = parseJsonText(response.body))
            addJson(*root, found);
    }
    found.removeDuplicates();
    return found;
}

} // namespace keydesk
