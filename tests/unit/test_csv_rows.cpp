#include "app/body/CsvIndex.h"

#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

Q_DECLARE_METATYPE(TextCoding)

using Table = QList<QStringList>;

class TestCsvRows : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void valuesAreRead_data();
    void valuesAreRead();
    void rowsLieBehindEachOther();
    void aStrayQuoteMakesNoRowOfTheRest();
    void theDelimiterIsGuessed_data();
    void theDelimiterIsGuessed();
    void namesAreToldFromValues_data();
    void namesAreToldFromValues();
    void rowsAreFoundByNumber();
    void aLongRowIsCut();
    void whatIsAppendedIsCounted();
    void itEndsWhileItCounts();

private:
    QString write(const QByteArray &contents);
    TextPieces piecesOf(const QByteArray &contents, TextCoding coding = TextCoding::Utf8)
    {
        return {FileBytes::open(write(contents)).value(), coding};
    }

    QTemporaryDir m_folder;
    int m_count = 0;
};

namespace {

Table tableOf(const CsvRows &rows)
{
    Table table;
    const auto add = [&](qint64 begin) {
        QStringList values;
        for (const CsvCell &cell : rows.row(begin).cells)
            values << rows.value(cell);
        table << values;
        return true;
    };
    if (rows.text().bytes().size() > rows.text().begin()) {
        add(rows.text().begin());
        rows.scan(rows.text().begin(), std::numeric_limits<qint64>::max(), false, add);
    }
    return table;
}

} // namespace

QString TestCsvRows::write(const QByteArray &contents)
{
    const QString path = m_folder.filePath(QString::number(m_count++));
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(contents) != contents.size())
        qFatal("no file");
    return path;
}

void TestCsvRows::valuesAreRead_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<Table>("values");
    const auto row = [](const char *name, const QString &text, const Table &values) {
        QTest::newRow(name) << text << values;
    };
    row("plain", u"a,b\nc,d\n"_s, {{u"a"_s, u"b"_s}, {u"c"_s, u"d"_s}});
    row("CR LF, no last line end", u"a,b\r\nc,d"_s, {{u"a"_s, u"b"_s}, {u"c"_s, u"d"_s}});
    row("nothing", u""_s, {});
    row("empty values", u",\n\n,,"_s, {{u""_s, u""_s}, {u""_s}, {u""_s, u""_s, u""_s}});
    row("quoted", u"\"a\",\"b, c\"\r\n\"d\ne\",f\n"_s, {{u"a"_s, u"b, c"_s}, {u"d\ne"_s, u"f"_s}});
    row("quotes in quotes", u"\"say \"\"hi\"\"\",\"\"\"\",\"\"\n"_s, {{u"say \"hi\""_s, u"\""_s, u""_s}});
    row("a quote inside", u"5\" pipe,a\"b\"\nc,d\n"_s, {{u"5\" pipe"_s, u"a\"b\""_s}, {u"c"_s, u"d"_s}});
    row("text behind quotes", u"\"a\"b,c\n\"d\",e\n"_s, {{u"\"a\"b"_s, u"c"_s}, {u"d"_s, u"e"_s}});
    row("quoted at the end", u"a,\"b\""_s, {{u"a"_s, u"b"_s}});
    row("not closed", u"a,\"b\nc,d\n"_s, {{u"a"_s, u"\"b"_s}, {u"c"_s, u"d"_s}});
    row("beyond ASCII", u"é,\"€,😀\"\nü,\u2C0A\n"_s, {{u"é"_s, u"€,😀"_s}, {u"ü"_s, u"\u2C0A"_s}});
}

void TestCsvRows::valuesAreRead()
{
    QFETCH(QString, text);
    QFETCH(Table, values);
    for (const TextCoding coding :
         {TextCoding::Utf8, TextCoding::Utf16LittleEndian, TextCoding::Utf16BigEndian})
        QCOMPARE(tableOf({piecesOf(encoded(text, coding), coding), ','}), values);
    QCOMPARE(tableOf({piecesOf("\xEF\xBB\xBF" + text.toUtf8()), ','}), values);
}

/// Wherever chunks meet, and whatever is in them.
void TestCsvRows::rowsLieBehindEachOther()
{
    QRandomGenerator random(20261127);
    for (int round = 0; round < 12; ++round) {
        QByteArray contents;
        while (contents.size() < 700'000) {
            static constexpr std::array parts{"a", ",", "\n", "\r\n", "\"", "\"\"", ",\"x\ny\",", "\xC3\xA9"};
            const auto part = size_t(random.bounded(int(parts.size())));
            contents += QByteArray(parts[part]).repeated(random.bounded(20) == 0 ? random.bounded(3000) : 1);
        }
        const CsvRows rows(piecesOf(contents), ',');
        qint64 begin = 0;
        int cut = 0;
        const auto check = [&](qint64 next) {
            const CsvRow row = rows.row(begin);
            cut += row.isCut ? 1 : 0;
            if (!row.isCut && row.end != next)
                qWarning("row at %lld ends at %lld, the next begins at %lld", begin, row.end, next);
            const bool holds = row.isCut || row.end == next;
            begin = next;
            return holds;
        };
        rows.scan(0, std::numeric_limits<qint64>::max(), false, check);
        QVERIFY(check(contents.size()));
        QVERIFY(begin > 0);
    }
}

