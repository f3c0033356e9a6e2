#include "app/base/Redactor.h"
#include "app/workspace/FileNames.h"
#include "app/workspace/RequestFiles.h"
#include "tests/support/Files.h"
#include "tests/support/TempHome.h"

#include <QFileInfo>
#include <QTest>

#include <atomic>
#include <cerrno>
#include <functional>

#include <grp.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

std::atomic<bool> diskIsFull = false; // for this process's write()

/// Runs `work` in a child without root's power over permission bits, and returns what it returned.
int asNobody(const std::function<int()> &work)
{
    const pid_t child = fork();
    if (child == 0) {
        constexpr uid_t nobody = 65534;
        if (geteuid() == 0 && (setgroups(0, nullptr) != 0 || setresgid(nobody, nobody, nobody) != 0 ||
                               setresuid(nobody, nobody, nobody) != 0))
            _exit(99);
        _exit(work());
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}

const QByteArray twoRequests =
    "# why\n### One\nGET https://x.test/1\nX-A: 1\n\n### Two\nGET https://x.test/2\n";

} // namespace

// The system's own, unless the disk is "full": what AtomicFile writes goes through here.
extern "C" ssize_t write(int descriptor, const void *bytes, size_t size)
{
    if (diskIsFull && descriptor > 2) {
        errno = ENOSPC;
        return -1;
    }
    return syscall(SYS_write, descriptor, bytes, size);
}

class TestRequestFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void opensAndSaves();
    void savesBesideAChangeOfAnotherRequest();
    void doesNotOverwriteAChangeOfTheSameRequest();
    void saysThatARequestOrItsFileIsGone();
    void aTokenNeverGetsIntoAFile();
    void whatOthersWroteIsReportedAndNotCopied();
    void keepsThePermissionsOfAFile();
    void newFilesHaveTheirFoldersPermissions();
    void aReadOnlyFolderIsSaidAndNothingIsChanged();
    void aFullDiskIsSaidAndNothingIsChanged();
    void requestsAreAddedRenamedMovedAndDeleted();
    void requestsMoveBetweenFiles();
    void undoRefusesWhatAnotherProgramChanged();
    void filesAndFoldersAreMadeRenamedAndMoved();
    void filesGoToTheTrashAndComeBack();
    void namesAreMadeOnesThatFilesCanHave_data();
    void namesAreMadeOnesThatFilesCanHave();

private:
    [[nodiscard]] QString path(const QString &name) const { return m_folder + u'/' + name; }
    QString make(const QString &name, const QByteArray &bytes, unsigned mode = 0644)
    {
        test::writeFile(path(name), bytes, mode);
        return path(name);
    }
    [[nodiscard]] RequestInFile opened(const QString &file, int index) const
    {
        const auto request = m_files->open(file, index);
        if (!request)
            qFatal("%s", qPrintable(request.error().message));
        return *request;
    }

    std::unique_ptr<test::TempHome> m_home;
    Redactor m_redactor;
    std::unique_ptr<RequestFiles> m_files;
    QString m_folder;
};

void TestRequestFiles::init()
{
    m_home = std::make_unique<test::TempHome>();
    m_folder = m_home->path(u"requests"_s);
    QVERIFY(QDir().mkpath(m_folder));
    m_files = std::make_unique<RequestFiles>(m_redactor);
}

void TestRequestFiles::cleanup()
{
    diskIsFull = false;
    m_home.reset();
}

