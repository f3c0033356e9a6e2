#include "ui/console/GraphQlPanel.h"

#include "ui/console/PaneParts.h"
#include "ui/widgets/CodeView.h"
#include "ui/widgets/VariableHints.h"

#include <QBoxLayout>
#include <QLineEdit>

namespace keydesk {

using namespace Qt::StringLiterals;

GraphQlPanel::GraphQlPanel(QWidget *parent)
    : QWidget(parent)
    , m_variables(new CodeView)
    , m_operation(new QLineEdit)
{
    m_variables->setLanguage(CodeView::Language::Json);
    m_variables->setTabChangesFocus(false);
    m_variables->setAccessibleName(tr("GraphQL variables"));
    m_variables->setPlaceholderText(u"{\n  \"name\": \"value\"\n}"_s);
    m_operation->setAccessibleName(tr("GraphQL operation"));
    m_operation->setPlaceholderText(tr("Needed if the query has several"));

    auto *heading = secondLabel(tr("Variables"));
    heading->setBuddy(m_variables);
    auto *label = secondLabel(tr("Operation"));
    label->setBuddy(m_operation);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(theme::gap, theme::gap / 2, theme::gap, 0);
    head->addWidget(heading);
    auto *foot = new QHBoxLayout;
    foot->setContentsMargins(theme::gap, theme::gap / 2, theme::gap, theme::gap / 2);
    foot->setSpacing(theme::gap);
    foot->addWidget(label);
    foot->addWidget(m_operation, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(head);
    layout->addWidget(m_variables, 1);
    layout->addLayout(foot);

    connect(m_variables, &QPlainTextEdit::textChanged, this, [this] {
        if (!m_setting)
            Q_EMIT edited();
    });
    connect(m_operation, &QLineEdit::textEdited, this, &GraphQlPanel::edited);
}

void GraphQlPanel::setHints(VariableHints &hints)
{
    m_variables->setHints(hints);
    hints.follow(*m_operation);
}

void GraphQlPanel::set(const QString &variables, const QString &operation)
{
    m_setting = true;
    if (m_variables->exactText() != variables)
        m_variables->setPlainText(variables);
    m_operation->setText(operation);
    m_setting = false;
}

QString GraphQlPanel::variables() const
{
    return m_variables->exactText();
}

QString GraphQlPanel::operation() const
{
    return m_operation->text();
}

} // namespace keydesk
