#include "app/storage/Settings.h"
#include "tests/support/TempHome.h"
#include "ui/theme/Icon.h"
#include "ui/theme/Style.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/MessageBar.h"

#include <QAction>
#include <QApplication>
#include <QBoxLayout>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFormLayout>
#include <QGroupBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMainWindow>
#include <QMenu>
#include <QMenuBar>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QRadioButton>
#include <QRegularExpression>
#include <QSpinBox>
#include <QSplitter>
#include <QStandardItemModel>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>
#include <QTest>
#include <QToolButton>
#include <QTreeWidget>

using namespace keydesk;
using namespace Qt::StringLiterals;

namespace {

QPushButton *button(const QString &text, const char *property = nullptr, const QString &iconName = {})
{
    auto *made = new QPushButton(text);
    if (property)
        made->setProperty(property, true);
    if (!iconName.isEmpty())
        made->setIcon(icon(iconName, property && qstrcmp(property, "primary") == 0 ? theme::Role::OnAccent
                                                                                   : theme::Role::Text));
    return made;
}

QWidget *row(const QList<QWidget *> &widgets)
{
    auto *line = new QWidget;
    auto *layout = new QHBoxLayout(line);
    layout->setContentsMargins({});
    for (QWidget *widget : widgets)
        layout->addWidget(widget);
    layout->addStretch();
    return line;
}

QToolButton *toolButton(const QString &iconName)
{
    auto *made = new QToolButton;
    made->setIcon(icon(iconName));
    made->setAutoRaise(true);
    return made;
}

/// One of each, arranged as the screens arrange them.
class Gallery : public QMainWindow
{
public:
    Gallery()
    {
        for (const QString &title :
             {u"&File"_s, u"&Edit"_s, u"&View"_s, u"&Key"_s, u"&Request"_s, u"&Help"_s}) {
            QMenu *menu = menuBar()->addMenu(title);
            menu->addAction(icon(u"key"_s), u"New Key…"_s)->setShortcut(QKeySequence::New);
            menu->addSeparator();
            QAction *checked = menu->addAction(u"Show Details"_s);
            checked->setCheckable(true);
            checked->setChecked(true);
            menu->addMenu(u"Copy"_s)->addAction(u"As Header"_s);
        }
        auto *tabs = new QTabWidget;
        tabs->setProperty("pane", true);
        tabs->addTab(page(), icon(u"key"_s), u"API Keys"_s);
        tabs->addTab(new QWidget, icon(u"environments"_s), u"Environments"_s);
        tabs->addTab(new QWidget, icon(u"console"_s), u"Console"_s);
        tabs->tabBar()->setTabData(0, u"1 due"_s);
        auto *corner = new QWidget;
        auto *cornerLayout = new QHBoxLayout(corner);
        cornerLayout->setContentsMargins(0, 4, theme::panePadding, 4);
        auto *switcher = new QComboBox;
        switcher->addItem(dotIcon(u"red"_s), u"Production · Talkover"_s);
        auto *state = new Chip;
        state->setContent(u"Keychain unlocked"_s, theme::Role::Success, theme::Role::SuccessFill, u"lock"_s);
        cornerLayout->addWidget(switcher);
        cornerLayout->addWidget(state);
        tabs->setCornerWidget(corner);
        setCentralWidget(tabs);
    }

    QWidget *page()
    {
        auto *splitter = new QSplitter;
        splitter->addWidget(list());
        splitter->addWidget(controls());
        splitter->addWidget(details());
        splitter->setSizes({250, 640, 290});
        return splitter;
    }

