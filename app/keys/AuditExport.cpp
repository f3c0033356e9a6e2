#include "app/keys/AuditExport.h"

#include "app/base/Redactor.h"

#include <QCoreApplication>
#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr int batch = 1000;

struct AuditExportText
{
    Q_DECLARE_TR_FUNCTIONS(AuditTrail)
};

QString timeText(const QDateTime &time)
{
    return time.toUTC().toString(Qt::ISODateWithMs);
}

/// A cell. Spreadsheets run what begins with one of these signs (CWE-1236).
QString quoted(const QString &words)
{
    QString cell = words;
    if (!cell.isEmpty() && u"=+-@\t\r\n|%"_s.contains(cell.front()))
        cell.prepend(u'\'');
    cell.replace(u'"', u"\"\""_s);
    return u'"' + cell + u'"';
}

Error cannotWrite(const QSaveFile &file)
{
    return {Error::Kind::StorageFailed,
            AuditExportText::tr(
                "%1 could not be written. Choose another folder, or see whether its disk has room.")
                .arg(QDir::toNativeSeparators(file.fileName())),
            file.errorString()};
}

} // namespace

QByteArray auditCsvHead()
{
    return "number,time,key id,key,action,what,hash\r\n";
}

QByteArray auditCsv(const AuditEntry &entry, const Redactor &redactor)
{
    const QStringList cells{QString::number(entry.id),
                            timeText(entry.at),
                            entry.keyId.toString(QUuid::WithoutBraces),
                            quoted(redactor.redactText(entry.keyName)),
                            actionWord(entry.action),
                            quoted(redactor.redactText(entry.what)),
                            QString::fromLatin1(entry.hash.toHex())};
    return cells.join(u',').toUtf8() + "\r\n";
}

QByteArray auditJson(const AuditEntry &entry, const Redactor &redactor)
{
    const QJsonObject object{{u"number"_s, entry.id},
                             {u"time"_s, timeText(entry.at)},
                             {u"keyId"_s, entry.keyId.toString(QUuid::WithoutBraces)},
                             {u"key"_s, redactor.redactText(entry.keyName)},
                             {u"action"_s, actionWord(entry.action)},
                             {u"what"_s, redactor.redactText(entry.what)},
                             {u"hash"_s, QString::fromLatin1(entry.hash.toHex())}};
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

Result<qint64> exportAudit(const AuditTrail &trail, const QString &file, bool asCsv, const Redactor &redactor,
                           const std::function<bool()> &goOn)
{
    QSaveFile out(file);
    out.setDirectWriteFallback(false);
    if (!out.open(QIODevice::WriteOnly) || !out.setPermissions(QFile::ReadOwner | QFile::WriteOwner))
        return tl::unexpected(cannotWrite(out));
    out.write(asCsv ? auditCsvHead() : "{\"keydeskAuditTrail\":1,\"entries\":["_ba);
    qint64 last = 0;
    qint64 count = 0;
    for (;;) {
        if (!goOn())
            return failure(
                Error::Kind::Cancelled,
                AuditExportText::tr("Exporting the audit trail was stopped. Nothing was written."));
        const Result<QList<AuditEntry>> entries = trail.after(last, batch);
        if (!entries)
            return tl::unexpected(entries.error());
        for (const AuditEntry &entry : *entries) {
            out.write(asCsv ? auditCsv(entry, redactor)
                            : (count == 0 ? "\n" : ",\n") + auditJson(entry, redactor));
            last = entry.id;
            ++count;
        }
        if (entries->isEmpty())
            break;
    }
    if (!asCsv)
        out.write("\n]}\n");
    if (!out.commit())
        return tl::unexpected(cannotWrite(out));
    return count;
}

} // namespace keydesk
