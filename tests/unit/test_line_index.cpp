#include "app/body/LineIndex.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

class TestLineIndex : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void linesAreCounted_data();
    void linesAreCounted();
    void aShortTextIsCountedAtOnce();
    void whatIsAppendedIsCounted();
    void itEndsWhileItCounts();

private:
    QString write(const QByteArray &contents);

    QTemporaryDir m_folder;
    int m_count = 0;
};

Q_DECLARE_METATYPE(TextCoding)

QString TestLineIndex::write(const QByteArray &contents)
{
    const QString path = m_folder.filePath(QString::number(m_count++));
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(contents) != contents.size())
        qFatal("no file");
    return path;
}

void TestLineIndex::linesAreCounted_data()
{
    QTest::addColumn<TextCoding>("coding");
    QTest::newRow("UTF-8") << TextCoding::Utf8;
    QTest::newRow("UTF-16 LE") << TextCoding::Utf16LittleEndian;
    QTest::newRow("UTF-16 BE") << TextCoding::Utf16BigEndian;
}

void TestLineIndex::linesAreCounted()
{
    QFETCH(TextCoding, coding);
    // U+0A0A and U+0A41 have the byte of a line feed in them.
    QString text;
    QList<qint64> begins{0};
    QByteArray bytes;
    for (int i = 0; i < 40'000; ++i) {
        bytes += encoded(QString(i % 37, u'x') + u"\u0A0A\u0A41\n"_s, coding);
        begins.append(bytes.size());
    }
    LineIndex index(TextPieces(FileBytes::open(write(bytes)).value(), coding));
    QVERIFY(!index.isComplete());
    QVERIFY(!index.lineAt(bytes.size()));
    QSignalSpy grew(&index, &LineIndex::grew);
    index.start();
    QTRY_VERIFY(index.isComplete());
    QVERIFY(!grew.isEmpty());
    QCOMPARE(index.lines(), 40'001);
    QCOMPARE(index.counted(), bytes.size());
    for (int line = 0; line < begins.size(); line += 331) {
        QCOMPARE(index.offsetOf(line), begins.at(line));
        QCOMPARE(index.lineAt(begins.at(line)), line);
        if (line > 0)
            QCOMPARE(index.lineAt(begins.at(line) - unitSize(coding)), line - 1);
    }
    QCOMPARE(index.offsetOf(40'000), bytes.size());
    QVERIFY(!index.offsetOf(40'001));
    QVERIFY(!index.offsetOf(-1));
}

void TestLineIndex::aShortTextIsCountedAtOnce()
{
    LineIndex index(TextPieces(FileBytes::inMemory("a\nb\n"), TextCoding::Utf8));
    QSignalSpy grew(&index, &LineIndex::grew);
    index.startNow();
    QVERIFY(index.isComplete());
    QCOMPARE(index.lines(), 3);
    QCOMPARE(grew.count(), 0);
}

void TestLineIndex::whatIsAppendedIsCounted()
{
    const QString path = write(QByteArray(300'000, 'x') + '\n');
    LineIndex index(TextPieces(FileBytes::open(path).value(), TextCoding::Utf8));
    index.start();
    QTRY_VERIFY(index.isComplete());
    QCOMPARE(index.lines(), 2);
    QFile file(path);
    QVERIFY(file.open(QIODevice::Append));
    file.write("one\ntwo\n" + QByteArray(600'000, 'y') + "\nend");
    file.close();
    index.start();
    QTRY_VERIFY(index.isComplete());
    QCOMPARE(index.lines(), 5);
    QCOMPARE(index.lineAt(index.counted()), 4);
    QCOMPARE(index.offsetOf(2), 300'005);
}

void TestLineIndex::itEndsWhileItCounts()
{
    QFile file(m_folder.filePath(u"large"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(file.resize(8LL * 1024 * 1024 * 1024)); // a hole
    auto index =
        std::make_unique<LineIndex>(TextPieces(FileBytes::open(file.fileName()).value(), TextCoding::Utf8));
    QSignalSpy grew(index.get(), &LineIndex::grew);
    index->start();
    QVERIFY(grew.wait());
    QVERIFY(index->counted() < file.size());
    index.reset();
}

QTEST_GUILESS_MAIN(TestLineIndex)
#include "test_line_index.moc"
