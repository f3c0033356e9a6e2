#include "app/body/TextPieces.h"

#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

constexpr qint64 length = TextPieces::length;

} // namespace

Q_DECLARE_METATYPE(TextCoding)

/// Whatever the text, its pieces are the same from wherever one comes, and together they are the text.
class TestTextPieces : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void shortLinesAreWhole();
    void aLongLineIsCut();
    void noCharacterIsCut_data();
    void noCharacterIsCut();
    void everyPlaceFindsItsPiece_data();
    void everyPlaceFindsItsPiece();
    void aFileThatShrinksEnds();
    void whatIsNoTextIsShown_data();
    void whatIsNoTextIsShown();
    void codingIsGuessed_data();
    void codingIsGuessed();
    void onlyFilesAreOpened();

private:
    TextPieces piecesOf(const QByteArray &contents, TextCoding coding = TextCoding::Utf8);
    static QList<TextPiece> all(const TextPieces &pieces);

    QTemporaryDir m_folder;
    int m_count = 0;
};

TextPieces TestTextPieces::piecesOf(const QByteArray &contents, TextCoding coding)
{
    const QString path = m_folder.filePath(QString::number(m_count++));
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(contents) != contents.size())
        qFatal("no file");
    file.close();
    return {FileBytes::open(path).value(), coding};
}

QList<TextPiece> TestTextPieces::all(const TextPieces &pieces)
{
    QList<TextPiece> list{pieces.at(0)};
    while (list.last().end < pieces.bytes().size() || list.last().endSize > 0) {
        const TextPiece next = pieces.at(list.last().end);
        if (next == list.last())
            break;
        list.append(next);
    }
    return list;
}

void TestTextPieces::shortLinesAreWhole()
{
    const TextPieces pieces = piecesOf("one\ntwo\r\n\nfour");
    QStringList lines;
    for (const TextPiece &piece : all(pieces)) {
        QVERIFY(piece.beginsLine);
        lines.append(QString::fromUtf8(pieces.contents(piece)));
    }
    QCOMPARE(lines, QStringList({u"one"_s, u"two"_s, u""_s, u"four"_s}));
    QCOMPARE(all(piecesOf("")).size(), 1);
    QCOMPARE(all(piecesOf("one\n")).size(), 2); // the last one is empty: the place behind the line end
    QCOMPARE(all(piecesOf("\xEF\xBB\xBFone")).constFirst().begin, 3);
    QCOMPARE(all(piecesOf(QByteArray(length, 'x') + '\n' + QByteArray(length, 'y'))).size(), 2);
}

void TestTextPieces::aLongLineIsCut()
{
    const TextPieces pieces = piecesOf("short\n" + QByteArray(length * 10, 'x') + "\nshort");
    const QList<TextPiece> list = all(pieces);
    QVERIFY(list.size() >= 10);
    QVERIFY(list.at(1).beginsLine);
    QVERIFY(!list.at(2).beginsLine);
    QVERIFY(list.last().beginsLine);
    for (const TextPiece &piece : list)
        QVERIFY(piece.end - piece.begin <= 2 * length);
}

void TestTextPieces::noCharacterIsCut_data()
{
    QTest::addColumn<TextCoding>("coding");
    QTest::addColumn<QString>("character");
    QTest::newRow("two bytes") << TextCoding::Utf8 << u"é"_s;
    QTest::newRow("three bytes") << TextCoding::Utf8 << u"€"_s;
    QTest::newRow("four bytes") << TextCoding::Utf8 << u"😀"_s;
    QTest::newRow("surrogates, little-endian") << TextCoding::Utf16LittleEndian << u"a😀"_s;
    QTest::newRow("surrogates, big-endian") << TextCoding::Utf16BigEndian << u"a😀"_s;
}

