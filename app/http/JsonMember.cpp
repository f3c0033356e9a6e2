#include "app/http/JsonMember.h"

#include "app/http/JsonWalker.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QStringList>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

QString nameOf(const char *begin, const char *end)
{
    const QByteArray quoted = '[' + QByteArray(begin, end - begin) + ']';
    return QJsonDocument::fromJson(quoted).array().at(0).toString();
}

/// Finds the value that a pointer names, and the end of the object that it would stand in.
class Finder
{
public:
    explicit Finder(const QString &pointer)
    {
        m_wanted = pointer.mid(1).split(u'/');
        for (QString &part : m_wanted)
            part.replace("~1"_L1, "/"_L1).replace("~0"_L1, "~"_L1);
    }

    bool operator()(json::Part part, const char *begin, const char *end)
    {
        switch (part) {
        case json::Part::Name:
            m_here.last().name = nameOf(begin, end);
            break;
        case json::Part::Open:
            if (isAt(m_wanted.size()))
                valueBegin = begin;
            m_here.append({*begin == '{', {}, 0});
            break;
        case json::Part::Close: {
            m_here.removeLast();
            if (isAt(m_wanted.size()))
                valueEnd = end;
            else if (*begin == '}' && isAt(m_wanted.size() - 1))
                parentEnd = begin;
            break;
        }
        case json::Part::Value:
            if (isAt(m_wanted.size())) {
                valueBegin = begin;
                valueEnd = end;
            }
            break;
        case json::Part::Comma:
            if (!m_here.last().isObject)
                ++m_here.last().index;
            break;
        case json::Part::Colon:
            break;
        }
        return true;
    }

    [[nodiscard]] const QString &lastName() const { return m_wanted.constLast(); }

    const char *valueBegin = nullptr;
    const char *valueEnd = nullptr;
    const char *parentEnd = nullptr; // its }

private:
    struct Level
    {
        bool isObject;
        QString name;
        int index;
    };

    /// Whether the value that begins or ends now is the one that the first `depth` parts of the pointer name.
    [[nodiscard]] bool isAt(qsizetype depth) const
    {
        if (m_here.size() != depth)
            return false;
        for (qsizetype i = 0; i < depth; ++i) {
            const Level &level = m_here.at(i);
            if ((level.isObject ? level.name : QString::number(level.index)) != m_wanted.at(i))
                return false;
        }
        return true;
    }

    QStringList m_wanted;
    QList<Level> m_here;
};

} // namespace

std::optional<QString> withJsonMember(const QString &json, const QString &pointer, const QString &value)
{
    if (!pointer.startsWith(u'/'))
        return {};
    const QByteArray bytes = json.toUtf8();
    Finder finder(pointer);
    if (json::Walker<Finder>(bytes, JsonDialect::WithVariables, finder).walk())
        return {};
    const char *begin = bytes.constData();
    const auto text = [](const char *from, const char *to) { return QString::fromUtf8(from, to - from); };
    const char *end = begin + bytes.size();
    if (finder.valueBegin && finder.valueEnd)
        return text(begin, finder.valueBegin) + value + text(finder.valueEnd, end);
    if (!finder.parentEnd)
        return {};
    const char *last = finder.parentEnd; // behind the last member, or the opening brace
    while (last > begin && (last[-1] == ' ' || last[-1] == '\n' || last[-1] == '\r' || last[-1] == '\t'))
        --last;
    const bool isFirst = last > begin && last[-1] == '{';
    const qsizetype depth = pointer.count(u'/');
    const QByteArray name = QJsonDocument(QJsonArray{finder.lastName()}).toJson(QJsonDocument::Compact);
    QString member =
        u'\n' + QString(2 * depth, u' ') + QString::fromUtf8(name.mid(1, name.size() - 2)) + u": "_s + value;
    if (!isFirst)
        member.prepend(u',');
    QString rest = text(last, finder.parentEnd);
    if (!rest.contains(u'\n'))
        rest = u'\n' + QString(2 * (depth - 1), u' ');
    return text(begin, last) + member + rest + text(finder.parentEnd, end);
}

} // namespace keydesk
