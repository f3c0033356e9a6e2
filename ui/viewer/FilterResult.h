#pragma once

#include "app/body/FileBytes.h"
#include "app/filter/FilterLanguage.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

#include <chrono>
#include <memory>

class QLabel;
class QListWidget;
class QStackedWidget;
class QToolButton;

namespace keydesk {

class CopyBar;
class EmptyState;
class FileView;
class FilterJob;
class MessageBar;
class RoleLabel;
struct FilterProblem;

/// What a filter makes of a body, as it comes: the results in a view of their own, how many there are, what
/// went wrong in which document, and what has to be said of it. Before the first one it shows examples.
class FilterResult : public QWidget
{
    Q_OBJECT

public:
    explicit FilterResult(QWidget *parent = nullptr);
    ~FilterResult() override;

    /// Ends the run before. What that has shown stays until there is something new.
    void run(const std::shared_ptr<const FileBytes> &body, FilterLanguage language,
             const QString &expression);
    void stop();
    /// How long a run may take before it waits and asks; half a minute at first.
    void setTimeLimit(std::chrono::milliseconds limit) { m_timeLimit = limit; }
    /// Back to the examples.
    void clear();
    [[nodiscard]] bool isRunning() const;
    [[nodiscard]] const FilterJob *job() const { return m_job.get(); }
    /// Null: there has been none to show yet.
    [[nodiscard]] FileView *view() const { return m_view; }

Q_SIGNALS:
    void stateChanged(); ///< it runs or has ended
    void problemFound(const keydesk::FilterProblem &problem);
    void exampleChosen(const QString &expression);

private:
    [[nodiscard]] QWidget *makeExamples();
    void takeGrowth();
    void takeEnd();
    void showOutput();
    void save();
    void showNothing();
    void showFacts();
    void showMessages();
    void showNotes();

    std::shared_ptr<const FileBytes> m_body;
    std::unique_ptr<FilterJob> m_job;
    std::chrono::milliseconds m_timeLimit;
    std::shared_ptr<const FileBytes> m_output; // in the view; of the job, or of one before it
    bool m_isShown = false;                    // it is the job's
    qsizetype m_toldMessages = 0;
    QElapsedTimer m_begun;
    QTimer m_clock; // shows how long it has taken, whatever comes
    MessageBar *m_message;
    CopyBar *m_copying;
    QWidget *m_head;
    QLabel *m_facts;
    QToolButton *m_keepGoing;
    RoleLabel *m_error;
    RoleLabel *m_notes;
    QListWidget *m_messages;
    QStackedWidget *m_pages;
    QWidget *m_examples;
    EmptyState *m_nothing;
    FileView *m_view = nullptr;    // made for the first result
    QToolButton *m_save = nullptr; // in its foot
};

} // namespace keydesk