void TestTextPieces::noCharacterIsCut()
{
    QFETCH(TextCoding, coding);
    QFETCH(QString, character);
    for (int shift = 0; shift < 4; ++shift) {
        const QString text = QString(shift, u'x') + character.repeated(20'000);
        const TextPieces pieces = piecesOf(encoded(text, coding), coding);
        QString shown;
        for (const TextPiece &piece : all(pieces)) {
            const ShownText part = shownText(pieces.contents(piece), coding);
            QCOMPARE(part.marked, 0);
            shown += part.text;
        }
        QCOMPARE(shown, text);
    }
}

void TestTextPieces::everyPlaceFindsItsPiece_data()
{
    QTest::addColumn<TextCoding>("coding");
    QTest::newRow("UTF-8") << TextCoding::Utf8;
    QTest::newRow("UTF-16 LE") << TextCoding::Utf16LittleEndian;
    QTest::newRow("UTF-16 BE") << TextCoding::Utf16BigEndian;
    QTest::newRow("Latin-1") << TextCoding::Latin1;
}

void TestTextPieces::everyPlaceFindsItsPiece()
{
    QFETCH(TextCoding, coding);
    QRandomGenerator random(20261127);
    for (int round = 0; round < 6; ++round) {
        QByteArray contents;
        const bool isNoise = round % 3 == 2;
        while (contents.size() < 60'000) {
            const int size = random.bounded(10) == 0 ? random.bounded(int(length) * 4) : random.bounded(80);
            if (isNoise) {
                for (int i = 0; i < size; ++i)
                    contents += static_cast<char>(random.bounded(256));
            } else {
                contents += encoded(QString(size, QChar(u"xé€"[random.bounded(3)])) +
                                        (random.bounded(3) == 0 ? u"\r\n"_s : u"\n"_s),
                                    coding);
            }
        }
        const TextPieces pieces = piecesOf(contents, coding);
        const QList<TextPiece> list = all(pieces);
        qint64 end = pieces.begin();
        for (const TextPiece &piece : list) {
            QCOMPARE(piece.begin, end);
            end = piece.end;
            QVERIFY(piece.end - piece.begin <= 2 * length);
            for (qint64 place = piece.begin; place < piece.end; place += 1 + random.bounded(30))
                QCOMPARE(pieces.at(place), piece);
            if (piece.end > piece.begin)
                QCOMPARE(pieces.at(piece.end - 1), piece);
        }
        QCOMPARE(end, contents.size());
    }
}

void TestTextPieces::aFileThatShrinksEnds()
{
    const QString path = m_folder.filePath(u"shrinks"_s);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadWrite));
    file.write(QByteArray(100'000, 'x'));
    file.flush();
    const TextPieces pieces(FileBytes::open(path).value(), TextCoding::Utf8);
    QVERIFY(pieces.at(90'000).begin > 80'000);
    QVERIFY(file.resize(10));
    const TextPiece last = pieces.at(90'000);
    QCOMPARE(last.begin, 0);
    QCOMPARE(last.end, 10);
    QCOMPARE(pieces.bytes().read(5, 100), QByteArray("xxxxx"));
    QCOMPARE(pieces.bytes().read(50, 100), QByteArray());
}

void TestTextPieces::whatIsNoTextIsShown_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<TextCoding>("coding");
    QTest::addColumn<QString>("shown");
    const auto row = [](const char *name, QByteArrayView bytes, const QString &shown,
                        TextCoding coding = TextCoding::Utf8) {
        QTest::newRow(name) << bytes.toByteArray() << coding << shown;
    };
    row("a byte alone", "a\xFFz", u"a⟨FF⟩z"_s);
    row("cut", "a\xE2\x82", u"a⟨E2⟩⟨82⟩"_s);
    row("too long a form", "\xC0\xAF", u"⟨C0⟩⟨AF⟩"_s);
    row("a surrogate", "\xED\xA0\x80", u"⟨ED⟩⟨A0⟩⟨80⟩"_s);
    row("beyond Unicode", "\xF4\x90\x80\x80", u"⟨F4⟩⟨90⟩⟨80⟩⟨80⟩"_s);
    row("NUL", QByteArrayView("a\0z", 3), u"a⟨U+0000⟩z"_s);
    row("an escape", "\x1B[31m", u"⟨U+001B⟩[31m"_s);
    row("a bidi override", "a\xE2\x80\xAEz", u"a⟨U+202E⟩z"_s);
    row("a carriage return alone", "a\rz", u"a⟨U+000D⟩z"_s);
    row("half a surrogate pair", QByteArrayView("a\0\x00\xD8", 4), u"a⟨00D8⟩"_s,
        TextCoding::Utf16LittleEndian);
    row("half a unit", QByteArrayView("\0a\0", 3), u"a⟨00⟩"_s, TextCoding::Utf16BigEndian);
    row("a character above 0xFF in Latin-1", "\xE9", u"é"_s, TextCoding::Latin1);
    row("C1 in Latin-1", "\x9B", u"⟨U+009B⟩"_s, TextCoding::Latin1);
}

void TestTextPieces::whatIsNoTextIsShown()
{
    QFETCH(QByteArray, bytes);
    QFETCH(TextCoding, coding);
    QFETCH(QString, shown);
    const ShownText text = shownText(bytes, coding);
    QCOMPARE(text.text, shown);
    QCOMPARE(text.offsets.size(), shown.size() + 1);
    QVERIFY(std::is_sorted(text.offsets.cbegin(), text.offsets.cend()));
    QCOMPARE(text.offsets.last(), bytes.size());
    QCOMPARE(text.marked > 0, shown.contains(u'⟨'));
}

void TestTextPieces::codingIsGuessed_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<QByteArray>("charset");
    QTest::addColumn<TextCoding>("coding");
    QTest::newRow("plain") << QByteArray("abc") << QByteArray() << TextCoding::Utf8;
    QTest::newRow("UTF-8") << QByteArray("caf\xC3\xA9") << QByteArray() << TextCoding::Utf8;
    QTest::newRow("UTF-8, cut in a character") << QByteArray("caf\xC3") << QByteArray() << TextCoding::Utf8;
    QTest::newRow("not UTF-8") << QByteArray("caf\xE9 x") << QByteArray() << TextCoding::Latin1;
    QTest::newRow("said") << QByteArray("caf\xC3\xA9") << QByteArray("ISO-8859-1") << TextCoding::Latin1;
    QTest::newRow("a mark says more")
        << QByteArray("\xFF\xFE\x61\x00", 4) << QByteArray("utf-8") << TextCoding::Utf16LittleEndian;
    QTest::newRow("big-endian mark") << QByteArray("\xFE\xFF\x00\x61", 4) << QByteArray()
                                     << TextCoding::Utf16BigEndian;
    QTest::newRow("little-endian without a mark")
        << QByteArray("a\0b\0c\0", 6) << QByteArray() << TextCoding::Utf16LittleEndian;
    QTest::newRow("big-endian without a mark")
        << QByteArray("\0a\0b\0c", 6) << QByteArray() << TextCoding::Utf16BigEndian;
    QTest::newRow("nothing") << QByteArray() << QByteArray() << TextCoding::Utf8;
}

void TestTextPieces::codingIsGuessed()
{
    QFETCH(QByteArray, head);
    QFETCH(QByteArray, charset);
    QTEST(guessCoding(head, charset), "coding");
}

void TestTextPieces::onlyFilesAreOpened()
{
    QCOMPARE(FileBytes::open(m_folder.filePath(u"none"_s)).error().kind, Error::Kind::NotFound);
    QCOMPARE(FileBytes::open(m_folder.path()).error().message, u"%1 is a folder."_s.arg(m_folder.path()));
    QCOMPARE(FileBytes::open(u"/dev/zero"_s).error().kind, Error::Kind::InvalidInput);
}

QTEST_GUILESS_MAIN(TestTextPieces)
#include "test_text_pieces.moc"
