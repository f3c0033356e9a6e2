#include "app/models/RemoteTokensModel.h"
#include "tests/support/CoreFixture.h"
#include "tests/support/Readable.h"
#include "tests/support/Widgets.h"
#include "ui/MainWindow.h"
#include "ui/keys/KeysPage.h"
#include "ui/keys/RemoteTokenFilter.h"
#include "ui/keys/RemoteTokensDialog.h"
#include "ui/widgets/Clipboard.h"
#include "ui/widgets/TokenField.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QRadioButton>
#include <QTableView>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::find;
using test::press;

namespace {

const auto aisoule = u"aisoule"_s;

} // namespace

/// The window "At the Provider" as a person works it, against the sandbox.
class TestRemoteTokensDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void saysThatNothingIsKnownYet();
    void hasItsAccessibleNames();
    void showsWhatIsHereAndThere();
    void filtersAndSearches();
    void saysHowOldTheListIsWhenItCannotBeRefreshed();
    void wantsASessionAndForgetsIt();
    void asksForWhatTheApiMustBeTold();
    void stopsASlowList();
    void revokesManyAfterAPreview();
    void saysWhatWasNotTried();
    void adoptsByPasting();
    void linksAKeyThatIsHere();
    void forgetsAndMarksWhatIsGone();
    void takesNamesForPlainText();
    void theDetailsOfAKeySayWhatTheListSays();
    void theKeyMenuOpensIt();
    void theModelIsProper();
    void tenThousandRowsDoNotStall();

private:
    QJsonObject post(const QString &service, const QString &path, const QJsonObject &body);
    QString makeThere(const QString &name, QByteArray *token = nullptr, const QString &service = aisoule,
                      const QString &kind = u"api-key"_s);
    ApiKey addHere(const QString &name, const QByteArray &token, const QString &remoteId = {});
    RemoteSource source(const QString &providerId, const QString &kindId);
    void refresh();
    QTableView *table() { return m_dialog->findChild<QTableView *>(); } // also while it has nothing to show
    QStringList column(int column);
    void choose(const QStringList &names);
    QString everything(QWidget *window);

    std::unique_ptr<test::CoreFixture> m_core;
    std::unique_ptr<RemoteTokensDialog> m_dialog;
    QNetworkAccessManager m_network;
};

void TestRemoteTokensDialog::init()
{
    m_network.setProxy(QNetworkProxy::NoProxy);
    m_core = std::make_unique<test::CoreFixture>();
    QVERIFY(m_core->startSandbox());
    m_dialog = std::make_unique<RemoteTokensDialog>(*(*m_core)->remoteTokens, *(*m_core)->keys, *(*m_core)->environments,
                                                    *(*m_core)->settings);
    m_dialog->select(source(u"sandbox-aisoule"_s, u"api-key"_s));
    m_dialog->show();
}

void TestRemoteTokensDialog::cleanup()
{
    m_dialog.reset();
    m_core.reset();
}

