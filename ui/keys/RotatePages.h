#pragma once

#include "app/keys/rotation/RotationService.h"

#include <QWidget>

class QComboBox;
class QDateTimeEdit;
class QLabel;
class QPushButton;
class QRadioButton;

namespace keydesk {

class FactsCard;
class RoleLabel;
class SessionField;
class TokenField;

/// Where the new key comes from: the provider's API, or the dashboard and a paste.
class RotateSourcePage : public QWidget
{
    Q_OBJECT

public:
    RotateSourcePage(const ApiKey &key, const RotationPlan &plan, const QString &providerName,
                     QWidget *parent = nullptr);

    /// What it says so far; `isReady` tells whether it is enough.
    [[nodiscard]] RotationStart start() const;
    [[nodiscard]] bool isReady() const;
    void showTrouble(const QString &text);
    /// Other stored keys may be able to sign in now.
    void offerSessionKeys(const QList<ApiKey> &keys);

Q_SIGNALS:
    void edited();

private:
    QWidget *makeApiPart(const QString &providerName);
    QWidget *makeGuidedPart();
    void showChoice();

    const QUuid m_key;
    const KeyPlacement m_placement;
    const RotationPlan m_plan;
    QRadioButton *m_api;
    QRadioButton *m_guided;
    QWidget *m_apiPart;
    QWidget *m_guidedPart;
    SessionField *m_session = nullptr;
    TokenField *m_token = nullptr;
    FactsCard *m_cleaned = nullptr;
    RoleLabel *m_trouble;
};

/// What the new key said for itself in each environment.
class RotateProofPage : public QWidget
{
    Q_OBJECT

public:
    explicit RotateProofPage(const QString &keyName, QWidget *parent = nullptr);

    void show(const RotateKeyJob &job);
    void showProgress(const QString &what);

Q_SIGNALS:
    void retry();

private:
    RoleLabel *m_state;
    FactsCard *m_proofs;
    RoleLabel *m_trouble;
    QPushButton *m_retry;
};

/// What becomes of the old key, or of a new one that could not be taken back.
class RotateOldPage : public QWidget
{
    Q_OBJECT

public:
    enum class Choice { Now, InAnHour, InADay, InAWeek, At, ByHand, DoneInDashboard };

    explicit RotateOldPage(QWidget *parent = nullptr);

    void show(const RotationService &service, const Rotation &rotation, const RotationPlan &oldKey);
    [[nodiscard]] Choice choice() const;
    /// For the choices that have one.
    [[nodiscard]] std::chrono::milliseconds overlap() const;
    [[nodiscard]] SignIn session() const;
    [[nodiscard]] bool isReady() const;
    void showTrouble(const QString &text);
    void offerSessionKeys(const QList<ApiKey> &keys);

Q_SIGNALS:
    void edited();
    void undo();

private:
    void showChoice();

    RoleLabel *m_title;
    RoleLabel *m_text;
    QComboBox *m_choice;
    QDateTimeEdit *m_at;
    QLabel *m_sessionLabel;
    SessionField *m_session;
    QPushButton *m_undo;
    RoleLabel *m_trouble;
    bool m_needsSession = false;
};

} // namespace keydesk
