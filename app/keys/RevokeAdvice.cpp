#include "app/keys/RevokeAdvice.h"

#include <QCoreApplication>
#include <QLocale>
#include <QTimeZone>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr int recentDays = 7; ///< what is done every week still counts as going on
constexpr int quietDays = 90;
constexpr qsizetype mostNamed = 3;

class AdviceWords
{
    Q_DECLARE_TR_FUNCTIONS(RevokeAdvice)
};

/// Who used it: "Production (https://app.talkover.ai)".
QString userOf(const UsageRow &row, const QList<Environment> &environments)
{
    const auto found = std::ranges::find(environments, row.environmentId, &Environment::id);
    return found == environments.end() ? row.origin : AdviceWords::tr("%1 (%2)").arg(found->name, row.origin);
}

QString listed(const QStringList &names)
{
    QStringList shown = names.first(std::min(names.size(), mostNamed));
    if (names.size() > mostNamed)
        shown.append(AdviceWords::tr("%1 more").arg(names.size() - mostNamed));
    return QLocale().createSeparatedList(shown);
}

/// Nothing if it was never used. A use that lies ahead was noted by a clock that ran ahead: it is today's.
std::optional<qint64> daysSince(const QDateTime &use, const QDateTime &now)
{
    if (!use.isValid())
        return {};
    const QDateTime there =
        now.timeSpec() == Qt::LocalTime ? use.toLocalTime() : use.toTimeZone(now.timeZone());
    return std::max<qint64>(there.date().daysTo(now.date()), 0);
}

QString lastUse(qint64 days, const QString &user)
{
    const QString when = days == 0   ? AdviceWords::tr("today")
                         : days == 1 ? AdviceWords::tr("yesterday")
                                     : AdviceWords::tr("%1 days ago").arg(QLocale().toString(days));
    return user.isEmpty() ? AdviceWords::tr("Last used %1.").arg(when)
                          : AdviceWords::tr("Last used %1 by %2.").arg(when, user);
}

QString alsoUsed(const QList<UsageRow> &usage, const UsageRow &latest, const QList<Environment> &environments,
                 const QDateTime &now)
{
    QStringList others;
    for (auto row = usage.crbegin(); row != usage.crend(); ++row) {
        const QString user = userOf(*row, environments);
        if (row->day.daysTo(now.date()) <= quietDays && user != userOf(latest, environments) &&
            !others.contains(user))
            others.append(user);
    }
    return others.isEmpty()
               ? QString()
               : u' ' + AdviceWords::tr("In the last %1 days also by %2.").arg(quietDays).arg(listed(others));
}

QStringList placesOf(const QUuid &key, const QList<Environment> &environments)
{
    QStringList places;
    for (const Environment &environment : environments) {
        if (environment.keys.values().contains(key))
            places.append(environment.name);
        for (const Identity &identity : environment.identities) {
            if (identity.keys.values().contains(key))
                places.append(AdviceWords::tr("%1 (as %2)").arg(environment.name, identity.name));
        }
    }
    return places;
}

QString naming(const QStringList &places, const QStringList &requests)
{
    QStringList sentences;
    if (!places.isEmpty())
        sentences << (places.size() == 1 ? AdviceWords::tr("It is the key of %1.")
                                         : AdviceWords::tr("It is a key of %1."))
                         .arg(listed(places));
    if (!requests.isEmpty())
        sentences << (requests.size() == 1 ? AdviceWords::tr("A request names it: %1.")
                                           : AdviceWords::tr("Requests name it: %1."))
                         .arg(listed(requests));
    return sentences.isEmpty() ? AdviceWords::tr("No environment and no request names it.")
                               : sentences.join(u' ');
}

} // namespace

RevokeAdvice revokeAdvice(const ApiKey &key, const QList<UsageRow> &usage,
                          const QList<Environment> &environments, const QStringList &requests,
                          const QDateTime &now)
{
    RevokeAdvice advice;
    const auto latest = std::ranges::max_element(usage, {}, &UsageRow::lastAt);
    // Uses before there was a journal left only their time.
    const bool isCounted = latest != usage.end() &&
                           (!key.lastUsedAt.isValid() || latest->lastAt.addSecs(3600) >= key.lastUsedAt);
    const std::optional<qint64> days = daysSince(isCounted ? latest->lastAt : key.lastUsedAt, now);
    advice.use = !days       ? AdviceWords::tr("Keydesk has never sent it anywhere.")
                 : isCounted ? lastUse(*days, userOf(*latest, environments)) +
                                   alsoUsed(usage, *latest, environments, now)
                             : lastUse(*days, {});
    advice.places = placesOf(key.id, environments);
    advice.named = naming(advice.places, requests);

    if (days && *days <= recentDays)
        advice.level = RevokeAdvice::Level::InUse;
    else if ((days && *days < quietDays) || !advice.places.isEmpty() || !requests.isEmpty())
        advice.level = RevokeAdvice::Level::Careful;
    switch (advice.level) {
    case RevokeAdvice::Level::InUse:
        advice.verdict = AdviceWords::tr("In use");
        break;
    case RevokeAdvice::Level::Careful:
        advice.verdict = AdviceWords::tr("Perhaps in use");
        break;
    case RevokeAdvice::Level::Safe:
        advice.verdict = AdviceWords::tr("Safe, as far as Keydesk knows");
        break;
    }
    return advice;
}

} // namespace keydesk
