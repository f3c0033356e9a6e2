#pragma once

#include "app/base/Background.h"
#include "app/http/WebSocket.h"

#include <QPointer>
#include <QWidget>

class QComboBox;
class QPushButton;
class QToolButton;

namespace keydesk {

class CodeView;
class FieldProblem;

/// What is to be sent through a WebSocket: text, JSON (checked), bytes in hexadecimal or a file; a ping; the closing
/// code. Ctrl+Enter sends.
class MessageComposer : public QWidget
{
    Q_OBJECT

public:
    explicit MessageComposer(QWidget *parent = nullptr);

    /// `drafts` come into the field one after another. The same socket again changes nothing.
    void setSocket(WebSocket *socket, const QStringList &drafts);
    [[nodiscard]] QList<QWidget *> tabOrder() const; ///< what takes the focus, in the order of reading

Q_SIGNALS:
    void failed(const keydesk::Error &error);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    enum Kind { Text, Json, Binary };

    void send();
    void sendFile();
    void ping();
    void openClose();
    void showNextDraft();
    [[nodiscard]] Result<void> sendContent();

    QPointer<WebSocket> m_socket;
    QStringList m_drafts;
    QComboBox *m_kind;
    CodeView *m_text;
    FieldProblem *m_problem;
    QPushButton *m_send;
    QToolButton *m_more;
    Background m_background;
};

} // namespace keydesk