    QWidget *list()
    {
        auto *pane = new QWidget;
        pane->setProperty("pane", true);
        auto *layout = new QVBoxLayout(pane);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(0);
        auto *tabs = new QTabBar;
        tabs->addTab(u"Requests"_s);
        tabs->addTab(u"History"_s);
        tabs->setTabData(1, u"1,204"_s);
        auto *tabRow = new QHBoxLayout;
        tabRow->setContentsMargins(theme::panePadding, 0, theme::panePadding, 0);
        tabRow->addWidget(tabs);
        tabRow->addStretch();
        layout->addLayout(tabRow);
        auto *line = new QFrame;
        line->setFrameShape(QFrame::HLine);
        layout->addWidget(line);
        auto *search = new QLineEdit;
        search->setPlaceholderText(u"Search requests"_s);
        search->addAction(icon(u"search"_s, theme::Role::SecondText), QLineEdit::LeadingPosition);
        auto *searchRow = new QHBoxLayout;
        searchRow->setContentsMargins(12, 10, 12, 10);
        searchRow->addWidget(search);
        layout->addLayout(searchRow);
        auto *tree = new QTreeWidget;
        tree->setFrameShape(QFrame::NoFrame);
        tree->setHeaderHidden(true);
        auto *provider = new QTreeWidgetItem(tree, {u"Talkover"_s});
        provider->setIcon(0, badgeIcon(u"T"_s));
        auto *group = new QTreeWidgetItem(provider, {u"Agents"_s});
        for (const QString &name : {u"List agents"_s, u"Make a call"_s, u"Delete agent"_s})
            new QTreeWidgetItem(group, {name});
        new QTreeWidgetItem(provider, {u"Account"_s});
        tree->topLevelItem(0)->child(1)->addChild(new QTreeWidgetItem({u"Me"_s}));
        tree->expandItem(provider);
        tree->expandItem(group);
        tree->setCurrentItem(group->child(1));
        for (int i = 0; i < 40; ++i)
            new QTreeWidgetItem(tree, {u"Request %1"_s.arg(i)});
        layout->addWidget(tree);
        return pane;
    }

    QWidget *controls()
    {
        auto *page = new QWidget;
        auto *layout = new QVBoxLayout(page);
        auto *bar = new MessageBar;
        bar->show(MessageBar::Level::Caution, u"The keychain is locked. Unlock it to send calls."_s,
                  {new QAction(u"Unlock…"_s, this)});
        layout->addWidget(bar);
        layout->addWidget(
            row({button(u"New Key"_s, "primary", u"plus"_s), button(u"Check all"_s, nullptr, u"check"_s),
                 button(u"Revoke…"_s, "danger"), flat(u"Where used"_s), link(), menuButton(),
                 toolButton(u"dots"_s), toolButton(u"plus"_s)}));
        auto *off = button(u"Next"_s, "primary");
        off->setEnabled(false);
        auto *offQuiet = button(u"Copy"_s, nullptr, u"copy"_s);
        offQuiet->setEnabled(false);
        auto *combo = new QComboBox;
        combo->addItems({u"Provider"_s, u"Talkover"_s});
        auto *spin = new QSpinBox;
        spin->setSuffix(u" seconds"_s);
        spin->setValue(30);
        auto *editable = new QComboBox;
        editable->setEditable(true);
        editable->addItems({u"POST"_s, u"GET"_s});
        auto *offField = new QLineEdit(u"disabled"_s);
        offField->setEnabled(false);
        offField->setFixedWidth(100);
        layout->addWidget(row({off, offQuiet, combo, spin, editable, offField}));
        auto *toggle = new QCheckBox(u"Ask before anything but reading"_s);
        toggle->setProperty("switch", true);
        toggle->setChecked(true);
        auto *toggleOff = new QCheckBox(u"Off"_s);
        toggleOff->setProperty("switch", true);
        auto *check = new QCheckBox(u"Keep history"_s);
        check->setChecked(true);
        auto *partial = new QCheckBox(u"Some"_s);
        partial->setTristate(true);
        partial->setCheckState(Qt::PartiallyChecked);
        auto *radio = new QRadioButton(u"System"_s);
        radio->setChecked(true);
        layout->addWidget(row(
            {toggle, toggleOff, check, new QCheckBox(u"No"_s), partial, radio, new QRadioButton(u"None"_s)}));
        auto *form = new QFormLayout;
        form->setHorizontalSpacing(16);
        auto *name = new QLineEdit(u"Production"_s);
        name->setObjectName(u"focused"_s);
        auto *url = new QLineEdit(u"https://app.talkover.ai"_s);
        url->setFont(theme::fixedFont(font()));
        form->addRow(u"Environment name"_s, name);
        form->addRow(u"Base URL"_s, url);
        layout->addLayout(form);
        auto *table = new QTableView;
        auto *model = new QStandardItemModel(3, 4, table);
        model->setHorizontalHeaderLabels({u"Kind"_s, u"Identity"_s, u"Key"_s, u"Last check"_s});
        for (int r = 0; r < 3; ++r) {
            for (int c = 0; c < 4; ++c)
                model->setItem(r, c, new QStandardItem(u"Row %1 cell %2"_s.arg(r).arg(c)));
        }
        model->item(0, 0)->setCheckable(true);
        table->setModel(model);
        table->setSortingEnabled(true);
        table->verticalHeader()->hide();
        table->horizontalHeader()->setStretchLastSection(true);
        table->setSelectionBehavior(QAbstractItemView::SelectRows);
        table->selectRow(1);
        table->setFixedHeight(130);
        layout->addWidget(table);
        auto *progress = new QProgressBar;
        progress->setValue(40);
        layout->addWidget(progress);
        auto *text = new QPlainTextEdit(u"A framed editor"_s);
        text->setFixedHeight(60);
        layout->addWidget(text);
        auto *group = new QGroupBox(u"Proxy"_s);
        auto *groupLayout = new QVBoxLayout(group);
        groupLayout->setContentsMargins({});
        groupLayout->addWidget(new QLabel(u"Uses the system's proxy."_s));
        layout->addWidget(group);
        auto *card = new QFrame;
        card->setFrameShape(QFrame::StyledPanel);
        auto *cardLayout = new QVBoxLayout(card);
        cardLayout->addWidget(new QLabel(u"Stored in the system keychain, read back and verified"_s));
        layout->addWidget(card);
        layout->addStretch();
        return page;
    }