QJsonObject TestRemoteTokensDialog::post(const QString &service, const QString &path, const QJsonObject &body)
{
    QNetworkRequest request(QUrl((*m_core)->sandbox->origins().value(service).toString() + path));
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    const std::unique_ptr<QNetworkReply> reply(m_network.post(request, QJsonDocument(body).toJson()));
    QSignalSpy finished(reply.get(), &QNetworkReply::finished);
    if (!reply->isFinished())
        finished.wait(20'000);
    return QJsonDocument::fromJson(reply->readAll()).object()[u"data"_s].toObject();
}

QString TestRemoteTokensDialog::makeThere(const QString &name, QByteArray *token, const QString &service,
                                          const QString &kind)
{
    const QJsonObject made = post(service, u"/dashboard/keys"_s, {{u"name"_s, name}, {u"kind"_s, kind}});
    if (token)
        *token = made[u"token"_s].toString().toLatin1();
    return made[u"id"_s].toString();
}

ApiKey TestRemoteTokensDialog::addHere(const QString &name, const QByteArray &token, const QString &remoteId)
{
    const RemoteSource at = source(u"sandbox-aisoule"_s, u"api-key"_s);
    NewKey draft;
    draft.name = name;
    draft.providerId = u"sandbox-aisoule"_s;
    draft.kindId = at.kindId;
    draft.environmentId = at.environmentId;
    draft.remoteId = remoteId;
    return m_core->addKey(draft, token.toStdString());
}

RemoteSource TestRemoteTokensDialog::source(const QString &providerId, const QString &kindId)
{
    for (const Environment &environment : (*m_core)->environments->all()) {
        if (environment.providerId == providerId)
            return {environment.id, kindId};
    }
    return {};
}

void TestRemoteTokensDialog::refresh()
{
    QSignalSpy changed((*m_core)->remoteTokens.get(), &RemoteTokenService::changed);
    QVERIFY(press(u"Refresh"_s));
    QVERIFY(changed.wait(20'000));
    QTRY_VERIFY(find<QAbstractButton>(m_dialog.get(), u"Refresh"_s));
    QCoreApplication::processEvents(); // the table follows a turn later
}

QStringList TestRemoteTokensDialog::column(int column)
{
    QStringList texts;
    const QAbstractItemModel *model = table()->model();
    for (int row = 0; row < model->rowCount(); ++row)
        texts << model->index(row, column).data().toString();
    return texts;
}

void TestRemoteTokensDialog::choose(const QStringList &names)
{
    table()->clearSelection();
    const QAbstractItemModel *model = table()->model();
    for (int row = 0; row < model->rowCount(); ++row) {
        if (names.contains(model->index(row, RemoteTokensModel::Name).data().toString()))
            table()->selectionModel()->select(model->index(row, 0),
                                              QItemSelectionModel::Select | QItemSelectionModel::Rows);
    }
}

QString TestRemoteTokensDialog::everything(QWidget *window)
{
    QStringList texts;
    for (const QLabel *label : window->findChildren<QLabel *>()) {
        if (label->isVisible())
            texts << label->text();
    }
    for (const QListView *list : window->findChildren<QListView *>()) {
        for (int row = 0; list->isVisible() && row < list->model()->rowCount(); ++row)
            texts << list->model()->index(row, 0).data().toString();
    }
    return texts.join(u'\n');
}

void TestRemoteTokensDialog::saysThatNothingIsKnownYet()
{
    QVERIFY(everything(m_dialog.get()).contains(u"Not asked for yet"));
    QVERIFY(everything(m_dialog.get()).contains(u"not known yet"));
    refresh();
    QVERIFY(everything(m_dialog.get()).contains(u"lists no tokens"));
}

void TestRemoteTokensDialog::hasItsAccessibleNames()
{
    makeThere(u"One"_s);
    refresh();
    QVERIFY(find<QTableView>(m_dialog.get(), u"Tokens"_s));
    QVERIFY(find<QLineEdit>(m_dialog.get(), u"Search tokens"_s));
    for (const QString &name : {u"Provider's list"_s, u"Show"_s}) {
        QVERIFY(find<QComboBox>(m_dialog.get(), name));
        const QList<QLabel *> labels = m_dialog->findChildren<QLabel *>();
        QVERIFY(std::any_of(labels.begin(), labels.end(), [&name](const QLabel *label) {
            return label->text() == name && label->buddy() != nullptr;
        }));
    }
    for (const QString &name : {u"Refresh"_s, u"Adopt…"_s, u"Revoke…"_s, u"Mark as Revoked…"_s, u"Forget…"_s, u"Close"_s})
        QVERIFY2(find<QAbstractButton>(m_dialog.get(), name), qPrintable(name));
}

void TestRemoteTokensDialog::showsWhatIsHereAndThere()
{
    QByteArray token;
    const QString mine = makeThere(u"Mine there"_s, &token);
    addHere(u"Mine"_s, token, mine);
    makeThere(u"Foreign"_s);
    addHere(u"Old"_s, "ak_live_oldoldoldoldoldoldold", u"no-such-id"_s);
    refresh();
    QCOMPARE(column(RemoteTokensModel::Name), (QStringList{u"Foreign"_s, u"Mine there"_s, u"Old"_s}));
    QCOMPARE(column(RemoteTokensModel::Here), (QStringList{u"Nobody"_s, u"“Mine”"_s, u"“Old”"_s}));
    QCOMPARE(column(RemoteTokensModel::State), (QStringList{u"Active"_s, u"Active"_s, u"Gone"_s}));
    QVERIFY(everything(m_dialog.get()).contains(u"As of"));
    QVERIFY(test::placesThatTell(m_dialog.get(), QString::fromLatin1(token)).isEmpty());
    // What changes here is seen at once.
    QVERIFY((*m_core)->keyService->rename((*m_core)->keys->all().first().id, u"Renamed"_s));
    QTRY_VERIFY(column(RemoteTokensModel::Here).contains(u"“Renamed”"_s));
}

void TestRemoteTokensDialog::filtersAndSearches()
{
    makeThere(u"Foreign"_s);
    addHere(u"Old"_s, "ak_live_oldoldoldoldoldoldold", u"no-such-id"_s);
    refresh();
    auto *show = find<QComboBox>(m_dialog.get(), u"Show"_s);
    show->setCurrentIndex(show->findData(RemoteTokenFilter::OnlyThere));
    QCOMPARE(column(RemoteTokensModel::Name), QStringList{u"Foreign"_s});
    show->setCurrentIndex(show->findData(RemoteTokenFilter::GoneThere));
    QCOMPARE(column(RemoteTokensModel::Name), QStringList{u"Old"_s});
    show->setCurrentIndex(show->findData(RemoteTokenFilter::Matched));
    QVERIFY(everything(m_dialog.get()).contains(u"No token matches"));
    show->setCurrentIndex(0);
    find<QLineEdit>(m_dialog.get(), u"Search tokens"_s)->setText(u"nobody FOR"_s);
    QCOMPARE(column(RemoteTokensModel::Name), QStringList{u"Foreign"_s});
    QVERIFY(everything(m_dialog.get()).contains(u"1 shown, 2 in all"));
}

void TestRemoteTokensDialog::saysHowOldTheListIsWhenItCannotBeRefreshed()
{
    makeThere(u"One"_s);
    refresh();
    post(aisoule, u"/dashboard/modes"_s, {{u"rate_limited"_s, true}, {u"retry_after"_s, 42}});
    refresh();
    const QString words = everything(m_dialog.get());
    QVERIFY2(words.contains(u"could not be refreshed") && words.contains(u"42 seconds"), qPrintable(words));
    QCOMPARE(column(RemoteTokensModel::Name), QStringList{u"One"_s});
    // Also after the window was closed and opened again.
    m_dialog = std::make_unique<RemoteTokensDialog>(*(*m_core)->remoteTokens, *(*m_core)->keys, *(*m_core)->environments,
                                                    *(*m_core)->settings);
    m_dialog->select(source(u"sandbox-aisoule"_s, u"api-key"_s));
    m_dialog->show();
    QVERIFY(everything(m_dialog.get()).contains(u"could not be refreshed"));
    QCOMPARE(column(RemoteTokensModel::Name), QStringList{u"One"_s});
}

void TestRemoteTokensDialog::wantsASessionAndForgetsIt()
{
    m_dialog->select(source(u"sandbox-talkover"_s, u"user"_s));
    QVERIFY(!find<QAbstractButton>(m_dialog.get(), u"Refresh"_s)->isEnabled());
    QTRY_VERIFY(find<TokenField>(m_dialog.get(), u"User session token"_s));
    auto *field = find<TokenField>(m_dialog.get(), u"User session token"_s);
    makeThere(u"CI"_s, nullptr, u"talkover"_s, u"pat"_s);
    const QByteArray session =
        post(u"talkover"_s, u"/dashboard/keys"_s, {{u"name"_s, u"Me"_s}, {u"kind"_s, u"session"_s}})[u"token"_s]
            .toString()
            .toLatin1();
    field->setSecret(Secret("Bearer " + session.toStdString() + "\n")); // cleaned, as everywhere
    Q_EMIT field->secretEdited();
    refresh();
    QCOMPARE(column(RemoteTokensModel::Name), QStringList{u"CI"_s});
    QVERIFY(test::placesThatTell(m_dialog.get(), QString::fromLatin1(session)).isEmpty());
    choose({u"CI"_s});
    QVERIFY(find<QAbstractButton>(m_dialog.get(), u"Revoke…"_s)->isEnabled());
    // Another list does not get it.
    m_dialog->select(source(u"sandbox-aisoule"_s, u"api-key"_s));
    m_dialog->select(source(u"sandbox-talkover"_s, u"user"_s));
    QTRY_VERIFY(find<TokenField>(m_dialog.get(), u"User session token"_s));
    QVERIFY(find<TokenField>(m_dialog.get(), u"User session token"_s)->secret().isEmpty());
    choose({u"CI"_s});
    QVERIFY(!find<QAbstractButton>(m_dialog.get(), u"Revoke…"_s)->isEnabled());
}

void TestRemoteTokensDialog::asksForWhatTheApiMustBeTold()
{
    Environment environment;
    environment.name = u"Workspace"_s;
    environment.providerId = u"sandbox-talkturo-api"_s;
    environment.baseUrl = (*m_core)->sandbox->origins().value(u"talkturo"_s).toString() + u"/api"_s;
    QVERIFY((*m_core)->environments->add(environment));
    m_dialog = std::make_unique<RemoteTokensDialog>(*(*m_core)->remoteTokens, *(*m_core)->keys, *(*m_core)->environments,
                                                    *(*m_core)->settings);
    const RemoteSource at = source(u"sandbox-talkturo-api"_s, u"api-key"_s);
    m_dialog->select(at);
    m_dialog->show();
    makeThere(u"CI"_s, nullptr, u"talkturo"_s);
    auto *field = find<TokenField>(m_dialog.get(), u"Login token"_s);
    field->setSecret(Secret(
        post(u"talkturo"_s, u"/dashboard/keys"_s, {{u"name"_s, u"Me"_s}, {u"kind"_s, u"session"_s}})[u"token"_s]
            .toString()
            .toStdString()));
    Q_EMIT field->secretEdited();
    QVERIFY(!find<QAbstractButton>(m_dialog.get(), u"Refresh"_s)->isEnabled());
    find<QLineEdit>(m_dialog.get(), u"Workspace (account slug)"_s)->setText(u"my-team"_s);
    refresh();
    QCOMPARE(column(RemoteTokensModel::Name), QStringList{u"CI"_s});
    QCOMPARE((*m_core)->environments->find(at.environmentId)->variables,
             (Variables{{u"accountSlug"_s, u"my-team"_s, true}}));
}

void TestRemoteTokensDialog::stopsASlowList()
{
    post(aisoule, u"/dashboard/modes"_s, {{u"delay_ms"_s, 60'000}});
    QVERIFY(press(u"Refresh"_s));
    QVERIFY(press(u"Stop"_s));
    QTRY_VERIFY(find<QAbstractButton>(m_dialog.get(), u"Refresh"_s));
    QVERIFY(everything(m_dialog.get()).contains(u"Not asked for yet"));
}

void TestRemoteTokensDialog::revokesManyAfterAPreview()
{
    QByteArray token;
    const QString mine = makeThere(u"Mine"_s, &token);
    const ApiKey key = addHere(u"Mine here"_s, token, mine);
    makeThere(u"Foreign"_s);
    makeThere(u"Kept"_s);
    refresh();
    choose({u"Mine"_s, u"Foreign"_s});
    QVERIFY(press(u"Revoke…"_s));
    QTRY_VERIFY(test::window(u"Revoke at the Provider"_s));
    QWidget *preview = test::window(u"Revoke at the Provider"_s);
    const QString words = everything(preview);
    QVERIFY2(words.contains(u"Foreign: no use there is known; nobody here holds it"), qPrintable(words));
    QVERIFY2(words.contains(u"here it is “Mine here”; calls in AISoule sandbox will be refused"), qPrintable(words));
    QVERIFY(words.contains(u"cannot be undone"));
    QCOMPARE((*m_core)->keys->find(key.id)->status, ApiKey::Status::Unchecked); // nothing has happened yet
    QVERIFY(press(u"Revoke 2 Tokens"_s));
    QTRY_VERIFY(find<QAbstractButton>(preview, u"Close"_s));
    QVERIFY2(everything(preview).contains(u"Revoked: 2."), qPrintable(everything(preview)));
    QVERIFY(everything(preview).contains(u"Foreign: revoked"));
    QCOMPARE((*m_core)->keys->find(key.id)->status, ApiKey::Status::Revoked);
    find<QAbstractButton>(preview, u"Close"_s)->click();
    QTRY_COMPARE(column(RemoteTokensModel::State), (QStringList{u"Revoked"_s, u"Active"_s, u"Revoked"_s}));
    choose({u"Foreign"_s});
    QVERIFY(!find<QAbstractButton>(m_dialog.get(), u"Revoke…"_s)->isEnabled());
    QVERIFY(!find<QAbstractButton>(m_dialog.get(), u"Adopt…"_s)->isEnabled());
}

void TestRemoteTokensDialog::saysWhatWasNotTried()
{
    for (const QString &name : {u"One"_s, u"Two"_s, u"Three"_s})
        makeThere(name);
    refresh();
    post(aisoule, u"/dashboard/modes"_s, {{u"rate_limited"_s, true}, {u"retry_after"_s, 30}});
    table()->selectAll();
    QVERIFY(press(u"Revoke…"_s));
    QVERIFY(press(u"Revoke 3 Tokens"_s));
    QTRY_VERIFY(find<QAbstractButton>(test::window(u"Revoke at the Provider"_s), u"Close"_s));
    const QString words = everything(test::window(u"Revoke at the Provider"_s));
    QVERIFY2(words.contains(u"Not tried: 3.") && words.contains(u"30 seconds") && words.contains(u"One: not tried"),
             qPrintable(words));
    QVERIFY(press(u"Close"_s));
}

void TestRemoteTokensDialog::adoptsByPasting()
{
    QByteArray token;
    makeThere(u"Foreign"_s, &token);
    refresh();
    choose({u"Foreign"_s});
    QVERIFY(press(u"Adopt…"_s));
    QTRY_VERIFY(test::window(u"Adopt Token"_s));
    QWidget *dialog = test::window(u"Adopt Token"_s);
    QVERIFY(everything(dialog).contains(u"It ends in "_s + QString::fromLatin1(token.right(4))));
    QVERIFY(!find<QAbstractButton>(dialog, u"Store It"_s)->isEnabled());
    auto *field = find<TokenField>(dialog, u"Token"_s);
    field->setSecret(Secret("ak_live_wrongwrongwrong----"));
    Q_EMIT field->secretEdited();
    find<QAbstractButton>(dialog, u"Store It"_s)->click();
    QVERIFY2(everything(dialog).contains(u"not the token of “Foreign”"), qPrintable(everything(dialog)));
    field->setSecret(Secret(token.toStdString()));
    Q_EMIT field->secretEdited();
    find<QAbstractButton>(dialog, u"Store It"_s)->click();
    QTRY_VERIFY(!test::window(u"Adopt Token"_s));
    QTRY_COMPARE(column(RemoteTokensModel::Here), QStringList{u"“Foreign”"_s});
    QCOMPARE((*m_core)->keys->all().size(), 1);
}

void TestRemoteTokensDialog::linksAKeyThatIsHere()
{
    QByteArray token;
    const QString id = makeThere(u"CI"_s, &token);
    const ApiKey key = addHere(u"Pasted"_s, token);
    addHere(u"Another"_s, "ak_live_anotheranotheranother");
    refresh();
    QVERIFY(column(RemoteTokensModel::Here).contains(u"Nobody, or perhaps “Pasted”"_s));
    choose({u"CI"_s});
    QVERIFY(press(u"Adopt…"_s));
    QTRY_VERIFY(test::window(u"Adopt Token"_s));
    QWidget *dialog = test::window(u"Adopt Token"_s);
    // The guess is chosen, and changed at will: nothing is linked silently.
    QVERIFY(find<QRadioButton>(dialog, u"It is a key that is here already"_s)->isChecked());
    auto *keys = find<QComboBox>(dialog, u"Key"_s);
    QCOMPARE(keys->currentData().toUuid(), key.id);
    QVERIFY((*m_core)->keys->find(key.id)->remoteId.isEmpty());
    keys->setCurrentIndex(1 - keys->currentIndex());
    QVERIFY(press(u"Link"_s));
    QTRY_VERIFY(everything(dialog).contains(u"its token ends differently"));
    keys->setCurrentIndex(1 - keys->currentIndex());
    QVERIFY(press(u"Link"_s));
    QTRY_VERIFY(!test::window(u"Adopt Token"_s));
    QCOMPARE((*m_core)->keys->find(key.id)->remoteId, id);
    QTRY_VERIFY(column(RemoteTokensModel::Here).contains(u"“Pasted”"_s));
}

void TestRemoteTokensDialog::forgetsAndMarksWhatIsGone()
{
    const ApiKey one = addHere(u"One"_s, "ak_live_oneoneoneoneoneone", u"gone-1"_s);
    const ApiKey two = addHere(u"Two"_s, "ak_live_twotwotwotwotwotwo", u"gone-2"_s);
    makeThere(u"Foreign"_s);
    refresh();
    choose({u"One"_s, u"Foreign"_s}); // what it is not for is left out
    QVERIFY(press(u"Mark as Revoked…"_s));
    QVERIFY(press(u"Mark Key"_s));
    QTRY_COMPARE((*m_core)->keys->find(one.id)->status, ApiKey::Status::Revoked);
    QTRY_VERIFY(!test::window(u"Mark as Revoked"_s));
    QCoreApplication::processEvents();
    choose({u"One"_s});
    QVERIFY(!find<QAbstractButton>(m_dialog.get(), u"Mark as Revoked…"_s)->isEnabled());
    choose({u"One"_s, u"Two"_s});
    QVERIFY(press(u"Forget…"_s));
    QTRY_VERIFY(test::window(u"Forget Keys"_s));
    QVERIFY(everything(test::window(u"Forget Keys"_s)).contains(u"AISoule sandbox will have no key of this kind"));
    QVERIFY(press(u"Forget 2 Keys"_s));
    QTRY_VERIFY((*m_core)->keys->all().isEmpty());
    QVERIFY(!(*m_core)->keys->find(two.id));
    QTRY_COMPARE(column(RemoteTokensModel::Name), QStringList{u"Foreign"_s});
}

void TestRemoteTokensDialog::takesNamesForPlainText()
{
    makeThere(u"<b>Bold</b> & %1"_s);
    refresh();
    QCOMPARE(column(RemoteTokensModel::Name), QStringList{u"<b>Bold</b> & %1"_s});
    table()->selectAll();
    QVERIFY(press(u"Adopt…"_s));
    QTRY_VERIFY(test::window(u"Adopt Token"_s));
    for (const QLabel *label : test::window(u"Adopt Token"_s)->findChildren<QLabel *>())
        QVERIFY(!label->text().contains(u"<b>") || label->textFormat() == Qt::PlainText);
    QVERIFY(press(u"Cancel"_s));
    QTRY_VERIFY(!test::window(u"Adopt Token"_s));
    QVERIFY(press(u"Revoke…"_s));
    QTRY_VERIFY(everything(test::window(u"Revoke at the Provider"_s)).contains(u"<b>Bold</b> & %1: "));
    QVERIFY(press(u"Cancel"_s));
}

void TestRemoteTokensDialog::theDetailsOfAKeySayWhatTheListSays()
{
    Clipboard clipboard(*QGuiApplication::clipboard(), *(*m_core)->settings);
    KeysPage page(*(*m_core)->keys, *(*m_core)->ring, *(*m_core)->keyService, *(*m_core)->environments, (*m_core)->providers,
                  clipboard, *(*m_core)->settings, *(*m_core)->usage, *(*m_core)->due, *(*m_core)->history);
    page.showRemoteTokens(*(*m_core)->remoteTokens);
    page.show();
    const auto line = [&page] {
        for (const QLabel *label : page.findChildren<QLabel *>()) {
            if (label->isVisible() && label->accessibleName().startsWith(u"At the provider: "))
                return label->text();
        }
        return QString();
    };
    QByteArray token;
    const QString id = makeThere(u"Mine"_s, &token);
    const ApiKey key = addHere(u"Mine"_s, token, id);
    page.selectKey(key.id);
    QCOMPARE(line(), QString()); // no list was ever had
    refresh();
    QTRY_COMPARE(line(), u"found just now; no use there is known"_s);
    post(aisoule, u"/dashboard/modes"_s, {{u"failing"_s, u"error"_s}});
    refresh();
    QTRY_VERIFY2(line().contains(u"could not be asked since") && line().contains(u"500"), qPrintable(line()));
    post(aisoule, u"/dashboard/modes"_s, {});
    const RemoteSource at = source(u"sandbox-aisoule"_s, u"api-key"_s);
    QVERIFY((*m_core)->remoteLists->setFetched(at, (*m_core)->environments->find(at.environmentId)->baseUrl, {},
                                               QDateTime::currentDateTimeUtc()));
    QTRY_VERIFY2(line().startsWith(u"gone"), qPrintable(line()));
}

void TestRemoteTokensDialog::theKeyMenuOpensIt()
{
    m_dialog.reset();
    Clipboard clipboard(*QGuiApplication::clipboard(), *(*m_core)->settings);
    MainWindow window(**m_core, clipboard);
    window.show();
    window.showTab(MainWindow::KeysTab);
    const QList<QAction *> actions = window.keysPage().keyActions();
    const auto action = std::find_if(actions.begin(), actions.end(),
                                     [](const QAction *each) { return each->text() == u"At the Provider…"_s; });
    QVERIFY(action != actions.end());
    QVERIFY((*action)->isEnabled()); // with no key at all
    (*action)->trigger();
    QTRY_VERIFY(test::window(u"At the Provider"_s));
    QTest::keyClick(test::window(u"At the Provider"_s), Qt::Key_Escape);
    QTRY_VERIFY(!test::window(u"At the Provider"_s));
}

void TestRemoteTokensDialog::theModelIsProper()
{
    RemoteTokensModel model(*(*m_core)->remoteTokens);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    RemoteTokenFilter filter;
    filter.setSourceModel(&model);
    const QAbstractItemModelTester filtered(&filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
    makeThere(u"One"_s);
    addHere(u"Old"_s, "ak_live_oldoldoldoldoldoldold", u"gone"_s);
    const RemoteSource at = source(u"sandbox-aisoule"_s, u"api-key"_s);
    model.setSource(at);
    refresh();
    model.reload();
    QCOMPARE(model.rowCount(), 2);
    filter.setShow(RemoteTokenFilter::GoneThere);
    filter.sort(RemoteTokensModel::Expires);
    QCOMPARE(filter.rowCount(), 1);
    model.setSource({});
    QCOMPARE(model.rowCount(), 0);
}

void TestRemoteTokensDialog::tenThousandRowsDoNotStall()
{
    RemoteTokens tokens;
    for (int i = 0; i < 10'000; ++i) {
        RemoteToken token;
        token.id = u"id-%1"_s.arg(i);
        token.name = u"Token %1"_s.arg(i);
        token.abilities = {u"read"_s};
        token.createdAt = QDateTime::currentDateTimeUtc().addSecs(-i * 60);
        tokens.tokens << token;
    }
    const RemoteSource at = source(u"sandbox-aisoule"_s, u"api-key"_s);
    QElapsedTimer timer;
    timer.start();
    QVERIFY((*m_core)->remoteLists->setFetched(at, (*m_core)->environments->find(at.environmentId)->baseUrl, tokens,
                                               QDateTime::currentDateTimeUtc()));
    QTRY_COMPARE(table()->model()->rowCount(), 10'000);
    table()->sortByColumn(RemoteTokensModel::Created, Qt::AscendingOrder);
    find<QLineEdit>(m_dialog.get(), u"Search tokens"_s)->setText(u"9999"_s);
    QCOMPARE(table()->model()->rowCount(), 1);
    find<QLineEdit>(m_dialog.get(), u"Search tokens"_s)->clear();
    table()->selectAll();
    QVERIFY(everything(m_dialog.get()).contains(u"selected"));
    // Generous: without optimisation, on a machine that does something else.
    QVERIFY2(timer.elapsed() < 15'000, qPrintable(QString::number(timer.elapsed())));
}

QTEST_MAIN(TestRemoteTokensDialog)
#include "test_remote_tokens.moc"
