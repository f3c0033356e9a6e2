#pragma once

#include "app/catalogue/Catalogue.h"
#include "app/environments/Environment.h"
#include "app/http/RequestCheck.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QHBoxLayout;
class QLabel;
class QStackedWidget;
class QTabBar;
class QToolButton;
class QVBoxLayout;

namespace keydesk {

struct Core;
class AuthPanel;
class BodyEditor;
class BodyMembers;
class ConnectionNotice;
class EndpointBar;
class FieldProblem;
class IconView;
class MessageBar;
class FieldNote;
class NameValueEditor;
class NameValueModel;
class NameValueTable;
class PathPartsModel;
class SendButton;
class UrlField;
class VariableHints;

/// The upper half: method, URL, Send; below it params, headers, body and key. Shows and edits a request;
/// sends nothing.
class RequestEditor : public QWidget
{
    Q_OBJECT

public:
    explicit RequestEditor(Core &core, QWidget *parent = nullptr);

    void setRequest(const RequestSpec &request);
    /// What stands in the fields, without a cell that is still being edited: `finishEditing` takes it over
    /// first.
    [[nodiscard]] RequestSpec request() const;
    void finishEditing();
    /// Says at once where the request differs from its documentation; otherwise that comes a moment after
    /// each edit.
    void compareWithDocumentation();
    void setEnvironment(const std::optional<Environment> &environment);
    /// What {{…}} may name when the request is sent: marked, shown on hover, and offered while it is typed.
    void setSources(const VariableSources &sources);
    /// The same with these answers of earlier requests.
    void setAnswers(const std::shared_ptr<const NamedAnswers> &answers);
    void setRunning(bool running, bool streams);

    /// Each at its field; the first one gets the focus and its tab comes to the front.
    void showProblems(const QList<RequestProblem> &problems);
    void clearProblems();

    void focusUrl();
    void focusKey();
    void chooseKey(); ///< opens the list of keys
    void setUrl(const QString &url);
    void removeHeader(const QString &name);

    [[nodiscard]] MessageBar &messages() const { return *m_messages; }
    [[nodiscard]] QToolButton &menuButton() const { return *m_menu; }

Q_SIGNALS:
    void edited();
    void sendRequested();
    void cancelRequested();
    void newKeyRequested();
    void openKey(const QUuid &id);
    void connectionRequested(const QUuid &environmentId, const QString &field); ///< see ConnectionEditor::focusField
    void cookiesRequested();

protected:
    void changeEvent(QEvent *event) override;

private:
    enum Tab { ParamsTab, HeadersTab, BodyTab, AuthTab };

    struct Rows
    {
        NameValueModel *model = nullptr;
        QWidget *page = nullptr;
        NameValueEditor *editor = nullptr; // made at the first look
        FieldProblem *problem = nullptr;   // with the editor
        QVBoxLayout *messages = nullptr;   // likewise
        FieldNote *note = nullptr;         // made when there is something to note
    };

    Rows makeRows();
    void fillRows(Rows &rows, const QString &accessibleName);
    void fillTab(int tab);
    void fillParts();
    void showParts();
    void findEndpoint();
    void showMembers();
    void clearRowProblems();
    void showWarnings();
    void markTab(Tab tab, bool warns);
    void buildTop(QVBoxLayout *layout);
    void buildTabs(QVBoxLayout *layout);
    void changed();
    void updateCounts();
    void updateContext();
    void updateKey();
    void countCookies();
    void takeCurl(const QString &text);
    void setCount(Tab tab, const QString &count);
    void colourMethod();

    Core &m_core;
    RequestSpec m_base; // what no field shows: the name
    std::optional<Environment> m_environment;
    VariableHints *m_hints; // with the sources
    bool m_setting = false;

    QComboBox *m_method;
    UrlField *m_url;
    SendButton *m_send;
    QToolButton *m_menu;
    FieldProblem *m_methodProblem;
    FieldProblem *m_urlProblem;
    QWidget *m_protected;
    QLabel *m_protectedText;
    ConnectionNotice *m_connection;
    MessageBar *m_messages;
    EndpointBar *m_endpointBar;
    CataloguePtr m_catalogue; // what m_endpoint points into
    const Endpoint *m_endpoint = nullptr;
    QTimer m_compareSoon;
    QTabBar *m_tabs;
    QToolButton *m_keyButton;
    QStackedWidget *m_stack;
    Rows m_params;
    PathPartsModel *m_parts;
    QWidget *m_partsBox = nullptr; // made when a URL has parts
    NameValueTable *m_partsTable = nullptr;
    FieldProblem *m_partsProblem = nullptr;
    Rows m_headers;
    QWidget *m_bodyPage;
    BodyEditor *m_body = nullptr; // made at the first look
    BodyMembers *m_members = nullptr; // with it
    AuthPanel *m_auth;
    QHBoxLayout *m_tabsRow;
    QToolButton *m_cookies = nullptr; // made with the first one
    QTimer m_warnSoon;
    QList<Tab> m_warned; // with something that goes out otherwise than it is written
};

} // namespace keydesk
