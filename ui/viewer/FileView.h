#pragma once

#include "app/body/LineIndex.h"
#include "ui/viewer/FileKinds.h"

#include <QFileSystemWatcher>
#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QStackedWidget;
class QToolButton;

namespace keydesk {

class FindField;
class HexPane;
class ModeSwitch;
class TextPane;

/// A file of any size as text, as bytes, or as what it is (FileKinds.h), with a find field, the place of the
/// caret, and the coding to choose. It is shown at once; lines are counted and matches found in the
/// background. A file that grows or shrinks is shown as it is.
class FileView : public QWidget
{
    Q_OBJECT

public:
    explicit FileView(QWidget *parent = nullptr);
    ~FileView() override;

    /// What is shown stays if it cannot be opened. `contentType` as its server named it; empty: nobody did.
    Result<void> open(const QString &path, const QByteArray &contentType = {});
    [[nodiscard]] QString path() const { return m_path; }
    void openFind();
    void findNext(bool forward);
    void askForLine();
    [[nodiscard]] TextPane &text() const { return *m_text; }
    [[nodiscard]] HexPane &bytes() const { return *m_hex; }
    /// What it is shown in.
    [[nodiscard]] QWidget *pane() const;

Q_SIGNALS:
    void sizeChanged(qint64 size);

private:
    enum Mode { Text, Hex, FirstKind }; ///< then the others of `m_kinds`, one by one
    struct Kind
    {
        FileKind kind;
        FilePane *pane = nullptr; ///< null: no such file has been shown
        bool isCurrent = false;   ///< it has the file that is shown
    };

    void watch();
    void lookAt(TextCoding coding, const QByteArray &head);
    int offerModes();
    void showText();
    void takeMode(int mode);
    void showMode(int mode);
    [[nodiscard]] FilePane *paneOf(int mode);
    [[nodiscard]] FilePane *filePane() const;
    void showPlace();
    void takeChange();
    void takeGrowth();
    void takeRewriting();

    QString m_path;
    QByteArray m_contentType;
    std::shared_ptr<const FileBytes> m_bytes;
    std::optional<ShownFile> m_file;
    std::vector<Kind> m_kinds;
    bool m_wantsText = false; // of files that have a kind; kept from file to file
    FileIdentity m_identity;
    QByteArray m_samples; // of the bytes as they were shown
    std::unique_ptr<LineIndex> m_lines;
    TextPane *m_text;
    HexPane *m_hex;
    FindField *m_find;
    QStackedWidget *m_stack;
    QLabel *m_place;
    QLabel *m_facts;
    QComboBox *m_coding;
    QToolButton *m_wrap;
    ModeSwitch *m_modes;
    QFileSystemWatcher m_watcher{this};
    QTimer m_changeSoon; // a file that is written changes again and again
};

} // namespace keydesk