void TestRequestFiles::opensAndSaves()
{
    const QString file = make(u"a.http"_s, twoRequests);
    const RequestInFile one = opened(file, 0);
    QCOMPARE(one.place.name, u"One"_s);
    RequestSpec edited = one.request.spec;
    edited.headers[0].value = u"2"_s;
    const auto saved = m_files->save(one.place, edited);
    QVERIFY2(saved, saved ? "" : qPrintable(saved.error().message));
    QCOMPARE(test::readFile(file), QByteArray(twoRequests).replace("X-A: 1", "X-A: 2"));
    QCOMPARE(test::namesIn(m_folder), QStringList{u"a.http"_s});
    QVERIFY(saved->place.hash != one.place.hash);
    QVERIFY(m_files->find(saved->place));
    QVERIFY(saved->step.undo());
    QCOMPARE(test::readFile(file), twoRequests);
    QVERIFY(saved->step.redo());
    // Saving what is there already writes nothing.
    const qint64 before = stampOf(file)->modified;
    QVERIFY(m_files->save(saved->place, edited));
    QCOMPARE(stampOf(file)->modified, before);
}

void TestRequestFiles::savesBesideAChangeOfAnotherRequest()
{
    const QString file = make(u"a.http"_s, twoRequests);
    const RequestInFile two = opened(file, 1);
    make(u"a.http"_s,
         "### New\nGET https://x.test/0\n\n" + QByteArray(twoRequests).replace("X-A: 1", "X-A: theirs"));
    RequestSpec edited = two.request.spec;
    edited.method = u"DELETE"_s;
    const auto saved = m_files->save(two.place, edited);
    QVERIFY2(saved, saved ? "" : qPrintable(saved.error().message));
    QCOMPARE(saved->place.index, 2);
    const QByteArray now = test::readFile(file);
    QVERIFY(now.contains("X-A: theirs") && now.contains("DELETE https://x.test/2") &&
            now.startsWith("### New"));
}

void TestRequestFiles::doesNotOverwriteAChangeOfTheSameRequest()
{
    const QString file = make(u"a.http"_s, twoRequests);
    const RequestInFile one = opened(file, 0);
    const QByteArray theirs = QByteArray(twoRequests).replace("X-A: 1", "X-A: theirs");
    make(u"a.http"_s, theirs);
    RequestSpec ours = one.request.spec;
    ours.headers[0].value = u"ours"_s;

    const auto refused = m_files->save(one.place, ours);
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, Error::Kind::Conflict);
    QVERIFY2(refused.error().message.contains(file + u", line 3"_s), qPrintable(refused.error().message));
    QCOMPARE(test::readFile(file), theirs);

    const auto both = m_files->conflict(one.place, ours);
    QVERIFY(both);
    QVERIFY(both->ours.contains(u"X-A: ours"_s) && both->theirs.contains(u"X-A: theirs"_s));
    QCOMPARE(both->theirRequest->request.spec.headers.at(0).value, u"theirs"_s);
    // Theirs is taken by opening it; ours, when somebody chose it.
    QVERIFY(m_files->find(both->theirRequest->place));
    const auto chosen = m_files->overwrite(one.place, ours);
    QVERIFY(chosen);
    QCOMPARE(test::readFile(file), QByteArray(twoRequests).replace("X-A: 1", "X-A: ours"));
    QVERIFY(chosen->step.undo());
    QCOMPARE(test::readFile(file), theirs);
}

void TestRequestFiles::saysThatARequestOrItsFileIsGone()
{
    const QString file = make(u"a.http"_s, twoRequests);
    const RequestInFile one = opened(file, 0);
    make(u"a.http"_s, "### Two\nGET https://x.test/2\n");
    const auto gone = m_files->save(one.place, one.request.spec);
    QCOMPARE(gone.error().kind, Error::Kind::NotFound);
    QVERIFY(gone.error().message.contains(u"One"_s) && gone.error().message.contains(file));
    QCOMPARE(m_files->conflict(one.place, one.request.spec)->theirs, QString());
    QVERIFY(m_files->overwrite(one.place, one.request.spec));
    QCOMPARE(test::readFile(file),
             "### Two\nGET https://x.test/2\n\n### One\nGET https://x.test/1\nX-A: 1\n");

    QVERIFY(QFile::remove(file));
    const auto vanished = m_files->save(one.place, one.request.spec);
    QCOMPARE(vanished.error().kind, Error::Kind::NotFound);
    QVERIFY(vanished.error().message.contains(file));
    QVERIFY(!QFile::exists(file));
    QVERIFY(m_files->overwrite(one.place, one.request.spec));
    QVERIFY(QFile::exists(file));
}

