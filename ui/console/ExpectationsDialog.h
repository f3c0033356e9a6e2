#pragma once

#include "app/base/Background.h"
#include "app/http/ExpectationCheck.h"

#include <QDialog>
#include <QTimer>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTreeWidget;

namespace keydesk {

class Redactor;
class RoleLabel;

/// What the dialog begins with.
struct ExpectationsOfRequest
{
    QString title; ///< of the request
    QStringList expectations;
    bool isSaved = false;     ///< the request is in a file
    AnswerFacts facts;        ///< of its last call
    VariableSources sources;  ///< as they were for that call
};

/// The expectations of one request, a line each, and below how each goes with the last answer while it is typed. Suggests some that the
/// answer meets.
class ExpectationsDialog : public QDialog
{
    Q_OBJECT

public:
    ExpectationsDialog(const ExpectationsOfRequest &request, const Redactor &redactor, QWidget *parent = nullptr);

    QSize sizeHint() const override;
    /// As they stand now, without empty lines.
    [[nodiscard]] QStringList expectations() const;
    /// Why they were not kept; the dialog stays open.
    void showProblem(const QString &sentence);

Q_SIGNALS:
    void saveRequested();

private:
    [[nodiscard]] QList<WrittenExpectation> written() const; // by their lines in the field
    void addSuggestions(QPushButton &button);
    void add(const QString &expectation);
    void checkAnswer();
    void showOutcomes(const QList<ExpectationOutcome> &outcomes);

    const ExpectationsOfRequest m_request;
    const Redactor &m_redactor;
    QTimer m_soon; // not at each letter
    QPlainTextEdit *m_text;
    QLabel *m_summary;
    QTreeWidget *m_outcomes;
    RoleLabel *m_whole; // what the current row has no room for
    RoleLabel *m_problem;
    bool m_isChecking = false; // a large answer, aside
    Background m_background;   // last: its work refers to the others
};

} // namespace keydesk