    static QPushButton *flat(const QString &text)
    {
        QPushButton *made = button(text);
        made->setFlat(true);
        return made;
    }
    static QPushButton *link() { return button(u"Open dashboard"_s, "link"); }
    QPushButton *menuButton()
    {
        QPushButton *made = button(u"Copy"_s);
        made->setMenu(new QMenu(this));
        return made;
    }

    QWidget *details()
    {
        auto *pane = new QWidget;
        pane->setProperty("pane", true);
        auto *layout = new QVBoxLayout(pane);
        auto *title = new QLabel(u"CI pipeline"_s);
        title->setFont(theme::titleFont(font()));
        auto *second = new QLabel(u"Talkover user token · abilities: all"_s);
        second->setForegroundRole(QPalette::PlaceholderText);
        layout->addWidget(title);
        layout->addWidget(second);
        layout->addWidget(
            row({button(u"Rotate…"_s, "primary", u"refresh"_s), button(u"Check"_s), button(u"Copy"_s)}));
        const struct
        {
            QString text, icon;
            theme::Role ink, fill;
        } chips[] = {{u"Works"_s, u"check"_s, theme::Role::Success, theme::Role::SuccessFill},
                     {u"Rotate"_s, u"warning"_s, theme::Role::Caution, theme::Role::CautionFill},
                     {u"Refused"_s, u"refused"_s, theme::Role::Danger, theme::Role::DangerFill},
                     {u"Missing"_s, {}, theme::Role::SecondText, theme::Role::NeutralFill}};
        for (const auto &entry : chips) {
            auto *chip = new Chip;
            chip->setContent(entry.text, entry.ink, entry.fill, entry.icon);
            layout->addWidget(chip);
        }
        layout->addWidget(
            new EmptyState(u"key"_s, u"No keys yet. Add the first to call an API with it."_s, u"New Key"_s));
        return pane;
    }
};

} // namespace

/// Every control under the style: it draws without a warning in both themes, and keeps the heights that UI.md
/// promises.
class TestStyle : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void drawsEveryControl_data();
    void drawsEveryControl();
    void keepsHeights();
    void growsWithTheFont();
    void tabCountIsNotInTheTabsName();

