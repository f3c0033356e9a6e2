#pragma once

#include "app/interchange/SecretSnippet.h"
#include "app/keys/ApiKey.h"

#include <QDialog>

#include <memory>

class QCheckBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace keydesk {

class Clipboard;
class FactsCard;
class GrowToFit;
class FieldProblem;
class KeyService;
class RoleLabel;
class TimedReveal;
struct Error;

/// Copy As…: a key for bash, fish, PowerShell, cmd, as a header or a line of an .env file. What is copied
/// names the variable and holds no token, until the user ticks that it shall, anew each time; the preview
/// then shows the hint in its place. Reads the token only when it is copied.
class CopyKeyDialog : public QDialog
{
    Q_OBJECT

public:
    CopyKeyDialog(const ApiKey &key, const Provider *provider, KeyService &service, Clipboard &clipboard,
                  QWidget *parent = nullptr);
    ~CopyKeyDialog() override;

Q_SIGNALS:
    /// Save to .env File…, with the name that the variable has here.
    void saveRequested(const QString &variable);

private:
    QWidget *makeFormats();
    QWidget *makeLine();
    QWidget *makeButtons();
    [[nodiscard]] SnippetFormat format() const;
    [[nodiscard]] SnippetNames names() const;
    void showLine();
    void copy();
    void copyToken();
    void copied(const Secret &token);
    void showFacts();
    void tellFailure(const Error &error);

    const ApiKey m_key;
    KeyService &m_service;
    Clipboard &m_clipboard;
    QListWidget *m_formats;
    QLineEdit *m_variable;
    FieldProblem *m_variableProblem;
    QLabel *m_line;
    QCheckBox *m_real;
    TimedReveal *m_reveal;
    FactsCard *m_facts;
    GrowToFit *m_size;
    QPushButton *m_save;
    QPushButton *m_copy;
    QStringList m_notes; // about the line that was copied
    QString m_failure;
    QString m_copiedText; // without a token
    bool m_hasToken = false;
    int m_seconds = 0;
    std::unique_ptr<QObject> m_reading;
};

} // namespace keydesk
