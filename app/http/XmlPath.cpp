#include "app/http/AnswerReference.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QXmlStreamReader>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct XmlPathText
{
    Q_DECLARE_TR_FUNCTIONS(AnswerReference)
};

struct XmlStep
{
    QString name;
    int number = 0; ///< which of its siblings of that name, from 1; 0: any
};

struct XmlPath
{
    QList<XmlStep> steps;
    bool isAnywhere = false; ///< "//…"
    QString attribute;
};

constexpr qsizetype deepest = 200;

std::optional<XmlPath> parsePath(const QString &text)
{
    static const QRegularExpression step(u"^([\\w.:-]+|\\*)(?:\\[(\\d{1,6})\\])?$"_s);
    XmlPath path;
    QString rest = text;
    if (rest.startsWith("//"_L1)) {
        path.isAnywhere = true;
        rest = rest.sliced(1);
    }
    if (!rest.startsWith(u'/'))
        return std::nullopt;
    QStringList parts = rest.sliced(1).split(u'/');
    if (parts.last().startsWith(u'@'))
        path.attribute = parts.takeLast().sliced(1);
    else if (parts.last() == "text()"_L1)
        parts.removeLast();
    for (const QString &part : std::as_const(parts)) {
        const auto match = step.match(part);
        if (!match.hasMatch())
            return std::nullopt;
        path.steps.append({match.captured(1), match.captured(2).toInt()});
    }
    return path.steps.isEmpty() ? std::nullopt : std::optional(path);
}

/// An element that is open, and how many of each name were in it.
struct Open
{
    QString name;
    int number = 1;
    QHash<QString, int> children;
};

bool fits(const XmlPath &path, const QList<Open> &open)
{
    const qsizetype depth = open.size();
    if (depth < path.steps.size() || (!path.isAnywhere && depth != path.steps.size()))
        return false;
    for (qsizetype i = 0; i < path.steps.size(); ++i) {
        const XmlStep &step = path.steps.at(i);
        const Open &element = open.at(depth - path.steps.size() + i);
        if ((step.name != u'*' && step.name != element.name) ||
            (step.number > 0 && step.number != element.number))
            return false;
    }
    return true;
}

} // namespace

Result<QString> findInXml(const QByteArray &xml, const QString &path)
{
    const auto wanted = parsePath(path);
    if (!wanted)
        return failure(
            Error::Kind::Unsupported,
            XmlPathText::tr("“%1” is no path that Keydesk follows; it knows /a/b, //a, [1] and /@name")
                .arg(path.left(80)));
    const auto nothing =
        failure(Error::Kind::NotFound, XmlPathText::tr("the body has nothing at “%1”").arg(path.left(80)));
    QXmlStreamReader reader(xml);
    reader.setNamespaceProcessing(false);
    QList<Open> open;
    QHash<QString, int> roots;
    while (!reader.atEnd() && open.size() < deepest) {
        const auto token = reader.readNext();
        if (token == QXmlStreamReader::EndElement && !open.isEmpty())
            open.removeLast();
        if (token != QXmlStreamReader::StartElement)
            continue;
        const QString name = reader.qualifiedName().toString();
        const int number = ++(open.isEmpty() ? roots : open.last().children)[name];
        open.append({name, number, {}});
        if (!fits(*wanted, open))
            continue;
        if (wanted->attribute.isEmpty()) {
            const QString text = reader.readElementText(QXmlStreamReader::IncludeChildElements);
            return reader.hasError() ? Result<QString>(nothing) : Result<QString>(text);
        }
        if (reader.attributes().hasAttribute(wanted->attribute))
            return reader.attributes().value(wanted->attribute).toString();
    }
    if (reader.hasError())
        return failure(Error::Kind::BadResponse, XmlPathText::tr("the body is not XML"));
    return nothing;
}

} // namespace keydesk
