#pragma once

#include <QAbstractItemModel>
#include <QAccessible>
#include <QVariant>
#include <QWidget>

namespace keydesk::test {

/// Everything that an assistive tool can read of a window.
inline QStringList readableTexts(QAccessibleInterface *face)
{
    QStringList texts;
    if (!face)
        return texts;
    for (int what = QAccessible::Name; what <= QAccessible::Accelerator; ++what)
        texts << face->text(static_cast<QAccessible::Text>(what));
    if (QAccessibleTextInterface *text = face->textInterface())
        texts << text->text(0, text->characterCount());
    if (QAccessibleValueInterface *value = face->valueInterface())
        texts << value->currentValue().toString();
    for (int i = 0; i < face->childCount(); ++i)
        texts << readableTexts(face->child(i));
    return texts;
}

/// Where a secret could be read in a window (SECURITY S3): accessible texts, properties of widgets, every
/// role of a model. Empty: nowhere.
inline QStringList placesThatTell(QWidget *window, const QString &secret)
{
    QStringList places;
    const QStringList readable = readableTexts(QAccessible::queryAccessibleInterface(window));
    for (const QString &text : readable) {
        if (text.contains(secret))
            places << QStringLiteral("an assistive tool");
    }
    if (readable.size() < 8)
        places << QStringLiteral("nothing of the window could be read: this proves nothing");
    QList<QWidget *> widgets = window->findChildren<QWidget *>();
    widgets << window;
    for (const QWidget *widget : std::as_const(widgets)) {
        for (const char *property :
             {"text", "plainText", "placeholderText", "toolTip", "accessibleName", "accessibleDescription",
              "windowTitle", "whatsThis", "statusTip", "objectName"}) {
            if (widget->property(property).toString().contains(secret))
                places << QString::fromLatin1(property);
        }
    }
    for (const QAbstractItemModel *model : window->findChildren<QAbstractItemModel *>()) {
        for (int row = 0; row < model->rowCount(); ++row) {
            for (int column = 0; column < model->columnCount(); ++column) {
                for (int role = 0; role < Qt::UserRole + 32; ++role) {
                    const QVariant value = model->index(row, column).data(role);
                    if (value.toString().contains(secret) || value.toStringList().join(u' ').contains(secret))
                        places << QStringLiteral("role %1 of a model").arg(role);
                }
            }
        }
    }
    return places;
}

} // namespace keydesk::test
