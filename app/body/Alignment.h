#pragma once

#include <QList>

#include <algorithm>
#include <optional>
#include <utility>

namespace keydesk {

/// Positions (left, right) of elements that belong together, in order.
using Alignment = QList<std::pair<qsizetype, qsizetype>>;

/// The longest common subsequence of two sequences of `leftSize` and `rightSize` elements. `same(l, r)` says whether two elements are equal.
/// Nothing if the sequences differ in more than `mostEdits` elements: time and memory grow with its square.
/// Myers, "An O(ND) Difference Algorithm and Its Variations" (1986).
template <typename Same>
std::optional<Alignment> alignment(qsizetype leftSize, qsizetype rightSize, qsizetype mostEdits, Same same)
{
    Alignment found;
    qsizetype first = 0;
    while (first < leftSize && first < rightSize && same(first, first)) {
        found.append({first, first});
        ++first;
    }
    qsizetype leftEnd = leftSize;
    qsizetype rightEnd = rightSize;
    while (leftEnd > first && rightEnd > first && same(leftEnd - 1, rightEnd - 1)) {
        --leftEnd;
        --rightEnd;
    }
    const qsizetype n = leftEnd - first;
    const qsizetype m = rightEnd - first;
    const qsizetype most = std::min(mostEdits, n + m);

    // How far one comes along each diagonal (x - y) with so many edits; before each round, for the way back.
    QList<qsizetype> reach(2 * most + 3, 0);
    const qsizetype middle = most + 1;
    QList<QList<qsizetype>> rounds;
    const auto comesDown = [](const QList<qsizetype> &far, qsizetype centre, qsizetype k, qsizetype d) {
        return k == -d || (k != d && far.at(centre + k - 1) < far.at(centre + k + 1));
    };
    bool arrived = false;
    for (qsizetype d = 0; d <= most && !arrived; ++d) {
        rounds.append(reach.sliced(middle - d - 1, 2 * d + 3));
        for (qsizetype k = -d; k <= d && !arrived; k += 2) {
            qsizetype x = comesDown(reach, middle, k, d) ? reach.at(middle + k + 1) : reach.at(middle + k - 1) + 1;
            while (x < n && x - k < m && same(first + x, first + x - k))
                ++x;
            reach[middle + k] = x;
            arrived = x >= n && x - k >= m;
        }
    }
    if (!arrived)
        return std::nullopt;

    Alignment back;
    qsizetype x = n;
    qsizetype y = m;
    for (qsizetype d = rounds.size() - 1; d >= 0; --d) {
        const QList<qsizetype> &far = rounds.at(d);
        const qsizetype k = x - y;
        const qsizetype from = comesDown(far, d + 1, k, d) ? k + 1 : k - 1;
        const qsizetype fromX = d == 0 ? 0 : far.at(d + 1 + from);
        const qsizetype fromY = d == 0 ? 0 : fromX - from;
        while (x > fromX && y > fromY) {
            --x;
            --y;
            back.append({first + x, first + y});
        }
        x = fromX;
        y = fromY;
    }
    std::reverse(back.begin(), back.end());
    found += back;
    for (qsizetype i = 0; leftEnd + i < leftSize; ++i)
        found.append({leftEnd + i, rightEnd + i});
    return found;
}

} // namespace keydesk
