#include "app/http/DynamicDates.h"

#include <QCoreApplication>
#include <QLocale>
#include <QRegularExpression>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct DynamicDatesText
{
    Q_DECLARE_TR_FUNCTIONS(DynamicValues)
};

QString padded(int number, int width)
{
    return QString::number(number).rightJustified(width, u'0');
}

QString offsetText(const QDateTime &time, bool withColon)
{
    const int minutes = time.offsetFromUtc() / 60;
    return (minutes < 0 ? u"-"_s : u"+"_s) + padded(std::abs(minutes) / 60, 2) +
           (withColon ? u":"_s : QString()) + padded(std::abs(minutes) % 60, 2);
}

QString tokenText(const QDateTime &time, const QString &token)
{
    const QDate day = time.date();
    const QTime clock = time.time();
    const int hour12 = clock.hour() % 12 == 0 ? 12 : clock.hour() % 12;
    const QLocale english = QLocale::c();
    if (token == "YYYY"_L1)
        return padded(day.year(), 4);
    if (token == "YY"_L1)
        return padded(day.year() % 100, 2);
    if (token == "MMMM"_L1)
        return english.monthName(day.month());
    if (token == "MMM"_L1)
        return english.monthName(day.month(), QLocale::ShortFormat);
    if (token == "dddd"_L1)
        return english.dayName(day.dayOfWeek());
    if (token == "ddd"_L1)
        return english.dayName(day.dayOfWeek(), QLocale::ShortFormat);
    if (token == "dd"_L1)
        return english.dayName(day.dayOfWeek()).first(2);
    if (token == "d"_L1)
        return QString::number(day.dayOfWeek() % 7);
    if (token == "SSS"_L1)
        return padded(clock.msec(), 3);
    if (token == "Z"_L1 || token == "ZZ"_L1)
        return offsetText(time, token.size() == 1);
    if (token == u'A')
        return clock.hour() < 12 ? u"AM"_s : u"PM"_s;
    if (token == u'a')
        return clock.hour() < 12 ? u"am"_s : u"pm"_s;
    const int number = token.startsWith(u'M')   ? day.month()
                       : token.startsWith(u'D') ? day.day()
                       : token.startsWith(u'H') ? clock.hour()
                       : token.startsWith(u'h') ? hour12
                       : token.startsWith(u'm') ? clock.minute()
                                                : clock.second();
    return padded(number, static_cast<int>(token.size()));
}

tl::unexpected<Error> wrongDate(const QString &message)
{
    return failure(Error::Kind::InvalidInput, message);
}

Result<QDateTime> withOffset(const QDateTime &time, const QString &offset)
{
    const QStringList words = offset.simplified().split(u' ', Qt::SkipEmptyParts);
    if (words.isEmpty())
        return time;
    const auto moved = words.size() == 2 ? shifted(time, words.at(0), words.at(1)) : std::nullopt;
    if (!moved)
        return wrongDate(
            DynamicDatesText::tr("“%1” is no offset; write a number and one of y, M, w, d, h, m, s, ms")
                .arg(offset.left(80).trimmed()));
    return *moved;
}

} // namespace

std::optional<QDateTime> shifted(const QDateTime &time, const QString &number, const QString &unit)
{
    bool isNumber = false;
    const qint64 count = number.toLongLong(&isNumber);
    // What leaves the years that a date can have is no date.
    if (!isNumber || std::abs(count) > 1'000'000'000'000)
        return std::nullopt;
    const auto days = [&](qint64 each) -> std::optional<QDateTime> {
        return std::abs(count) > 4'000'000 ? std::nullopt : std::optional(time.addDays(count * each));
    };
    const auto months = [&](int each) -> std::optional<QDateTime> {
        return std::abs(count) > 100'000 ? std::nullopt
                                         : std::optional(time.addMonths(static_cast<int>(count) * each));
    };
    std::optional<QDateTime> moved;
    if (unit == u'y')
        moved = months(12);
    else if (unit == u'Q')
        moved = months(3);
    else if (unit == u'M')
        moved = months(1);
    else if (unit == u'w')
        moved = days(7);
    else if (unit == u'd')
        moved = days(1);
    else if (unit == u'h' || unit == u'm' || unit == u's')
        moved = std::abs(count) > 100'000'000'000 ? std::nullopt
                                                  : std::optional(time.addSecs(count * (unit == u'h'   ? 3600
                                                                                        : unit == u'm' ? 60
                                                                                                       : 1)));
    else if (unit == "ms"_L1)
        moved = time.addMSecs(count);
    if (moved && (!moved->isValid() || std::abs(moved->date().year()) > 99'999))
        return std::nullopt;
    return moved;
}

QString formattedTime(const QDateTime &time, const QString &pattern)
{
    static const QRegularExpression token(
        u"\\[([^\\]]+)\\]|YYYY|YY|M{1,4}|DD?|d{1,4}|HH?|hh?|A|a|mm?|ss?|SSS|ZZ?"_s);
    QString text;
    qsizetype done = 0;
    for (auto matches = token.globalMatch(pattern); matches.hasNext();) {
        const auto match = matches.next();
        text += QStringView(pattern).sliced(done, match.capturedStart() - done);
        text += match.capturedLength(1) > 0 ? match.captured(1) : tokenText(time, match.captured());
        done = match.capturedEnd();
    }
    return text + QStringView(pattern).sliced(done).toString();
}

Result<QString> dateText(const QDateTime &time, const QString &arguments)
{
    static const QRegularExpression form(u"^(rfc1123|iso8601|\"[^\"]*\"|'[^']*')(?:\\s+(.*))?$"_s);
    const QString trimmed = arguments.trimmed();
    const auto match = form.match(trimmed.isEmpty() ? u"iso8601"_s : trimmed);
    if (!match.hasMatch())
        return wrongDate(
            DynamicDatesText::tr("“%1” is no format; write rfc1123, iso8601 or a pattern in quotes")
                .arg(trimmed.left(80)));
    const auto moved = withOffset(time, match.captured(2));
    if (!moved)
        return tl::unexpected(moved.error());
    const bool isUtc = moved->timeSpec() == Qt::UTC;
    const QString format = match.captured(1);
    if (format == "rfc1123"_L1)
        return formattedTime(*moved, u"ddd, DD MMM YYYY HH:mm:ss "_s) +
               (isUtc ? u"GMT"_s : offsetText(*moved, false));
    if (format == "iso8601"_L1)
        return formattedTime(*moved, u"YYYY-MM-DD[T]HH:mm:ss.SSS"_s) +
               (isUtc ? u"Z"_s : offsetText(*moved, true));
    return formattedTime(*moved, format.sliced(1, format.size() - 2));
}

Result<QString> timestampText(const QDateTime &time, const QString &arguments)
{
    return withOffset(time, arguments).map([](const QDateTime &moved) {
        return QString::number(moved.toSecsSinceEpoch());
    });
}

} // namespace keydesk
