#include "ui/keys/KeyFilter.h"

#include "app/models/KeysModel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QStandardItemModel>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

/// What KeyFilter shows of a table, whatever happens to it.
class TestKeyFilter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void showsTheOrderOfTheSourceAtFirst();
    void sortsTextsAndNumbers();
    void equalsStandAsTheyWereMade();
    void findsEveryWordInAnyCase();
    void filtersByProviderEnvironmentAndStatus();
    void tellsItsViewsOncePerKeystroke();
    void tellsNothingWhenNothingChanges();
    void newRowsGoWhereTheyBelong();
    void aRowThatNoLongerMatchesGoes();
    void aRenamedRowMoves();
    void removedRowsGo();
    void aChangeOfAllRowsIsSeen();
    void followsAReset();
    void hasHeadersWithoutRows();
    void asksEachRowOnceHoweverOftenOneTypes();

private:
    void add(const QString &name, int made = 0, const QString &provider = u"p"_s, int status = 0);
    [[nodiscard]] QStringList shown() const;
    QStandardItem *item(int row, int column = 0) { return m_source->item(row, column); }

    std::unique_ptr<QStandardItemModel> m_source;
    std::unique_ptr<KeyFilter> m_filter;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

void TestKeyFilter::init()
{
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    m_source = std::make_unique<QStandardItemModel>(0, int(KeysModel::ColumnCount));
    m_filter = std::make_unique<KeyFilter>();
    m_filter->setSourceModel(m_source.get());
    m_tester = std::make_unique<QAbstractItemModelTester>(m_filter.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
}

void TestKeyFilter::cleanup()
{
    m_tester.reset();
    m_filter.reset();
    m_source.reset();
}

void TestKeyFilter::add(const QString &name, int made, const QString &provider, int status)
{
    QList<QStandardItem *> row;
    for (int column = 0; column < KeysModel::ColumnCount; ++column)
        row << new QStandardItem(name);
    row.at(0)->setData(name, KeysModel::SearchRole);
    row.at(0)->setData(name.toCaseFolded(), KeysModel::SortRole);
    row.at(0)->setData(provider, KeysModel::ProviderIdRole);
    row.at(0)->setData(status, KeysModel::StatusRole);
    row.at(0)->setData(QStringList{u"1b2c3d4e-0000-4000-8000-000000000001"_s}.mid(made > 0 ? 0 : 1), KeysModel::EnvironmentIdsRole);
    row.at(KeysModel::Created)->setData(qlonglong(made), KeysModel::SortRole);
    m_source->appendRow(row);
}

QStringList TestKeyFilter::shown() const
{
    QStringList names;
    for (int row = 0; row < m_filter->rowCount(); ++row) {
        const QModelIndex index = m_filter->index(row, 0);
        names << index.data().toString();
        if (m_filter->mapFromSource(m_filter->mapToSource(index)) != index)
            names << u"not mapped back"_s;
    }
    return names;
}

void TestKeyFilter::showsTheOrderOfTheSourceAtFirst()
{
    add(u"b"_s);
    add(u"a"_s);
    QCOMPARE(shown(), (QStringList{u"b"_s, u"a"_s}));
}

void TestKeyFilter::sortsTextsAndNumbers()
{
    add(u"Key 10"_s, 1);
    add(u"key 9"_s, 20);
    add(u"äther"_s, 3);
    add(u"Zoo"_s, 100);
    m_filter->sort(KeysModel::Name, Qt::AscendingOrder);
    QCOMPARE(shown(), (QStringList{u"äther"_s, u"key 9"_s, u"Key 10"_s, u"Zoo"_s}));
    m_filter->sort(KeysModel::Created, Qt::DescendingOrder);
    QCOMPARE(shown(), (QStringList{u"Zoo"_s, u"key 9"_s, u"äther"_s, u"Key 10"_s}));
}

void TestKeyFilter::equalsStandAsTheyWereMade()
{
    for (const char *name : {"one", "two", "three", "four"})
        add(QLatin1StringView(name), 5);
    m_filter->sort(KeysModel::Created, Qt::AscendingOrder);
    const QStringList made = shown();
    QCOMPARE(made, (QStringList{u"one"_s, u"two"_s, u"three"_s, u"four"_s}));
    m_filter->sort(KeysModel::Created, Qt::DescendingOrder);
    QCOMPARE(shown(), made);
}

void TestKeyFilter::findsEveryWordInAnyCase()
{
    add(u"Deploy production"_s);
    add(u"deploy staging"_s);
    m_filter->setSearch(u"  DEPLOY   Prod "_s);
    QCOMPARE(shown(), QStringList{u"Deploy production"_s});
    m_filter->setSearch(u"straße"_s);
    QCOMPARE(shown(), QStringList());
    m_filter->setSearch({});
    QCOMPARE(shown().size(), 2);
}

void TestKeyFilter::filtersByProviderEnvironmentAndStatus()
{
    add(u"a"_s, 1, u"talkover"_s, 1);
    add(u"b"_s, 0, u"talkover"_s, 2);
    add(u"c"_s, 1, u"aisoule"_s, 2);
    m_filter->setProvider(u"talkover"_s);
    QCOMPARE(shown(), (QStringList{u"a"_s, u"b"_s}));
    m_filter->setStatus(2);
    QCOMPARE(shown(), QStringList{u"b"_s});
    QVERIFY(m_filter->isFiltering());
    m_filter->clear();
    QCOMPARE(shown().size(), 3);
    m_filter->setEnvironment(QUuid(u"{1b2c3d4e-0000-4000-8000-000000000001}"_s));
    QCOMPARE(shown(), (QStringList{u"a"_s, u"c"_s}));
}

void TestKeyFilter::tellsItsViewsOncePerKeystroke()
{
    for (int i = 0; i < 200; ++i)
        add(i % 2 ? u"odd %1"_s.arg(i) : u"even %1"_s.arg(i));
    QSignalSpy resets(m_filter.get(), &QAbstractItemModel::modelReset);
    QSignalSpy removals(m_filter.get(), &QAbstractItemModel::rowsRemoved);
    m_filter->setSearch(u"odd"_s);
    QCOMPARE(m_filter->rowCount(), 100);
    QCOMPARE(resets.size(), 1);
    QCOMPARE(removals.size(), 0);
}

void TestKeyFilter::tellsNothingWhenNothingChanges()
{
    add(u"alpha"_s);
    QSignalSpy resets(m_filter.get(), &QAbstractItemModel::modelReset);
    m_filter->setSearch(u"al"_s);
    m_filter->setSearch(u"alp"_s);
    QCOMPARE(resets.size(), 0);
}

void TestKeyFilter::newRowsGoWhereTheyBelong()
{
    add(u"a"_s);
    add(u"c"_s);
    m_filter->sort(KeysModel::Name, Qt::AscendingOrder);
    QSignalSpy inserted(m_filter.get(), &QAbstractItemModel::rowsInserted);
    add(u"b"_s);
    QCOMPARE(shown(), (QStringList{u"a"_s, u"b"_s, u"c"_s}));
    QCOMPARE(inserted.size(), 1);
    QCOMPARE(inserted.first().at(1).toInt(), 1);
    m_filter->setSearch(u"b"_s);
    add(u"d"_s);
    QCOMPARE(shown(), QStringList{u"b"_s});
    m_source->insertRow(0, new QStandardItem(u"first"_s));
    m_filter->setSearch({});
    QVERIFY(shown().contains(u"first"_s));
    QCOMPARE(m_filter->rowCount(), 5);
}

void TestKeyFilter::aRowThatNoLongerMatchesGoes()
{
    add(u"match one"_s);
    add(u"match two"_s);
    m_filter->setSearch(u"match"_s);
    QSignalSpy removed(m_filter.get(), &QAbstractItemModel::rowsRemoved);
    item(0)->setData(u"other"_s, KeysModel::SearchRole);
    QCOMPARE(shown(), QStringList{u"match two"_s});
    QCOMPARE(removed.size(), 1);
    item(0)->setData(u"match again"_s, KeysModel::SearchRole);
    QCOMPARE(m_filter->rowCount(), 2);
}

void TestKeyFilter::aRenamedRowMoves()
{
    for (const char *name : {"a", "b", "c", "d"})
        add(QLatin1StringView(name));
    m_filter->sort(KeysModel::Name, Qt::AscendingOrder);
    const QPersistentModelIndex kept = m_filter->index(0, 0);
    QSignalSpy moved(m_filter.get(), &QAbstractItemModel::rowsMoved);
    item(0)->setData(u"z"_s, KeysModel::SortRole);
    QCOMPARE(shown(), (QStringList{u"b"_s, u"c"_s, u"d"_s, u"a"_s}));
    QCOMPARE(moved.size(), 1);
    QCOMPARE(kept.row(), 3);
    item(3)->setData(u"0"_s, KeysModel::SortRole);
    QCOMPARE(shown(), (QStringList{u"d"_s, u"b"_s, u"c"_s, u"a"_s}));
}

void TestKeyFilter::removedRowsGo()
{
    for (const char *name : {"d", "a", "c", "b"})
        add(QLatin1StringView(name));
    m_filter->sort(KeysModel::Name, Qt::AscendingOrder);
    m_source->removeRow(1);
    QCOMPARE(shown(), (QStringList{u"b"_s, u"c"_s, u"d"_s}));
    m_filter->setSearch(u"b"_s);
    m_source->removeRows(0, 2); // neither is shown
    QCOMPARE(shown(), QStringList{u"b"_s});
    m_source->removeRow(0);
    QCOMPARE(shown(), QStringList());
}

void TestKeyFilter::aChangeOfAllRowsIsSeen()
{
    add(u"x"_s, 0, u"p"_s, 1);
    add(u"y"_s, 0, u"p"_s, 2);
    m_filter->setStatus(1);
    {
        const QSignalBlocker quiet(m_source.get()); // as a model does that tells of all rows at once
        item(1)->setData(1, KeysModel::StatusRole);
    }
    QSignalSpy changed(m_filter.get(), &QAbstractItemModel::dataChanged);
    Q_EMIT m_source->dataChanged(m_source->index(0, 0), m_source->index(1, KeysModel::ColumnCount - 1));
    QCOMPARE(shown(), (QStringList{u"x"_s, u"y"_s}));
    QCOMPARE(changed.size(), 1);
}

void TestKeyFilter::followsAReset()
{
    add(u"old"_s);
    m_filter->sort(KeysModel::Name, Qt::AscendingOrder);
    m_filter->setSearch(u"o"_s);
    m_source->clear();
    QCOMPARE(shown(), QStringList());
    m_source->setColumnCount(KeysModel::ColumnCount);
    add(u"no"_s);
    add(u"in"_s);
    add(u"go"_s);
    QCOMPARE(shown(), (QStringList{u"go"_s, u"no"_s}));
}

void TestKeyFilter::hasHeadersWithoutRows()
{
    m_source->setHeaderData(KeysModel::Key, Qt::Horizontal, u"Key"_s);
    QCOMPARE(m_filter->headerData(KeysModel::Key, Qt::Horizontal).toString(), u"Key"_s);
}

void TestKeyFilter::asksEachRowOnceHoweverOftenOneTypes()
{
    class Counting : public QStandardItemModel
    {
    public:
        using QStandardItemModel::QStandardItemModel;
        QVariant data(const QModelIndex &index, int role) const override
        {
            asked += role == KeysModel::SearchRole ? 1 : 0;
            return QStandardItemModel::data(index, role);
        }
        mutable int asked = 0;
    };
    Counting source(0, int(KeysModel::ColumnCount));
    for (int i = 0; i < 50; ++i) {
        auto *item = new QStandardItem(u"key %1"_s.arg(i));
        item->setData(item->text(), KeysModel::SearchRole);
        source.appendRow(item);
    }
    KeyFilter filter;
    filter.setSourceModel(&source);
    for (const QString &typed : {u"k"_s, u"ke"_s, u"key"_s, u"key 1"_s})
        filter.setSearch(typed);
    QCOMPARE(filter.rowCount(), 14);
    QCOMPARE(source.asked, 50);
}

QTEST_GUILESS_MAIN(TestKeyFilter)
#include "test_key_filter.moc"
