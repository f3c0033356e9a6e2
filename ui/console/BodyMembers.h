#pragma once

#include "app/catalogue/Catalogue.h"

#include <QWidget>

class QTableWidget;

namespace keydesk {

/// Beside a JSON body: the members that the documentation names. Enter or a double click offers the values
/// that it allows.
class BodyMembers : public QWidget
{
    Q_OBJECT

public:
    explicit BodyMembers(QWidget *parent = nullptr);

    /// Hidden while there are none.
    void setFields(const QList<DocumentedField> &fields);

Q_SIGNALS:
    /// A value was chosen for a member, as JSON text.
    void valueChosen(const QString &pointer, const QString &json);

private:
    void offerValues(int row);

    QTableWidget *m_table;
    QList<DocumentedField> m_fields;
};

} // namespace keydesk