void TestRequestFiles::aTokenNeverGetsIntoAFile()
{
    const QByteArray token = "talq_canary0123456789abcdef";
    m_redactor.add(Secret(token.toStdString()));
    const QString file = make(u"a.http"_s, twoRequests);
    const RequestInFile one = opened(file, 0);
    const auto refused = [&](const RequestSpec &spec) {
        const auto saved = m_files->save(one.place, spec);
        const auto added = m_files->add(path(u"new.http"_s), -1, spec);
        const auto behind = m_files->add(file, -1, spec);
        if (saved || added || behind || test::readFile(file) != twoRequests ||
            QFile::exists(path(u"new.http"_s)))
            return u"written"_s;
        return saved.error().message;
    };
    RequestSpec spec = one.request.spec;
    spec.headers[0].value = QString::fromLatin1(token);
    QVERIFY2(refused(spec).contains(u"line 4, column 6 of "_s + file), qPrintable(refused(spec)));
    QVERIFY(!refused(spec).contains(QString::fromLatin1(token)));
    spec = one.request.spec;
    spec.params = {{u"q"_s, QString::fromLatin1(token), true}};
    QVERIFY(refused(spec).contains(u"line 3"_s));
    spec.params = {{u"q"_s, QString::fromLatin1(token), false}};
    QVERIFY(refused(spec).contains(u"line 4"_s));
    spec = one.request.spec;
    spec.body.kind = RequestBody::Kind::Json;
    spec.body.text = u"{\"t\": \""_s + QString::fromLatin1(token.toBase64()) + u"\"}"_s;
    QVERIFY(refused(spec).contains(u"line"_s));
    spec = one.request.spec;
    spec.name = QString::fromLatin1(token);
    QVERIFY(refused(spec).contains(u"line 2"_s));
    QVERIFY(!m_files->rename(one.place, QString::fromLatin1(token)));
    // One that nobody knows yet, but that stands where credentials do.
    spec = one.request.spec;
    spec.headers.append({u"Authorization"_s, u"Bearer typed-by-hand"_s, true});
    QVERIFY(refused(spec).contains(u"Authorization"_s));
    spec.headers.last().value = u"Bearer {{token}}"_s;
    QCOMPARE(refused(spec), u"written"_s);
}

void TestRequestFiles::whatOthersWroteIsReportedAndNotCopied()
{
    const QByteArray text = "@apiToken = abc123\n@host = x.test\n\n### One\nGET "
                            "https://{{host}}/?api_key=k1&page=1\nAuthorization: Bearer "
                            "literal\nX-Api-Key: {{apiToken}}\n\n### Two\nPOST /login\nContent-Type: "
                            "application/x-www-form-urlencoded\n\nuser=a\n"
                            "&password=p w\n";
    const QString file = make(u"a.http"_s, text);
    const RequestInFile one = opened(file, 0);
    QStringList found;
    for (const HttpCredential &each : one.credentials) {
        found << u"%1:%2 %3"_s.arg(each.note.line).arg(each.note.column).arg(each.name);
        QVERIFY(!each.note.text.contains(u"literal"_s));
    }
    QCOMPARE(found, (QStringList{u"1:13 apiToken"_s, u"5:31 api_key"_s, u"6:23 Authorization"_s,
                                 u"14:11 password"_s}));
    QCOMPARE(QByteArray::fromStdString(
                 std::string(credentialValue(*m_files->read(file), one.credentials.at(2)).reveal())),
             "literal");

    // It stays where it is: other edits are saved, and it goes into no other file.
    RequestSpec edited = one.request.spec;
    edited.method = u"POST"_s;
    const auto saved = m_files->save(one.place, edited);
    QVERIFY2(saved, saved ? "" : qPrintable(saved.error().message));
    QVERIFY(test::readFile(file).contains("Bearer literal"));
    const QString other = make(u"b.http"_s, "");
    const auto moved = m_files->move(saved->place, other, -1);
    QVERIFY(!moved);
    QVERIFY2(moved.error().message.contains(u"line 5"_s), qPrintable(moved.error().message));
    QCOMPARE(test::readFile(other), QByteArray());
}

