#pragma once

#include "app/base/Background.h"
#include "app/http/BodyText.h"

#include <QImage>
#include <QTimer>
#include <QWidget>

class QLabel;
class QSplitter;
class QStackedWidget;
class QToolButton;
class QVBoxLayout;

namespace keydesk {

class CodeView;
class CopyBar;
class FileView;
class FilterField;
class FilterHistory;
class ImageView;
class ModeSwitch;
class Redactor;
class RoleLabel;
struct Error;

/// The body of a response: laid out or raw, or as a picture; what has to be said about it above, its format
/// below. Large bodies are prepared off the UI thread; one that is on disk is shown as a file is, also while it
/// arrives.
class BodyView : public QWidget
{
    Q_OBJECT

public:
    explicit BodyView(const Redactor &redactor, QWidget *parent = nullptr);

    /// `shown` follows, perhaps at once. `note` stands above the body's own notes. What is on disk stays in sight where it is the same
    /// as before.
    void setResponse(const HttpResponse &response, const QString &note, bool isArriving = false);
    /// More of it has arrived.
    void grew();
    /// Holds nothing of the response any more.
    void clear();
    /// No response: a sentence instead.
    void setSentence(const QString &sentence, const QString &note);
    void openFind();
    /// A row to filter JSON in, and its result below.
    void openFilter();
    /// Of expressions; before the row is first opened. Else each view has its own.
    void setFilterHistory(const std::shared_ptr<FilterHistory> &history) { m_filterHistory = history; }
    [[nodiscard]] CodeView &text() const { return *m_text; }
    /// Null: what is shown is in memory.
    [[nodiscard]] FileView *file() const { return m_file; }

Q_SIGNALS:
    void shown();
    void saved(const QString &path);
    void expectationWanted(const QString &expectation); ///< of what stands there
    void failed(const keydesk::Error &error);

private:
    enum Mode { Pretty, Raw, Preview };
    struct Prepared
    {
        BodyText body;
        QImage image;
    };

    void prepare();
    void show(const Prepared &prepared);
    void showNotes(const QStringList &notes);
    void showPath();
    [[nodiscard]] QString pathAt(int position) const;
    void showMenu(const QPoint &place);
    void showFile(bool isSame, bool isArriving);
    void closeFile();
    void save();
    void giveFilterBody();

    const Redactor &m_redactor;
    HttpResponse m_response;
    QString m_note;
    Mode m_wanted = Pretty;     // of text; kept from answer to answer
    bool m_bytesWanted = false; // of this picture
    int m_generation = 0;       // what was prepared for an older response or mode is dropped
    RoleLabel *m_notes;
    QWidget *m_notesRow;
    CopyBar *m_copying;
    QStackedWidget *m_stack;
    QWidget *m_foot;
    FileView *m_file = nullptr;
    QToolButton *m_saveFile = nullptr; // in its foot
    CodeView *m_text;
    ImageView *m_image;
    RoleLabel *m_sentence;
    QLabel *m_path;
    QLabel *m_format;
    ModeSwitch *m_modes;
    QToolButton *m_save;
    QToolButton *m_filterButton;
    QVBoxLayout *m_column;
    QSplitter *m_halves;             // the body, and what a filter makes of it
    std::shared_ptr<FilterHistory> m_filterHistory;
    FilterField *m_filter = nullptr; // made when it is first opened
    int m_filterGeneration = 0;      // likewise, of what it gets
    QTimer m_pathSoon;
    Background m_background;
};

} // namespace keydesk
