#pragma once

#include "app/calls/RequestRun.h"

#include <QDialog>
#include <QTimer>

class QCheckBox;
class QLabel;
class QProgressBar;
class QPushButton;

namespace keydesk {

struct Core;
class MessageBar;
class RoleLabel;
class RunResults;

/// Sends the requests of a file or a folder one after another and shows how each goes, with its expectations. Asks before anything is sent
/// that a person is to agree to, once for all of it. Closing it stops the calls.
class RunDialog : public QDialog
{
    Q_OBJECT

public:
    /// `path` is a file or a folder. Sends in `environment`.
    RunDialog(Core &core, const QString &path, const std::optional<Environment> &environment, QWidget *parent = nullptr);
    ~RunDialog() override;

    QSize sizeHint() const override;
    /// Something to know before it begins, a sentence.
    void showNote(const QString &text);

private:
    QLayout *makeFoot();
    void startOrStop();
    void askValues();
    void askConsent(const RunChoices &choices);
    void start(const RunChoices &choices);
    void showRequests();
    void showSummary();
    void saveReport();

    Core &m_core;
    const QString m_path;
    const std::optional<Environment> m_environment;
    RequestRun m_run;
    QTimer m_soon; // many that are skipped are not counted one by one
    QLabel *m_title;
    QProgressBar *m_progress;
    QLabel *m_summary;
    MessageBar *m_messages;
    RunResults *m_results;
    RoleLabel *m_whole; // what the current row has no room for
    QCheckBox *m_stopsAtFailure;
    QPushButton *m_save;
    QPushButton *m_start;
};

} // namespace keydesk
