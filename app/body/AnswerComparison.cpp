#include "app/body/AnswerComparison.h"

#include "app/base/Redactor.h"
#include "app/body/Alignment.h"
#include "app/body/JsonDiff.h"
#include "app/http/BodyText.h"

#include <QCoreApplication>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

using Part = AnswerDifference::Part;
using DifferenceKind = AnswerDifference::Kind;

constexpr qsizetype mostLines = 200'000;
constexpr qsizetype mostEdits = 2'000;
constexpr qsizetype mostListed = 10'000;
constexpr qsizetype mostShown = 2'000;
constexpr qint64 largestSpooled = 64LL * 1024 * 1024; // of what is on disk: as much as a body in memory has

QString tr(const char *text, const char *comment = nullptr, qsizetype n = -1)
{
    return QCoreApplication::translate("AnswerComparison", text, comment, static_cast<int>(n));
}

class Comparing
{
public:
    explicit Comparing(const Redactor &redactor)
        : m_redactor(redactor)
    {
    }

    AnswerComparison run(const Answer &left, const Answer &right)
    {
        if (left.status != right.status)
            note({Part::Status, DifferenceKind::Changed, {}, left.status, right.status});
        if (left.response && right.response) {
            compareHeaders(left.response->headers, right.response->headers);
            compareBodies(left.response->withBody(largestSpooled), right.response->withBody(largestSpooled));
        } else if (left.response || right.response) {
            m_found.notes << tr("One of them has no answer: there is nothing else to compare.");
        }
        return m_found;
    }

private:
    void compareHeaders(const Headers &left, const Headers &right)
    {
        QList<QByteArray> names;
        for (const Headers *headers : {&left, &right}) {
            for (const auto &[name, value] : *headers) {
                const auto same = [&name = name](const QByteArray &other) { return other.compare(name, Qt::CaseInsensitive) == 0; };
                if (std::none_of(names.begin(), names.end(), same))
                    names << name;
            }
        }
        for (const QByteArray &name : std::as_const(names)) {
            const QStringList before = values(left, name);
            const QStringList after = values(right, name);
            if (before == after)
                continue;
            const DifferenceKind kind = before.isEmpty()  ? DifferenceKind::Added
                                        : after.isEmpty() ? DifferenceKind::Removed
                                                          : DifferenceKind::Changed;
            note({Part::Header, kind, QString::fromUtf8(name), before.join(u'\n'), after.join(u'\n')});
        }
    }

    QStringList values(const Headers &headers, const QByteArray &wanted) const
    {
        QStringList found;
        for (const auto &[name, value] : headers) {
            if (name.compare(wanted, Qt::CaseInsensitive) == 0)
                found << QString::fromUtf8(m_redactor.redactHeader(name, value));
        }
        return found;
    }

    void compareBodies(const HttpResponse &left, const HttpResponse &right)
    {
        if (left.body == right.body && !left.spool && !right.spool)
            return;
        for (const auto &[response, text] : {std::pair{&left, tr("Of the left body only the beginning is there.")},
                                             std::pair{&right, tr("Of the right body only the beginning is there.")}}) {
            if (response->hasOnlyBegin())
                m_found.notes << text;
        }
        const QByteArray before = m_redactor.redact(left.body).bytes;
        const QByteArray after = m_redactor.redact(right.body).bytes;
        if (compareAsJson(before, after))
            return;
        const std::optional<QString> beforeText = textOf(shownBody(left, m_redactor));
        const std::optional<QString> afterText = textOf(shownBody(right, m_redactor));
        if (beforeText && afterText && areLinesShort(*beforeText) && areLinesShort(*afterText))
            compareAsLines(*beforeText, *afterText);
        else
            compareAsBytes(before, after);
    }

