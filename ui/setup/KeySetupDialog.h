#pragma once

#include "app/http/HttpResponse.h"
#include "app/http/RequestSpec.h"

#include <QDialog>
#include <QUuid>

#include <memory>
#include <optional>

namespace keydesk {

struct Core;
class Clipboard;

/// What New Key starts with when something else asked for it (an explanation's button, an environment's empty
/// cell).
struct NewKeyHints
{
    QString providerId;
    QString kindId;
    std::optional<QUuid> environmentId;
    QString identity = {}; ///< of that environment; empty: the default one
};

/// The one flow that brings a key in: provider → where the key is → paste and check (or create through the
/// API) → name and place → first call. As `Setup` it is the first-run wizard ("Set Up Keydesk": skippable,
/// resumes at the page it was left on, ends with a first call); as `NewKey` it is the dialog behind New Key,
/// without the first call. Finishes with the key stored and read back. A key that was created here is shown
/// once, in a CopyOnceDialog over the same parent. Setup marks Settings::setupFinished when it is finished,
/// not when it is skipped.
class KeySetupDialog : public QDialog
{
    Q_OBJECT

public:
    enum class Mode { Setup, NewKey };

    KeySetupDialog(Mode mode, Core &core, Clipboard &clipboard, const NewKeyHints &hints = {},
                   QWidget *parent = nullptr);
    ~KeySetupDialog() override;

    QSize sizeHint() const override;
    void done(int result) override;

Q_SIGNALS:
    /// The key is stored; the dialog may still be open.
    void keyReady(const QUuid &keyId, const QUuid &environmentId);
    /// The keys come from a file: the dialog closes, and Import Keys is to be opened.
    void importRequested();
    /// Setup only: the first call, to be opened in the console.
    void firstRequestReady(const QUuid &environmentId, const keydesk::RequestSpec &request);

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace keydesk
