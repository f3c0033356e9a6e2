#include "app/body/JsonDiff.h"

#include "app/body/Alignment.h"
#include "app/http/JsonFormat.h"

#include <QHash>

#include <algorithm>
#include <map>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

using ChangeKind = JsonDifference::Kind;
using TreeType = JsonTree::Type;

// Below this, what differs is told as a whole.
constexpr int deepest = 200;
constexpr qsizetype mostEdits = 1'000;

/// The members by which providers tell the elements of a list apart, the surest first.
constexpr const char *idNames[] = {"id", "uuid", "_id", "key", "slug", "name"};

class Differ
{
public:
    Differ(const JsonTree &left, const JsonTree &right)
        : m_left(left)
        , m_right(right)
    {
    }

    JsonDiff run()
    {
        compare(0, 0, u"$"_s, 0);
        return m_diff;
    }

private:
    void compare(qsizetype left, qsizetype right, const QString &path, int depth)
    {
        const JsonTree::Node &l = m_left.node(left);
        const JsonTree::Node &r = m_right.node(right);
        if (l.hash == r.hash && l.type == r.type)
            return;
        if (l.type != r.type || l.type == TreeType::Scalar || depth == deepest)
            note(ChangeKind::Changed, path, shown(m_left, left), shown(m_right, right));
        else if (l.type == TreeType::Object)
            compareObjects(left, right, path, depth);
        else
            compareArrays(m_left.children(left), m_right.children(right), path, depth);
    }

    void compareObjects(qsizetype left, qsizetype right, const QString &path, int depth)
    {
        // A name may be there twice: the first belongs to the first.
        QHash<QByteArray, QList<qsizetype>> there;
        const QList<qsizetype> rights = m_right.children(right);
        for (const qsizetype member : rights)
            there[m_right.name(member)].append(member);
        const QList<qsizetype> lefts = m_left.children(left);
        for (const qsizetype member : lefts) {
            const QByteArray name = m_left.name(member);
            const auto found = there.find(name);
            if (found == there.end() || found->isEmpty())
                note(ChangeKind::Removed, memberPath(path, name), shown(m_left, member), {});
            else
                compare(member, found->takeFirst(), memberPath(path, name), depth + 1);
        }
        for (const qsizetype member : rights) {
            const QByteArray name = m_right.name(member);
            if (QList<qsizetype> &rest = there[name]; !rest.isEmpty() && rest.first() == member) {
                rest.removeFirst();
                note(ChangeKind::Added, memberPath(path, name), {}, shown(m_right, member));
            }
        }
    }

    void compareArrays(const QList<qsizetype> &left, const QList<qsizetype> &right, const QString &path, int depth)
    {
        for (const char *name : idNames) {
            const std::optional<QList<QByteArray>> leftIds = ids(m_left, left, name);
            const std::optional<QList<QByteArray>> rightIds = leftIds ? ids(m_right, right, name) : std::nullopt;
            if (rightIds) {
                compareById(left, right, *leftIds, *rightIds, path, depth);
                return;
            }
        }
        const auto same = [&](qsizetype l, qsizetype r) { return m_left.node(left.at(l)).hash == m_right.node(right.at(r)).hash; };
        Alignment pairs = alignment(left.size(), right.size(), mostEdits, same).value_or(Alignment());
        pairs.append({left.size(), right.size()});
        qsizetype l = 0;
        qsizetype r = 0;
        for (const auto &[nextLeft, nextRight] : std::as_const(pairs)) {
            // Between two that are equal: what stands at the same place is one that changed.
            for (; l < nextLeft && r < nextRight; ++l, ++r)
                compare(left.at(l), right.at(r), elementPath(path, r), depth + 1);
            for (; l < nextLeft; ++l)
                note(ChangeKind::Removed, elementPath(path, l), shown(m_left, left.at(l)), {});
            for (; r < nextRight; ++r)
                note(ChangeKind::Added, elementPath(path, r), {}, shown(m_right, right.at(r)));
            ++l;
            ++r;
        }
    }

