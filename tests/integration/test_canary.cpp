#include "tests/support/Files.h"

#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <QUuid>

using namespace Qt::StringLiterals;

namespace {

struct Found
{
    QString file;
    QByteArray form;
};

/// Every disguise of the token that a file could hold.
QList<QByteArray> disguises(const QByteArray &token)
{
    QByteArray escaped;
    QByteArray percent;
    for (const char byte : token) {
        escaped += "\\u00" + QByteArray(1, byte).toHex();
        percent += "%" + QByteArray(1, byte).toHex();
    }
    QByteArray utf16;
    for (const char byte : token)
        utf16 += QByteArray(1, byte) + QByteArray(1, '\0');
    QList<QByteArray> forms{token, token.toPercentEncoding(), percent, percent.toUpper(), escaped, utf16, token.toHex()};
    for (int shift = 0; shift < 3; ++shift) {
        // What stays the same of the Base64 text, whatever stands before and after the token.
        const QByteArray coded = (QByteArray(shift, 'x') + token).toBase64(QByteArray::OmitTrailingEquals);
        forms << coded.mid(shift == 0 ? 0 : shift + 2, token.size());
        forms << QByteArray(forms.last()).replace('+', '-').replace('/', '_');
    }
    return forms;
}

/// The files below `folder` that hold one of the forms, and those that others may read; the keyring's own are left out.
QList<Found> search(const QString &folder, const QList<QByteArray> &forms, int *files)
{
    QList<Found> found;
    QDirIterator all(folder, QDir::Files | QDir::Hidden | QDir::System, QDirIterator::Subdirectories);
    while (all.hasNext()) {
        const QString path = all.next();
        if (path.contains(u"/keyrings/"_s) || !QFileInfo(path).isFile())
            continue;
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly))
            continue;
        ++*files;
        const QByteArray bytes = file.readAll();
        for (const QByteArray &form : forms) {
            if (bytes.contains(form))
                found.append({path, form});
        }
    }
    return found;
}

} // namespace

/// SECURITY S1 and S9: after a real session that used every feature and was killed, no file that it wrote holds one of
/// its tokens in any form, but the .env file that was asked for, and nobody else may read them.
class TestCanary : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theSearchFindsEveryDisguise();
    void noFileHoldsTheToken();
};

void TestCanary::theSearchFindsEveryDisguise()
{
    const QByteArray token = "talq_canary" + QUuid::createUuid().toByteArray(QUuid::Id128);
    for (const QByteArray &form : {token, ("a" + token + "b").toBase64(), ("ab" + token).toBase64(), token.toBase64(), token.toPercentEncoding()}) {
        QTemporaryDir folder;
        QFile file(folder.filePath(u"leak"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("before" + form + "after");
        file.close();
        int files = 0;
        QVERIFY2(!search(folder.path(), disguises(token), &files).isEmpty(), form.constData());
    }
}

void TestCanary::noFileHoldsTheToken()
{
    const QByteArray token = "talq_canary" + QUuid::createUuid().toByteArray(QUuid::Id128);
    const QByteArray nextToken = "talq_canary" + QUuid::createUuid().toByteArray(QUuid::Id128);
    QProcess session;
    session.setProcessChannelMode(QProcess::SeparateChannels);
    const QTemporaryDir outside; // where files are exported to, imported from and cleaned
    const QTemporaryDir temporary; // what is put aside for a moment
    QProcessEnvironment variables = QProcessEnvironment::systemEnvironment();
    variables.insert(u"TMPDIR"_s, temporary.path());
    session.setProcessEnvironment(variables);
    session.start(QStringLiteral(KEYDESK_CANARY_SESSION), {outside.path()});
    QVERIFY(session.waitForStarted());
    session.write(token + '\n' + nextToken + '\n');
    QByteArray output;
    while (!output.contains("done\n") && session.state() == QProcess::Running && session.waitForReadyRead(120'000))
        output += session.readAllStandardOutput();
    const QByteArray log = session.readAllStandardError();
    QVERIFY2(output.contains("done\n"), (output + log).constData());
    session.kill();
    QVERIFY(session.waitForFinished());

    QList<QByteArray> forms = disguises(token) + disguises(nextToken);
    int made = 0; // in the session: by a provider, for other kinds of keys, a cookie, the value of a
                  // variable, one that it never read
    for (const QByteArray &line : output.split('\n')) {
        if (!line.startsWith("token "))
            continue;
        forms += disguises(line.mid(6));
        ++made;
    }
    QCOMPARE(made, 10);
    for (const QByteArray &form : forms)
        QVERIFY2(!log.contains(form), "the log holds the token");
    QVERIFY2(log.contains("a log line with"), "the session's log was not seen");
    int files = 0;
    QStringList faults;
    for (const char *variable : {"HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"}) {
        const QString folder = qEnvironmentVariable(variable);
        QVERIFY2(!folder.isEmpty(), variable);
        for (const Found &found : search(folder, forms, &files))
            faults << u"%1 holds the token as %2"_s.arg(found.file, QString::fromLatin1(found.form.left(12)));
        QDirIterator mine(folder + u"/keydesk"_s, QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot, QDirIterator::Subdirectories);
        while (mine.hasNext()) {
            const QFileInfo entry(mine.next());
            constexpr auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup | QFile::ReadOther | QFile::WriteOther | QFile::ExeOther;
            if (entry.permissions() & others)
                faults << u"%1 can be read by others"_s.arg(entry.filePath());
        }
    }
    const QString kept = outside.filePath(u"kept/.env"_s);
    bool isKept = false;
    for (const Found &found : search(outside.path(), forms, &files) + search(temporary.path(), forms, &files)) {
        if (found.file == kept && found.form == nextToken)
            isKept = true;
        else
            faults << u"%1 holds the token as %2"_s.arg(found.file, QString::fromLatin1(found.form.left(12)));
    }
    QVERIFY2(isKept, "the token is not where it was asked for: the search would prove less");
    QCOMPARE(keydesk::test::modeOf(kept), 0600U);
    // The files themselves, and no copies of them.
    QCOMPARE(keydesk::test::namesIn(outside.filePath(u"kept"_s)), QStringList{u".env"_s});
    QCOMPARE(keydesk::test::namesIn(outside.filePath(u"project"_s)), (QStringList{u".env"_s, u".git"_s}));
    const QString sealed = qEnvironmentVariable("XDG_DATA_HOME") + u"/keydesk/sealed.keydesk"_s;
    QVERIFY2(QFileInfo(sealed).size() > 4096, "the session sealed nothing: the search would prove less");
    QVERIFY2(files >= 3, "the session wrote no files: the search would prove nothing");
    QVERIFY2(faults.isEmpty(), qPrintable(faults.join(u'\n')));
}

QTEST_GUILESS_MAIN(TestCanary)
#include "test_canary.moc"
