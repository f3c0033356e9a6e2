#include "ui/console/BodyMembers.h"

#include "ui/console/PaneParts.h"
#include "ui/theme/Theme.h"

#include <QBoxLayout>
#include <QHeaderView>
#include <QJsonArray>
#include <QJsonDocument>
#include <QMenu>
#include <QTableWidget>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

using Type = DocumentedField::Type;

QString jsonOf(const DocumentedField &field, const QString &value)
{
    if (field.type == Type::Integer || field.type == Type::Number || field.type == Type::Boolean)
        return value;
    const QByteArray quoted = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    return QString::fromUtf8(quoted.mid(1, quoted.size() - 2));
}

/// What is put where nothing is allowed by name.
QString emptyOf(const DocumentedField &field)
{
    switch (field.type) {
    case Type::Integer:
    case Type::Number:
        return field.minimum ? QString::number(*field.minimum) : u"0"_s;
    case Type::Array:
        return u"[]"_s;
    case Type::Object:
        return u"{}"_s;
    default:
        return u"\"\""_s;
    }
}

} // namespace

BodyMembers::BodyMembers(QWidget *parent)
    : QWidget(parent)
    , m_table(new QTableWidget(0, 2))
{
    m_table->setAccessibleName(tr("Documented members"));
    m_table->setHorizontalHeaderLabels({tr("Member"), tr("Documented as")});
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->horizontalHeader()->setSectionsClickable(false);
    m_table->horizontalHeader()->resizeSection(0, 150);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setTabKeyNavigation(false);
    auto *line = new Hairline;
    line->setFixedSize(1, QWIDGETSIZE_MAX); // upright
    line->setMinimumHeight(0);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(line);
    layout->addWidget(m_table, 1);
    connect(m_table, &QTableWidget::cellActivated, this, &BodyMembers::offerValues);
    hide();
}

void BodyMembers::setFields(const QList<DocumentedField> &fields)
{
    if (m_fields == fields)
        return;
    m_fields = fields;
    m_table->setRowCount(static_cast<int>(fields.size()));
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const DocumentedField &field = fields.at(row);
        const QString text = fieldText(field);
        auto *name = new QTableWidgetItem(field.name);
        name->setFont(theme::fixedFont(m_table->font()));
        auto *about = new QTableWidgetItem(QString(text).replace(u'\n', u' '));
        for (QTableWidgetItem *item : {name, about})
            item->setToolTip(u"<p>%1</p>"_s.arg(text.toHtmlEscaped().replace(u'\n', "<br>"_L1)));
        if (field.need == DocumentedField::Need::Required)
            name->setData(Qt::AccessibleTextRole, tr("%1, required").arg(field.name));
        m_table->setItem(row, 0, name);
        m_table->setItem(row, 1, about);
    }
    setVisible(!fields.isEmpty());
}

void BodyMembers::offerValues(int row)
{
    const DocumentedField field = m_fields.value(row);
    if (field.name.isEmpty() || field.name.contains("/*"_L1))
        return; // which item would it be?
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QStringList values = field.values;
    if (field.type == Type::Boolean)
        values = QStringList{u"true"_s, u"false"_s};
    if (field.type == Type::Array)
        values.clear();
    for (const QString &value : std::as_const(values)) {
        menu->addAction(QString(value).replace(u'&', "&&"_L1), this,
                        [this, field, value] { Q_EMIT valueChosen(field.name, jsonOf(field, value)); });
    }
    if (values.isEmpty())
        menu->addAction(tr("Set to %1").arg(emptyOf(field)), this,
                        [this, field] { Q_EMIT valueChosen(field.name, emptyOf(field)); });
    menu->popup(
        m_table->viewport()->mapToGlobal(m_table->visualItemRect(m_table->item(row, 0)).bottomLeft()));
}

} // namespace keydesk
