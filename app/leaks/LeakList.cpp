#include "app/leaks/LeakList.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

QString sourceName(LeakFinding::Source source)
{
    switch (source) {
    case LeakFinding::Source::File:
        return u"file"_s;
    case LeakFinding::Source::Commit:
        return u"git-history"_s;
    case LeakFinding::Source::OwnHistory:
        return u"keydesk-history"_s;
    case LeakFinding::Source::OwnData:
        return u"keydesk-data"_s;
    }
    return {};
}

QString timeText(const QDateTime &time)
{
    return time.isValid() ? time.toUTC().toString(Qt::ISODate) : QString();
}

QString cell(QString text)
{
    if (!text.isEmpty() && QStringView(u"=+-@\t\r").contains(text.front()))
        text.prepend(u'\'');
    if (text.contains(u'"') || text.contains(u',') || text.contains(u'\n') || text.contains(u'\r'))
        return u'"' + text.replace(u'"', u"\"\""_s) + u'"';
    return text;
}

} // namespace

QByteArray leaksAsJson(const QList<LeakFinding> &findings, const LeakReport &report,
                       const LeakKeyNames &nameOf)
{
    QJsonArray list;
    for (const LeakFinding &finding : findings) {
        QJsonObject each{{u"source"_s, sourceName(finding.source)},
                         {u"place"_s, finding.place},
                         {u"line"_s, finding.line},
                         {u"column"_s, finding.column},
                         {u"encoding"_s, finding.encoding.name()}};
        if (!finding.repository.isEmpty())
            each.insert(u"repository"_s, finding.repository);
        if (!finding.commit.isEmpty()) {
            each.insert(u"commit"_s, finding.commit);
            each.insert(u"committed_at"_s, timeText(finding.committedAt));
        }
        if (!finding.key.isNull()) {
            const LeakKeyName key = nameOf(finding.key);
            each.insert(u"key_id"_s, finding.key.toString(QUuid::WithoutBraces));
            each.insert(u"key"_s, key.name);
            each.insert(u"hint"_s, key.hint);
        } else {
            each.insert(u"provider"_s, finding.provider);
            each.insert(u"kind"_s, finding.kind);
            each.insert(u"hint"_s, finding.hint);
        }
        list.append(each);
    }
    QJsonArray notSearched;
    for (const QUuid &key : report.keysNotSearched)
        notSearched.append(nameOf(key).name);
    const QJsonObject all{{u"findings"_s, list},
                          {u"findings_left_out"_s, report.leftOut},
                          {u"stopped_early"_s, report.cancelled},
                          {u"keys_searched"_s, report.keysSearched},
                          {u"keys_not_searched"_s, notSearched},
                          {u"files"_s, report.searched.files},
                          {u"bytes"_s, report.searched.bytes},
                          {u"git_objects"_s, report.searched.objects},
                          {u"rows"_s, report.searched.rows},
                          {u"notes"_s, QJsonArray::fromStringList(report.notes)},
                          {u"unreadable"_s, QJsonArray::fromStringList(report.unreadable)},
                          {u"unreadable_count"_s, report.unreadableCount}};
    return QJsonDocument(all).toJson();
}

QByteArray leaksAsCsv(const QList<LeakFinding> &findings, const LeakKeyNames &nameOf)
{
    QStringList lines{
        u"source,place,line,column,commit,committed_at,repository,key,provider,kind,hint,encoding"_s};
    for (const LeakFinding &finding : findings) {
        const bool isOwn = !finding.key.isNull();
        const LeakKeyName key = isOwn ? nameOf(finding.key) : LeakKeyName{{}, finding.hint};
        const QStringList cells{sourceName(finding.source),
                                finding.place,
                                QString::number(finding.line),
                                QString::number(finding.column),
                                finding.commit,
                                timeText(finding.committedAt),
                                finding.repository,
                                key.name,
                                finding.provider,
                                finding.kind,
                                key.hint,
                                finding.encoding.name()};
        QStringList line;
        for (const QString &each : cells)
            line.append(cell(each));
        lines.append(line.join(u','));
    }
    return lines.join(u"\r\n"_s).toUtf8() + "\r\n";
}

} // namespace keydesk
