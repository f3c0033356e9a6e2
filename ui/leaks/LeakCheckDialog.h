#pragma once

#include "app/leaks/LeakFinding.h"
#include "app/models/LeaksModel.h"

#include <QDialog>
#include <QPointer>

class QLabel;
class QProgressBar;
class QPushButton;
class QStackedWidget;

namespace keydesk {

struct Core;
class Clipboard;
class EmptyState;
class LeakResults;
class LeakScan;
class LeakSourcesBox;
class MessageBar;

/// Searches folders, git histories and Keydesk's own data for tokens, and shows where they are. Not modal:
/// the keys can be put in order beside it. Closing it stops a search.
class LeakCheckDialog : public QDialog
{
    Q_OBJECT

public:
    LeakCheckDialog(Core &core, Clipboard &clipboard, QWidget *parent = nullptr);
    ~LeakCheckDialog() override;

    void setFolder(const QString &folder);
    void start();

Q_SIGNALS:
    void rotateRequested(const QUuid &key);
    void keyRequested(const QUuid &key);
    void unlockRequested();

protected:
    void done(int result) override;

private:
    void stop();
    void showProgress(const LeakProgress &progress);
    void showEnd(const LeakReport &report);
    void showState();
    void showNotes(const LeakReport &report);
    void saveReport();
    [[nodiscard]] QString summary(const LeakReport &report) const;
    void announce(const QString &text);

    Core &m_core;
    LeaksModel m_model;
    LeakReport m_report;
    bool m_hasReport = false;
    LeakSourcesBox *m_sources;
    QPushButton *m_start;
    QLabel *m_state;
    QProgressBar *m_progress;
    MessageBar *m_messages;
    QStackedWidget *m_pages;
    EmptyState *m_before;
    EmptyState *m_nothing;
    LeakResults *m_results;
    QPushButton *m_save;
    QPointer<LeakScan> m_scan;
};

} // namespace keydesk
