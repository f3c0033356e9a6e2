#pragma once

#include "app/body/FileBytes.h"
#include "app/filter/FilterLanguage.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QLineEdit;
class QSplitter;
class QToolButton;

namespace keydesk {

class FieldProblem;
class FilterHistory;
class FilterResult;
struct FilterProblem;
struct ShownFile;

/// An expression that filters a body of JSON: jq, JSON Pointer or JSON Path, by how it begins or as it is
/// chosen. Enter filters; small bodies are filtered as one types. Escape stops what runs, or else closes it
/// with its result, which it shows in a pane of its own.
class FilterField : public QWidget
{
    Q_OBJECT

public:
    /// The result is put at the end of `halves` when it is first opened. `history` null: one of its own.
    FilterField(QSplitter &halves, std::shared_ptr<FilterHistory> history, QWidget *parent = nullptr);

    /// Whether it looks like JSON.
    [[nodiscard]] static bool suits(const ShownFile &file);

    /// Another one, with no result yet. Null: there is none.
    void setBody(std::shared_ptr<const FileBytes> body);
    void open();
    void close();
    [[nodiscard]] FilterResult *result() const { return m_result; }

Q_SIGNALS:
    void closed();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    [[nodiscard]] FilterLanguage language() const;
    void takeEdit();
    void run();
    void runOrStop();
    void showState();
    void showProblem(const FilterProblem &problem);
    void setProblem(const QString &text);
    [[nodiscard]] QStringList names();

    QSplitter &m_halves;
    const std::shared_ptr<FilterHistory> m_history;
    std::shared_ptr<const FileBytes> m_body;
    std::optional<QStringList> m_names; // of members at the begin of the body
    QComboBox *m_language;
    bool m_isLanguageChosen = false; // by hand
    QLineEdit *m_field;
    QToolButton *m_run;
    FieldProblem *m_problem;
    FilterResult *m_result = nullptr; // owned by the splitter
    QTimer m_runSoon;
};

} // namespace keydesk
