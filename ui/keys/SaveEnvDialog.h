#pragma once

#include "app/interchange/EnvFile.h"
#include "app/interchange/GitCheck.h"
#include "app/keys/ApiKey.h"
#include "ui/setup/Card.h"

#include <QDialog>

#include <memory>

class QLineEdit;
class QPushButton;

namespace keydesk {

class GrowToFit;
class KeyService;
class Settings;

/// Writes a key's token into an .env file. Says before, in the dialog, what will be written where, who could
/// read it and what git does with the file; refuses one that git tracks. Never takes place without the
/// button.
class SaveEnvDialog : public QDialog
{
    Q_OBJECT

public:
    SaveEnvDialog(const ApiKey &key, const QString &variable, KeyService &service, Settings &settings,
                  QWidget *parent = nullptr);
    ~SaveEnvDialog() override;

Q_SIGNALS:
    void saved(const QString &path);

private:
    QWidget *makeFile();
    QWidget *makeButtons();
    void choose();
    void look();
    void lookLater();
    void showFacts();
    void addGitFacts();
    void coverByGitIgnore();
    void write();
    void readToken();
    void writeToken(const Secret &token);
    void add(const QString &icon, theme::Role ink, const QString &text, const QString &button = {},
             const std::function<void()> &pressed = {});
    [[nodiscard]] bool isWritable() const;

    const ApiKey m_key;
    KeyService &m_service;
    Settings &m_settings;
    QLineEdit *m_file;
    QLineEdit *m_variable;
    FactsCard *m_facts;
    GrowToFit *m_size;
    QPushButton *m_write;
    QPushButton *m_close;
    QTimer m_typing; // a path is looked at when typing pauses
    std::optional<EnvFilePlan> m_plan;
    std::optional<GitState> m_git;
    std::unique_ptr<GitCheck> m_check;
    std::unique_ptr<QObject> m_reading;
    QString m_problem;
    QString m_done;
    QList<Fact> m_list; // while they are put together
};

} // namespace keydesk
