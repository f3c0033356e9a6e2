#pragma once

#include "app/body/LineIndex.h"
#include "ui/viewer/FileKinds.h"

#include <QFileSystemWatcher>
#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QSplitter;
class QStackedWidget;
class QToolButton;
class QVBoxLayout;

namespace keydesk {

class FilterField;
class FilterHistory;
class FindField;
class FootBar;
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
    /// Likewise, of what is open already and may grow: `grew` says so. `name` as a file would have it.
    void open(std::shared_ptr<const FileBytes> bytes, const QString &name, const QByteArray &contentType);
    void grew();
    /// Whether more of it is on its way, so that its end is none yet; not so when it is opened. Of a file
    /// with a path that is found out.
    void setGrowing(bool isGrowing);
    /// Beside what the bar below says; owned by it.
    void addToFoot(QWidget *widget);
    [[nodiscard]] QString path() const { return m_path; }
    /// A row to filter JSON in, and its result below.
    void openFilter();
    /// Whether it offers that for JSON; it does at first.
    void setFilterable(bool filterable) { m_isFilterable = filterable; }
    /// Of expressions; before the first is typed. Else each view has its own.
    void setFilterHistory(const std::shared_ptr<FilterHistory> &history) { m_filterHistory = history; }
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

    void showFile();
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
    void tellGrowing();

    QString m_path; // empty: it has none
    QString m_name;
    QByteArray m_contentType;
    std::shared_ptr<const FileBytes> m_bytes;
    std::optional<ShownFile> m_file;
    std::vector<Kind> m_kinds;
    bool m_wantsText = false; // of files that have a kind; kept from file to file
    FileIdentity m_identity;
    QByteArray m_samples; // of the bytes as they were shown
    std::unique_ptr<LineIndex> m_lines;
    FootBar *m_foot;
    TextPane *m_text;
    HexPane *m_hex;
    FindField *m_find;
    QStackedWidget *m_stack;
    QLabel *m_place;
    QLabel *m_facts;
    QComboBox *m_coding;
    QToolButton *m_wrap;
    ModeSwitch *m_modes;
    QToolButton *m_filterButton;
    QVBoxLayout *m_column;
    QSplitter *m_halves; // what is shown, and what a filter makes of it
    bool m_isFilterable = true;
    FilterField *m_filter = nullptr; // made when it is first opened
    std::shared_ptr<FilterHistory> m_filterHistory;
    QFileSystemWatcher m_watcher{this};
    QTimer m_changeSoon; // a file that is written changes again and again
    bool m_isGrowing = false;
    QTimer m_settled; // nobody writes to the file with the path any more
};

} // namespace keydesk
