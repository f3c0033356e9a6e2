#pragma once

#include "ui/setup/SetupPage.h"

#include <QHash>

class QFormLayout;
class QLineEdit;
class QListWidget;

namespace keydesk {

class FactsCard;
class FieldProblem;

/// "Provider": whose key it is, and its address where that is the user's to say.
class ProviderPage : public SetupPage
{
    Q_OBJECT

public:
    ProviderPage(Core &core, SetupDraft &draft, QWidget *parent = nullptr);

    [[nodiscard]] QString id() const override { return QStringLiteral("provider"); }
    [[nodiscard]] QString step() const override { return tr("Provider"); }
    void enter() override;
    bool leave() override;
    [[nodiscard]] QWidget *firstField() const override;

private:
    void fill();
    void showAddress();
    void takeAddress();
    QLineEdit *addField(const QString &label, const QString &example, const QString &value);
    [[nodiscard]] QString chosen() const;

    QListWidget *m_list;
    FactsCard *m_problems;
    QWidget *m_address;
    QHash<QString, QLineEdit *> m_parts;
    QLineEdit *m_baseUrl = nullptr;
    QLineEdit *m_header = nullptr;
    FieldProblem *m_problem = nullptr;
    QString m_addressOf; // the provider whose fields stand here
};

} // namespace keydesk
