#pragma once

#include "app/interchange/openapi/ImportApi.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QFileDialog;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;

namespace keydesk {

struct Core;
class MessageBar;
class RoleLabel;

/// Takes an OpenAPI file in: reads it with a way to stop, says what came in and what did not, asks for a
/// name, a base URL and whether a provider is to be made of it, and keeps it.
class ImportApiDialog : public QDialog
{
    Q_OBJECT

public:
    ImportApiDialog(Core &core, const QString &path, QWidget *parent = nullptr);

    /// Asks for a file; ends with its window.
    static QFileDialog *makeFileDialog(QWidget *parent);

Q_SIGNALS:
    /// A sentence that says what is there now.
    void imported(const QString &message);

private:
    void buildFacts();
    void chooseFile();
    void readFile(const QString &path);
    void showApi();
    void showFailure(const Error &error);
    void showState();
    void keep();
    [[nodiscard]] ApiImport choice() const;

    ImportApi m_work;
    bool m_keeping = false;
    QLabel *m_file;
    QPushButton *m_choose;
    QProgressBar *m_progress;
    MessageBar *m_messages;
    QWidget *m_facts;
    RoleLabel *m_summary;
    QLineEdit *m_name;
    QComboBox *m_baseUrl;
    QCheckBox *m_withProvider;
    RoleLabel *m_problem;
    QLabel *m_reportTitle;
    QPlainTextEdit *m_report;
    QPushButton *m_keep;
    QPushButton *m_cancel;
};

} // namespace keydesk