void TestRequestFiles::keepsThePermissionsOfAFile()
{
    for (const unsigned mode : {0600U, 0644U, 0664U, 0640U}) {
        const QString file = make(u"a.http"_s, twoRequests, mode);
        QVERIFY(m_files->rename(opened(file, 0).place, u"Other"_s));
        QCOMPARE(test::modeOf(file), mode);
    }
}

void TestRequestFiles::newFilesHaveTheirFoldersPermissions()
{
    const auto modes = [this](unsigned folderMode) {
        const QString folder = path(QString::number(folderMode, 8));
        QDir().mkdir(folder);
        ::chmod(QFile::encodeName(folder).constData(), folderMode);
        const auto file = m_files->createFile(folder, u"a"_s);
        const auto below = m_files->createFolder(folder, u"b"_s);
        return std::pair(test::modeOf(file->place.file), test::modeOf(below->place.file));
    };
    QCOMPARE(modes(0700), std::pair(0600U, 0700U));
    QCOMPARE(modes(0755), std::pair(0644U, 0755U));
    QCOMPARE(modes(0775), std::pair(0664U, 0775U));
    QCOMPARE(modes(0777), std::pair(0664U, 0775U));
}

void TestRequestFiles::aReadOnlyFolderIsSaidAndNothingIsChanged()
{
    const QString file = make(u"a.http"_s, twoRequests);
    const RequestInFile one = opened(file, 0);
    RequestSpec edited = one.request.spec;
    edited.method = u"PUT"_s;
    // Below a home that others may pass through, the folder belongs to somebody else.
    for (QString folder = m_folder; folder.startsWith(m_home->path()); folder = QFileInfo(folder).path())
        ::chmod(QFile::encodeName(folder).constData(), 0755);
    if (geteuid() != 0) {
        ::chmod(QFile::encodeName(file).constData(), 0444);
        ::chmod(QFile::encodeName(m_folder).constData(), 0555);
    }
    const auto says = [](const auto &result, const QString &name) {
        return !result && result.error().kind == Error::Kind::StorageReadOnly &&
               result.error().message.contains(name);
    };
    const int failedAt = asNobody([&] {
        if (!says(m_files->save(one.place, edited), file))
            return 1;
        if (!says(m_files->add(path(u"n.http"_s), -1, edited), m_folder))
            return 2;
        if (!says(m_files->createFolder(m_folder, u"n"_s), m_folder))
            return 3;
        if (!says(m_files->renamePath(file, u"b.http"_s), file))
            return 4;
        if (!says(m_files->removePath(file), file))
            return 5;
        return 0;
    });
    ::chmod(QFile::encodeName(m_folder).constData(), 0755);
    QCOMPARE(failedAt, 0);
    QCOMPARE(test::readFile(file), twoRequests);
    QCOMPARE(test::namesIn(m_folder), QStringList{u"a.http"_s});
}

