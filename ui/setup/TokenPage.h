#pragma once

#include "ui/setup/SetupPage.h"

#include <QList>
#include <QTimer>

namespace keydesk {

class CredentialFields;
class FactsCard;
class FieldProblem;
class TokenTrial;
class TokenField;
struct Fact;
struct CleanedToken;
struct Provider;
struct TokenKind;

/// "Paste and check": cleans the token as it comes, says what can be said about it, and tries it with a real
/// call.
class TokenPage : public SetupPage
{
    Q_OBJECT

public:
    TokenPage(Core &core, SetupDraft &draft, QWidget *parent = nullptr);

    [[nodiscard]] QString id() const override { return QStringLiteral("token"); }
    [[nodiscard]] QString step() const override { return tr("Paste and check"); }
    void enter() override;
    bool leave() override;
    void forget() override;
    [[nodiscard]] QWidget *firstField() const override;

private:
    void edited();
    void judge(const CleanedToken &cleaned);
    void tryNow();
    void noteVerdict();
    void showFacts();
    void openDashboard();
    void showDestination(QList<Fact> &facts) const;
    void showHeading(const Provider &provider, const TokenKind &kind);
    [[nodiscard]] Fact trialFact();

    CredentialFields *m_fields;
    RoleLabel *m_label;
    TokenField *m_field;
    FieldProblem *m_problem;
    FactsCard *m_card;
    TokenTrial *m_trial;
    QTimer m_debounce;
    qsizetype m_lastSize = 0;
    QString m_typedFor;     // the draftDestination when the field was last edited
    QList<Fact> m_findings; // about the token itself
    QString m_duplicateOf;
    QString m_notTried; // why no call was made
    bool m_tryOnRequest = false;
    bool m_canBeSent = false;
};

} // namespace keydesk
