#pragma once

#include <QPointer>
#include <QWidget>

class QStackedWidget;
class QToolButton;

namespace keydesk {

class CodeView;
class NameValueModel;
class NameValueTable;
class VariableHints;

/// The rows of a NameValueModel as a table, or all of them as text ("bulk edit"). The switch between the two
/// stands where its owner puts it.
class NameValueEditor : public QWidget
{
    Q_OBJECT

public:
    NameValueEditor(NameValueModel *model, const QString &accessibleName, QWidget *parent = nullptr);

    [[nodiscard]] NameValueTable &table() const { return *m_table; }
    [[nodiscard]] QToolButton &bulkButton() const { return *m_bulk; }
    /// {{variables}} are marked and explained from now on, in the table and in the text.
    void setHints(VariableHints &hints);
    [[nodiscard]] bool isBulk() const;
    void setBulk(bool bulk);
    /// Shows a row to its reader: in the table, or its line in the text.
    void showRow(int row);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void makeText();
    void fillText();
    void placeButton();

    NameValueModel *m_model;
    QStackedWidget *m_stack;
    NameValueTable *m_table;
    QWidget *m_head = nullptr;  // over the text, where the table has its header
    CodeView *m_text = nullptr; // both are made at the first look
    QToolButton *m_bulk;
    QString m_name;
    QPointer<VariableHints> m_hints;
    bool m_taking = false; // the rows from the text, or the text from the rows
};

} // namespace keydesk
