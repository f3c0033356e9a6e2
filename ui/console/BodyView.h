#pragma once

#include "app/base/Background.h"
#include "app/http/BodyText.h"

#include <QTimer>
#include <QWidget>

#include <functional>

class QStackedWidget;
class QToolButton;

namespace keydesk {

class CopyBar;
class FileView;
class FilterHistory;
class Redactor;
class RoleLabel;
struct Error;

/// The body of a response as a file is shown, also while it arrives; what has to be said about it above.
/// Known tokens are masked before anything of it gets here. Large bodies are masked off the UI thread.
class BodyView : public QWidget
{
    Q_OBJECT

public:
    explicit BodyView(const Redactor &redactor, QWidget *parent = nullptr);

    /// `shown` follows, perhaps at once. `note` stands above the body's own notes. What is on disk stays in
    /// sight where it is the same as before.
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
    /// Of expressions; before the first response. Else each view has its own.
    void setFilterHistory(const std::shared_ptr<FilterHistory> &history) { m_filterHistory = history; }
    /// Gets each body that is in memory, whole and before it is masked, on any thread, to make known to the
    /// redactor what it finds there. Before the first response.
    void setTokenReader(const std::function<std::function<void(const QByteArray &)>()> &reader) { m_readTokens = reader; }
    /// What screen readers call it instead of "Response body"; before the first response.
    void setBodyName(const QString &name) { m_bodyName = name; }
    /// Null: there has been no response.
    [[nodiscard]] FileView *file() const { return m_file; }

Q_SIGNALS:
    void shown();
    void saved(const QString &path);
    void expectationWanted(const QString &expectation); ///< of what stands there
    void failed(const keydesk::Error &error);

private:
    void makeFile();
    void showBody(const ShownBody &body);
    void showFile(const std::shared_ptr<const FileBytes> &bytes, const QByteArray &contentType);
    void showNotes(const QStringList &notes);
    void showSentence(const QString &sentence);
    void offerExpectations(QMenu &menu, const QString &path);
    void setSavable(bool isSavable, const QString &why);
    [[nodiscard]] QString suggestedName() const;
    void save();

    const Redactor &m_redactor;
    std::function<std::function<void(const QByteArray &)>()> m_readTokens;
    HttpResponse m_response;
    std::shared_ptr<const FileBytes> m_bytes; // as they are shown and saved
    QString m_note;
    QString m_bodyName;
    int m_generation = 0; // what was made of an older response is dropped
    RoleLabel *m_notes;
    QWidget *m_notesRow;
    CopyBar *m_copying;
    QStackedWidget *m_stack;
    RoleLabel *m_sentence;
    FileView *m_file = nullptr;    // made for the first response
    QToolButton *m_save = nullptr; // in its foot
    std::shared_ptr<FilterHistory> m_filterHistory;
    QTimer m_preparingSoon;
    Background m_background;
};

} // namespace keydesk
