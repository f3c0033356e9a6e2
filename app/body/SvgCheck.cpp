#include "app/body/SvgCheck.h"

#include <QCoreApplication>
#include <QHash>
#include <QRegularExpression>
#include <QStringList>
#include <QXmlStreamReader>

#include <algorithm>
#include <vector>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr qsizetype deepest = 200;
constexpr qint64 mostElements = 200'000; // with those that are drawn again
constexpr double shortestDash = 0.1;     // a long line of shorter ones is drawn for hours

struct SvgCheckText
{
    Q_DECLARE_TR_FUNCTIONS(SvgCheck)
};

/// An element that others may refer to.
struct Part
{
    qint64 elements = 0;
    QStringList uses;
    qint64 drawn = 0; // with what it uses; 0: not counted yet
    bool isCounting = false;
};

/// The elements that a part stands for; more than `mostElements`: too many, or endless.
qint64 drawnBy(const QString &id, QHash<QString, Part> &parts, qsizetype depth)
{
    const auto found = parts.find(id);
    if (found == parts.end())
        return 0;
    if (found->isCounting || depth > deepest)
        return mostElements + 1;
    if (found->drawn > 0)
        return found->drawn;
    found->isCounting = true;
    qint64 drawn = found->elements;
    for (const QString &used : QStringList(found->uses)) {
        drawn += drawnBy(used, parts, depth + 1);
        if (drawn > mostElements)
            return mostElements + 1;
    }
    Part &part = parts[id];
    part.isCounting = false;
    part.drawn = drawn;
    return drawn;
}

bool hasTinyDashes(const QString &style)
{
    static const QRegularExpression dashes(u"stroke-dasharray\\s*:([^;}]*)"_s);
    static const QRegularExpression number(u"[0-9.eE+-]+"_s);
    for (auto each = dashes.globalMatch(style); each.hasNext();) {
        const QString values = each.next().captured(1);
        for (auto one = number.globalMatch(values); one.hasNext();) {
            bool isNumber = false;
            const double value = one.next().captured().toDouble(&isNumber);
            if (isNumber && value > 0 && value < shortestDash)
                return true;
        }
    }
    return false;
}

} // namespace

std::optional<QString> problemWithSvg(const QByteArray &svg)
{
    QXmlStreamReader reader(svg);
    QHash<QString, Part> parts{{QString(), {}}}; // the whole has no name
    std::vector<QString> open;                   // the names of elements; of those that have none, empty
    QStringList named{QString()};                // of these, the ones with a name
    QString style;
    while (!reader.atEnd()) {
        switch (reader.readNext()) {
        case QXmlStreamReader::StartElement: {
            if (qsizetype(open.size()) >= deepest)
                return SvgCheckText::tr("it nests deeper than %1 elements").arg(deepest);
            if (reader.name() == "image"_L1 || reader.name() == "feImage"_L1)
                return SvgCheckText::tr("it holds or refers to other pictures, which are not read");
            QString id;
            style.clear();
            for (const QXmlStreamAttribute &attribute : reader.attributes()) {
                if (attribute.name() == "id"_L1)
                    id = attribute.value().toString();
                else if (attribute.name() == "style"_L1)
                    style += attribute.value().toString() + u';';
                else if (attribute.name() == "stroke-dasharray"_L1)
                    style += u"stroke-dasharray:"_s + attribute.value().toString() + u';';
            }
            if (hasTinyDashes(style))
                return SvgCheckText::tr("its dashes are too small to be drawn");
            open.push_back(id);
            if (!id.isEmpty()) {
                named.append(id);
                parts.insert(id, parts.value(id));
            }
            for (const QString &each : std::as_const(named))
                ++parts[each].elements;
            if (reader.name() == "use"_L1) {
                for (const QXmlStreamAttribute &attribute : reader.attributes()) {
                    if (attribute.name() != "href"_L1)
                        continue;
                    if (!attribute.value().startsWith(u'#'))
                        return SvgCheckText::tr("it refers to other files, which are not read");
                    for (const QString &each : std::as_const(named))
                        parts[each].uses.append(attribute.value().mid(1).toString());
                }
            }
            break;
        }
        case QXmlStreamReader::EndElement:
            if (!open.empty() && !open.back().isEmpty())
                named.removeLast();
            if (!open.empty())
                open.pop_back();
            break;
        case QXmlStreamReader::ProcessingInstruction: // Qt opens the file that a style sheet is in
            if (reader.processingInstructionTarget() == "xml-stylesheet"_L1)
                return SvgCheckText::tr("it refers to other files, which are not read");
            break;
        case QXmlStreamReader::Characters:
            if (hasTinyDashes(reader.text().toString()))
                return SvgCheckText::tr("its dashes are too small to be drawn");
            break;
        default:
            break;
        }
    }
    if (reader.hasError())
        return SvgCheckText::tr("it is not well-formed (line %1)").arg(reader.lineNumber());
    if (drawnBy({}, parts, 0) > mostElements)
        return SvgCheckText::tr("it stands for more than %1 elements").arg(mostElements);
    return {};
}

} // namespace keydesk
