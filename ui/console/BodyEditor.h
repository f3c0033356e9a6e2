#pragma once

#include "app/http/RequestCheck.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QPushButton;
class QStackedWidget;

namespace keydesk {

class CodeView;
class FieldProblem;
class ModeSwitch;
class NameValueModel;
class NameValueTable;

/// The body of a request: none, JSON that is checked while it is typed, text, or a form.
class BodyEditor : public QWidget
{
    Q_OBJECT

public:
    explicit BodyEditor(QWidget *parent = nullptr);

    void setBody(const RequestBody &body);
    [[nodiscard]] RequestBody body() const;
    /// "JSON", "text", "form", or empty: what the tab says about it.
    [[nodiscard]] QString summary() const;
    void showProblem(const RequestProblem &problem);
    void clearProblem();

Q_SIGNALS:
    void edited();

private:
    void chooseKind(RequestBody::Kind kind);
    void showKind(RequestBody::Kind kind);
    void check();
    void format();

    RequestBody::Kind m_kind = RequestBody::Kind::None;
    ModeSwitch *m_kinds;
    QStackedWidget *m_stack;
    CodeView *m_text;
    NameValueModel *m_form;
    NameValueTable *m_table;
    FieldProblem *m_problem;
    QLabel *m_state;
    QPushButton *m_format;
    QTimer m_checkSoon;
    bool m_setting = false;
};

} // namespace keydesk
