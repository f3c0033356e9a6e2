#pragma once

#include "app/keys/rotation/RotationService.h"

#include <QDialog>
#include <QPointer>

class QPushButton;
class QStackedWidget;

namespace keydesk {

class ProviderCatalog;
class RoleLabel;
class RotateOldPage;
class RotateProofPage;
class RotateSourcePage;
class StepRail;

/// Rotates a key: where the new one comes from → its proof in each environment → the switch → what becomes of
/// the old one. Opens where the key's rotation is, if there is one. Closing it before the switch takes the
/// new key back, and waits for that; after it nothing is lost.
class RotateDialog : public QDialog
{
    Q_OBJECT

public:
    RotateDialog(const ApiKey &key, RotationService &service, const KeyStore &keys,
                 const ProviderCatalog &providers, QWidget *parent = nullptr);

    QSize sizeHint() const override;
    void done(int result) override;

    /// The one of the two keys that is in use now.
    [[nodiscard]] QUuid usedKey() const { return m_used; }

Q_SIGNALS:
    void message(const QString &text); ///< for the window's message bar

protected:
    void reject() override;

private:
    enum Page { Source, Proving, Old };

    void begin();
    void next();
    void watch(RotateKeyJob *job);
    void jobEnded(const Result<ApiKey> &outcome);
    void showPage(Page page);
    void showButtons();
    void showOld(const QUuid &rotationId);
    void finishOld();
    void close(const QString &text);

    RotationService &m_service;
    const KeyStore &m_keys;
    ApiKey m_key; // the one that is, or was, replaced
    const RotationPlan m_plan;
    StepRail *m_rail;
    QStackedWidget *m_pages;
    RotateSourcePage *m_source;
    RotateProofPage *m_proof;
    RotateOldPage *m_old;
    RoleLabel *m_work;
    QPushButton *m_cancel;
    QPushButton *m_next;
    QPointer<RotateKeyJob> m_job;
    QPointer<KeyJob> m_ending;
    QUuid m_used;
    QUuid m_rotation;
    Page m_page = Source;
    bool m_closing = false; // as soon as what is under way has ended
};

} // namespace keydesk
