#pragma once

#include "ui/setup/SetupPage.h"

#include <QList>
#include <QPair>

class QComboBox;
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

protected:
    /// Keeps the chosen provider in sight when the address fields take room from the list.
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void fill();
    void showAddress();
    void takeAddress();
    [[nodiscard]] bool addressIsGood();
    struct Field
    {
        QWidget *label = nullptr;
        QLineEdit *edit = nullptr;
        FieldProblem *problem = nullptr;
    };
    void addForm(bool same);
    void showForm();
    [[nodiscard]] bool formIsGood();
    Field addField(const QString &label, const QString &example, const QString &value);
    [[nodiscard]] QString chosen() const;

    QListWidget *m_list;
    FactsCard *m_problems;
    QWidget *m_address;
    QList<QPair<QString, Field>> m_parts; // by the part's name
    Field m_baseUrl;
    QComboBox *m_sentAs = nullptr;
    Field m_header;
    Field m_parameter;
    QString m_addressOf; // the provider whose fields stand here
};

} // namespace keydesk