void TestRequestFiles::aFullDiskIsSaidAndNothingIsChanged()
{
    const QString file = make(u"a.http"_s, twoRequests);
    const QString other = make(u"b.http"_s, twoRequests);
    const RequestInFile one = opened(file, 0);
    RequestSpec edited = one.request.spec;
    edited.method = u"PUT"_s;
    diskIsFull = true;
    const auto saved = m_files->save(one.place, edited);
    const auto added = m_files->add(path(u"n.http"_s), -1, edited);
    const auto moved = m_files->move(one.place, other, 0);
    diskIsFull = false;
    QCOMPARE(saved.error().kind, Error::Kind::DiskFull);
    QVERIFY(saved.error().message.contains(file));
    QCOMPARE(added.error().kind, Error::Kind::DiskFull);
    QCOMPARE(moved.error().kind, Error::Kind::DiskFull);
    QCOMPARE(test::readFile(file), twoRequests);
    QCOMPARE(test::readFile(other), twoRequests);
    QCOMPARE(test::namesIn(m_folder), (QStringList{u"a.http"_s, u"b.http"_s}));
}

void TestRequestFiles::requestsAreAddedRenamedMovedAndDeleted()
{
    const QString file = make(u"a.http"_s, twoRequests);
    RequestSpec spec;
    spec.name = u"Three"_s;
    spec.url = u"/3"_s;
    const auto added = m_files->add(file, -1, spec);
    QVERIFY(added);
    QCOMPARE(added->place.index, 2);
    const QByteArray three = test::readFile(file);
    QCOMPARE(three, twoRequests + "\n### Three\nGET /3\n");

    const auto renamed = m_files->rename(added->place, u"Drei"_s);
    QVERIFY(renamed);
    QVERIFY(test::readFile(file).contains("### Drei"));
    QVERIFY(renamed->step.undo());

    const auto moved = m_files->move(added->place, file, 0);
    QVERIFY(moved);
    QCOMPARE(moved->place.index, 0);
    QCOMPARE(opened(file, 0).place.name, u"Three"_s);
    QVERIFY(moved->step.undo());
    QCOMPARE(test::readFile(file), three);

    const auto removed = m_files->remove(added->place);
    QVERIFY(removed);
    QCOMPARE(test::readFile(file), twoRequests);
    QVERIFY(removed->step.undo());
    QCOMPARE(test::readFile(file), three);
    QVERIFY(removed->step.redo());
    QVERIFY(added->step.redo().error().kind == Error::Kind::Conflict || test::readFile(file) == three);
}

void TestRequestFiles::requestsMoveBetweenFiles()
{
    const QString from = make(u"a.http"_s, twoRequests);
    const QString to = make(u"b.http"_s, "### Three\nGET /3\n");
    const auto moved = m_files->move(opened(from, 1).place, to, 0);
    QVERIFY2(moved, moved ? "" : qPrintable(moved.error().message));
    QCOMPARE(test::readFile(to), "### Two\nGET https://x.test/2\n\n### Three\nGET /3\n");
    QCOMPARE(test::readFile(from), "# why\n### One\nGET https://x.test/1\nX-A: 1\n");
    QVERIFY(moved->step.undo());
    QCOMPARE(test::readFile(from), twoRequests);
    QCOMPARE(test::readFile(to), "### Three\nGET /3\n");
    QVERIFY(moved->step.redo());
    QCOMPARE(test::readFile(to), "### Two\nGET https://x.test/2\n\n### Three\nGET /3\n");
}

void TestRequestFiles::undoRefusesWhatAnotherProgramChanged()
{
    const QString file = make(u"a.http"_s, twoRequests);
    const auto removed = m_files->remove(opened(file, 1).place);
    QVERIFY(removed);
    make(u"a.http"_s, "GET /theirs\n");
    const auto undone = removed->step.undo();
    QCOMPARE(undone.error().kind, Error::Kind::Conflict);
    QVERIFY(undone.error().message.contains(file));
    QCOMPARE(test::readFile(file), "GET /theirs\n");
}

