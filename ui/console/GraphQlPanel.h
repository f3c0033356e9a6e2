#pragma once

#include <QString>
#include <QWidget>

class QLineEdit;

namespace keydesk {

class CodeView;
class VariableHints;

/// What goes along with a GraphQL query: its variables, JSON that is checked while it is typed, and the name
/// of the operation to run.
class GraphQlPanel : public QWidget
{
    Q_OBJECT

public:
    explicit GraphQlPanel(QWidget *parent = nullptr);

    void setHints(VariableHints &hints);
    void set(const QString &variables, const QString &operation);
    [[nodiscard]] QString variables() const;
    [[nodiscard]] QString operation() const;
    [[nodiscard]] CodeView &variablesView() const { return *m_variables; }

Q_SIGNALS:
    void edited();

private:
    CodeView *m_variables;
    QLineEdit *m_operation;
    bool m_setting = false;
};

} // namespace keydesk
