#pragma once

#include "app/http/RequestCheck.h"

#include <QHash>
#include <QTimer>
#include <QWidget>

class QComboBox;
class QHBoxLayout;
class QPushButton;
class QScrollArea;
class QSplitter;
class QStackedWidget;
class QVBoxLayout;

namespace keydesk {

class CodeView;
class ElidedLabel;
class FieldNote;
class FieldProblem;
class FileBody;
class FootBar;
class GraphQlPanel;
class NameValueEditor;
class NameValueModel;
class PartsModel;
class PartsTable;
class VariableHints;

/// The body of a request, of any kind: text that is checked while it is typed (JSON, XML, GraphQL), rows
/// (form, multipart), or a file. What another kind has is kept while one kind is shown.
class BodyEditor : public QWidget
{
    Q_OBJECT

public:
    /// `hints` knows what {{variables}} in it stand for.
    explicit BodyEditor(VariableHints &hints, QWidget *parent = nullptr);

    void setBody(const RequestBody &body);
    [[nodiscard]] RequestBody body() const;
    /// "JSON", "text", "form", or empty: what the tab says about it.
    [[nodiscard]] QString summary() const;
    void showProblem(const RequestProblem &problem);
    void clearProblem();
    /// What goes out otherwise than it is written here.
    void showNotes(const QStringList &notes);

Q_SIGNALS:
    void edited();

private:
    void buildFoot();
    // Each is made when its kind is first shown (BodyEditorPages.cpp).
    QWidget *pageOf(RequestBody::Kind kind);
    void makeGraphQl();
    void makeForm();
    void makeParts();
    void makeFile();

    void chooseKind(RequestBody::Kind kind);
    void showKind(RequestBody::Kind kind);
    void textEdited();
    void check();
    void format();
    void say(QWidget *field, const QString &message);

    VariableHints &m_hints;
    RequestBody m_kept; // what no page shows yet
    RequestBody::Kind m_kind = RequestBody::Kind::None;
    QComboBox *m_kinds;
    QStackedWidget *m_stack;
    QWidget *m_none;
    QSplitter *m_texts;
    CodeView *m_text;
    GraphQlPanel *m_graphQl = nullptr;
    NameValueModel *m_form = nullptr;
    NameValueEditor *m_formEditor = nullptr;
    PartsModel *m_parts = nullptr;
    PartsTable *m_partsTable = nullptr;
    FileBody *m_file = nullptr;
    QScrollArea *m_filePage = nullptr;
    QHash<QWidget *, FieldProblem *> m_problems; // by the field
    QVBoxLayout *m_messages;
    FieldNote *m_note;
    FootBar *m_foot;
    ElidedLabel *m_state;
    QPushButton *m_choose;
    QPushButton *m_format;
    QTimer m_checkSoon;
    bool m_setting = false;
};

} // namespace keydesk
