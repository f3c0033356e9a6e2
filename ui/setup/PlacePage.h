#pragma once

#include "ui/setup/SetupPage.h"

class QCheckBox;
class QComboBox;
class QDateEdit;
class QLineEdit;

namespace keydesk {

class FactsCard;
class FieldProblem;
class KeychainPanel;
class RoleLabel;

/// "Name and place": the key's name, where it is used, what it may do, how long it lasts, and where it is
/// kept.
class PlacePage : public SetupPage
{
    Q_OBJECT

public:
    PlacePage(Core &core, SetupDraft &draft, QWidget *parent = nullptr);

    [[nodiscard]] QString id() const override { return QStringLiteral("place"); }
    [[nodiscard]] QString step() const override { return tr("Name and place"); }
    void enter() override;
    bool leave() override;
    [[nodiscard]] QWidget *firstField() const override;
    /// What went wrong while storing; empty takes it away.
    void showFailure(const QString &text);

private:
    void fillEnvironments();
    void showEnvironment();
    void fillAbilities();
    void takeFields();

    QLineEdit *m_name;
    FieldProblem *m_nameProblem;
    QComboBox *m_environment;
    QWidget *m_newEnvironment;
    QLineEdit *m_environmentName;
    QCheckBox *m_protected;
    FieldProblem *m_environmentProblem;
    FactsCard *m_target;
    QWidget *m_abilities;
    QList<QCheckBox *> m_abilityBoxes;
    QCheckBox *m_expires;
    QDateEdit *m_expiry;
    KeychainPanel *m_keychain;
    FactsCard *m_failure;
};

} // namespace keydesk
