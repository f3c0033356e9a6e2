#include "ui/widgets/NameValueEditor.h"

#include "app/models/BulkText.h"
#include "app/models/NameValueModel.h"
#include "ui/console/PaneParts.h"
#include "ui/widgets/CodeView.h"
#include "ui/widgets/NameValueTable.h"
#include "ui/widgets/PageStack.h"
#include "ui/widgets/VariableHints.h"

#include <QBoxLayout>
#include <QHeaderView>
#include <QTextBlock>
#include <QToolButton>

namespace keydesk {

using namespace Qt::StringLiterals;

NameValueEditor::NameValueEditor(NameValueModel *model, const QString &accessibleName, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_stack(new PageStack)
    , m_table(new NameValueTable(model, accessibleName))
    , m_bulk(new QToolButton(this))
    , m_name(accessibleName)
{
    m_bulk->setText(tr("Bulk Edit"));
    m_bulk->setCheckable(true);
    m_bulk->setAutoRaise(true);
    m_bulk->setToolTip(tr("Edit all rows as text"));
    m_stack->addWidget(m_table);
    setFocusProxy(m_table);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_stack, 1);
    connect(m_bulk, &QToolButton::toggled, this, &NameValueEditor::setBulk);
    connect(model, &QAbstractItemModel::modelReset, this, [this] {
        if (isBulk() && !m_taking)
            fillText();
    });
}

void NameValueEditor::setHints(VariableHints &hints)
{
    m_hints = &hints;
    m_table->setHints(hints);
    if (m_text)
        m_text->setHints(hints);
}

bool NameValueEditor::isBulk() const
{
    return m_text && m_stack->currentWidget() == m_text;
}

void NameValueEditor::setBulk(bool bulk)
{
    if (bulk == isBulk())
        return;
    m_bulk->setChecked(bulk);
    if (!m_text)
        makeText();
    if (bulk)
        fillText();
    m_stack->setCurrentWidget(bulk ? static_cast<QWidget *>(m_text) : m_table);
    m_head->setVisible(bulk);
    placeButton();
    setFocusProxy(m_stack->currentWidget());
    setFocus();
}

void NameValueEditor::makeText()
{
    auto *hint = new ElidedLabel;
    hint->setFont(theme::secondFont(hint->font()));
    hint->setText(tr("“Name: value” a line, “//” in front of one that is not sent"));
    m_head = new QWidget;
    auto *head = new QHBoxLayout(m_head);
    head->setContentsMargins(theme::gap, 0, m_bulk->sizeHint().width() + 2 * theme::panePadding, 0);
    head->addWidget(hint, 1);
    static_cast<QVBoxLayout *>(layout())->insertWidget(0, m_head);

    m_text = new CodeView;
    m_text->setAccessibleName(tr("%1 as text").arg(m_name));
    m_text->setPlaceholderText(u"Name: value\n// Name: value"_s);
    if (m_hints)
        m_text->setHints(*m_hints);
    m_stack->addWidget(m_text);
    setTabOrder(m_table, m_text); // made late, it would come last
    connect(m_text, &QPlainTextEdit::textChanged, this, [this] {
        if (m_taking)
            return;
        m_taking = true;
        m_model->replaceRows(rowsFromBulkText(m_text->exactText()));
        m_taking = false;
    });
}

void NameValueEditor::showRow(int row)
{
    if (!isBulk()) {
        m_table->setCurrentIndex(m_model->index(row, NameValueModel::Name));
        return;
    }
    // The row's line: those before it may have several.
    const QString before = bulkText(m_model->rows().first(qMin<qsizetype>(row, m_model->rows().size())));
    const qsizetype line = row == 0 ? 0 : before.count(u'\n') + 1;
    m_text->setTextCursor(QTextCursor(m_text->document()->findBlockByNumber(static_cast<int>(line))));
    m_text->centerCursor();
}

void NameValueEditor::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    placeButton();
}

void NameValueEditor::placeButton()
{
    const int head = m_table->horizontalHeader()->sizeHint().height();
    if (m_head)
        m_head->setFixedHeight(head);
    const QSize size = m_bulk->sizeHint().boundedTo({width(), head - 2});
    m_bulk->setGeometry(width() - size.width() - theme::panePadding, (head - size.height()) / 2, size.width(),
                        size.height());
    m_bulk->raise();
}

void NameValueEditor::fillText()
{
    m_taking = true;
    const QString text = bulkText(m_model->rows());
    if (m_text->exactText() != text)
        m_text->setPlainText(text);
    m_taking = false;
}

} // namespace keydesk
