#pragma once

#include "app/keys/OAuthClient.h"
#include "ui/setup/SetupDraft.h"

#include <QWidget>

class QBoxLayout;
class QComboBox;
class QLineEdit;
class QVBoxLayout;

namespace keydesk {

class FieldProblem;

/// What a credential consists of besides its secret: the user's name of a pair, or who an OAuth client is and
/// where it fetches its tokens. Empty for other keys.
class CredentialFields : public QWidget
{
    Q_OBJECT

public:
    explicit CredentialFields(QWidget *parent = nullptr);

    /// What was typed stays, but where `kind` knows better.
    void show(SetupDraft::SentAs sentAs, const TokenKind &kind);
    [[nodiscard]] QString userName() const;
    [[nodiscard]] OAuthClient client() const;
    /// True if all can be used; else says at the first field that cannot what is wrong with it.
    [[nodiscard]] bool check();
    void clear();
    /// Null if there is nothing to fill in.
    [[nodiscard]] QWidget *firstField() const;

Q_SIGNALS:
    void edited();

private:
    struct Field
    {
        QWidget *label = nullptr;
        QLineEdit *edit = nullptr;
        FieldProblem *problem = nullptr;
    };
    Field add(QBoxLayout &column, const QString &label, const QString &example);
    void addMethod();

    QVBoxLayout *m_column;
    Field m_user;
    Field m_tokenUrl;
    Field m_clientId;
    Field m_scope;
    Field m_audience;
    QWidget *m_methodLabel = nullptr;
    QComboBox *m_method = nullptr; // index 1: in the body
    SetupDraft::SentAs m_sentAs = SetupDraft::SentAs::Bearer;
    QString m_filledFor; // the kind whose token URL and scope stand here
};

} // namespace keydesk
