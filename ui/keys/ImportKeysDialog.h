#pragma once

#include "app/base/Secret.h"

#include <QDialog>

#include <memory>

namespace keydesk {

class EnvironmentStore;
class KeyService;
class KeyStore;
class ProviderCatalog;

/// Import Keys: files or a pasted text → what was found, to choose from → stored one after another → what
/// became of them, and the offer to clean the files. Nothing is sent or executed (SECURITY S10); tokens are
/// held until the dialog is closed.
class ImportKeysDialog : public QDialog
{
    Q_OBJECT

public:
    ImportKeysDialog(const ProviderCatalog &providers, EnvironmentStore &environments, KeyStore &keys,
                     KeyService &service, QWidget *parent = nullptr);
    ~ImportKeysDialog() override;

    /// Goes on to what is found in them.
    void readFiles(const QStringList &paths);
    void readText(Secret text);
    void done(int result) override;
    QSize sizeHint() const override;

Q_SIGNALS:
    /// Keys were stored: how many, and the last of them.
    void imported(int count, const QUuid &last);

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace keydesk
