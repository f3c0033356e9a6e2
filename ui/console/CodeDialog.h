#pragma once

#include "app/interchange/snippets/CodeSnippet.h"
#include "app/interchange/snippets/RequestAsCode.h"

#include <QDialog>

#include <memory>

class QCheckBox;
class QListWidget;
class QPushButton;

namespace keydesk {

class Clipboard;
class CodeView;
class FactsCard;
class KeyService;
class Settings;
class TimedReveal;

/// Copy as Code…: the request on screen in a language, which is remembered. The code names the variables that hold its secrets, until the
/// user ticks that it shall hold their values, anew each time; the view then shows hints in their places, and the values are read only when
/// it is copied (SECURITY S3, S4). What is saved never holds one (S1).
class CodeDialog : public QDialog
{
    Q_OBJECT

public:
    CodeDialog(const RequestAsCode &code, KeyService &service, Clipboard &clipboard, Settings &settings, QWidget *parent = nullptr);
    ~CodeDialog() override;

    /// Writes what is shown; not while it is to hold the token.
    void saveTo(const QString &path);

    [[nodiscard]] QSize sizeHint() const override;

private:
    QWidget *makeFormats();
    QWidget *makeCode();
    QWidget *makeButtons();
    [[nodiscard]] CodeFormat format() const;
    [[nodiscard]] bool hasReadableSecret() const;
    void showCode();
    void copy();
    void readNext();
    void copyFilled();
    void chooseFile();
    void tell(bool isBad, const QString &text);
    void showFacts();

    const RequestAsCode m_code;
    KeyService &m_service;
    Clipboard &m_clipboard;
    Settings &m_settings;
    CodeSnippet m_snippet; // what is shown
    QListWidget *m_formats;
    CodeView *m_view;
    QCheckBox *m_real;
    TimedReveal *m_reveal;
    FactsCard *m_facts;
    QPushButton *m_save;
    QPushButton *m_copy;
    QString m_outcome; // of the last copy or save
    bool m_isFailure = false;
    bool m_countsDown = false; // the clipboard has the token
    int m_seconds = 0;
    std::unique_ptr<QObject> m_reading; // guards the reads under way
    QList<QUuid> m_toRead;
    SecretValues m_values; // between the first read and the copy
};

} // namespace keydesk
