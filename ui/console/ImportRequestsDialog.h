#pragma once

#include "app/interchange/collection/ImportRequests.h"

#include <QDialog>
#include <QTimer>

class QLabel;
class QLineEdit;
class QListWidget;
class QProgressBar;
class QPushButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace keydesk {

struct Core;
class CredentialChoices;
class EmptyState;
class MessageBar;
class RoleLabel;

/// Takes requests of other tools in: a file, a folder or a pasted text is read with a way to stop; then it shows
/// the requests to choose from, what was changed, and each credential, which is kept in the keychain or left out.
/// Nothing is kept before Import.
class ImportRequestsDialog : public QDialog
{
    Q_OBJECT

public:
    explicit ImportRequestsDialog(Core &core, QWidget *parent = nullptr);

    /// Files and folders, as one import.
    void readPaths(const QStringList &paths);
    /// What the clipboard has: files or a text, which is shown nowhere (SECURITY S3).
    void paste();
    /// Nothing is being read or kept: another import can take the place of what is shown.
    /// Not while it stores and writes: half of an import would be left, and no Undo.
    void reject() override;
    [[nodiscard]] bool isIdle() const { return !m_work.isReading() && !m_keeping; }

Q_SIGNALS:
    /// `stored`: what became of credentials that were kept.
    void imported(const keydesk::FileChange &change, const QList<keydesk::StoredCredential> &stored, const QString &folder, const QString &message);

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    void buildFacts();
    QWidget *makeSourceRow();
    void chooseFile(bool isFolder);
    void chooseTarget();
    void showCollection();
    void fillRequests();
    void fillReport();
    void showFailure(const Error &error);
    void showState();
    void keep();
    [[nodiscard]] QList<int> chosenRequests() const;

    Core &m_core;
    ImportRequests m_work;
    bool m_keeping = false;
    QString m_problem; // with the credentials as they are chosen
    QTimer m_stateTimer;
    QLabel *m_source;
    QList<QPushButton *> m_sources;
    QProgressBar *m_progress;
    MessageBar *m_messages;
    EmptyState *m_start; // before anything is read
    QWidget *m_facts;
    RoleLabel *m_summary;
    QTreeWidget *m_requests;
    CredentialChoices *m_credentials;
    QLabel *m_reportTitle;
    QListWidget *m_report;
    QLineEdit *m_target;
    QPushButton *m_chooseTarget;
    QPushButton *m_keep;
    QPushButton *m_cancel;
};

} // namespace keydesk