    bool compareAsJson(const QByteArray &left, const QByteArray &right)
    {
        const Result<JsonTree> before = JsonTree::read(left);
        const Result<JsonTree> after = before ? JsonTree::read(right) : Result<JsonTree>(tl::unexpected(before.error()));
        if (!before || !after) {
            const Error::Kind kind = before ? after.error().kind : before.error().kind;
            if (kind == Error::Kind::TooLarge)
                m_found.notes << tr("The bodies are too large to compare their structure.");
            return false;
        }
        const JsonDiff diff = diffJson(*before, *after);
        if (diff.count == 0)
            m_found.notes << tr("The bodies say the same; only white space, the order of members or the way to write texts differs.");
        for (const JsonDifference &each : diff.differences)
            m_found.differences.append({Part::Body, kindOf(each.kind), each.path, each.left, each.right});
        m_found.count += diff.count;
        return true;
    }

    /// They are shown whole.
    static bool areLinesShort(const QString &text)
    {
        constexpr qsizetype longest = 256 * 1024; // characters
        const QList<QStringView> lines = QStringView(text).split(u'\n');
        return std::all_of(lines.begin(), lines.end(),
                           [](QStringView line) { return line.size() <= longest; });
    }

    static DifferenceKind kindOf(JsonDifference::Kind kind)
    {
        switch (kind) {
        case JsonDifference::Kind::Changed:
            return DifferenceKind::Changed;
        case JsonDifference::Kind::Added:
            return DifferenceKind::Added;
        case JsonDifference::Kind::Removed:
            return DifferenceKind::Removed;
        case JsonDifference::Kind::Moved:
            break;
        }
        return DifferenceKind::Moved;
    }

    void compareAsLines(const QString &leftText, const QString &rightText)
    {
        const QList<QStringView> left = QStringView(leftText).split(u'\n');
        const QList<QStringView> right = QStringView(rightText).split(u'\n');
        const bool few = left.size() <= mostLines && right.size() <= mostLines;
        const auto same = [&](qsizetype l, qsizetype r) { return left.at(l) == right.at(r); };
        std::optional<Alignment> pairs = few ? alignment(left.size(), right.size(), mostEdits, same) : std::nullopt;
        if (!pairs) {
            m_found.notes << tr("The bodies differ in too many lines to list them.");
            note({Part::Body,
                  DifferenceKind::Changed,
                  {},
                  tr("%Ln line(s)", nullptr, left.size()),
                  tr("%Ln line(s)", nullptr, right.size())});
            return;
        }
        pairs->append({left.size(), right.size()});
        qsizetype l = 0;
        qsizetype r = 0;
        for (const auto &[nextLeft, nextRight] : std::as_const(*pairs)) {
            while (l < nextLeft || r < nextRight) {
                const bool before = l < nextLeft;
                const bool after = r < nextRight;
                note({Part::Body,
                      before && after ? DifferenceKind::Changed
                      : before        ? DifferenceKind::Removed
                                      : DifferenceKind::Added,
                      tr("line %1").arg((after ? r : l) + 1), before ? shown(left.at(l)) : QString(),
                      after ? shown(right.at(r)) : QString()});
                l += before ? 1 : 0;
                r += after ? 1 : 0;
            }
            ++l;
            ++r;
        }
    }

    void compareAsBytes(const QByteArray &left, const QByteArray &right)
    {
        const auto [before, after] = std::mismatch(left.begin(), left.end(), right.begin(), right.end());
        Q_UNUSED(after)
        m_found.notes << tr("The bodies are compared byte by byte; they differ from byte %L1 on.").arg(before - left.begin());
        note({Part::Body, DifferenceKind::Changed, {}, sizeText(left.size()), sizeText(right.size())});
    }

    static QString shown(QStringView line) { return line.size() <= mostShown ? line.toString() : line.first(mostShown).toString() + u'…'; }

    void note(const AnswerDifference &difference)
    {
        ++m_found.count;
        if (m_found.differences.size() < mostListed)
            m_found.differences.append(difference);
    }

    const Redactor &m_redactor;
    AnswerComparison m_found;
};

} // namespace

AnswerComparison compareAnswers(const Answer &left, const Answer &right, const Redactor &redactor)
{
    return Comparing(redactor).run(left, right);
}

} // namespace keydesk