void TestRequestFiles::filesAndFoldersAreMadeRenamedAndMoved()
{
    const auto folder = m_files->createFolder(m_folder, u"Agents: list?"_s);
    QVERIFY(folder);
    QCOMPARE(folder->place.file, path(u"Agents- list-"_s));
    QCOMPARE(m_files->createFolder(m_folder, u"Agents: list?"_s).error().kind, Error::Kind::Duplicate);
    const auto file = m_files->createFile(m_folder, u"Calls"_s);
    QCOMPARE(file->place.file, path(u"Calls.http"_s));
    const auto moved = m_files->movePath(file->place.file, folder->place.file);
    QCOMPARE(moved->place.file, folder->place.file + u"/Calls.http"_s);
    const auto renamed = m_files->renamePath(folder->place.file, u"Agents"_s);
    QVERIFY(QFile::exists(path(u"Agents/Calls.http"_s)));
    QVERIFY(renamed->step.undo());
    QVERIFY(moved->step.undo());
    QVERIFY(file->step.undo());
    // It is not thrown away with what somebody else put into it.
    make(u"Agents- list-/x.http"_s, "GET x\n");
    QCOMPARE(folder->step.undo().error().kind, Error::Kind::Conflict);
    QVERIFY(QFile::remove(path(u"Agents- list-/x.http"_s)));
    QVERIFY(folder->step.undo());
    QCOMPARE(test::namesIn(m_folder), QStringList());

    make(u"a.http"_s, "1");
    make(u"b.http"_s, "2");
    const auto taken = m_files->renamePath(path(u"a.http"_s), u"b"_s);
    QCOMPARE(taken.error().kind, Error::Kind::Duplicate);
    QVERIFY(taken.error().message.contains(path(u"b.http"_s)));
    QCOMPARE(test::readFile(path(u"b.http"_s)), "2");
    const auto inside = m_files->createFolder(m_folder, u"d"_s);
    QVERIFY(!m_files->movePath(inside->place.file, inside->place.file));
}

void TestRequestFiles::filesGoToTheTrashAndComeBack()
{
    QVERIFY(QDir().mkpath(path(u"folder"_s)));
    make(u"folder/a.http"_s, twoRequests);
    const auto removed = m_files->removePath(path(u"folder"_s));
    QVERIFY2(removed, removed ? "" : qPrintable(removed.error().message));
    QCOMPARE(test::namesIn(m_folder), QStringList());
    QVERIFY(removed->step.undo());
    QCOMPARE(test::readFile(path(u"folder/a.http"_s)), twoRequests);
    QVERIFY(removed->step.redo());
    QCOMPARE(test::namesIn(m_folder), QStringList());
    QVERIFY(removed->step.undo());
    QCOMPARE(m_files->removePath(path(u"nothing.http"_s)).error().kind, Error::Kind::NotFound);
}

void TestRequestFiles::namesAreMadeOnesThatFilesCanHave_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("expected");
    QTest::newRow("plain") << u"List agents"_s << u"List agents"_s;
    QTest::newRow("slashes") << u"a/b\\c"_s << u"a-b-c"_s;
    QTest::newRow("up") << u"../../etc/passwd"_s << u"-..-etc-passwd"_s;
    QTest::newRow("windows") << u"a:b*c?\"<>|"_s << u"a-b-c-----"_s;
    QTest::newRow("reserved") << u"con.http"_s << u"_con.http"_s;
    QTest::newRow("hidden") << u".git"_s << u"git"_s;
    QTest::newRow("control") << u"a\nb\0c"_s << u"a-b-c"_s;
    QTest::newRow("umlauts") << u"Größe 日本"_s << u"Größe 日本"_s;
    QTest::newRow("long") << QString(300, u'x') << QString(200, u'x');
    QTest::newRow("nothing") << u" .. "_s << QString();
}

void TestRequestFiles::namesAreMadeOnesThatFilesCanHave()
{
    QFETCH(QString, name);
    QTEST(fileNameFor(name).value_or(QString()), "expected");
}

QTEST_GUILESS_MAIN(TestRequestFiles)
#include "test_request_files.moc"
