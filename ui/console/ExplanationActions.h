#pragma once

#include "app/calls/CallController.h"
#include "ui/setup/KeySetupDialog.h"

#include <QObject>

class QWidget;

namespace keydesk {

struct Core;
class RequestEditor;
class ResponseView;

/// Does what a button under an explanation says.
class ExplanationActions : public QObject
{
    Q_OBJECT

public:
    ExplanationActions(Core &core, RequestEditor &editor, ResponseView &response, QWidget *window);

    /// The call that the explanation is about.
    void setCall(const CallOutcome &outcome);
    void run(const ExplanationAction &action);

Q_SIGNALS:
    void sendRequested();
    void newKeyRequested(const keydesk::NewKeyHints &hints);
    void openEnvironment(const QUuid &id);
    void openConnection(const QUuid &id, const QString &field);
    void preferencesRequested();
    void unlockRequested(keydesk::SecretPlace place);
    void message(const QString &text);
    void failed(const keydesk::Error &error);

private:
    void addKey();
    void checkKey();
    void fetchToken();
    void askToBind(const QString &originText);
    void useHttps();

    Core &m_core;
    RequestEditor &m_editor;
    ResponseView &m_response;
    QWidget *m_window;
    CallOutcome m_outcome;
};

} // namespace keydesk
