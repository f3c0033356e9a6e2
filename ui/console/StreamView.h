#pragma once

#include "app/base/Background.h"
#include "ui/console/ShownCall.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTableView;
class QToolButton;

namespace keydesk {

class BodyView;
class MessageComposer;
class Redactor;
class StreamModel;
struct StreamEntry;

/// The body of an answer that goes on: its events, lines or messages as they come, the chosen one beside them; below,
/// for a WebSocket, what is to be sent. Can be held still, searched, copied and saved; all of it redacted.
class StreamView : public QWidget
{
    Q_OBJECT

public:
    explicit StreamView(const Redactor &redactor, QWidget *parent = nullptr);

    /// `call.stream` is there. The same stream again (it has ended) leaves what is looked at as it is.
    void setCall(const ShownCall &call);
    /// In the chosen entry if somebody is there, else in all of them.
    void openFind();

Q_SIGNALS:
    /// Send the request again, and let the server go on after this event.
    void reconnectRequested(const QByteArray &lastEventId);
    void saved(const QString &path);
    void failed(const keydesk::Error &error);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QWidget *makeBar();
    void makeTable();
    QWidget *makeFoot();
    void followed();
    void showTypes();
    void showWords();
    void showDetails();
    void orderTabs();
    [[nodiscard]] QByteArray shownText() const;
    void copyEntry();
    void copyAll();
    void save();

    const Redactor &m_redactor;
    std::shared_ptr<StreamLog> m_log;
    StreamModel *m_model;
    QLineEdit *m_filter;
    QComboBox *m_type;
    QLabel *m_typeLabel;
    QPushButton *m_pause;
    QPushButton *m_reconnect;
    QTableView *m_table;
    BodyView *m_details;
    MessageComposer *m_composer = nullptr; // made for the first WebSocket
    QLabel *m_words;
    QLabel *m_kept;
    QToolButton *m_copy;
    QToolButton *m_save;
    QTimer m_filterSoon;
    bool m_isAtEnd = true;
    Background m_background;
};

} // namespace keydesk