    void compareById(const QList<qsizetype> &left, const QList<qsizetype> &right, const QList<QByteArray> &leftIds,
                     const QList<QByteArray> &rightIds, const QString &path, int depth)
    {
        QHash<QByteArray, qsizetype> places;
        for (qsizetype i = 0; i < leftIds.size(); ++i)
            places.insert(leftIds.at(i), i);
        const QSet<QByteArray> kept(rightIds.begin(), rightIds.end());
        for (qsizetype i = 0; i < left.size(); ++i) {
            if (!kept.contains(leftIds.at(i)))
                note(ChangeKind::Removed, elementPath(path, i), shown(m_left, left.at(i)), {});
        }
        const QSet<qsizetype> moved = outOfOrder(rightIds, places);
        for (qsizetype i = 0; i < right.size(); ++i) {
            const auto place = places.constFind(rightIds.at(i));
            if (place == places.cend()) {
                note(ChangeKind::Added, elementPath(path, i), {}, shown(m_right, right.at(i)));
                continue;
            }
            if (moved.contains(i))
                note(ChangeKind::Moved, elementPath(path, i), elementPath(path, *place),
                     elementPath(path, i));
            compare(left.at(*place), right.at(i), elementPath(path, i), depth + 1);
        }
    }

    /// The right positions that are not part of the longest run of elements which kept their order.
    static QSet<qsizetype> outOfOrder(const QList<QByteArray> &rightIds, const QHash<QByteArray, qsizetype> &places)
    {
        QSet<qsizetype> moved;
        QList<qsizetype> before(rightIds.size(), -1);
        std::map<qsizetype, qsizetype> ends; // left place → right position: the last ones of increasing runs
        for (qsizetype i = 0; i < rightIds.size(); ++i) {
            const auto place = places.constFind(rightIds.at(i));
            if (place == places.cend())
                continue;
            moved.insert(i);
            const auto next = ends.lower_bound(*place);
            if (next != ends.begin())
                before[i] = std::prev(next)->second;
            if (next != ends.end())
                ends.erase(next);
            ends.insert({*place, i});
        }
        if (!ends.empty()) {
            for (qsizetype i = std::prev(ends.end())->second; i >= 0; i = before.at(i))
                moved.remove(i);
        }
        return moved;
    }

    /// What tells these elements apart, if each has a member of this name, and no two the same.
    static std::optional<QList<QByteArray>> ids(const JsonTree &tree, const QList<qsizetype> &elements, QByteArrayView name)
    {
        QList<QByteArray> found;
        QSet<QByteArray> once;
        for (const qsizetype element : elements) {
            if (tree.node(element).type != TreeType::Object)
                return std::nullopt;
            const QList<qsizetype> members = tree.children(element);
            const auto id = std::find_if(members.begin(), members.end(), [&](qsizetype member) {
                return tree.node(member).type == TreeType::Scalar && tree.name(member) == name;
            });
            if (id == members.end())
                return std::nullopt;
            found.append(tree.text(*id));
            once.insert(found.last());
        }
        if (once.size() != found.size())
            return std::nullopt;
        return found;
    }

    static QString shown(const JsonTree &tree, qsizetype index)
    {
        QByteArray text = tree.text(index);
        if (tree.node(index).type != TreeType::Scalar) // what is shown of it comes from the beginning
            text = minifiedJson(text.first(std::min<qsizetype>(text.size(), 16 * JsonDiff::mostShown))).text;
        QString value = QString::fromUtf8(text.first(std::min<qsizetype>(text.size(), 4 * JsonDiff::mostShown)));
        if (value.size() <= JsonDiff::mostShown && text.size() <= 4 * JsonDiff::mostShown)
            return value;
        return value.first(std::min(value.size(), JsonDiff::mostShown)) + u'…';
    }

    static QString memberPath(const QString &path, const QByteArray &name) { return path + jsonPathStep(QString::fromUtf8(name)); }
    static QString elementPath(const QString &path, qsizetype index) { return u"%1[%2]"_s.arg(path).arg(index); }

    void note(ChangeKind kind, const QString &path, const QString &left, const QString &right)
    {
        if (m_diff.differences.size() < JsonDiff::mostListed)
            m_diff.differences.append({kind, path, left, right});
        ++m_diff.count;
    }

    const JsonTree &m_left;
    const JsonTree &m_right;
    JsonDiff m_diff;
};

} // namespace

JsonDiff diffJson(const JsonTree &left, const JsonTree &right)
{
    return Differ(left, right).run();
}

} // namespace keydesk
