#include "app/base/Redactor.h"
#include "app/keys/KeyStore.h"
#include "app/keys/StoredTokens.h"
#include "app/storage/Database.h"
#include "app/workspace/Workspace.h"
#include "app/workspace/WorkspaceModel.h"
#include "tests/support/Files.h"
#include "tests/support/TempHome.h"

#include <QAbstractItemModelTester>
#include <QMimeData>
#include <QProcess>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

class TestWorkspace : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void readsAFolder();
    void leavesOutWhatIsNotTheUsers();
    void saysWhatCouldNotBeRead();
    void tenThousandFilesOpenAndAreSearched();
    void noticesAnotherProgram();
    void noticesAChangeOfAWatchedFile();
    void noticesThatTheFolderIsGone();
    void loadsAndSavesOnAnotherThread();
    void aStoredTokenIsNotSaved();
    void opensAnotherFolderMeanwhile();
    void theModelFollows();
    void theModelDrags();

private:
    void write(const QString &name, const QByteArray &bytes)
    {
        QDir().mkpath(QFileInfo(path(name)).path());
        test::writeFile(path(name), bytes, 0644);
    }
    [[nodiscard]] QString path(const QString &name) const { return m_folder + u'/' + name; }
    void openAndWait()
    {
        QSignalSpy changed(m_workspace.get(), &Workspace::indexChanged);
        m_workspace->open(m_folder);
        QVERIFY(changed.wait(10'000));
    }
    [[nodiscard]] QStringList files() const
    {
        QStringList names;
        for (const WorkspaceFile &file : m_workspace->index()->files)
            names << file.path;
        return names;
    }

    std::unique_ptr<test::TempHome> m_home;
    Redactor m_redactor;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<KeyStore> m_keys;
    std::unique_ptr<StoredTokens> m_tokens;
    std::unique_ptr<Workspace> m_workspace;
    QString m_folder;
};

void TestWorkspace::init()
{
    m_home = std::make_unique<test::TempHome>();
    m_folder = m_home->path(u"requests"_s);
    QVERIFY(QDir().mkpath(m_folder));
    auto opened = Database::open(m_home->path(u"keydesk.db"_s));
    QVERIFY(opened);
    m_database = std::move(*opened);
    m_keys = std::make_unique<KeyStore>(*m_database);
    QVERIFY(m_keys->load());
    m_tokens = std::make_unique<StoredTokens>(*m_keys, m_redactor);
    m_workspace = std::make_unique<Workspace>(m_redactor, *m_tokens);
}

void TestWorkspace::cleanup()
{
    m_workspace.reset();
    m_tokens.reset();
    m_keys.reset();
    m_database.reset();
    m_home.reset();
}

void TestWorkspace::readsAFolder()
{
    write(u"b/calls.http"_s, "### List\nGET /calls?page=1\n\n### Stop\nDELETE /calls/1\n");
    write(u"a.rest"_s, "https://x.test\n");
    write(u"b/notes.txt"_s, "GET no\n");
    QVERIFY(QDir().mkpath(path(u"empty"_s)));
    openAndWait();
    QCOMPARE(files(), (QStringList{u"a.rest"_s, u"b/calls.http"_s}));
    const auto index = m_workspace->index();
    QCOMPARE(index->folders, (QStringList{u"b"_s, u"empty"_s}));
    QCOMPARE(index->find(u"b/calls.http"_s)->requests,
             (QList<WorkspaceRequest>{{u"List"_s, u"GET"_s, u"/calls?page=1"_s, 2, true},
                                      {u"Stop"_s, u"DELETE"_s, u"/calls/1"_s, 5, true}}));
    QCOMPARE(index->requestCount(), 3);
    QCOMPARE(index->relative(path(u"b"_s)), u"b"_s);
    QVERIFY(index->relative(m_folder + u"-other/x"_s).isNull());
    m_workspace->close();
    QVERIFY(m_workspace->index()->files.isEmpty() && !m_workspace->isOpen());
}

void TestWorkspace::leavesOutWhatIsNotTheUsers()
{
    write(u"a.http"_s, "GET x\n");
    write(u".git/b.http"_s, "GET x\n");
    write(u".hidden/b.http"_s, "GET x\n");
    write(u"deep/node_modules/b.http"_s, "GET x\n");
    QVERIFY(QFile::link(m_folder, path(u"deep/loop"_s)));
    QVERIFY(QFile::link(path(u"a.http"_s), path(u"deep/link.http"_s)));
    openAndWait();
    QCOMPARE(files(), QStringList{u"a.http"_s});
    QCOMPARE(m_workspace->index()->folders, QStringList{u"deep"_s});
}

void TestWorkspace::saysWhatCouldNotBeRead()
{
    write(u"binary.http"_s, QByteArray("GET x\n\0", 7));
    write(u"a.http"_s, "GET x\n");
    openAndWait();
    const WorkspaceFile *file = m_workspace->index()->find(u"binary.http"_s);
    QVERIFY(file && file->problem.contains(path(u"binary.http"_s)) &&
            file->problem.contains(u"line 2, column 1"_s));
    QCOMPARE(files().size(), 2);

    QSignalSpy failed(m_workspace.get(), &Workspace::failed);
    m_workspace->open(path(u"nowhere"_s));
    QVERIFY(failed.isEmpty()); // never inside the call
    QVERIFY(failed.wait(10'000));
    QCOMPARE(failed.first().first().value<Error>().kind, Error::Kind::NotFound);
    QVERIFY(!m_workspace->isOpen());
}

void TestWorkspace::tenThousandFilesOpenAndAreSearched()
{
    for (int folder = 0; folder < 100; ++folder) {
        QVERIFY(QDir().mkpath(path(u"f%1"_s.arg(folder))));
        for (int file = 0; file < 100; ++file) {
            const QByteArray number = QByteArray::number(folder * 100 + file);
            test::writeFile(path(u"f%1/r%2.http"_s.arg(folder).arg(file)),
                            "### Request " + number + "\nGET https://x.test/things/" + number +
                                "\nAccept: application/json\n\n### Other\nPOST "
                                "https://x.test/things\nContent-Type: application/json\n\n{\"a\": 1}\n",
                            0644);
        }
    }
    openAndWait();
    QCOMPARE(m_workspace->index()->files.size(), 10'000);
    QCOMPARE(m_workspace->index()->requestCount(), 20'000);
    int found = 0; // by what the tree searches in
    for (const WorkspaceFile &file : m_workspace->index()->files)
        found += file.searchTexts.filter(u"things/9999"_s).size();
    QCOMPARE(found, 1);
    // What is the same is not read again.
    const auto before = m_workspace->index();
    QSignalSpy changed(m_workspace.get(), &Workspace::indexChanged);
    write(u"f0/r0.http"_s, "### New\nGET /new\n");
    m_workspace->refresh();
    QVERIFY(changed.wait(10'000));
    QVERIFY(m_workspace->index() != before);
    QCOMPARE(m_workspace->index()->requestCount(), 19'999);
    QCOMPARE(m_workspace->index()->find(u"f1/r1.http"_s)->requests.constData(),
             before->find(u"f1/r1.http"_s)->requests.constData());
}

void TestWorkspace::noticesAnotherProgram()
{
    write(u"a/one.http"_s, "GET /1\n");
    openAndWait();
    QSignalSpy changed(m_workspace.get(), &Workspace::indexChanged);
    // As git does: a new file in the place of the old one, and another beside it.
    QProcess other;
    other.start(
        u"sh"_s,
        {u"-c"_s,
         u"printf 'GET /2\\n' > \"$0/new\" && mv \"$0/new\" \"$0/one.http\" && printf 'GET /3\\n' > \"$0/two.http\""_s,
         path(u"a"_s)});
    QVERIFY(other.waitForFinished());
    QTRY_COMPARE_WITH_TIMEOUT(files(), (QStringList{u"a/one.http"_s, u"a/two.http"_s}), 10'000);
    QTRY_COMPARE_WITH_TIMEOUT(m_workspace->index()->find(u"a/one.http"_s)->requests.first().url, u"/2"_s,
                              10'000);
    QVERIFY(!changed.isEmpty());
    // A folder that comes is watched, too.
    write(u"b/c/three.http"_s, "GET /4\n");
    QTRY_COMPARE_WITH_TIMEOUT(files().size(), 3, 10'000);
    write(u"b/c/four.http"_s, "GET /5\n");
    QTRY_COMPARE_WITH_TIMEOUT(files().size(), 4, 10'000);
}

void TestWorkspace::noticesAChangeOfAWatchedFile()
{
    write(u"a.http"_s, "### One\nGET /1\n");
    openAndWait();
    m_workspace->watch({path(u"a.http"_s)});
    const auto opened = m_workspace->files().open(path(u"a.http"_s), 0);
    QVERIFY(opened);
    QSignalSpy changed(m_workspace.get(), &Workspace::filesChanged);
    {
        QFile file(path(u"a.http"_s)); // in place: no folder says so
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(file.write("### One\nGET /2\n") > 0);
    }
    QVERIFY(changed.wait(10'000));
    QCOMPARE(changed.first().first().toStringList(), QStringList{path(u"a.http"_s)});
    QCOMPARE(m_workspace->files().find(opened->place).error().kind, Error::Kind::Conflict);
    // Replaced, as git does, and once more: it is still watched.
    for (const QByteArray &text : {QByteArray("### One\nGET /3\n"), QByteArray("### One\nGET /4\n")}) {
        changed.clear();
        write(u"new"_s, text);
        QCOMPARE(rename(qPrintable(path(u"new"_s)), qPrintable(path(u"a.http"_s))), 0);
        QVERIFY(changed.wait(10'000));
    }
}

void TestWorkspace::noticesThatTheFolderIsGone()
{
    write(u"a.http"_s, "GET /1\n");
    openAndWait();
    QSignalSpy failed(m_workspace.get(), &Workspace::failed);
    QVERIFY(QDir(m_folder).removeRecursively());
    QVERIFY(failed.wait(10'000));
    QVERIFY(failed.first().first().value<Error>().message.contains(m_folder));
    QVERIFY(m_workspace->index()->isGone && files().isEmpty());
}

void TestWorkspace::loadsAndSavesOnAnotherThread()
{
    write(u"a.http"_s, "### One\nGET /1\n");
    openAndWait();
    std::optional<Result<RequestInFile>> opened;
    m_workspace->load(path(u"a.http"_s), 0, this,
                      [&](const Result<RequestInFile> &result) { opened = result; });
    QVERIFY(!opened);
    QTRY_VERIFY_WITH_TIMEOUT(opened.has_value(), 10'000);
    RequestSpec spec = opened->value().request.spec;
    spec.url = u"/2"_s;
    std::optional<Result<FileChange>> saved;
    m_workspace->save(opened->value().place, spec, this,
                      [&](const Result<FileChange> &result) { saved = result; });
    QTRY_VERIFY_WITH_TIMEOUT(saved.has_value(), 10'000);
    QVERIFY(saved->has_value());
    QCOMPARE(test::readFile(path(u"a.http"_s)), "### One\nGET /2\n");
    // Nobody who has gone is told.
    auto guard = std::make_unique<QObject>();
    bool told = false;
    m_workspace->load(path(u"a.http"_s), 0, guard.get(), [&](const Result<RequestInFile> &) { told = true; });
    guard.reset();
    m_workspace.reset(); // waits for its work
    QVERIFY(!told);
}

/// After a restart the redactor knows no token yet: it is recognised by its fingerprint.
void TestWorkspace::aStoredTokenIsNotSaved()
{
    const std::string token = "talq_canary0123456789abcdef3f9a";
    ApiKey key;
    key.id = QUuid::createUuid();
    key.name = u"Key"_s;
    key.hint = tokenHint(Secret(token));
    key.fingerprint = m_keys->fingerprint(Secret(token));
    key.createdAt = QDateTime::currentDateTimeUtc();
    key.origins = {*Origin::fromString(u"https://app.talkover.ai"_s)};
    QVERIFY(m_keys->insertPending(key));
    QVERIFY(m_keys->confirm(key.id));
    write(u"a.http"_s, "### One\nGET /1\n");
    openAndWait();
    const auto opened = m_workspace->files().open(path(u"a.http"_s), 0);
    RequestSpec spec = opened->request.spec;
    spec.body.kind = RequestBody::Kind::Text;
    spec.body.text = u"see "_s + QString::fromStdString(token);
    std::optional<Result<FileChange>> saved;
    m_workspace->save(opened->place, spec, this, [&](const Result<FileChange> &result) { saved = result; });
    QTRY_VERIFY_WITH_TIMEOUT(saved.has_value(), 10'000);
    QVERIFY(!saved->has_value());
    QVERIFY2(saved->error().message.contains(u"line 5, column 5"_s), qPrintable(saved->error().message));
    QCOMPARE(test::readFile(path(u"a.http"_s)), "### One\nGET /1\n");
}

void TestWorkspace::opensAnotherFolderMeanwhile()
{
    write(u"a.http"_s, "GET /1\n");
    const QString other = m_home->path(u"other"_s);
    QVERIFY(QDir().mkpath(other));
    test::writeFile(other + u"/b.http"_s, "GET /2\n");
    m_workspace->open(m_folder);
    m_workspace->open(other);
    QTRY_COMPARE_WITH_TIMEOUT(files(), QStringList{u"b.http"_s}, 10'000);
    QCOMPARE(m_workspace->folder(), other);
}

void TestWorkspace::theModelFollows()
{
    write(u"b/calls.http"_s, "### List\nGET /calls\n\n###\nDELETE /calls/1\n");
    write(u"a.http"_s, "GET /a\n");
    WorkspaceModel model(*m_workspace);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(model.rowCount(), 0);
    openAndWait();
    QCOMPARE(model.rowCount(), 2);
    const QModelIndex folder = model.index(0, 0);
    QCOMPARE(folder.data().toString(), u"b"_s);
    QCOMPARE(folder.data(WorkspaceModel::KindRole).value<WorkspaceModel::Kind>(),
             WorkspaceModel::Kind::Folder);
    QCOMPARE(folder.data(WorkspaceModel::CountRole).toInt(), 2);
    const QPersistentModelIndex list = model.indexOf(path(u"b/calls.http"_s), 0);
    QCOMPARE(list.data().toString(), u"List"_s);
    QCOMPARE(list.data(WorkspaceModel::MethodRole).toString(), u"GET"_s);
    QCOMPARE(list.data(WorkspaceModel::PathRole).toString(), path(u"b/calls.http"_s));
    QCOMPARE(model.indexOf(path(u"b/calls.http"_s), 1).data().toString(), u"DELETE /calls/1"_s);
    QVERIFY(!model.indexOf(path(u"nowhere.http"_s)).isValid());

    // What stays keeps its place.
    write(u"a/new.http"_s, "GET /new\n");
    write(u"b/calls.http"_s, "### List all\nGET /calls\n\n###\nDELETE /calls/1\n\n###\nGET /third\n");
    QVERIFY(QFile::remove(path(u"a.http"_s)));
    m_workspace->refresh();
    QTRY_COMPARE_WITH_TIMEOUT(list.data().toString(), u"List all"_s, 10'000);
    QTRY_COMPARE_WITH_TIMEOUT(model.rowCount(), 2, 10'000);
    QCOMPARE(model.index(0, 0).data().toString(), u"a"_s);
    QCOMPARE(model.rowCount(model.indexOf(path(u"b/calls.http"_s))), 3);
    m_workspace->close();
    QCOMPARE(model.rowCount(), 0);
    QVERIFY(!list.isValid());
}

void TestWorkspace::theModelDrags()
{
    write(u"b/calls.http"_s, "GET /calls\n");
    write(u"a.http"_s, "GET /a\n");
    openAndWait();
    WorkspaceModel model(*m_workspace);
    const QModelIndex folder = model.indexOf(path(u"b"_s));
    const QModelIndex file = model.indexOf(path(u"a.http"_s));
    const QModelIndex request = model.indexOf(path(u"b/calls.http"_s), 0);
    const std::unique_ptr<QMimeData> requests(model.mimeData({request}));
    const std::unique_ptr<QMimeData> filesData(model.mimeData({file}));
    const std::unique_ptr<QMimeData> folders(model.mimeData({folder}));
    const auto can = [&model](const std::unique_ptr<QMimeData> &data, const QModelIndex &to) {
        return model.canDropMimeData(data.get(), Qt::MoveAction, -1, 0, to);
    };
    QVERIFY(can(requests, file) && !can(requests, folder) && !can(requests, {}));
    QVERIFY(can(filesData, folder) && !can(filesData, file) && !can(filesData, {})); // it is there already
    QVERIFY(!can(folders, folder) && !can(folders, file));
    QSignalSpy dropped(&model, &WorkspaceModel::dropped);
    QVERIFY(!model.dropMimeData(requests.get(), Qt::MoveAction, 0, 0, file));
    QCOMPARE(dropped.size(), 1);
    QCOMPARE(dropped.first().at(0).value<QList<WorkspaceModel::Dragged>>(),
             (QList<WorkspaceModel::Dragged>{{path(u"b/calls.http"_s), 0}}));
    QCOMPARE(dropped.first().at(1).toString(), path(u"a.http"_s));
    QCOMPARE(dropped.first().at(2).toInt(), 0);
}

QTEST_GUILESS_MAIN(TestWorkspace)
#include "test_workspace.moc"
