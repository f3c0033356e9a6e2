#pragma once

#include "app/keys/ApiKey.h"

#include <QWidget>

#include <memory>

class QPushButton;

namespace keydesk {

class FieldWords;
class Secret;
class TokenField;

/// A secret that is stored, or typed and stored with a button: what is stored is never read back into it.
class StoredSecretField : public QWidget
{
    Q_OBJECT

public:
    explicit StoredSecretField(const QString &accessibleName, QWidget *parent = nullptr);

    /// Nothing: none is stored. What is being typed stays.
    void setStored(const std::optional<SecretPlace> &place);
    void setBusy(bool busy);
    void setProblem(const QString &problem);
    [[nodiscard]] QString problem() const;
    void clearTyped();

Q_SIGNALS:
    void storeRequested(const std::shared_ptr<const keydesk::Secret> &secret);
    void removeRequested();

private:
    void store();
    void showState();

    TokenField *m_field;
    QPushButton *m_store;
    QPushButton *m_remove;
    FieldWords *m_note;
    FieldWords *m_problem;
    std::optional<SecretPlace> m_place;
    bool m_busy = false;
};

} // namespace keydesk