private:
    test::TempHome m_home;
};

void TestStyle::initTestCase()
{
    QApplication::setStyle(new Style);
    QApplication::setPalette(theme::palette(false));
}

void TestStyle::drawsEveryControl_data()
{
    QTest::addColumn<bool>("dark");
    QTest::addColumn<int>("pixels");
    QTest::newRow("light") << false << 13;
    QTest::newRow("dark") << true << 13;
    QTest::newRow("large") << false << 26;
}

void TestStyle::drawsEveryControl()
{
    QFETCH(bool, dark);
    QFETCH(int, pixels);
    QTest::failOnWarning(QRegularExpression(u"QPainter|QPixmap|QSvg|QFont|Cannot|Could not"_s));
    QFont body({u"Inter"_s, u"Sans Serif"_s});
    body.setPixelSize(pixels);
    QFont medium = body;
    medium.setWeight(QFont::Medium);
    QApplication::setFont(body);
    for (const char *control : {"QPushButton", "QToolButton", "QTabBar"})
        QApplication::setFont(medium, control);
    QApplication::setPalette(theme::palette(dark));

    Gallery gallery;
    gallery.resize(1180, 760);
    gallery.show();
    QVERIFY(QTest::qWaitForWindowExposed(&gallery));
    gallery.activateWindow();
    gallery.findChild<QLineEdit *>(u"focused"_s)->setFocus();
    const QPixmap shot = gallery.grab();
    QVERIFY(!shot.isNull());
    const QString folder = qEnvironmentVariable("KEYDESK_SCREENSHOTS");
    if (!folder.isEmpty()) {
        QDir().mkpath(folder);
        const QString name = folder + u"/gallery-"_s + QString::fromLatin1(QTest::currentDataTag());
        QVERIFY(shot.save(name + u".png"_s));
        QMenu *menu = gallery.menuBar()->actions().constFirst()->menu();
        menu->setActiveAction(menu->actions().constFirst());
        menu->popup(gallery.mapToGlobal(QPoint(12, 30)));
        QVERIFY(menu->grab().save(name + u"-menu.png"_s));
        menu->close();
    }
}

void TestStyle::keepsHeights()
{
    QFont body(u"Inter"_s);
    body.setPixelSize(13);
    QApplication::setFont(body);
    QApplication::setPalette(theme::palette(false));
    QPushButton push(u"Send"_s);
    QLineEdit field;
    QComboBox combo;
    combo.addItem(u"POST"_s);
    QSpinBox spin;
    for (QWidget *control : QList<QWidget *>{&push, &field, &combo, &spin})
        QCOMPARE(control->sizeHint().height(), theme::controlHeight);
    QTableView table;
    QCOMPARE(table.verticalHeader()->defaultSectionSize(), theme::rowHeight);
    QTreeWidget tree;
    auto *item = new QTreeWidgetItem(&tree, {u"Agents"_s});
    QCOMPARE(tree.visualItemRect(item).height(), theme::treeRowHeight);
}

void TestStyle::growsWithTheFont()
{
    QFont large(u"Inter"_s);
    large.setPixelSize(26);
    QPushButton push(u"Send"_s);
    push.setFont(large);
    QLineEdit field;
    field.setFont(large);
    QVERIFY(push.sizeHint().height() >= QFontMetrics(large).height() + 12);
    QVERIFY(field.sizeHint().height() >= QFontMetrics(large).height() + 12);
}

void TestStyle::tabCountIsNotInTheTabsName()
{
    QTabBar bar;
    bar.ensurePolished();
    bar.addTab(u"Headers"_s);
    const int without = bar.tabRect(0).width();
    bar.setTabData(0, u"12"_s);
    bar.setTabText(0, u"Headers"_s); // lays the bar out again
    QVERIFY(bar.tabRect(0).width() > without);
    QCOMPARE(bar.tabText(0), u"Headers"_s);
}

QTEST_MAIN(TestStyle)
#include "test_style.moc"