void TestCsvRows::aStrayQuoteMakesNoRowOfTheRest()
{
    const QByteArray lines = QByteArray("some,line\n").repeated(200'000);
    CsvIndex index({piecesOf("a,\"b\n" + lines), ','});
    index.start();
    QTRY_VERIFY(index.isComplete());
    QCOMPARE(index.count(), 200'001);
    // One that is closed within the limit holds what it holds.
    CsvIndex closed({piecesOf("a,\"b\n" + lines.first(1'000'000) + "\"\n" + lines), ','});
    closed.start();
    QTRY_VERIFY(closed.isComplete());
    QCOMPARE(closed.count(), 200'001);
    QCOMPARE(closed.beginOf(1), 1'000'007);
}

void TestCsvRows::theDelimiterIsGuessed_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<char>("delimiter");
    QTest::newRow("comma") << "a,b,c\n1,2,3\n"_ba << ',';
    QTest::newRow("semicolon, with decimal commas") << "a;b\n1,5;2,5\n3,5;4\n5;6,1\n"_ba << ';';
    QTest::newRow("tab") << "a\tb, c\n1\t2\n"_ba << '\t';
    QTest::newRow("bar") << "a|b\n1|2\n"_ba << '|';
    QTest::newRow("one column") << "a\nb\n"_ba << ',';
    QTest::newRow("in quotes") << "\"a;b;c\",d\n\"e;f;g\",h\n"_ba << ',';
    QTest::newRow("nothing") << ""_ba << ',';
}

void TestCsvRows::theDelimiterIsGuessed()
{
    QFETCH(QByteArray, text);
    QFETCH(char, delimiter);
    QCOMPARE(guessDelimiter(piecesOf(text)), delimiter);
}

void TestCsvRows::namesAreToldFromValues_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("hasHeader");
    QTest::newRow("names") << "id,name\n1,x\n"_ba << true;
    QTest::newRow("a number") << "1,name\n2,x\n"_ba << false;
    QTest::newRow("a gap") << "id,\n2,x\n"_ba << false;
    QTest::newRow("nothing behind") << "id,name\n"_ba << false;
}

void TestCsvRows::namesAreToldFromValues()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, hasHeader);
    QCOMPARE(hasHeaderRow({piecesOf(text), ','}), hasHeader);
}

void TestCsvRows::rowsAreFoundByNumber()
{
    QByteArray contents;
    QList<qint64> begins;
    for (int i = 0; i < 60'000; ++i) {
        begins << contents.size();
        contents += QByteArray::number(i) + (i % 5 == 0 ? ",\"two\nlines\"" : ",one") +
                    QByteArray(i % 23, '.') + '\n';
        if (i == 30'000)
            contents.insert(contents.size() - 1, QByteArray(900'000, 'x')); // longer than what is remembered
    }
    CsvIndex index({piecesOf(contents), ','});
    QSignalSpy grew(&index, &CsvIndex::grew);
    index.start();
    QVERIFY(index.count() > 1000); // at once
    QVERIFY(!index.isComplete());
    QVERIFY(!index.rowAt(contents.size() - 1));
    QTRY_VERIFY(index.isComplete());
    QCOMPARE(index.count(), 60'000);
    for (qsizetype row = 0; row<begins.size(); row += row> 29'990 && row < 30'010 ? 1 : 97) {
        QCOMPARE(index.beginOf(row), begins.at(row));
        QCOMPARE(index.rowAt(begins.at(row)), row);
        if (row > 0)
            QCOMPARE(index.rowAt(begins.at(row) - 1), row - 1);
    }
    QCOMPARE(index.rowAt(contents.size() - 1), 59'999);
}

void TestCsvRows::aLongRowIsCut()
{
    const CsvRows rows(piecesOf("a," + QByteArray(200'000, 'x') + ",b\nc\n"), ',');
    const CsvRow row = rows.row(0);
    QVERIFY(row.isCut);
    QCOMPARE(row.cells.size(), 2);
    QCOMPARE(rows.value(row.cells.at(0)), u"a"_s);
    QCOMPARE(rows.row(0, 300'000).cells.size(), 3);
    QVERIFY(!rows.row(200'005).isCut);
}

void TestCsvRows::whatIsAppendedIsCounted()
{
    const QString path = write(QByteArray("some,line\n").repeated(100'000) + "a,\"b\nc");
    CsvIndex index({{FileBytes::open(path).value(), TextCoding::Utf8}, ','});
    index.start();
    QTRY_VERIFY(index.isComplete());
    QCOMPARE(index.count(), 100'002); // the quote is not closed: it is text
    QFile file(path);
    QVERIFY(file.open(QIODevice::Append));
    file.write("\",d\nlast,row\n");
    file.close();
    index.start();
    QTRY_VERIFY(index.isComplete());
    QCOMPARE(index.count(), 100'002);
    QCOMPARE(index.beginOf(100'001), 1'000'010);
}

void TestCsvRows::itEndsWhileItCounts()
{
    QFile file(m_folder.filePath(u"large"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("a,b\n");
    QVERIFY(file.resize(256LL * 1024 * 1024 * 1024)); // a hole: one row, which takes minutes
    auto index = std::make_unique<CsvIndex>(
        CsvRows({FileBytes::open(file.fileName()).value(), TextCoding::Utf8}, ','));
    index->start();
    QCOMPARE(index->count(), 2);
    QElapsedTimer time;
    time.start();
    index.reset();
    QVERIFY2(time.elapsed() < 5000, qPrintable(QString::number(time.elapsed())));
}

QTEST_GUILESS_MAIN(TestCsvRows)
#include "test_csv_rows.moc"
