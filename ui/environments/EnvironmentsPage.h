#pragma once

#include "ui/UndoHistory.h"
#include "ui/setup/KeySetupDialog.h"

#include <QWidget>

#include <memory>

namespace keydesk {

class EnvironmentStore;
class EnvironmentsModel;
class KeyService;
class KeyStore;
class ProviderCatalog;
class Redactor;
class KeyRing;
class Settings;
struct Error;

/// The Environments tab: list at left, editor at right; or all of them with their keys as a grid. Edits are stored as they are made valid; a field that is not valid says why and keeps what was
/// typed. Delete can be undone.
class EnvironmentsPage : public QWidget
{
    Q_OBJECT

public:
    EnvironmentsPage(EnvironmentStore &environments, EnvironmentsModel &model, KeyStore &keys, KeyService &service,
                     const ProviderCatalog &providers, const KeyRing &ring, const Redactor &redactor, Settings &settings,
                     QWidget *parent = nullptr);
    ~EnvironmentsPage() override;

    void select(const QUuid &id);
    void addEnvironment();
    /// The list with its editor, or the grid of environments and keys.
    void showGrid(bool grid);
    /// In the grid, so that it is seen.
    void checkAllKeys();

Q_SIGNALS:
    void newKeyRequested(const keydesk::NewKeyHints &hints);
    void openKey(const QUuid &id);
    void undoable(const keydesk::UndoStep &step); ///< what was just done
    void message(const QString &text);
    void failed(const keydesk::Error &error);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace keydesk
